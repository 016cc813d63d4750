"""Class E: a feed of events names the rows that changed, and each is read again by its id.

An event is a hint: what it carries may be old, cut short or of another version, so only the row's
id and the time are taken from it. What a window of the feed names is gathered first, each row once
with the time of its last event, in a private file: memory is flat. Then the rows are read, those
that changed longest ago first.

A row that was read in this run is newer than every event that the run is told of, for they all
lie before its beginning. So a long absence, which is read in several windows, reads each row once.
One that turns out to be gone is told of again with each window, the last time with the time of its
last event.

Nothing is kept while a window is read. A run that is killed begins again at the bookmark, the end
of the last window that was read whole.
"""

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from tajo_connector_sdk.fields import Fields
from tajo_connector_sdk.incremental import Feed, Window, read_time, time_text
from tajo_connector_sdk.paging import dotted
from tajo_connector_sdk.seen import Seen, private_database
from tajo_connector_sdk.table import Stream
from tajo_connector_sdk.transport import DELETED, Ask, Reader
from tajo_connector_sdk.windows import WindowReading

Row = dict[str, Any]
BATCH = 100
_NOTE = "INSERT INTO changed VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET at = max(at, excluded.at)"


@dataclass(slots=True)
class FeedReading:
    """Reads the rows of a stream that the windows of its feed name."""

    reader: Reader
    row: Stream
    fields: Fields
    feed: Feed
    logger: logging.Logger
    _read: Seen = field(default_factory=Seen)

    def parts(self, window: Window) -> Iterator[list[Row]]:
        """Yield the rows as they are now, a deletion for each that is gone; then none are left."""
        with closing(private_database()) as changed:
            changed.execute("CREATE TABLE changed (id PRIMARY KEY, at REAL)")
            nameless = 0
            for begin in range(0, len(self.feed.types), self.feed.most):
                for events in self._events(self.feed.types[begin : begin + self.feed.most], window):
                    named = [(self._named(event), self._time(event)) for event in events]
                    changed.executemany(_NOTE, [one for one in named if one[0] is not None])
                    nameless += sum(1 for key, _ in named if key is None)
                    yield []  # the time to show progress
            if nameless:
                self.logger.warning(
                    "%s: %d events name no row: nothing was read for them", self.row.name, nameless
                )
            yield from self._changed(changed)

    def _events(self, types: Sequence[str], window: Window) -> Iterator[list[Row]]:
        of = self.feed.events
        asked = replace(of, params={**of.params, self.feed.param: tuple(types)})
        with WindowReading(self.reader, Ask(asked, of.fields, window)) as reading:
            for part in reading.parts():
                yield part.rows

    def _named(self, event: Row) -> Any:
        return dotted(event, self.feed.ids.get(str(event.get(self.feed.kind)), self.feed.id))

    def _time(self, event: Row) -> float:
        return read_time(event[self.feed.events.bookmark or ""]).timestamp()

    def _changed(self, changed: sqlite3.Connection) -> Iterator[list[Row]]:
        told = changed.execute("SELECT id, at FROM changed ORDER BY at, id")
        while batch := told.fetchmany(BATCH):
            wanted = {key: at for key, at in batch if str(key) not in self._read}
            yield [self._now(key, at, row) for key, at, row in self._again(wanted)]

    def _again(self, wanted: dict[Any, float]) -> Iterator[tuple[Any, float, Row | None]]:
        ask = Ask(self.row, self.fields, Window(None, datetime.now(UTC)))
        rows = self.reader.again(ask, self.feed, list(wanted))
        for (key, at), row in zip(wanted.items(), rows, strict=True):
            yield key, at, row

    def _now(self, key: Any, at: float, row: Row | None) -> Row:
        if row is None:
            gone = time_text(datetime.fromtimestamp(at, UTC))
            return {self.row.key[0]: key, DELETED: gone}
        self._read.add(str(key))
        return row
