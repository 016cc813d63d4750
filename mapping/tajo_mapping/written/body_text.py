"""A block for orders, products or categories written as Python; what it means: ``bodies``."""

from tajo_mapping.bodies import BodyMaker
from tajo_mapping.operations import Category, Order, Product
from tajo_mapping.written.field_text import FieldText, write_identity
from tajo_mapping.written.fields import where_met
from tajo_mapping.written.formulas import word_of
from tajo_mapping.written.page import Page, tuple_of
from tajo_mapping.written.scopes import Scope


class BodyText:
    """Writes one block."""

    def __init__(self, maker: BodyMaker, scope: Scope, page: Page) -> None:
        self._maker = maker
        self._scope = scope
        self._page = page

    def write(self) -> None:
        """Write the lines that add the block's outcome to ``outcomes``."""
        page, block = self._page, self._maker.block
        page.comment(str(block.place))
        with where_met(block.when or (), self._scope, page, self._filtered):
            if self._maker.kind == "order":
                self._order()
                return
            FieldText("body", self._scope, page).write(self._maker.fields)
            made = Product if self._maker.kind == "product" else Category
            given = {"source": "source", "id": "body['id']", "body": "body"}
            page.line(f"outcomes.append({tuple_of(made, given)})")

    def _order(self) -> None:
        page, at = self._page, self._maker.block.at
        write_identity(self._maker.who, self._scope, page)
        with page.block("if not (email or ext_id):"):
            page.line('outcomes.append(new(Filtered, (source, "order", NOBODY)))')
        with page.block("else:"):
            FieldText("body", self._scope, page).write(self._maker.fields)
            page.line("body.setdefault('storeId', store)")
            own = f"time_or_none({word_of(at, self._scope, page)}) or " if at else ""
            page.line(f"at = {own}body['createdAt']")
            given = {"source": "source", "id": "body['id']", "at": "at", "email": "email",
                     "ext_id": "ext_id", "body": "body"}  # fmt: skip
            page.line(f"outcomes.append({tuple_of(Order, given)})")

    def _filtered(self, reason: str) -> None:
        kind = self._maker.kind
        self._page.line(f'outcomes.append(new(Filtered, (source, "{kind}", {reason!r})))')
