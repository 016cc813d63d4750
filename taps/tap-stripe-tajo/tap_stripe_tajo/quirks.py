"""What only Stripe does, as pure functions (docs.stripe.com/api, checked 2026-11-24)."""

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.transport import Account

# Months in one interval of a price; years of 365 days.
MONTHS = {
    "day": Fraction(12, 365),
    "week": Fraction(12 * 7, 365),
    "month": Fraction(1),
    "year": Fraction(12),
}
ACCOUNT = (
    "give a restricted key the permission to read it: Stripe Dashboard > Developers > API keys"
)
PAYING = frozenset({"active", "past_due"})


def account(body: Any, settings: Mapping[str, Any]) -> Account:
    """Return whose data the key gives: the account's id is its name for good, in both modes.

    Raises ConfigurationError where a restricted key may not read it: nothing else names it.
    """
    if not isinstance(body, Mapping) or not body.get("id"):
        raise ConfigurationError("account", "the key may not read the account (/v1/account), so "
                                 "nobody knows whose data these are", do=ACCOUNT)  # fmt: skip
    mode = "test" if "_test_" in str(settings.get("api_key")) else "live"
    return Account(str(body["id"]), mode=mode)


def net(charge: Mapping[str, Any], _settings: Mapping[str, Any]) -> dict[str, int]:
    """Return what a charge brought in and did not go back, in minor units: ``amount_net``.

    Only what was captured counts, and nothing of a charge that failed.
    """
    kept = int(charge.get("amount_captured") or 0) - int(charge.get("amount_refunded") or 0)
    return {"amount_net": kept if charge.get("status") == "succeeded" else 0}


def recurring(subscription: Mapping[str, Any], _settings: Mapping[str, Any]) -> dict[str, int]:
    """Return what a subscription brings in a month, in minor units of its currency: ``mrr``.

    Licensed items of a subscription that is being paid, before discounts and taxes; a trial, a
    paused collection and usage that is metered afterwards count nothing. Reckoned in fractions
    and rounded once, half up, to a whole minor unit.
    """
    items = subscription.get("items")
    if isinstance(items, Mapping):
        items = items.get("data")
    if subscription.get("status") not in PAYING or subscription.get("pause_collection"):
        return {"mrr": 0}
    monthly = sum((_monthly(item) for item in items or ()), Fraction(0))
    return {"mrr": floor(monthly + Fraction(1, 2))}


def _monthly(item: Mapping[str, Any]) -> Fraction:
    price = item.get("price") or {}
    every, unit = price.get("recurring") or {}, price.get("unit_amount_decimal")
    if unit is None or every.get("usage_type") == "metered":
        return Fraction(0)  # tiers, and usage: nobody knows before the invoice
    months = MONTHS[every["interval"]] * int(every.get("interval_count") or 1)
    quantity = _packed(item.get("quantity", 1), price.get("transform_quantity"))
    return Fraction(str(unit)) * quantity / months


def _packed(quantity: int | None, packs: Mapping[str, Any] | None) -> int:
    if quantity is None or not packs:
        return quantity or 0
    size = int(packs["divide_by"])
    return -(-quantity // size) if packs.get("round") == "up" else quantity // size
