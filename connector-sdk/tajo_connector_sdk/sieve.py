"""Which rows of a window are new, how many were met, and whether any is missing.

Where a row may be met twice, ids are kept for the window that is being read: in memory up to
50,000, then in a file (``seen``). Where no count is told, a cursor remembers rows and has no depth,
nothing is ever read again, and no ids are kept.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tajo_connector_sdk.errors import BadAnswer
from tajo_connector_sdk.incremental import Window, times_of
from tajo_connector_sdk.seen import Seen
from tajo_connector_sdk.table import Stream

Row = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """Counts the rows of an ordered walk: ``met`` in all, ``below`` those before a time."""

    met: int = 0
    below: int = 0
    _ahead: Counter[datetime] = field(default_factory=Counter)

    def add(self, at: datetime) -> None:
        """Count a row."""
        self.met += 1
        self._ahead[at] += 1

    def reach(self, at: datetime) -> int:
        """Return how many rows lie before ``at``."""
        for passed in [time for time in self._ahead if time < at]:
            self.below += self._ahead.pop(passed)
        return self.below


@dataclass(slots=True)
class Sieve:
    """Sifts the rows of one window. An earlier run has given out ``met`` rows before ``start``.

    ``once`` says that no row can be met twice. ``total`` is the platform's count as it last told.
    """

    row: Stream
    window: Window
    start: datetime | None = None
    met: int = 0
    once: bool = False
    total: int | None = None
    seen: Seen = field(default_factory=Seen)
    tally: Tally = field(init=False)
    _counts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tally = Tally(self.met, self.met)

    def new(self, rows: list[Row]) -> tuple[list[Row], datetime | None]:
        """Return the rows to give out, and the lowest bookmark of a page that is to be trusted.

        A row that changed a moment ago may stand at its old place with its new time, so a page's
        last row says nothing; the lowest time of the page does.
        """
        if self.once:
            return self._all_new(rows)
        window, key, lowest = self.window, self.row.key, None
        fresh = []
        for row in rows:
            new = self.seen.add("|".join(str(row[name]) for name in key))
            if self.row.bookmark is None:
                at = window.high
            else:
                at = self.time(row)
                if at < window.high and (lowest is None or at < lowest):
                    lowest = at
            if new and (self.start is None or at >= self.start):
                self.tally.add(at)
            if new and (self.row.bookmark is None or window.holds(at)):
                fresh.append(row)
        return fresh, lowest

    def _all_new(self, rows: list[Row]) -> tuple[list[Row], datetime | None]:
        """Do as ``new`` does where no row can be met twice: the usual page is taken as it is."""
        self.tally.met += len(rows)
        if self.row.bookmark is None or not rows:
            return rows, None
        window, times = self.window, self.times(rows)
        earliest, latest = min(times), max(times)
        if latest < window.high and (window.low is None or earliest >= window.low):
            return rows, earliest
        held = zip(rows, times, strict=True)
        lowest = min((at for at in times if at < window.high), default=None)
        return [row for row, at in held if window.holds(at)], lowest

    def time(self, row: Row) -> datetime:
        """Return a row's bookmark; raise BadAnswer where it is no time."""
        return self.times([row])[0]

    def times(self, rows: list[Row]) -> list[datetime]:
        """Return the bookmarks of rows; raise BadAnswer where one is no time."""
        name = self.row.bookmark or ""
        try:
            return times_of(rows, name, self.window.low)
        except (KeyError, TypeError, ValueError):
            raise BadAnswer(
                f"{self.row.name}.{name}", "a row without a time", right="RFC 3339"
            ) from None

    def count(self, total: int | None) -> None:
        """Note what the platform counts in the whole window, where it tells that."""
        self.total = total
        if total is not None:
            self._counts.append(total)

    @property
    def counted(self) -> bool:
        """Whether the platform has told a count."""
        return bool(self._counts)

    @property
    def missing(self) -> int:
        """How many rows were there all the time and were not met: the lowest count says it."""
        return max(0, min(self._counts, default=0) - self.tally.met)

    def anew(self) -> None:
        """Forget the counts and begin at the window's low end: what was met stays known."""
        self._counts.clear()
        self.start, self.tally.met = None, self.seen.count
