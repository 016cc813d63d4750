"""A question to a list: its parameters checked as the platform checks them, and what they hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST, USUAL, MOST_TYPES, DEEPEST = 100, 10, 20, 4
PAGING = {"limit", "starting_after", "ending_before", "expand"}
CREATED = {f"created[{bound}]" for bound in ("gte", "gt", "lte", "lt")} | {"created"}
FILTERS = {
    "customers": {"email", "test_clock"}, "products": {"active", "ids", "shippable", "url"},
    "prices": {"active", "currency", "lookup_keys", "product", "type"},
    "subscriptions": {"collection_method", "customer", "price", "status"},
    "invoices": {"collection_method", "customer", "due_date", "status", "subscription"},
    "charges": {"customer", "payment_intent", "transfer_group"},
    "payment_intents": {"customer"}, "refunds": {"charge", "payment_intent"},
    "balance_transactions": {"currency", "payout", "source", "type"},
    "checkout/sessions": {"customer", "payment_intent", "payment_link", "status", "subscription"},
    "disputes": {"charge", "payment_intent"}, "events": {"delivery_success", "type", "types"},
}  # fmt: skip
STATUSES = ("active", "all", "canceled", "ended", "incomplete", "incomplete_expired", "past_due",
            "paused", "trialing", "unpaid")  # fmt: skip


class Invalid(Exception):
    """A parameter that the platform refuses: its name, and why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name)
        self.name, self.why = name, why


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a list, newest first."""

    limit: int
    after: str
    low: int
    high: int
    expand: tuple[str, ...]
    status: str = ""
    types: tuple[str, ...] = ()


def question(what: str, pairs: Sequence[tuple[str, str]]) -> Question:
    """Read a query.

    Raises:
        Invalid: a parameter is none that the platform takes.
    """
    known = PAGING | CREATED | FILTERS[what]
    for name, _ in pairs:
        if name not in known and name.split("[", maxsplit=1)[0] not in known:
            raise Invalid(name, f"Received unknown parameter: {name}")
    one = dict(pairs)
    limit = _whole("limit", one.get("limit", str(USUAL)))
    if not 1 <= limit <= MOST:
        raise Invalid("limit", "This value must be between 1 and 100.")
    types = tuple(value for name, value in pairs if name.startswith("types["))
    if len(types) > MOST_TYPES:
        raise Invalid("types", "Array must have at most 20 elements")
    status = one.get("status", "")
    if what == "subscriptions" and status and status not in STATUSES:
        raise Invalid("status", "Invalid status")
    return Question(
        limit, one.get("starting_after", ""), _bound(one, "gt", 0), _bound(one, "lt", 1 << 40),
        expanded(pairs, "data."), status, types,
    )  # fmt: skip


def expanded(pairs: Sequence[tuple[str, str]], prefix: str = "") -> tuple[str, ...]:
    """The fields that are to be expanded.

    Raises:
        Invalid: a path is too deep, or not one of a list's rows.
    """
    paths = [value for name, value in pairs if name.startswith("expand[")]
    for path in paths:
        if path.count(".") >= DEEPEST or not path.startswith(prefix):
            raise Invalid("expand", f"This property cannot be expanded ({path}).")
    return tuple(path.removeprefix(prefix) for path in paths)


def _bound(one: dict[str, str], way: str, default: int) -> int:
    """The first second that is in (`gt`), or the first that is out (`lt`)."""
    name = f"created[{way}]"
    if name in one:
        return _whole(name, one[name]) + (way == "gt")
    name = f"created[{way}e]"
    return _whole(name, one[name]) + (way == "lt") if name in one else default


def _whole(name: str, text: str) -> int:
    if not re.fullmatch(r"\d+", text):
        raise Invalid(name, f"Invalid integer: {name}")
    return int(text)
