"""The shop's lists: which rows there are, in which order, and one page of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tajo_sandbox.store.words import CODES
from tajo_sandbox.woocommerce import goods, people, sales
from tajo_sandbox.woocommerce.shapes import small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tajo_sandbox.store import Store
    from tajo_sandbox.woocommerce.asking import Question
    from tajo_sandbox.woocommerce.switches import Switches

PRIME = 2_654_435_761


@dataclass(frozen=True, slots=True)
class Item:
    """A row that may be asked for; times are UTC, `show` makes its JSON."""

    id: int
    name: str
    created: str
    modified: str | None
    status: str
    show: Callable[[], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of one shop as of now; `base` is the address of the API."""

    store: Store
    switches: Switches
    base: str

    @property
    def zone(self) -> int:
        """Hours by which the site's time is ahead of GMT."""
        return self.switches.zone_hours

    def customers(self) -> Iterator[Item]:
        """Accounts, the administrator first."""
        opened = self.store.opened_at
        show = partial(people.administrator, self.base, self.zone, opened)
        yield Item(people.ADMINISTRATOR, "admin", opened, None, "administrator", show)
        for row in self.store.customers.values():
            made = partial(people.customer, row, self.base, self.zone)
            number = small("customer", row.number)
            yield Item(
                number, row.last_name or "", row.created_at, row.updated_at, "customer", made
            )

    def orders(self) -> Iterator[Item]:
        """Orders, those in the trash among them, and drafts of the checkout."""
        store = self.store
        for row in store.orders.values():
            gone = self.switches.gone_orders.get(row.number)
            erased = self.switches.erased_orders.get(row.number)
            show = partial(sales.order, store, row, self.base, self.zone, gone, erased)
            status = "trash" if gone else sales.status_of(row)
            yield Item(small("order", row.number), "", row.created_at,
                       gone or erased or row.updated_at, status, show)  # fmt: skip
        for cart in store.checkouts.values():
            if not cart.completed_at:
                made = partial(sales.draft, store, cart, self.base, self.zone)
                yield Item(small("draft", cart.number), "", cart.created_at, cart.updated_at,
                           "checkout-draft", made)  # fmt: skip

    def refunds(self, order: int) -> Iterator[Item]:
        """The refunds of an order.

        Raises:
            KeyError: there is no such order.
        """
        rows = (row for row in self.store.orders.values() if small("order", row.number) == order)
        found = next(rows, None)
        if found is None:
            raise KeyError(order)
        for row in found.refunds:
            show = partial(sales.refund, row, self.base, self.zone)
            yield Item(sales.refund_id(row), "", row.created_at, row.created_at, "any", show)

    def products(self) -> Iterator[Item]:
        """Products, those in the trash among them."""
        for row in self.store.products.values():
            undated = row.number in self.switches.undated_products
            show = partial(goods.product, self.store, row, self.base, self.zone, undated=undated)
            yield Item(small("product", row.number), row.title, row.created_at,
                       None if undated else row.updated_at, goods.STATUSES[row.status],
                       show)  # fmt: skip
        for gone in self.store.happenings.values():
            if gone.action == "destroy":
                made = partial(goods.trashed, gone, self.base, self.zone)
                number = small("product", int(gone.subject.rpartition("/")[2]))
                yield Item(number, "", gone.created_at, gone.created_at, "trash", made)

    def variations(self, product: int) -> Iterator[Item]:
        """The variations of a product.

        Raises:
            KeyError: there is no such product.
        """
        rows = self.store.products.values()
        found = next((row for row in rows if small("product", row.number) == product), None)
        if found is None:
            raise KeyError(product)
        for row in found.variants if len(found.variants) > 1 else []:
            show = partial(goods.variation, found, row, self.base, self.zone)
            yield Item(small("variation", row.number), row.title, row.created_at, row.updated_at,
                       "publish", show)  # fmt: skip

    def categories(self) -> Iterator[Item]:
        """Categories; they have no times."""
        for row in self.store.collections.values():
            show = partial(goods.category, row, self.base)
            yield Item(small("category", row.number), row.title, "", None, "any", show)

    def coupons(self) -> Iterator[Item]:
        """Coupons."""
        opened = self.store.opened_at
        for place, code in enumerate(CODES):
            show = partial(goods.coupon, place, opened, self.base, self.zone)
            yield Item(goods.FIRST_COUPON + place, code, opened, opened, "publish", show)


def chosen(items: Iterable[Item], asked: Question, *, shuffles: bool) -> list[Item]:
    """All rows that answer a question, in its order."""
    found = [one for one in items if _fits(one, asked) and asked.holds(one.created, one.modified)]
    salt = asked.page * 40_503 + asked.per_page * 97

    def tie(one: Item) -> int:
        return (one.id * PRIME + salt * PRIME) % 65_537 * salt % 8_191 if shuffles else one.id

    keys: dict[str, Callable[[Item], Any]] = {
        "modified": lambda one: (one.modified or one.created, tie(one)),
        "date": lambda one: (one.created, tie(one)),
        "registered_date": lambda one: (one.created, tie(one)),
        "name": lambda one: (one.name, one.id),
        "title": lambda one: (one.name, one.id),
    }
    found.sort(key=keys.get(asked.orderby, lambda one: one.id), reverse=asked.descending)
    return found


def _fits(one: Item, asked: Question) -> bool:
    if asked.include and one.id not in asked.include:
        return False
    if one.status in {"customer", "administrator"}:
        return asked.role in {"all", one.status}
    if asked.status == "any":
        return one.status != "trash"
    return one.status == asked.status
