"""A question to a list: its parameters checked as the platform checks them, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST, USUAL = 100, 10
NEVER = datetime.min.replace(tzinfo=UTC)
TIMES = ("after", "before", "modified_after", "modified_before")
POSTS = ("date", "id", "include", "title", "slug", "modified")
ORDERS_BY = {
    "customers": ("id", "include", "name", "registered_date"),
    "orders": POSTS, "refunds": POSTS, "products": (*POSTS, "price", "popularity", "rating"),
    "variations": (*POSTS, "menu_order"), "coupons": POSTS,
    "categories": ("id", "include", "name", "slug", "term_group", "description", "count"),
}  # fmt: skip
STATUSES = {
    "orders": ("any", "trash", "pending", "processing", "on-hold", "completed", "cancelled",
               "refunded", "failed", "checkout-draft"),
    "products": ("any", "future", "trash", "draft", "pending", "private", "publish"),
}  # fmt: skip


class Invalid(Exception):
    """A parameter that the platform refuses: its name, and why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name)
        self.name, self.why = name, why


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a list; the times bound created and changed, the bounds themselves not."""

    per_page: int
    page: int
    orderby: str
    descending: bool
    status: str
    role: str
    include: frozenset[int] = frozenset()
    times: Mapping[str, datetime] = field(default_factory=dict)

    def holds(self, created: str, modified: str | None) -> bool:
        """Whether a row of these times (UTC) is asked for; the database keeps none as year 0."""
        for name, bound in self.times.items():
            text = modified if name.startswith("modified") else created
            at = datetime.fromisoformat(text) if text else NEVER
            if not (at > bound if name.endswith("after") else at < bound):
                return False
        return True


def question(what: str, query: Mapping[str, str], *, zone: int, gmt: bool) -> Question:
    """Read a query; `gmt`: the platform heeds `dates_are_gmt`.

    Raises:
        Invalid: a parameter is none that the platform takes.
    """
    per_page = _whole(query, "per_page", USUAL)
    if not 1 <= per_page <= MOST:
        raise Invalid("per_page", "per_page must be between 1 (inclusive) and 100 (inclusive)")
    orderby = query.get("orderby", "date" if "date" in ORDERS_BY[what] else "name")
    _among("orderby", orderby, ORDERS_BY[what])
    _among("order", query.get("order", "desc"), ("asc", "desc"))
    status = query.get("status", "any")
    if what in STATUSES:
        _among("status", status, STATUSES[what])
    utc = gmt and query.get("dates_are_gmt", "") in {"true", "1"}
    takes_times = "modified" in ORDERS_BY[what]
    return Question(
        per_page=per_page,
        page=max(1, _whole(query, "page", 1)),
        orderby=orderby,
        descending=query.get("order", "desc" if orderby in {"date", "modified"} else "asc")
        == "desc",
        status=status,
        role=query.get("role", "customer"),
        include=frozenset(int(one) for one in query.get("include", "").split(",") if one),
        times={
            name: _time(name, query[name], 0 if utc else zone)
            for name in TIMES
            if takes_times and query.get(name)
        },
    )


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise Invalid(name, f"{name} is not of type integer.")
    return int(text)


def _among(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        listed = ", ".join(known[:-1])
        raise Invalid(name, f"{name} is not one of {listed}, and {known[-1]}.")


def _time(name: str, text: str, zone: int) -> datetime:
    """A time of a filter in UTC; one with an offset of its own is heeded (since 10.0 at least)."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(name, "Invalid date.") from None
    if at.tzinfo is None:
        at = (at - timedelta(hours=zone)).replace(tzinfo=UTC)
    return at.replace(microsecond=0)


def invalid_param(error: Invalid) -> dict[str, Any]:
    """The body of a refusal."""
    return {
        "code": "rest_invalid_param",
        "message": f"Invalid parameter(s): {error.name}",
        "data": {"status": 400, "params": {error.name: error.why}},
    }
