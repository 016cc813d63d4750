"""What a REST API is asked for in parameters: bounds in time, order, rows above an id."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tajo_connector_sdk.errors import BadAnswer
from tajo_connector_sdk.incremental import (
    Feed,
    Filtered,
    Sorted,
    Windowed,
    asked,
    filled,
    read_time,
)
from tajo_connector_sdk.paging import dotted
from tajo_connector_sdk.table import Stream
from tajo_connector_sdk.transport import Ask


def bounds_of(ask: Ask) -> dict[str, str]:
    """Return the parameters that say since when, and until when."""
    known = ask.stream.incremental
    said: dict[str, str] = {}
    if isinstance(known, Windowed):
        window = asked(known, ask.window)
        if window.low is not None:
            said |= filled(known.filter, known.times.write(window.low))
        said |= filled(known.until, known.times.write(window.high))
    return said


def fresh_in(row: Stream, body: Any) -> datetime | None:
    """Return up to when the platform's data is whole, as an answer says; None where none does."""
    known = row.incremental
    said = dotted(body, known.fresh) if isinstance(known, Filtered) and known.fresh else None
    try:
        return read_time(said) if said else None
    except (TypeError, ValueError):
        raise BadAnswer(
            row.name,
            "what says how fresh the answer is, is no time",
            right="RFC 3339",
            do="compare it with the table's `fresh`; nothing was given out, so run again",
        ) from None


def question_of(ask: Ask) -> dict[str, str]:
    """Return the parameters of a question: bounds, order, rows above an id."""
    known, said = ask.stream.incremental, bounds_of(ask)
    if known is None or isinstance(known, Feed):
        return said
    if ask.above is not None:
        said |= filled(known.above, ask.above)
    by_time = isinstance(known, Sorted) and not ask.by_id
    order = known.sort if by_time and isinstance(known, Sorted) else known.by_id
    return said | (dict(order) if isinstance(order, Mapping) else {})
