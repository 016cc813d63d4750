"""Amounts, ids and times as PayPal writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

WHOLE = frozenset({"JPY", "HUF", "TWD"})
"""Currencies that have no decimals at PayPal."""
ZONE = timezone(timedelta(hours=1))
"""The account's time zone: the report writes its times in it."""


def money(cents: float, currency: str) -> dict[str, str]:
    """An amount: a decimal as text beside its currency."""
    places = 0 if currency in WHOLE else 2
    return {"currency_code": currency, "value": f"{cents / 100:.{places}f}"}


def code(prefix: str, number: int) -> str:
    """An id of 17 characters or less, letters and digits."""
    return f"{prefix}{number:015X}"


def moment(text: str) -> datetime:
    """The time that a text says.

    Raises:
        ValueError: it is no time, or names no zone.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(UTC)


def local(text: str) -> str:
    """A time in the account's zone, its offset without a colon, as only the report writes it."""
    return moment(text).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S%z")


def stamp(at: datetime) -> str:
    """A time as the other APIs write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def without_nothing(row: dict[str, Any]) -> dict[str, Any]:
    """A row without its empty fields: PayPal leaves out what it does not know."""
    return {name: value for name, value in row.items() if value not in (None, {}, [])}
