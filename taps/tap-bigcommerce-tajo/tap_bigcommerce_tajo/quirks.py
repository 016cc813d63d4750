"""What BigCommerce does that no row of a table can say: pure functions, one for each fact.

From the OpenAPI descriptions of customers V3, orders V2 and V3 and webhooks (checked 2026-11-24).
"""

from collections.abc import Mapping
from typing import Any

from tajo_connector_sdk.transport import Account

SCREEN = "Settings > API > Store-level API accounts"
HINTS = {
    401: "the access_token is none of this store, or its API account was deleted: compare it with "
    f"{SCREEN}, and store_hash with the store",
    # A wrong store hash is answered with the words of a missing scope, too.
    403: f"the API account lacks the scope ({SCREEN}), or store_hash is another store's",
    404: "no such store: compare store_hash with the address of the control panel",
}
# Addresses of sub-resources that are read otherwise or not at all, a figure that is always 0,
# amounts in no currency of the order, and what a marketing tool has no business to know.
DROPS = (
    "products", "shipping_addresses", "coupons", "fees", "refunded_amount", "currency_id",
    "default_currency_id", "currency_exchange_rate", "shipping_address_count",
    "authentication", "registration_ip_address", "ip_address", "ip_address_v6",
)  # fmt: skip
# Orders V2, order statuses: 4 Refunded, 14 Partially Refunded.
REFUNDED_STATUSES = frozenset({4, 14})
REFUNDED_PAYMENTS = frozenset({"refunded", "partially refunded"})
# Addresses and attributes that come with a customer.
MOST_INSIDE = 10
# Beside created, updated and deleted, which every resource has but orders: those are archived.
MORE_TOPICS = {"order": ("archived", "statusUpdated")}


def account(_: Any, settings: Mapping[str, Any]) -> Account:
    """Return whose data this is: the store hash is permanent; nothing tells a token's scopes."""
    return Account(store=settings["store_hash"])


def topics(*resources: str) -> tuple[str, ...]:
    """Return the webhooks that tell of changes of resources."""
    return tuple(
        f"store/{resource}/{what}"
        for resource in resources
        for what in ("created", "updated", *MORE_TOPICS.get(resource, ("deleted",)))
    )


def has_more_addresses(customer: Mapping[str, Any]) -> bool:
    """Say whether a customer has more addresses than the ten at most that come with it."""
    return is_part(customer.get("addresses"), customer.get("address_count"))


def has_more_attributes(customer: Mapping[str, Any]) -> bool:
    """Say whether a customer has more attributes than the ten at most that come with it."""
    return is_part(customer.get("attributes"), customer.get("attribute_count"))


def is_part(listed: Any, count: Any) -> bool:
    """Say whether a list holds fewer than are counted; without a count, ten may be a part."""
    found = len(listed) if isinstance(listed, list) else 0
    return found < count if isinstance(count, int) else found >= MOST_INSIDE


def is_refunded(order: Mapping[str, Any]) -> bool:
    """Say whether an order may have refunds; a merchant may have moved its status on since.

    ``refunded_amount`` does not tell: it "always returns 0" (orders V2).
    """
    paid = str(order.get("payment_status") or "").lower()
    return order.get("status_id") in REFUNDED_STATUSES or paid in REFUNDED_PAYMENTS
