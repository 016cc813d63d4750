"""Reading one window of a stream by pages, so that no row is missed and none comes twice.

Why nothing can be missed. ``high`` is the platform's own time when the run began. A row is in the
window when its bookmark is in it; any later change moves the row out at the far end, and the next
run, which begins before ``high``, reads it there. So while the window is read, rows can only
leave it; none can enter.

* Class A walks oldest first. A cursor remembers the last row, not a place, so rows that leave
  before it hide nothing behind it.
* Where pages are places (page 2 of 100), each row that leaves shifts the others up by one, over
  the edge of the next page. The platform's total shrinks by as many between two pages, but only
  where no row comes in: one that changed in the run's first second, or that shows its change late,
  leaves its place and stands at the far end of the same window. So class A puts each page's
  question anew from the last row's time, page 1; a page of one time only is read by ids. In the
  window's last part, which the next run's lookback reads again, the total has to do: when it
  shrinks, the walk steps back by as many places. Everything else that is read by places goes in
  pages that overlap (``seams``).
* Each walk is compared with the platform's own count under the same filter, the lower of the
  counts at its beginning and its end: so many rows were there all the time. When fewer were met,
  the window is walked once more (only what is new is given out), with day bounds where the
  platform matches whole days, and then the run fails; the bookmark stays. Where pages are places,
  rows of one time may stand in another order on each page: the second walk goes by ids.
* No cursor goes past the platform's depth: the walk starts anew at the last row's bookmark. Rows
  with that same bookmark (ties) come again and are known by their ids. When one unit of the
  filter (a second, or a day) alone is deeper than that, it is walked in the order of ids.
* A window that turns out to be long is read in lanes where its rows come by the bookmark and the
  filter has both bounds (``lanes``).
* The filter may be wider than asked for (whole days), so every row is checked against the exact
  bounds here (``incremental.asked``).
* A change that the platform's search shows late lies after ``high`` minus the lookback, which the
  next run reads again (``incremental.LOOKBACK``).

Class B (no order by the bookmark) is walked in the order of ids, and resumes nothing: its
bookmark moves at the end of the window.

Which rows are new and whether any is missing is known by the ``sieve``.
"""

import sys
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

from tajo_connector_sdk.errors import Incomplete
from tajo_connector_sdk.incremental import (
    UNDATED,
    Filtered,
    Scanned,
    Sorted,
    Window,
    Windowed,
    day_of,
)
from tajo_connector_sdk.lanes import PLAIN_PAGES, Lanes, can_be_cut
from tajo_connector_sdk.places import Pages, edge, turned
from tajo_connector_sdk.sieve import Sieve
from tajo_connector_sdk.transport import Ask, Page

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """New rows of the window. ``met`` rows lie before ``at``, and all of them were given out.

    ``at`` is None where nothing can be said: rows by id, or a page of rows that all changed
    while it was read.
    """

    rows: list[dict[str, Any]]
    at: datetime | None = None
    met: int = 0


