"""What one stream has to do in a run: which windows, by pages or in bulk, and when state moves.

A generator gives out rows; the state that says so is set only when it is asked for more, that is
when the rows before are on their way. That order is the whole of "state never runs ahead".
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from tajo_connector_sdk import queries
from tajo_connector_sdk.bookmarks import Bookmark, HalfRead, Operating
from tajo_connector_sdk.bulk import BulkReader, hash_of
from tajo_connector_sdk.errors import NotYet, TooLarge
from tajo_connector_sdk.feeds import FeedReading
from tajo_connector_sdk.fields import Fields
from tajo_connector_sdk.incremental import (
    Again,
    Feed,
    Filtered,
    Scanned,
    Sorted,
    Window,
    time_text,
)
from tajo_connector_sdk.operations import BATCH, BulkReading
from tajo_connector_sdk.progress import Progress
from tajo_connector_sdk.scans import Scan
from tajo_connector_sdk.table import Stream
from tajo_connector_sdk.transport import DELETED, Ask, Page, Reader
from tajo_connector_sdk.windows import WindowReading

Row = dict[str, Any]
# State goes out after so many rows of a window that is read in the bookmark's order.
STATE_ROWS = 2_500
# A window is not halved into less than this.
SHORTEST = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class Job:
    """Reads one stream up to ``high``, the platform's time when the run began.

    ``start`` is the setting ``start_date``. ``limit`` stops after so many rows and moves nothing:
    a trial. ``sleep`` waits (seconds), ``settings`` are the tap's.
    """

    row: Stream
    fields: Fields
    reader: Reader
    bookmark: Bookmark
    high: datetime
    sleep: Callable[[float], None]
    progress: Progress
    start: datetime | None = None
    limit: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    _window: Window = field(init=False)
    _now: datetime = field(init=False)
    _listed: Stream = field(init=False)  # the row as it is read where no feed tells of changes
    _feed: FeedReading | None = field(default=None, init=False)
    _half: HalfRead | None = field(default=None, init=False)
    _in_bulk: BulkReading | None = field(default=None, init=False)
    _first: Page | None = field(default=None, init=False)
    _whole: datetime | None = field(default=None, init=False)
    _halved: timedelta | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        known = self.row.incremental
        first = known.first if isinstance(known, Feed) else known
        self._listed, self._now = replace(self.row, incremental=first), self.high
        if isinstance(first, Sorted) and first.settles:
            self.high -= timedelta(minutes=float(self.settings.get(first.settles) or 0))
        self._window = self._current()

    @property
    def since(self) -> datetime | None:
        """What the stream has already, or where its reading begins (None: the beginning)."""
        known = [at for at in (self.bookmark.value, self.start) if at is not None]
        return max(known, default=None)

    @property
    def mark(self) -> str:
        """A short mark of the question, whatever the window."""
        text = queries.selection(self.fields, lambda listed: queries.selection(listed.fields, str))
        asked = f"{self.row.path} {self.row.filters} {text}"
        return hash_of(f"{asked} {dict(self.row.params)}" if self.row.params else asked)

    def plan(self) -> None:
        """Decide how to begin, and start a bulk operation if that is the way.

        What a run before left half done is gone on with while the question is the same.
        """
        if self.limit is not None:
            return
        operating, half, bulk = self.bookmark.operating, self.bookmark.half_read, self._bulk()
        if operating and operating.query == self.mark and bulk:
            self._window = operating.window
            self._in_bulk = self._bulk_reading(bulk, operating)
        elif half and half.query == self.mark:
            self._half, self._window, self._feed = half, half.window, None
        else:
            self.bookmark.forget()
            self._plan_window()

    def parts(self) -> Iterator[list[Row]]:
        """Yield the stream's rows, deletions last in each window."""
        if self.limit is not None:
            yield from self._trial()
            return
        while True:
            if self._window.low is None or self._window.low < self._window.high:
                try:
                    yield from self._changes()
                except TooLarge:
                    if not self._halve():
                        raise
                    continue
                except NotYet:
                    if not self._is_recent():
                        raise
                    return
                yield from self._deletions()
                self._complete()
            if self._window.high >= self.high:
                return
            # What a run before left half done ends where that run began: seen late, read again.
            late = self._half or (self._in_bulk and self._in_bulk.operating)
            self._window = self._current() if late else self._cut(self._window.high)
            self._half = None
            self._plan_window()

    def _changes(self) -> Iterator[list[Row]]:
        known = self.row.incremental
        if self._feed:
            yield from self._feed.parts(self._window)
            return
        rows = self._in_bulk.parts() if self._in_bulk else self._by_pages()
        if not isinstance(known, Scanned):
            yield from rows
            return
        scan = Scan(self.row.key, known.ignore, self.bookmark.scanned(self.mark))
        yield from scan.sifted(rows)
        self.bookmark.scan(scan.sums.text(), self.mark, self._window.high)

    def _complete(self) -> None:
        """Move the bookmark, but neither past what the platform called whole, nor backwards."""
        ends, known = self._window.high, self.bookmark.value
        high = min(ends, self._whole) if self._whole else ends
        if self._again and ends >= self.high:
            self.bookmark.read_again(high)
        self.bookmark.complete(Window(self._window.low, max(high, known or high)))

    @property
    def _again(self) -> Again | None:
        """The rule by which more than the lookback is read again, where that is due."""
        known, last = self._listed.incremental, self.bookmark.again
        rule = known.again if isinstance(known, Filtered | Sorted) else None
        if rule is None:
            return None
        days = self.settings.get(rule.setting) if rule.setting else None
        if rule.setting and not days:
            return None
        every = timedelta(days=float(days)) if days else rule.every
        return rule if last is None or self.high - last >= every else None

    def _is_recent(self) -> bool:
        low, longest = self._window.low, self._longest
        return low is not None and (longest is None or self.high - low <= longest)

    def _current(self) -> Window:
        known = self.bookmark.up_to(self._now + self.row.lookback, self.progress.logger)
        back = self._again.lookback if self._again else self.row.lookback
        low = known - back if known and back is not None else None
        feed = self.row.incremental
        if isinstance(feed, Feed):
            self._feed = self._feed_since(feed, low)
            if self._feed:
                return self._cut(low)
            low = None
        if self.row.parent and self.row.parent.over:
            # When children were last read: those that were over then are left.
            return self._cut(self.bookmark.scanned_at(self.mark))
        reaches = self._listed.reaches
        first = self.high - reaches if reaches else None
        return self._cut(max((at for at in (low, self.start, first) if at), default=None))

    def _feed_since(self, feed: Feed, low: datetime | None) -> FeedReading | None:
        """Return the reading of a feed, or None where all rows have to be listed."""
        if low is None or self.limit is not None:
            return None
        if low >= self.high - feed.reaches:
            return self._feed or FeedReading(
                self.reader, self._listed, self.fields, feed, self.progress.logger
            )
        self.progress.logger.warning(
            "%s: events tell of the last %d days only, and the last complete run was before %s: "
            "all rows are read again, and what was deleted meanwhile is not told",
            self.row.name,
            feed.reaches.days,
            time_text(self.high - feed.reaches),
        )
        return None

    @property
    def _longest(self) -> timedelta | None:
        return (self.row if self._feed else self._listed).longest

    def _cut(self, low: datetime | None) -> Window:
        longest = self._longest
        if longest and self._halved:  # rows are about as dense as they just were
            longest = self._halved = min(2 * self._halved, longest)
        high = low + longest if low is not None and longest else self.high
        return Window(low, min(high, self.high))

    def _halve(self) -> bool:
        low, high = self._window.low, self._window.high
        if low is None or self._longest is None or high - low < 2 * SHORTEST:
            return False
        middle = (low + (high - low) / 2).replace(microsecond=0)
        self._window, self._halved = Window(low, middle), middle - low
        return True

    def _ask(self) -> Ask:
        return Ask(self._listed, self.fields, self._window)

    def _bulk(self) -> BulkReader | None:
        return self.reader.bulk() if self.limit is None else None

    def _bulk_reading(self, bulk: BulkReader, operating: Operating | None = None) -> BulkReading:
        return BulkReading(
            bulk, self._ask(), self.mark, self.bookmark, self.progress, self.sleep, operating
        )

    def _plan_window(self) -> None:
        self._in_bulk, self._first = None, None
        bulk = self._bulk()
        if bulk is None or (self._window.low and self._window.low >= self._window.high):
            return
        few, much = bulk.facts.above_pages * self.reader.page_size(self._ask()), False
        if self._window.low is None:
            # A first load: the count alone costs a point or two, a page that is thrown away
            # a good part of what the platform allows.
            self.progress.total = self.reader.count(self._ask())
            much = self.progress.total is not None and self.progress.total > few
        if not much:
            self._first = self.reader.page(self._ask(), None)
            self.progress.total = total = self._first.total
            much = self._first.more and (total is None or total > few)
        if much:
            self._first = None
            self._in_bulk = self._bulk_reading(bulk)
            self.start_bulk()

    def start_bulk(self) -> None:
        """Start the operation if one is wanted and there is room."""
        if self._in_bulk:
            self._in_bulk.start()

    def _by_pages(self) -> Iterator[list[Row]]:
        half = self._half
        reading = WindowReading(
            self.reader,
            self._ask(),
            start=half.at if half else None,
            met=half.rows if half else 0,
            first=self._first,
        )
        self._first = None
        with reading:
            told = 0
            for part in reading.parts():
                self.progress.total = reading.total
                if reading.fresh:
                    self._whole = reading.fresh.replace(microsecond=0)
                    self.high = min(self.high, self._whole + SECOND)
                yield part.rows
                told += len(part.rows)
                if part.at and told >= STATE_ROWS:
                    told = 0
                    at = HalfRead(self._window, part.at, part.met, self.mark)
                    self.bookmark.reached(at)

    def _deletions(self) -> Iterator[list[Row]]:
        rule, since = self.row.deletions, self.bookmark.value
        if rule is None:
            return
        # No bookmark does not mean that nothing was given out: a first load may have been killed
        # before any state, or the state been dropped for a full refresh. So all are asked for.
        low = since - self.row.lookback if since else None
        ask = replace(self._ask(), window=Window(low, self._window.high))
        gone = self.reader.deletions(rule, ask)
        while batch := list(islice(gone, BATCH)):
            yield [
                {**{name: deletion.key[name] for name in self.row.key}, DELETED: deletion.at}
                for deletion in batch
            ]

    def _trial(self) -> Iterator[list[Row]]:
        # Of windows the newest one: years ago there may have been nothing yet.
        if self._longest and self._window.low and self._window.high < self.high:
            self._window = Window(self.high - self._longest, self.high)
        page = self.reader.page(self._ask(), None, most=self.limit)
        yield page.rows[: self.limit]
