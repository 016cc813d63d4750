"""One value of a record, made into what Brevo takes: numbers, times, dates, text, addresses.

Every function here gives None for None, and raises ``Unfit`` for a value that cannot become what
is asked for; the message names the kind of the value, never the value.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from time import gmtime
from typing import Any

from tajo_mapping.errors import Unfit

# Every decimal of up to 15 significant digits survives a JSON number (IEEE 754 double).
DIGITS = 15
_NUMBER = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,2})?")
_ADDRESS = re.compile(r"[^\s@\x00-\x1f\x7f]+@[^\s@\x00-\x1f\x7f]+")
_LONGEST_ADDRESS = 254
# RFC 3339 in UTC to the second on a day that every month has: there is nothing to convert.
_UTC_SECOND = re.compile(
    r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
).fullmatch
_DAY = len("2026-11-24")
_TOO_LONG = 10**DIGITS
# Unix seconds; those before fall into years of four digits.
_YEAR_10000 = 253_402_300_800
_DAY_S = 86_400
# What stands behind the date, by minutes of the day.
_MINUTES = tuple(f"T{each // 60:02d}:{each % 60:02d}:" for each in range(1440))
_SECONDS = tuple(f"{each:02d}Z" for each in range(60))


def kind_of(value: Any) -> str:
    """Return what a reader calls this kind of value: text, a number, a list ..."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    names = {str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), type(value).__name__)


def number(value: Any) -> int | float | None:
    """Return a JSON number: of at most 15 digits where it comes from text, whole as int."""
    # Most numbers are neither long nor strange; a float less itself is 0 unless it is.
    if type(value) is int and -_TOO_LONG < value < _TOO_LONG:
        return value
    if type(value) is float and value - value == 0.0:
        return value
    if value is None:
        return None
    if isinstance(value, str):
        return _from_decimal(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit(f"{kind_of(value)} cannot become a number")
    if isinstance(value, int):
        return _from_decimal(str(value)) if abs(value) >= _TOO_LONG else value
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - how NaN is told
        raise Unfit("not a finite number")
    return value


def _from_decimal(text: str) -> int | float:
    # Few ASCII digits with or without decimals, as nearly every amount is: nothing can be rounded.
    if len(text) <= DIGITS and text.isascii():
        units, dot, parts = text.partition(".")
        if units.isdecimal():
            if not dot:
                return int(units)
            if parts.isdecimal():
                return float(text) if parts.strip("0") else int(units)
    if not _NUMBER.fullmatch(text):
        raise Unfit("the text is not a decimal number", "a number looks like 1234.50")
    amount = Decimal(text)
    if len(amount.normalize().as_tuple().digits) > DIGITS or abs(amount) >= 10**DIGITS:
        raise Unfit(
            f"a number of more than {DIGITS} digits would be rounded",
            "map it to a text attribute to keep every digit",
        )
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def whole(value: Any) -> int | None:
    """Return a whole number."""
    amount = number(value)
    if amount is None or isinstance(amount, int):
        return amount
    if not amount.is_integer():
        raise Unfit("not a whole number")
    return int(amount)


def moment(value: Any) -> datetime | None:
    """Return a time in UTC from RFC 3339 text, a date, or whole Unix seconds.

    Text without an offset is UTC, as records of this project's connectors are.
    """
    if value is None:
        return None
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            read = datetime.fromisoformat(value.strip())
            return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise Unfit("not a time", "a time looks like 2026-11-24T09:30:00Z") from None
    raise Unfit(f"{kind_of(value)} cannot become a time")


def time(value: Any) -> str | None:
    """Return RFC 3339 in UTC, ``2026-11-24T09:30:00Z``, with milliseconds where there are any."""
    if type(value) is str and _UTC_SECOND(value):
        return value
    if type(value) is int and 0 <= value < _YEAR_10000:
        days, second = divmod(value, _DAY_S)
        minute, second = divmod(second, 60)
        return _date(days) + _MINUTES[minute] + _SECONDS[second]
    read = moment(value)
    if read is None:
        return None
    precision = "milliseconds" if read.microsecond else "seconds"
    return read.isoformat(timespec=precision).replace("+00:00", "Z")


@lru_cache(maxsize=4096)
def _date(days: int) -> str:
    """Return the date so many days after 1970-01-01; a read of records meets few days."""
    year, month, day = gmtime(days * _DAY_S)[:3]
    return f"{year:04d}-{month:02d}-{day:02d}"


def seconds(value: Any) -> str | None:
    """Return RFC 3339 in UTC to the second, as Brevo's orders want it."""
    if type(value) is str and _UTC_SECOND(value):
        return value
    read = moment(value)
    return None if read is None else read.isoformat(timespec="seconds").replace("+00:00", "Z")


def day(value: Any) -> str | None:
    """Return ``YYYY-MM-DD`` (the day in UTC)."""
    if isinstance(value, str) and len(value) == _DAY:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise Unfit("not a date", "a date looks like 2026-11-24") from None
    if type(value) is str and _UTC_SECOND(value):
        return value[:_DAY]
    read = moment(value)
    return None if read is None else read.date().isoformat()


def boolean(value: Any) -> bool | None:
    """Return true or false, also from the words ``true`` and ``false``."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in {"true", "false"}:
        return value.strip().lower() == "true"
    raise Unfit(f"{kind_of(value)} cannot become true or false")


def text(value: Any) -> str | None:
    """Return text; true, false and numbers as JSON writes them."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise Unfit(f"{kind_of(value)} cannot become text", "for a list: join(', ', field)")


def texts(value: Any) -> list[str] | None:
    """Return a list of texts, without the nulls in it."""
    if value is None:
        return None
    if not isinstance(value, list):
        raise Unfit(f"{kind_of(value)} cannot become a list")
    return [made for item in value if (made := text(item)) is not None]


def address(value: Any) -> str | None:
    """Return an e-mail address lower-cased and stripped; empty text is none.

    Only what no mail system could deliver is refused: which addresses are valid is Brevo's word.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unfit(f"{kind_of(value)} cannot become an e-mail address")
    stripped = value.strip().lower()
    if not stripped:
        return None
    if len(stripped) <= _LONGEST_ADDRESS and stripped.isascii() and stripped.isprintable():
        local, _, domain = stripped.partition("@")
        if local and domain and "@" not in domain and " " not in stripped:
            return stripped
    if len(stripped) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(stripped):
        raise Unfit("not an e-mail address", "correct it in the source; it is sent again then")
    return stripped


Converter = Callable[[Any], Any]
