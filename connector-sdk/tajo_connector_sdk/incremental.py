"""Incremental classes: how a stream's changes since a time can be asked for.

    A  ``Sorted``    filter by the bookmark and sort by it: read oldest first, resumable
    B  ``Filtered``  filter only: a window is read in one walk by id, the bookmark moves at its end

Room is left for C (full scan, changes found by hash) and D (webhook, then fetch by id): each
comes with the first platform that needs it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Sorted:
    """Class A. ``filter`` and ``sort`` are the platform's own words for the bookmark.

    ``whole_days``: the platform may match the whole day of the time that it is given, so the
    question is asked wider and every row is checked against the exact time here.
    """

    filter: str
    sort: str
    by_id: str = "ID"
    whole_days: bool = False
    letter: str = "A"


@dataclass(frozen=True, slots=True)
class Filtered:
    """Class B. ``filter`` is the platform's word for the bookmark; rows come by id."""

    filter: str
    by_id: str = "ID"
    whole_days: bool = False
    letter: str = "B"


Incremental: TypeAlias = Sorted | Filtered
CLASSES = {"Sorted": Sorted, "Filtered": Filtered}

# A change may become visible in the platform's search some time after the moment that it bears.
# Each run therefore reads this much again before its bookmark; five minutes is far more than the
# seconds such an index lags, and rows read twice change nothing at the other end.
LOOKBACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Window:
    """Times of the bookmark from ``low`` (included; None: from the beginning) to ``high`` (not)."""

    low: datetime | None
    high: datetime

    def holds(self, at: datetime) -> bool:
        """Say whether a row with this bookmark belongs to the window."""
        return at < self.high and (self.low is None or at >= self.low)


def asked(known: Incremental | None, window: Window) -> Window:
    """Return the window that a platform is asked for, so that it holds every row of ``window``.

    Where whole days are matched, "before Tuesday noon" may end with Monday or with Tuesday: the
    upper bound is asked two days later, which holds both readings in every time zone.
    """
    if known is None or not known.whole_days:
        return window
    return Window(window.low, window.high + timedelta(days=2))


def read_time(text: str) -> datetime:
    """Return the time that a text says (RFC 3339 or a date), UTC where it names no zone.

    Raises ValueError when the text is no time.
    """
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def time_text(at: datetime) -> str:
    """Return a time as RFC 3339 in UTC with a Z, microseconds only where there are any."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def day_of(at: datetime) -> datetime:
    """Return the beginning of the UTC day of a time."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
