"""What a query asks for: parameters as the vendor's descriptions have them, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tajo_sandbox.paypal.money import moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

LONGEST = timedelta(days=31)
KEPT = timedelta(days=3 * 365)
DISPUTES_KEPT = timedelta(days=180)


class Refused(Exception):
    """A query that the platform refuses: status, name, message."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status, self.name, self.message = status, name, message


def invalid(message: str) -> Refused:
    """A query that breaks the description."""
    return Refused(400, "INVALID_REQUEST", message)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a list takes: its largest page and last page number, times and further parameters."""

    most: int = 20
    last: int = 100_000
    times: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    more: frozenset[str] = frozenset()
    paged: bool = True

    def check(self, query: Mapping[str, str]) -> None:
        """Refuse what is not in the description.

        Raises:
            Refused: a parameter or a value that the list does not take.
        """
        known = self.times | self.more | ({"page", "page_size"} if self.paged else set())
        for name, value in query.items():
            if name not in known:
                raise invalid(f"unknown parameter {name}")
            if name in self.times:
                time_of(query, name)
            if name in {"page", "page_size"} and not (
                value.isdigit() and 1 <= int(value) <= (self.last if name == "page" else self.most)
            ):
                raise invalid(f"{name} is out of range")
        if missing := self.required - query.keys():
            raise invalid(f"missing {', '.join(sorted(missing))}")


def time_of(query: Mapping[str, str], name: str) -> datetime | None:
    """The time of a parameter, None without it.

    Raises:
        Refused: it is no time with a zone.
    """
    if name not in query:
        return None
    try:
        return moment(query[name])
    except ValueError:
        raise invalid(f"{name} is no date-time") from None


def range_of(query: Mapping[str, str], fresh: datetime) -> tuple[datetime, datetime]:
    """The window of a report that is whole up to `fresh`.

    Raises:
        Refused: the window is too long, or the report knows nothing of its beginning.
    """
    low, high = time_of(query, "start_date"), time_of(query, "end_date")
    if low is None or high is None or high < low:
        raise invalid("end_date before start_date")
    if high - low > LONGEST:
        raise invalid("Date range is greater than 31 days")
    if low > fresh or low < fresh - KEPT:
        raise Refused(
            404, "INVALID_REQUEST", "Data for the given start date is not available."
        )  # the platform has been seen to say so with 400 and with 404
    return low, high
