"""What is bought: lines, discounts, shipping and tax, drawn from the shelf."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, TypedDict

from tajo_sandbox.store.people import STEP
from tajo_sandbox.store.trade import Line
from tajo_sandbox.store.words import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tajo_sandbox.store.dice import Dice
    from tajo_sandbox.store.rows import Product

FIRST_LINE = 13_000_000_000_000
SHIPPING = 490
FREE_FROM = 9000
TAX_SHARE = 19 / 119


class Basket(TypedDict):
    """The money of a sale, in cents, and its lines."""

    lines: list[Line]
    subtotal: int
    shipping: int
    discounts: int
    tax: int
    discount_codes: tuple[str, ...]


class Baskets:
    """Fills baskets from what is active on the shelf."""

    def __init__(self, dice: Dice, products: Sequence[Product]) -> None:
        self.dice = dice
        self.shelf = [
            (product, variant)
            for product in products
            if product.status == "ACTIVE"
            for variant in product.variants
        ]
        self._lines = count(1)

    def clear_away(self, product: Product) -> None:
        """Take a product off the shelf; the last one stays, so that baskets can be filled."""
        rest = [pair for pair in self.shelf if pair[0] is not product]
        self.shelf = rest or self.shelf

    def basket(self, shape: type[Line] = Line) -> Basket:
        """One to five lines with a discount code now and then."""
        dice = self.dice
        lines = [self._line(shape) for _ in range(1 + int(4.5 * dice.random() ** 2))]
        codes = (dice.pick(CODES),) if dice.chance(0.15) else ()
        if codes:
            for line in lines:
                line.discount = line.unit_price * line.quantity // 10
        discounts = sum(line.discount for line in lines)
        subtotal = sum(line.unit_price * line.quantity for line in lines) - discounts
        shipping = 0 if subtotal >= FREE_FROM or codes == ("FREESHIP",) else SHIPPING
        tax = round((subtotal + shipping) * TAX_SHARE)
        return {
            "lines": lines,
            "subtotal": subtotal,
            "shipping": shipping,
            "discounts": discounts,
            "tax": tax,
            "discount_codes": codes,
        }

    def _line(self, shape: type[Line]) -> Line:
        product, variant = self.dice.pick(self.shelf)
        quantity = self.dice.between(1, 3)
        single = variant.title == "Default Title"
        return shape(
            number=FIRST_LINE + next(self._lines) * STEP,
            title=product.title,
            variant_title=None if single else variant.title,
            sku=variant.sku,
            vendor=product.vendor,
            quantity=quantity,
            current_quantity=quantity,
            unit_price=variant.price,
            discount=0,
            product=product.number,
            variant=variant.number,
        )
