"""The shop's lists: which rows there are, and which columns they can be asked by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tajo_sandbox.magento import goods, people, sales
from tajo_sandbox.magento.shapes import small, stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tajo_sandbox.store import Store


@dataclass(frozen=True, slots=True)
class Item:
    """A row that may be asked for by its columns; `show` makes its JSON."""

    id: int
    columns: dict[str, Any]
    show: Callable[[], dict[str, Any]]


def _item(id_: int, created: str, updated: str, show: Callable[[], Any], **more: Any) -> Item:
    columns = {"entity_id": id_, "created_at": stamp(created), "updated_at": stamp(updated), **more}
    return Item(id_, columns, show)


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of one shop as of now."""

    store: Store

    def customers(self) -> Iterator[Item]:
        """Accounts."""
        for row in self.store.customers.values():
            yield _item(small("customer", row.number), row.created_at, row.updated_at,
                        partial(people.customer, row), email=people.email_of(row),
                        website_id=1, store_id=1, group_id=1)  # fmt: skip

    def orders(self) -> Iterator[Item]:
        """Orders."""
        for row in self.store.orders.values():
            yield _item(small("order", row.number), row.created_at, row.updated_at,
                        partial(sales.order, self.store, row), state=sales.state_of(row),
                        increment_id=f"{row.index:09}", store_id=1)  # fmt: skip

    def creditmemos(self) -> Iterator[Item]:
        """Credit memos of all orders."""
        for order in self.store.orders.values():
            for row in order.refunds:
                yield _item(small("creditmemo", row.number), row.created_at, row.updated_at,
                            partial(sales.creditmemo, order, row), store_id=1,
                            order_id=small("order", order.number))  # fmt: skip

    def products(self) -> Iterator[Item]:
        """Products, the simple ones behind a configurable one among them."""
        for row in self.store.products.values():
            shown = partial(goods.product, self.store, row)
            yield _item(small("product", row.number), row.created_at, row.updated_at, shown,
                        sku=row.handle, name=row.title)  # fmt: skip
            for one in row.variants if len(row.variants) > 1 else []:
                behind = partial(goods.variant, self.store, row, one)
                yield _item(small("variant", one.number), one.created_at, one.updated_at, behind,
                            sku=goods.sku_of(one), name=one.title)  # fmt: skip

    def categories(self) -> Iterator[Item]:
        """Categories below the root."""
        for row in self.store.collections.values():
            yield _item(small("category", row.number), self.store.opened_at, row.updated_at,
                        partial(goods.category, row, self.store.opened_at),
                        name=row.title)  # fmt: skip

    def carts(self) -> Iterator[Item]:
        """Quotes, those that became orders among them."""
        for row in self.store.checkouts.values():
            yield _item(small("cart", row.number), row.created_at, row.updated_at,
                        partial(sales.cart, self.store, row), store_id=1,
                        is_active=int(not row.completed_at),
                        items_count=len(row.lines))  # fmt: skip


def store_configs(address: str) -> list[dict[str, Any]]:
    """The store views: their currencies, zone and addresses."""
    urls = dict.fromkeys(
        ("base_url", "base_link_url", "base_static_url", "base_media_url", "secure_base_url",
         "secure_base_link_url", "secure_base_static_url", "secure_base_media_url"), address,
    )  # fmt: skip
    return [
        {"id": 1, "code": "default", "website_id": 1, "locale": "en_US",
         "base_currency_code": "EUR", "default_display_currency_code": "EUR",
         "timezone": "Europe/Berlin", "weight_unit": "kgs", **urls},
    ]  # fmt: skip
