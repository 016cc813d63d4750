"""Filters that some hosts ignore, put to the proof before the first row.

A filter that is silently ignored, or read in another time zone, loses rows without a word. So a
stream that asks for it (``proven`` of its incremental class) is asked two questions whose answers
are known: what changed in the far future (nothing), and what changed in the second in which some
row changed (that row).
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from tajo_connector_sdk.errors import ConfigurationError, Denied
from tajo_connector_sdk.fields import Fields
from tajo_connector_sdk.incremental import Filtered, Sorted, Window, read_time
from tajo_connector_sdk.table import Stream
from tajo_connector_sdk.transport import Ask, Page, Reader

FUTURE = datetime(2099, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
# A row may change between the two questions about it.
TRIES = 3


def prove(reader: Reader, asked: Iterable[tuple[Stream, Fields]], high: datetime) -> None:
    """Put each filter to the proof once, on the first stream that has rows.

    Raises ConfigurationError where the host does not keep to it.
    """
    known: set[str] = set()
    for row, fields in asked:
        said = row.incremental
        if not isinstance(said, Sorted | Filtered) or not said.proven or row.parent:
            continue
        mark = str(said.filter)
        with suppress(Denied):  # the stream itself will say so
            if mark not in known and _kept(reader, row, fields, high, said.proven):
                known.add(mark)


def _kept(reader: Reader, row: Stream, fields: Fields, high: datetime, do: str) -> bool:
    """Return whether there was a row to prove it with."""
    if _page(reader, row, fields, Window(FUTURE, FUTURE + SECOND)).rows:
        raise _ignored(row, "it has no effect", do)
    for _ in range(TRIES):
        oldest = _page(reader, row, fields, Window(None, high)).rows
        if not oldest:
            return False
        at = read_time(oldest[0][row.bookmark or ""]).replace(microsecond=0)
        there = _page(reader, row, fields, Window(at, at + SECOND)).rows
        if any(read_time(one[row.bookmark or ""]) == at for one in there):
            return True
    raise _ignored(row, "it is read in another time zone than UTC", do)


def _page(reader: Reader, row: Stream, fields: Fields, window: Window) -> Page:
    return reader.page(Ask(row, fields, window), None, most=1)


def _ignored(row: Stream, how: str, do: str) -> ConfigurationError:
    return ConfigurationError(
        f"{row.name}, filter by {row.bookmark}", f"the host does not keep to it: {how}", do=do
    )
