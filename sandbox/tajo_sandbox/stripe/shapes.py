"""How this platform writes ids, money, times, addresses and lists inside objects."""

from __future__ import annotations

import calendar
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tajo_sandbox.store import Address

# docs.stripe.com/currencies: no minor unit, and thousandths; all else is in hundredths.
WHOLE = frozenset({"JPY", "KRW", "CLP", "VND", "XAF", "XOF", "MGA"})
THOUSANDTHS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def seconds(text: str) -> int:
    """Seconds since 1970 of a time of the store."""
    return calendar.timegm(datetime.fromisoformat(text).timetuple())


def minor(cents: int, currency: str, rate: float = 1.0) -> int:
    """Hundredths of the shop's currency as minor units of another."""
    if currency in WHOLE:
        return round(cents * rate / 100)
    # The last of three decimals has to be nought: networks know two.
    return round(cents * rate) * (10 if currency in THOUSANDTHS else 1)


def address(row: Address | None) -> dict[str, Any]:
    """An address; what is not known is null."""
    return {
        "city": row and row.city, "country": row and row.country_code,
        "line1": row and row.address1, "line2": row and row.address2,
        "postal_code": row and row.zip, "state": row and row.province,
    }  # fmt: skip


def named(kind: str, made: str, created: int, **facts: Any) -> dict[str, Any]:
    """An object of the API."""
    return {"id": made, "object": kind, "created": created, "livemode": False, **facts}


class Inner(list[dict[str, Any]]):
    """A list inside an object, with the path where it is read whole."""

    def __init__(self, rows: list[dict[str, Any]], url: str) -> None:
        super().__init__(rows)
        self.url = url


def listed(rows: list[Any], url: str, *, more: bool) -> dict[str, Any]:
    """A list as the API answers it."""
    return {"object": "list", "url": url, "has_more": more, "data": rows}
