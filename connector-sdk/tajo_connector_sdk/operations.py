"""Reading a window by a bulk operation: it is started, waited for, and its rows are given out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tajo_connector_sdk.bookmarks import Bookmark, Operating
from tajo_connector_sdk.bulk import (
    FIRST_GAP,
    GROWTH,
    LONGEST_GAP,
    BulkReader,
    Operation,
    StartAnew,
    Status,
)
from tajo_connector_sdk.errors import ConnectorError, Unavailable
from tajo_connector_sdk.incremental import times_of
from tajo_connector_sdk.progress import Progress
from tajo_connector_sdk.transport import Ask

Row = dict[str, Any]
BATCH = 500


@dataclass(slots=True)
class BulkReading:
    """Reads one window in bulk. ``operating`` is the operation, also one that an earlier run left.

    ``mark`` knows the question again, ``bookmark`` keeps the operation between runs, ``sleep``
    waits (seconds).
    """

    bulk: BulkReader
    ask: Ask
    mark: str
    bookmark: Bookmark
    progress: Progress
    sleep: Callable[[float], None]
    operating: Operating | None = None

    def start(self) -> bool:
        """Start the operation if there is room; say whether it runs."""
        if self.operating is None:
            key = self.bulk.start(self.ask)
            if key:
                self.operating = Operating(key, self.ask.window, self.mark)
                self.bookmark.started(self.operating)
        return self.operating is not None

    def parts(self) -> Iterator[list[Row]]:
        """Yield the window's rows; where an operation gives nothing any more, of a second one.

        Raises Unavailable with the operation kept for the next run, and any other ConnectorError
        with the operation forgotten.
        """
        try:
            try:
                yield from self._rows()
            except StartAnew as first:
                self.progress.waiting(f"{first.what}; a new operation is started")
                self.bookmark.forget()
                self.operating = None
                yield from self._rows()
        except Unavailable:
            raise  # the operation may be whole: the next run takes it up
        except ConnectorError:
            self.bookmark.forget()
            self.bookmark.said()
            raise

    def _rows(self) -> Iterator[list[Row]]:
        rows = self.bulk.rows(self.ask, self._finished())
        while batch := list(islice(rows, BATCH)):
            yield [row for row in batch if self._holds(row)]

    def _finished(self) -> Operation:
        name, gap = self.ask.stream.name, FIRST_GAP
        while not self.start():
            self.progress.waiting("waiting for room among the platform's bulk operations")
            self.sleep(gap)
            gap = min(gap * GROWTH, LONGEST_GAP)
        gap = FIRST_GAP
        key = self.operating.id if self.operating else ""
        while (operation := self.bulk.look(name, key)).status is Status.RUNNING:
            self.progress.waiting(f"bulk operation, {operation.objects} objects written so far")
            self.sleep(gap)
            gap = min(gap * GROWTH, LONGEST_GAP)
        self.bulk.outcome(name, operation)
        return operation

    def _holds(self, row: Row) -> bool:
        name, window = self.ask.stream.bookmark, self.ask.window
        return name is None or window.holds(times_of([row], name, window.low)[0])
