"""Parts of a sale: its lines, and how amounts are read off them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tajo_sandbox.shopify.fields.catalog import picture
from tajo_sandbox.shopify.fields.money import Bag
from tajo_sandbox.shopify.fields.table import empty, no, yes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tajo_sandbox.shopify.fields.table import Entry, Reader
    from tajo_sandbox.shopify.view import View
    from tajo_sandbox.store import Product, Variant
    from tajo_sandbox.store.trade import Line, Sale


class Within:
    """A part of a sale that needs the sale to be read: a line, a refund, a payment, a tax."""

    __slots__ = ("part", "sale")

    def __init__(self, part: Any, sale: Sale) -> None:
        self.part = part
        self.sale = sale

    @property
    def kind(self) -> str:
        """The part's type in the schema."""
        return str(self.part.kind)

    @property
    def gid(self) -> str:
        """The part's id."""
        return str(self.part.gid)

    @property
    def number(self) -> int:
        """The part's number."""
        return int(self.part.number)


def bag(cents: Callable[[Any], int]) -> Reader:
    """A field that holds an amount of a sale."""

    def read(sale: Sale, view: View) -> Bag:
        return Bag(cents(sale), view.store.currency, sale.currency, sale.rate)

    return read


def part_bag(cents: Callable[[Any], int]) -> Reader:
    """A field that holds an amount of a part of a sale."""

    def read(row: Within, view: View) -> Bag:
        return Bag(cents(row.part), view.store.currency, row.sale.currency, row.sale.rate)

    return read


def within(parts: Callable[[Any], list[Any]]) -> Reader:
    """A list of parts of a sale."""

    def read(sale: Sale, _view: View) -> list[Within]:
        return [Within(part, sale) for part in parts(sale)]

    return read


def within_first(parts: Callable[[Any], list[Any]]) -> Reader:
    """A plain list of parts of a sale that `first` cuts short."""

    def read(sale: Sale, _view: View, arguments: dict[str, Any]) -> list[Within]:
        return [Within(part, sale) for part in parts(sale)[: arguments.get("first")]]

    return read


def _product(row: Within, view: View) -> Product | None:
    return view.store.products.get(row.part.product)


def _variant(row: Within, view: View) -> Variant | None:
    product = _product(row, view)
    found = product.variants if product else ()
    return next((variant for variant in found if variant.number == row.part.variant), None)


def _original(line: Line) -> int:
    return line.unit_price * line.quantity


def _discounted(line: Line) -> int:
    return _original(line) - line.discount


def _discounted_unit(line: Line) -> int:
    return _discounted(line) // line.quantity


def _line_name(row: Within, _view: View) -> str:
    variant = row.part.variant_title
    return f"{row.part.title} - {variant}" if variant else str(row.part.title)


LINE: dict[str, Entry] = {
    "title": "part.title",
    "name": _line_name,
    "variantTitle": "part.variant_title",
    "sku": "part.sku",
    "vendor": "part.vendor",
    "quantity": "part.quantity",
    "currentQuantity": "part.current_quantity",
    "refundableQuantity": "part.current_quantity",
    "unfulfilledQuantity": lambda row, _: 0 if row.sale.closed_at else row.part.current_quantity,
    "requiresShipping": lambda row, _: "Gift card" not in row.part.title,
    "isGiftCard": lambda row, _: "Gift card" in row.part.title,
    "taxable": yes,
    "custom": no,
    "uuid": lambda row, _: f"{row.number:032x}",
    "product": _product,
    "variant": _variant,
    "image": lambda row, view: picture(_product(row, view)),
    "customAttributes": empty,
    "taxLines": lambda *_: [],
    "originalUnitPriceSet": part_bag(lambda line: line.unit_price),
    "discountedUnitPriceSet": part_bag(_discounted_unit),
    "discountedUnitPriceAfterAllDiscountsSet": part_bag(_discounted_unit),
    "approximateDiscountedUnitPriceSet": part_bag(_discounted_unit),
    "originalTotalSet": part_bag(_original),
    "totalDiscountSet": part_bag(lambda line: line.discount),
}
DISCOUNTED_TOTAL = part_bag(_discounted)
