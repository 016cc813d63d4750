"""Reading one long window in lanes: several walks over parts of its time, behind the one pacer.

A window is cut only when a plain walk has shown that it is long: after ``PLAIN_PAGES`` pages, or
at once where the platform's total says so. So a short stream costs not one request more.

The window is a row of slices, oldest first, that always cover it without a gap. A lane walks one
slice; a lane without one cuts the slice that has most left to read and takes the far half. Once a
slice came empty, only slices that have shown more than a page are cut: else lanes would chase the
end of the data through years without any. What
a walk meets beyond its slice's end is another's and is dropped there; so each row comes once.

Where pages are places, a row that changes may leave its place for the far end of the window, and
the total stands still. So the last part, where late changes arrive, is a slice of its own: out of
all others rows only leave, which their totals tell.

Pages cross one bounded queue to the one reader, in order within a slice. ``reached`` is the low
end of the oldest slice that is not done *and taken over by the reader*: everything before it was
given out (Invariant 1), whatever the lanes have read ahead. A run that is cut off loses nothing,
it reads again from there.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tajo_connector_sdk.incremental import Filtered, Sorted, Window, times_of
from tajo_connector_sdk.places import Pages, turned
from tajo_connector_sdk.transport import Ask, Page

Row = dict[str, Any]
# A window of so many pages is walked plainly.
PLAIN_PAGES = 5
# No slice of fewer expected pages is cut: a cut costs a part of a page.
FEWEST_PAGES = 2.0
SECOND = timedelta(seconds=1)
# Read downwards, a window without a beginning is cut so many expected pages further on, for
# nobody knows where its middle is; the platform itself passes over the time without rows. The
# more was read already, the further on: so many cuts as lanes for a part of what there is.
STRIDE_PAGES, STRIDE_PART = 8, 4
# What stands for the beginning where one is needed to measure.
OLDEST = datetime(2005, 1, 1, tzinfo=UTC)
AHEAD = 2  # pages a lane may be ahead of the reader


@dataclass(slots=True)
class Slice:
    """A part of the window. ``at`` is how far its walk has come, upwards or downwards.

    ``pages`` a second is what its part of the time held so far, or what its neighbour's did.
    """

    low: datetime | None
    high: datetime
    at: datetime
    pages: float
    more: bool = False  # its lane has seen a page, and it was not the last
    read: bool = False  # by its lane
    done: bool = False  # and given out
    met: int = 0

    def left(self, settled: datetime | None) -> tuple[datetime, datetime]:
        """Return the times that are still to be read, and may be cut: upwards, the settled ones."""
        low = self.low or min(OLDEST, self.high - SECOND)
        if settled is None:
            return low, min(self.at, self.high)
        return max(self.at, low), min(self.high, settled)

    def middle(self, settled: datetime | None, stride: float) -> datetime:
        """Return where to cut: at half, or where there is no beginning so many pages further on."""
        low, high = self.left(settled)
        half = (high - low) / 2
        if settled is None and self.low is None:
            half = max(half, high - low - timedelta(seconds=stride / self.pages))
        return max(low + SECOND, (low + half).replace(microsecond=0))

    def pages_left(self, settled: datetime | None) -> float:
        """Return about how many pages are still to be read; none where it cannot be cut."""
        low, high = self.left(settled)
        seconds = (high - low).total_seconds()
        return seconds * self.pages if seconds > 2 * SECOND.total_seconds() else 0.0


@dataclass(frozen=True, slots=True)
class Haul:
    """What a lane hands over: rows of a slice, that it is done, or an error."""

    of: Slice
    rows: list[Row]
    last: bool = False
    error: BaseException | None = None


@dataclass(slots=True)
class Lanes:
    """Reads what is left of a window after a plain walk of ``walked`` pages, the last ``begun``.

    The walk met rows of the times ``first`` to ``last``, ``met`` of them. Iterate ``parts()`` to
    its end; leaving it early stops the lanes.
    """

    ask: Ask
    pages: Pages
    begun: Page
    walked: int
    first: datetime
    last: datetime
    met: int = 0
    _slices: list[Slice] = field(default_factory=list, init=False)
    _hauls: "queue.Queue[Haul]" = field(init=False)
    _change: threading.Condition = field(default_factory=threading.Condition, init=False)
    _stop: bool = field(default=False, init=False)
    _pages: int = field(init=False)  # read so far
    _thin: bool = field(default=False, init=False)  # a slice was empty: guesses are not to be had
    _anew: bool = field(init=False)  # the last part is a slice of its own, all is asked anew

    def __post_init__(self) -> None:
        self._hauls = queue.Queue(self.pages.lanes * AHEAD)
        window, self._pages = self.ask.window, self.walked
        density = self.walked / max((self.last - self.first).total_seconds(), 1.0)
        at = min(self.last, self._settled) if self.upwards else self.first
        self._anew = self.upwards and self.begun.places and at < self._settled
        high = self._settled if self._anew else window.high
        self._slices = [Slice(window.low, high, at, density, more=True, met=self.met)]
        if self._anew:
            self._slices.append(Slice(high, window.high, high, density))

    @property
    def upwards(self) -> bool:
        """Whether rows come oldest first."""
        return isinstance(self.ask.stream.incremental, Sorted)

    @property
    def reached(self) -> tuple[datetime | None, int]:
        """The time before which all was given out, and how many rows that were."""
        met = 0
        for one in self._slices:
            if not one.done:
                return one.low, met
            met += one.met
        return self.ask.window.high, met

    def parts(self, sifted: Callable[[list[Row]], list[Row]]) -> Iterator[list[Row]]:
        """Yield the rows of page after page, in no order across slices.

        ``sifted`` leaves of a page's rows those that did not come before.
        """
        begun = list(self._slices)
        for lane in range(self.pages.lanes):
            begin = begun[lane] if lane < len(begun) else None
            threading.Thread(target=self._lane, args=(begin,), daemon=True).start()
        try:
            while not all(one.done for one in self._slices):
                haul = self._hauls.get()
                if haul.error is not None:
                    raise haul.error
                rows = sifted(haul.rows)
                haul.of.met += len(rows)
                yield rows
                haul.of.done = haul.last
        finally:
            with self._change:
                self._stop = True
                self._change.notify_all()

    @property
    def _settled(self) -> datetime:
        """The time from which on a row may stand at an old place with a new time."""
        return self.ask.window.high - self.ask.stream.lookback

    def _lane(self, begin: Slice | None) -> None:
        """Walk slices until there is none, first the one to ``begin`` with.

        An error ends all lanes; the reader raises it.
        """
        mine = begin
        try:
            if begin is not None and self._anew:
                ask = replace(self.ask, window=Window(begin.at, begin.high))
                self._walk(begin, ask, None, None)
            elif begin is not None:  # goes on with the plain walk
                self._walk(begin, self.ask, self.begun.cursor, self.begun.placed)
            while (mine := self._next()) is not None:
                ask = replace(self.ask, window=Window(mine.low, mine.high))
                self._walk(mine, ask, None, None)
        except BaseException as error:  # noqa: BLE001 - as the docstring says
            self._put(Haul(mine or self._slices[0], [], error=error))
            with self._change:
                self._stop = True
                self._change.notify_all()

    def _put(self, haul: Haul) -> None:
        while not self._stop:
            with suppress(queue.Full):
                self._hauls.put(haul, timeout=1.0)
                return

    def _next(self) -> Slice | None:
        """Return the far half of the longest slice; wait for one while others still read."""
        with self._change:
            while not self._stop:
                if made := self._cut():
                    return made
                if all(one.read for one in self._slices):
                    self._change.notify_all()
                    return None
                self._change.wait()
            return None

    def _cut(self) -> Slice | None:
        open_ones = [one for one in self._slices if not one.read and (one.more or not self._thin)]
        if not open_ones:
            return None
        settled = self._settled if self.upwards else None
        longest = max(open_ones, key=lambda one: one.pages_left(settled))
        if longest.pages_left(settled) < FEWEST_PAGES:
            return None
        stride = max(STRIDE_PAGES, self._pages // STRIDE_PART)
        middle = longest.middle(settled, stride)
        place = self._slices.index(longest)
        if self.upwards:
            made = Slice(middle, longest.high, middle, longest.pages)
            longest.high = middle
            self._slices.insert(place + 1, made)
        else:
            made = Slice(longest.low, middle, middle, longest.pages)
            longest.low = middle
            self._slices.insert(place, made)
        return made

    def _walk(self, mine: Slice, ask: Ask, cursor: str | None, total: int | None) -> None:
        """Read a slice to its end. The question stays as it was put, also when a cut comes."""
        pages, begun, name = 0, mine.at, ask.stream.bookmark or ""
        while not self._stop:
            page = turned(self.pages, ask, cursor, total)
            pages += 1
            with self._change:
                times = times_of(page.rows, name, mine.low)
                self._pages += 1
                rows = held(page.rows, times, Window(mine.low, mine.high))
                self._move(mine, times)
                seconds = abs((mine.at - begun).total_seconds())
                mine.pages = pages / seconds if seconds else mine.pages
                mine.read = not page.more or self._passed(mine)
                mine.more = not mine.read
                self._thin = self._thin or not (page.rows or self._is_last_part(mine))
                self._change.notify_all()
            self._put(Haul(mine, rows, last=mine.read))
            if mine.read:
                return
            cursor, total = page.cursor, page.placed

    def _move(self, mine: Slice, times: list[datetime]) -> None:
        """Note how far a walk has come: a cut lies beyond all that it has given out."""
        if self.upwards:
            mine.at = max((at for at in times if at < self._settled), default=mine.at)
        else:
            mine.at = min(times, default=mine.at)

    def _is_last_part(self, mine: Slice) -> bool:
        return self._anew and mine.low is not None and mine.low >= self._settled

    def _passed(self, mine: Slice) -> bool:
        if self.upwards:
            return mine.at >= mine.high
        return mine.low is not None and mine.at < mine.low


def held(rows: list[Row], times: list[datetime], window: Window) -> list[Row]:
    """Return the rows of a page that belong to a slice."""
    if times and window.holds(min(times)) and window.holds(max(times)):
        return rows
    return [row for row, at in zip(rows, times, strict=True) if window.holds(at)]


def can_be_cut(ask: Ask, lanes: int) -> bool:
    """Say whether a window can be read in lanes: by the bookmark, with bounds on both sides."""
    known = ask.stream.incremental
    if lanes < 2 or not isinstance(known, Sorted | Filtered):  # noqa: PLR2004 - one is no company
        return False
    by_time = isinstance(known, Sorted) or known.newest_first
    return by_time and bool(known.until) and not known.whole_days
