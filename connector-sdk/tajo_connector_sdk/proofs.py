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
from tajo_connector_sdk.incremental import UNDATED, Filtered, Sorted, Window, times_of
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
        oldest = _times(reader, row, fields, Window(None, high))
        if oldest == [UNDATED]:
            oldest = _times(reader, row, fields, Window(UNDATED + SECOND, high))
        if not oldest:
            return False
        at = oldest[0].replace(microsecond=0)
        if at in _times(reader, row, fields, Window(at, at + SECOND)):
            return True
    raise _ignored(row, "it is read in another time zone than UTC", do)


def _times(reader: Reader, row: Stream, fields: Fields, window: Window) -> list[datetime]:
    """Return the time of the first row that a window has, UNDATED where it bears none."""
    return times_of(_page(reader, row, fields, window).rows, row.bookmark or "", None)


def _page(reader: Reader, row: Stream, fields: Fields, window: Window) -> Page:
    return reader.page(Ask(row, fields, window), None, most=1)


def _ignored(row: Stream, how: str, do: str) -> ConfigurationError:
    return ConfigurationError(
        f"{row.name}, filter by {row.bookmark}", f"the host does not keep to it: {how}", do=do
    )
