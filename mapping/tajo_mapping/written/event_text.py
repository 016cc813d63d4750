"""An event block written as Python; what it means: ``events``."""

from tajo_mapping.events import EventMaker
from tajo_mapping.operations import Event
from tajo_mapping.written.field_text import (
    DECLINE,
    FieldText,
    elements,
    needed,
    write_identity,
)
from tajo_mapping.written.fields import where_met
from tajo_mapping.written.formulas import value_of
from tajo_mapping.written.page import Page, tuple_of
from tajo_mapping.written.scopes import Scope


class EventText:
    """Writes one event block."""

    def __init__(self, maker: EventMaker, scope: Scope, page: Page) -> None:
        self._maker = maker
        self._scope = scope
        self._page = page

    def write(self) -> None:
        """Write the lines that add the block's outcomes to ``outcomes``."""
        page, each = self._page, self._maker.block.each
        page.comment(str(self._maker.block.place))
        if each is None:
            self._event(self._scope, 0)
            return
        value = value_of(each, self._scope, page, "list1")
        with page.block(f"if type({value}) is list:"), elements(value, 1, page):
            scope = Scope(page.slot(), "element1", "e1", self._scope)
            self._event(scope, 1)
            scope.write()
        with page.block(f"elif {value} is not None and {value} is not ABSENT:"):
            page.line(DECLINE)

    def _event(self, scope: Scope, depth: int) -> None:
        page, maker = self._page, self._maker
        with where_met(maker.block.when or (), scope, page, self._filtered):
            write_identity(maker.who, scope, page)
            with page.block("if not (email or ext_id):"):
                page.line('outcomes.append(new(Filtered, (source, "event", NOBODY)))')
            with page.block("else:"):
                needed(maker.key, "text_or_none", "key", scope, page)
                needed(maker.at, "time_or_none", "at", scope, page)
                FieldText("properties", scope, page, depth).write(maker.properties)
                names = ("source", "key", "at", "email", "ext_id", "properties")
                given = {name: name for name in names} | {"name": repr(maker.block.name)}
                page.line(f"outcomes.append({tuple_of(Event, given)})")

    def _filtered(self, reason: str) -> None:
        self._page.line(f'outcomes.append(new(Filtered, (source, "event", {reason!r})))')