@dataclass(slots=True)
class WindowReading:
    """Reads one window. An earlier run has given out ``met`` rows before ``start``.

    ``first`` is a first page that is there already, ``fresh`` the earliest time up to which an
    answer called its data whole. Use it in a ``with``, then iterate ``parts()`` to the end.
    """

    pages: Pages
    ask: Ask
    start: datetime | None = None
    met: int = 0
    first: Page | None = None
    fresh: datetime | None = None
    _sieve: Sieve = field(init=False)
    _whole: bool = True  # the pages' own counts are counts of the whole window
    _wide: datetime | None = None  # the lower bound of a second walk
    _places: bool = False  # pages are places

    def __post_init__(self) -> None:
        self._sieve = Sieve(self.ask.stream, self.ask.window, self.start, self.met)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._sieve.seen.__exit__()

    @property
    def total(self) -> int | None:
        """The platform's count as of the last page; None where it tells none."""
        return self._sieve.total

    def parts(self) -> Iterator[Part]:
        """Yield the window's rows.

        Raises Incomplete when fewer rows were met than the platform counts, also when the window
        was walked a second time.
        """
        self._whole = self.start is None
        yield from self._walk(self.start or self.ask.window.low)
        if self._sieve.missing:
            yield from self._second_walk()

    def _second_walk(self) -> Iterator[Part]:
        self._sieve.anew()
        self._whole = True
        low = self.ask.window.low
        low = day_of(low) if low and self._whole_days else low
        self._wide = low
        known = self.ask.stream.incremental
        if self._places and isinstance(known, Windowed | Scanned) and known.by_id:
            parts = self._by_id(Window(low, self.ask.window.high))
        else:
            parts = self._walk_once(low)
        for part in parts:
            yield Part(part.rows)
        self._note_whole()
        if missing := self._sieve.missing:
            raise Incomplete(
                self.ask.stream.name,
                f"{missing} rows fewer than the platform counts, also when read again",
                do="the bookmark stays: run again later",
            )

    def _walk(self, low: datetime | None) -> Iterator[Part]:
        yield from self._walk_once(low)
        self._note_whole()

    def _walk_once(self, low: datetime | None) -> Iterator[Part]:
        ask = replace(self.ask, window=Window(low, self.ask.window.high))
        by_time = isinstance(self.ask.stream.incremental, Sorted)
        if self.first is None:
            self.first = self.pages.page(ask if by_time else replace(ask, by_id=True), None)
        self._places = self.first.places
        endless = self.pages.depth == sys.maxsize
        self._sieve.once = endless and self.first.total is None and not self.first.places
        long = not self._places or self._is_long(self.first)
        if endless and long and can_be_cut(ask, self.pages.lanes):
            yield from self._in_lanes(ask)
        elif by_time:
            yield from self._in_order(low)
        else:
            yield from self._by_id(ask.window)

    def _note_whole(self) -> None:
        """Ask for the count of the whole window where the pages told none, or not the last word.

        What was met in the number first told was all there: a lower count says nothing new.
        """
        if not self._sieve.counted or (not self._whole and self._sieve.missing):
            whole = Window(self._wide or self.ask.window.low, self.ask.window.high)
            self._sieve.count(self.pages.count(replace(self.ask, window=whole)))

    def _in_lanes(self, ask: Ask) -> Iterator[Part]:
        """Walk plainly as long as a short window would be, then in lanes."""
        times: list[datetime] = []
        for walked, page in enumerate(self._turn(ask), start=1):
            yield Part(self._sieve.new(page.rows)[0])
            dated = [at for row in page.rows if (at := self._sieve.time(row)) > UNDATED]
            times += [at for at in dated if at < ask.window.high]
            if page.more and times and (self._is_long(page) or walked >= PLAIN_PAGES):
                break
        else:
            return
        if self._whole:
            self._whole = False  # the pages' totals are of slices from here on
        first, last = (min(times), max(times))
        lanes = Lanes(
            ask, self.pages, page, walked, first, last, met=self._sieve.tally.met
        )  # fmt: skip
        for rows in lanes.parts(lambda found: self._sieve.new(found)[0]):
            yield Part(rows, *lanes.reached)

    def _is_long(self, page: Page) -> bool:
        """Say whether a page tells that there are more than a plain walk is for."""
        return (page.total or 0) > PLAIN_PAGES * self.pages.page_size(self.ask)

    def _in_order(self, low: datetime | None) -> Iterator[Part]:
        while True:
            stop = yield from self._one_cursor(low)
            if stop is None:
                return
            self._whole = False
            unit = self._unit(stop)
            if low is not None and unit.low is not None and unit.low <= self._floor(low):
                yield from self._by_id(unit)
                low = unit.high
            else:
                low = stop

    def _one_cursor(self, low: datetime | None) -> Generator[Part, None, datetime | None]:
        """Walk one cursor; return where to go on when it came near the depth, else None."""
        ask = replace(self.ask, window=Window(low, self.ask.window.high))
        walked, at = 0, low
        for page in self._turn(ask):
            walked += len(page.rows)
            rows, lowest = self._sieve.new(page.rows)
            at = max(lowest, at) if lowest and at else lowest or at
            yield Part(rows, lowest and at, self._sieve.tally.reach(at) if lowest and at else 0)
            if page.more and walked + self.pages.page_size(ask) > self.pages.depth:
                return at
            if page.more and page.places:
                short = len(page.rows) < self.pages.page_size(self.ask)
                anew = edge(self.ask, page, low, self._sieve.times(page.rows), short=short)
                if anew is not None:
                    return anew
        return None

    @property
    def _anew(self) -> bool:
        """Whether places may hold a row twice: then only ids tell where to go on."""
        known = self.ask.stream.incremental
        return isinstance(known, Sorted) and known.anew

    def _by_id(self, window: Window) -> Iterator[Part]:
        ask = replace(self.ask, window=window, by_id=True)
        while True:
            walked, last, deep = 0, None, False
            for page in self._turn(ask):
                walked += len(page.rows)
                last = page.rows[-1] if page.rows else last
                yield Part(self._sieve.new(page.rows)[0])
                deep = page.more and walked + self.pages.page_size(ask) > self.pages.depth
                deep = deep or (page.more and bool(page.rows) and self._anew)
                if deep:
                    break
            if not deep or last is None:
                return
            self._whole = False
            ask = replace(ask, above=str(last[ask.stream.key[0]]))

    def _turn(self, ask: Ask) -> Iterator[Page]:
        page, self.first = self.first or self.pages.page(ask, None), None
        walked = 0
        while True:
            if self._whole:
                self._sieve.count(page.total)
            self.fresh = min((at for at in (self.fresh, page.fresh) if at), default=None)
            yield page
            if not page.more:
                return
            walked += len(page.rows)
            left = page.total - walked if page.total is not None and self._whole else 0
            most = left if left > 0 else None
            page = turned(self.pages, ask, page.cursor, page.placed, most)

    @property
    def _whole_days(self) -> bool:
        known = self.ask.stream.incremental
        return isinstance(known, Sorted | Filtered) and known.whole_days

    def _unit(self, at: datetime) -> Window:
        low = self._floor(at)
        return Window(low, low + (DAY if self._whole_days else SECOND))

    def _floor(self, at: datetime) -> datetime:
        return day_of(at) if self._whole_days else at.replace(microsecond=0)
