"""One singer-sdk stream for every row of every table."""

import logging
from collections.abc import Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from singer_sdk import Stream as SingerStream
from singer_sdk.mapper import SameRecordTransform, StreamMap
from singer_sdk.singerlib.catalog import REPLICATION_FULL_TABLE, Metadata, MetadataMapping

from tajo_connector_sdk import fields as words
from tajo_connector_sdk.bookmarks import Bookmark
from tajo_connector_sdk.errors import Denied
from tajo_connector_sdk.fields import Fields, schema_of
from tajo_connector_sdk.incremental import Scanned, time_text
from tajo_connector_sdk.jobs import Job
from tajo_connector_sdk.run import Choice
from tajo_connector_sdk.table import Stream
from tajo_connector_sdk.transport import DELETED
from tajo_connector_sdk.writer import now_text

if TYPE_CHECKING:
    from tajo_connector_sdk.tap import TableTap

STORE = "_tajo_store"
# That a field is empty in fewer rows than this, of an increment, tells nothing.
TELLING = 20


class TableStream(SingerStream):
    """Reads what a row of the table says; selection, maps and messages as singer-sdk has them."""

    def __init__(self, tap: "TableTap", row: Stream) -> None:
        self.row = row
        self.added = {STORE: words.string}
        if row.tells_deletions:
            self.added[DELETED] = words.date_time
        super().__init__(tap, schema_of({**row.fields, **self.added}, row.key), name=row.name)
        self.tap = tap
        self.primary_keys = list(row.key)
        self.replication_key = row.bookmark

    @property
    def is_sorted(self) -> bool:
        """Say that the engine keeps its own order and bookmark."""
        return True

    @property
    def metadata(self) -> MetadataMapping:
        """Catalog metadata; what a record cannot do without is always included."""
        mapping = super().metadata
        kept = (*self.row.key, self.row.bookmark, *self.added)
        for name in filter(None, kept):
            entry = mapping[("properties", name)]
            entry.inclusion = Metadata.InclusionType.AUTOMATIC
        return mapping

    @property
    def asked(self) -> Fields:
        """The fields that the catalog selects, and key and bookmark: what the query asks for."""
        always = {("properties", name) for name in (*self.row.key, self.row.bookmark) if name}
        mask = self.mask

        def wanted(breadcrumb: tuple[str, ...]) -> bool:
            return mask[breadcrumb] or breadcrumb in always

        whole = self.tap.connector.transport.whole_rows
        return words.selected(self.row.fields, wanted, keep_empty=whole)

    @property
    def choice(self) -> Choice:
        """What this stream wants of a run."""
        # singer-sdk calls a stream without a bookmark a full table; a scan remembers all the same.
        scanned = isinstance(self.row.incremental, Scanned)
        if self.replication_method == REPLICATION_FULL_TABLE and not scanned:
            bookmark = Bookmark(self.name, None, {}, lambda: None)
        else:
            bookmark = Bookmark(self.name, self.row.bookmark, self.stream_state, self.tap.say_state)
        return Choice(self.row, self.asked, bookmark, self.ABORT_AT_RECORD_COUNT)

    def log(self, message: str, *args: Any, level: int = logging.INFO, **kwargs: Any) -> None:
        """Log a message, but not singer-sdk's notice of an error: that is said once, at the end."""
        if level < logging.ERROR:
            super().log(message, *args, level=level, **kwargs)

    def get_replication_key_signpost(
        self,
        context: Mapping[str, Any] | None = None,
    ) -> None:
        """Leave the state without a signpost: the engine sets the bookmark itself."""

    def get_batch_config(self, config: Mapping[str, Any]) -> None:
        """Say that no BATCH messages are made."""

    def get_records(
        self,
        context: Mapping[str, Any] | None,  # noqa: ARG002 - as above
    ) -> Iterable[dict[str, Any]]:
        """Yield the stream's records as they are before any map."""
        for rows in self._job().parts():
            yield from self._finished(rows)

    def _sync_records(  # the one private method of the record path: see pinned.py
        self,
        context: Mapping[str, Any] | None = None,  # noqa: ARG002 - singer-sdk's signature
        *,
        write_messages: bool = True,  # noqa: ARG002 - as above
    ) -> Generator[dict[str, Any], Any, Any]:
        """Write the stream's records and states."""
        job = self._job()
        job.progress.begin()
        since, unseen = job.since, set(self.row.protected) & set(job.fields)
        first, gone = since is None and job.bookmark.scanned(job.mark) is None, 0
        try:
            for rows in job.parts():
                self._write(rows)
                if unseen:
                    here = [row for row in rows if not row.get(DELETED)]
                    unseen, gone = empty_in(here, unseen), gone + len(rows) - len(here)
                job.progress.add(len(rows))
        except Denied as closed:
            self.tap.say_closed(self.row, closed)
            return
        self.tap.say_state()
        if job.limit is None:
            nothing = f"nothing new since {time_text(since)}" if since else "there are none"
            if isinstance(self.row.incremental, Scanned):
                nothing = "none is new or changed"
            job.progress.end(nothing)
            read = job.progress.done - gone
            if first or read >= TELLING:
                self._tell_withheld(job, unseen, read)
        yield from ()

    def _job(self) -> Job:
        run = self.tap.run
        run.more_room()
        return run.take(self.choice)

    def _finished(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        store, deletions = self.tap.run.account.store, self.row.tells_deletions
        for row in rows:
            row[STORE] = store
            if deletions:
                row.setdefault(DELETED, None)
        return rows

    def _write(self, rows: list[dict[str, Any]]) -> None:
        """Write the records of a page together: one time of extraction, one piece of output."""
        extracted, records = now_text(), self._finished(rows)
        for stream_map in self.stream_maps:
            made = records
            if not as_it_is(stream_map):
                transformed = map(stream_map.transform, records)
                made = [record for record in transformed if record is not None]
            self.tap.write_records(stream_map.stream_alias, made, extracted)

    def _tell_withheld(self, job: Job, unseen: set[str], here: int) -> None:
        asked = set(self.row.protected) & set(job.fields)
        told = self.tap.run.reader.withheld.get(self.name, set())
        if told or (here and unseen and unseen == asked):
            self.logger.warning(
                "%s: %s came empty in all %d rows; if the shop has such data, %s",
                self.name,
                ", ".join(sorted(told | unseen)),
                here,
                self.tap.connector.approval,
            )


def empty_in(rows: list[dict[str, Any]], names: set[str]) -> set[str]:
    """Return the names that have a value in none of these rows."""
    return {name for name in names if all(row.get(name) is None for row in rows)}


def as_it_is(stream_map: StreamMap) -> bool:
    """Say whether a map changes nothing."""
    return type(stream_map) is SameRecordTransform and not stream_map.flattening_enabled
