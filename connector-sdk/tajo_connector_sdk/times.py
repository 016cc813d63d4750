"""How platforms write times, in filters and in rows; a record says RFC 3339 in UTC."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from enum import Enum
from typing import Any

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC; without a zone its text has no offset
# What shops write where they mean "never".
NEVER = ("0000-00-00", "-0001-11-30")


class Times(Enum):
    """The form of a time in a question: ``Times.UNIX.write(at)``."""

    RFC_3339 = "2026-01-31T13:00:00Z"
    UNMARKED = "2026-01-31T13:00:00"  # UTC, and nothing says so
    SPACED = "2026-01-31 13:00:00"  # as above
    UNIX = "1769864400"
    UNIX_MS = "1769864400000"
    MAIL = "Sat, 31 Jan 2026 13:00:00 +0000"  # RFC 2822

    def write(self, at: datetime) -> str:
        """Return a time in this form; where it has whole seconds only, the second it is in."""
        return _WRITERS[self](at.astimezone(UTC))


def _text(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat() + "Z"


_WRITERS: dict[Times, Callable[[datetime], str]] = {
    Times.RFC_3339: _text,
    Times.UNMARKED: lambda at: at.strftime("%Y-%m-%dT%H:%M:%S"),
    Times.SPACED: lambda at: at.strftime("%Y-%m-%d %H:%M:%S"),
    Times.UNIX: lambda at: str(int(at.timestamp())),
    Times.UNIX_MS: lambda at: str(int(at.timestamp() * 1000)),
    Times.MAIL: format_datetime,
}


def from_unix(value: Any) -> str | None:
    """Return the time that seconds since 1970 say, or None for none. Raises ValueError."""
    if value is None or value == "":
        return None
    if type(value) is int:  # a third of the time that the way by fractions takes
        return (EPOCH + timedelta(0, value)).isoformat() + "Z"
    return _text(datetime.fromtimestamp(float(value), UTC))


def from_unmarked(value: Any) -> str | None:
    """Return the time of a text in UTC without a mark, with a space or a T. Raises ValueError."""
    if not value or str(value).startswith(NEVER):
        return None
    at = datetime.fromisoformat(value)
    return _text(_in_utc(at))


def from_offset(value: Any) -> str | None:
    """Return the time of a text with any offset (``+0200``, ``+02:00``). Raises ValueError."""
    return _text(_in_utc(datetime.fromisoformat(value))) if value else None


def from_mail(value: Any) -> str | None:
    """Return the time of a text as RFC 2822 has it. Raises ValueError."""
    return _text(read_mail_time(value)) if value else None


def read_mail_time(value: str) -> datetime:
    """Return the time in UTC that a text as RFC 2822 has it says. Raises ValueError."""
    return _in_utc(parsedate_to_datetime(value))


def _in_utc(at: datetime) -> datetime:
    """Return a time in UTC; one that names no zone is of UTC, and not of this machine's."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
