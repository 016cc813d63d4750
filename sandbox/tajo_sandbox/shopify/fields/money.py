"""Money: decimal text with a currency, in the shop's currency and in the buyer's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tajo_sandbox.shopify.fields.table import Table

WHOLE = {"JPY"}
"""Currencies without a minor unit."""


class Money(NamedTuple):
    """An amount in hundredths of its currency."""

    cents: int
    currency: str


class Bag(NamedTuple):
    """An amount in the shop's cents, and how the buyer saw it."""

    cents: int
    shop: str
    currency: str
    rate: float

    def presentment(self) -> Money:
        """The amount as the buyer saw it, rounded to the currency's smallest unit."""
        if self.currency == self.shop:
            return Money(self.cents, self.shop)
        cents = round(self.cents * self.rate)
        return Money(round(cents, -2) if self.currency in WHOLE else cents, self.currency)


def decimal(cents: int) -> str:
    """Cents as the platform writes a Decimal: `12.5`, `0.0`, `1299.95`."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{whole}.{rest:02}" if rest % 10 else f"{sign}{whole}.{rest // 10}"


def price(cents: int | None) -> str | None:
    """Cents as the platform writes the scalar Money: always two decimals."""
    return None if cents is None else f"{cents // 100}.{cents % 100:02}"


MONEY: Table = {
    "MoneyBag": {
        "shopMoney": lambda bag, _: Money(bag.cents, bag.shop),
        "presentmentMoney": lambda bag, _: bag.presentment(),
    },
    "MoneyV2": {"amount": lambda money, _: decimal(money.cents), "currencyCode": "currency"},
}
