"""Where the rows lie: one dictionary per kind, one lock, one version number per kind."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

from tajo_sandbox.store.dice import iso
from tajo_sandbox.store.rows import Collection, Customer, Happening, Product, Row, Variant
from tajo_sandbox.store.trade import Checkout, Draft, Order, Refund

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CURRENCY = "EUR"

Found = TypeVar("Found", bound=Row)


def utc_now() -> datetime:
    """The real time, in UTC."""
    return datetime.now(tz=UTC)


class Shelves:
    """Rows by kind and number.

    Hold `lock` while reading several rows that belong together. Rows may be changed in place;
    call `touch` afterwards, so that `updated_at` and the version move.

    Args:
        domain: the shop's name, `*.myshopify.com`.
        clock: gives the time that changes happen at; aware, in UTC. Replace it to move time.
    """

    def __init__(
        self,
        domain: str = "demo-store.myshopify.com",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.lock = RLock()
        self.domain = domain
        self.clock = clock
        self.currency = CURRENCY
        self.opened_at = iso(clock().timestamp())
        self.customers: dict[int, Customer] = {}
        self.orders: dict[int, Order] = {}
        self.checkouts: dict[int, Checkout] = {}
        self.products: dict[int, Product] = {}
        self.collections: dict[int, Collection] = {}
        self.drafts: dict[int, Draft] = {}
        self.happenings: dict[int, Happening] = {}
        self._versions: dict[str, int] = {}

    @property
    def currencies(self) -> list[str]:
        """Every presentment currency that an order was made in, the shop's own first."""
        seen = {order.currency for order in self.orders.values()} - {self.currency}
        return [self.currency, *sorted(seen)]

    def version(self, kind: str) -> int:
        """A number that grows whenever a row of `kind` (`Customer`, `Order` ...) changes."""
        return self._versions.get(kind, 0)

    def moved(self, kind: str) -> None:
        """Note that rows of `kind` changed."""
        with self.lock:
            self._versions[kind] = self._versions.get(kind, 0) + 1

    def now(self) -> str:
        """The store's time as the platform writes it."""
        return iso(self.clock().timestamp())

    def touch(self, row: Row) -> None:
        """Set `updated_at` of a row that was changed to now and let the change be seen."""
        with self.lock:
            row.updated_at = self.now()  # type: ignore[attr-defined]
            self.moved(row.kind)

    def shelf(self, kind: str) -> dict[int, Row]:
        """All rows of a kind that lists of its own exist for, by number.

        Raises:
            KeyError: there is no such kind.
        """
        shelves = {
            "Customer": self.customers,
            "Order": self.orders,
            "AbandonedCheckout": self.checkouts,
            "Product": self.products,
            "Collection": self.collections,
            "DraftOrder": self.drafts,
            "BasicEvent": self.happenings,
        }
        return shelves[kind]  # type: ignore[return-value]

    def variants(self) -> Iterator[Variant]:
        """Every variant of every product."""
        for product in self.products.values():
            yield from product.variants

    def refunds(self) -> Iterator[Refund]:
        """Every refund of every order."""
        for order in self.orders.values():
            yield from order.refunds

    def find(self, gid: str) -> Row | None:
        """The row with this id, such as `gid://shopify/Customer/6000000000001`, or None."""
        kind, _, digits = gid.removeprefix("gid://shopify/").partition("/")
        if not digits.isdecimal():
            return None
        number = int(digits)
        with self.lock:
            if kind == Variant.kind:
                return next((row for row in self.variants() if row.number == number), None)
            if kind == Refund.kind:
                return next((row for row in self.refunds() if row.number == number), None)
            try:
                return self.shelf(kind).get(number)
            except KeyError:
                return None

    def customer(self, gid: str) -> Customer:
        """The customer with this id.

        Raises:
            KeyError: there is no such customer.
        """
        return _expect(self.find(gid), Customer, gid)

    def order(self, gid: str) -> Order:
        """The order with this id.

        Raises:
            KeyError: there is no such order.
        """
        return _expect(self.find(gid), Order, gid)

    def product(self, gid: str) -> Product:
        """The product with this id.

        Raises:
            KeyError: there is no such product.
        """
        return _expect(self.find(gid), Product, gid)


def _expect(row: Row | None, kind: type[Found], gid: str) -> Found:
    if not isinstance(row, kind):
        raise KeyError(f"{gid}: no such {kind.__name__.lower()} in this store")
    return row
