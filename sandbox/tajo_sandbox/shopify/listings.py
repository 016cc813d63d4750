"""The root lists: what each can be sorted and searched by, and its pages and counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

from tajo_sandbox.shopify.dialect import (
    Searchable,
    day,
    flag,
    moment,
    number,
    text,
    word,
    words,
)
from tajo_sandbox.shopify.fields.shop import OFFSET_MINUTES
from tajo_sandbox.store.dice import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tajo_sandbox.store import Store

TIMELINE = timedelta(days=365)
"""How long events are kept (text of the root field `events`, 2026-10)."""
ZONE = timezone(timedelta(minutes=OFFSET_MINUTES))


@dataclass(frozen=True, slots=True)
class Listing:
    """One root list.

    Args:
        kind: type of its rows.
        rows: all rows of a store.
        sorts: sort keys by the platform's name.
        fields: what it can be searched by.
        aged: rows older than the caller may see are left out.
        watches: kinds whose changes make a kept list stale.
    """

    kind: str
    rows: Callable[[Store], Iterable[Any]]
    sorts: Mapping[str, Callable[[Any], Any]]
    fields: Mapping[str, Searchable]
    aged: bool = False
    watches: str = ""


def listings(store: Store) -> dict[str, Listing]:
    """Every root list of the schema that rows of the store fill, by field name."""

    def at(read: Callable[[Any], str | None]) -> Searchable:
        return moment(read, ZONE, store.clock)

    created = at(lambda row: row.created_at)
    updated = at(lambda row: row.updated_at)
    by_id = number(lambda row: row.number)
    times = {"CREATED_AT": lambda row: row.created_at, "UPDATED_AT": lambda row: row.updated_at}
    ids = {"ID": lambda row: row.number}
    base = {"id": by_id, "created_at": created, "updated_at": updated}
    titled = {"default": text(lambda row: row.title), "title": text(lambda row: row.title)}
    return {
        "customers": Listing(
            "Customer",
            lambda shop: shop.customers.values(),
            {**ids, **times, "NAME": lambda row: f"{row.last_name}, {row.first_name}"},
            {**base, **_customer_fields(store)},
        ),
        "orders": Listing(
            "Order",
            lambda shop: shop.orders.values(),
            {
                **ids,
                **times,
                "PROCESSED_AT": lambda row: row.processed_at,
                "ORDER_NUMBER": lambda row: row.index,
                "TOTAL_PRICE": lambda row: row.total,
            },
            {**base, "processed_at": at(lambda row: row.processed_at), **_order_fields()},
            aged=True,
        ),
        "products": Listing(
            "Product",
            lambda shop: shop.products.values(),
            {
                **ids,
                **times,
                "TITLE": lambda row: row.title.casefold(),
                "VENDOR": lambda row: row.vendor.casefold(),
            },
            {
                **base,
                **titled,
                "status": word(lambda row: row.status),
                "vendor": word(lambda row: row.vendor),
                "product_type": word(lambda row: row.product_type),
                "tag": words(lambda row: row.tags),
                "published_at": at(lambda row: row.published_at),
            },
        ),
        "productVariants": Listing(
            "ProductVariant",
            lambda shop: shop.variants(),
            {
                **ids,
                "POSITION": lambda row: row.position,
                "SKU": lambda row: row.sku or "",
                "TITLE": lambda row: row.title.casefold(),
            },
            {
                "id": by_id,
                "updated_at": updated,
                **titled,
                "sku": word(lambda row: row.sku),
                "product_id": number(lambda row: row.product),
                "product_ids": word(lambda row: str(row.product)),
            },
            watches="Product",
        ),
        "collections": Listing(
            "Collection",
            lambda shop: shop.collections.values(),
            {**ids, "UPDATED_AT": lambda row: row.updated_at, "TITLE": lambda row: row.title},
            {"id": by_id, "updated_at": updated, **titled, "handle": word(lambda row: row.handle)},
        ),
        "abandonedCheckouts": Listing(
            "AbandonedCheckout",
            lambda shop: shop.checkouts.values(),
            {**ids, "CREATED_AT": times["CREATED_AT"], "TOTAL_PRICE": lambda row: row.total},
            {
                **base,
                "default": text(lambda row: row.token),
                "status": word(lambda row: "closed" if row.completed_at else "open"),
                "recovery_state": word(
                    lambda row: "recovered" if row.completed_at else "not_recovered"
                ),
                "email_state": word(lambda row: "sent" if row.customer else "not_sent"),
            },
        ),
        "draftOrders": Listing(
            "DraftOrder",
            lambda shop: shop.drafts.values(),
            {
                **ids,
                "NUMBER": lambda row: row.index,
                "UPDATED_AT": lambda row: row.updated_at,
                "TOTAL_PRICE": lambda row: row.total,
            },
            {
                **base,
                "default": text(lambda row: row.email or ""),
                "status": word(lambda row: row.status),
                "tag": words(lambda row: row.tags),
                "customer_id": number(lambda row: row.customer),
            },
        ),
        "events": Listing(
            "BasicEvent",
            _timeline,
            {**ids, "CREATED_AT": times["CREATED_AT"]},
            {
                "id": by_id,
                "created_at": created,
                "default": text(lambda row: row.message),
                "action": word(lambda row: row.action),
                "subject_type": word(lambda row: row.subject_type),
                "comments": Searchable(lambda *_: lambda _row: True),
            },
        ),
    }


def _timeline(store: Store) -> Iterable[Any]:
    """The timeline as long as it is kept."""
    edge = iso((store.clock() - TIMELINE).timestamp())
    return (row for row in store.happenings.values() if row.created_at >= edge)


def _customer_fields(store: Store) -> dict[str, Searchable]:
    return {
        "default": text(lambda row: f"{row.first_name} {row.last_name} {row.email}"),
        # the platform's own words: "matching a whole day"
        "updated_at": day(lambda row: row.updated_at, ZONE, store.clock),
        "customer_date": moment(lambda row: row.created_at, ZONE, store.clock),
        "email": word(lambda row: row.email),
        "phone": word(lambda row: row.phone),
        "state": word(lambda row: row.state),
        "tag": words(lambda row: row.tags),
        "accepts_marketing": flag(lambda row: row.email_consent.state == "SUBSCRIBED"),
        "orders_count": number(lambda row: row.orders_count),
        "total_spent": number(lambda row: row.spent / 100),
    }


def _order_fields() -> dict[str, Searchable]:
    def status(comparison: str, value: str) -> Callable[[Any], bool]:
        return (
            word(_order_status).compile(comparison, value)
            if value != "not_closed"
            else (lambda row: _order_status(row) != "closed")
        )

    return {
        "default": text(lambda row: f"#{row.index} {row.email}"),
        "name": word(lambda row: f"#{row.index}"),
        "status": Searchable(
            lambda op, value: (lambda _row: True) if value == "any" else status(op, value)
        ),
        "test": flag(lambda row: row.test),
        "financial_status": word(lambda row: row.financial),
        "fulfillment_status": word(lambda row: row.fulfillment),
        "customer_id": number(lambda row: row.customer),
        "email": word(lambda row: row.email),
        "tag": words(lambda row: row.tags),
        "source_name": word(lambda row: row.source),
        "cart_token": word(lambda row: row.cart_token),
        "checkout_token": word(lambda row: row.checkout_token),
    }


def _order_status(row: Any) -> str:
    if row.cancelled_at:
        return "cancelled"
    return "closed" if row.closed_at else "open"
