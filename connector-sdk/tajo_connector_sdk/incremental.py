"""Incremental classes: how a stream's changes since a time can be asked for.

    A  ``Sorted``    filter by the bookmark and sort by it: read oldest first, resumable
    B  ``Filtered``  filter only: a window is read in one walk, the bookmark moves at its end
    C  ``Scanned``   no filter: everything is read, and what changed is found by hash (``scans``)
    E  ``Feed``      a feed of events names what changed, which is read again by id (``feeds``)

Windows of bounded length (a report over 31 days at most) are ``Filtered`` with ``longest``. Room
is left for D (webhook, then fetch by id): one dataclass here and one reading beside ``windows``,
chosen in ``jobs``.

Names and values in a filter are *words*: the name of one parameter (``"modified_after"``), or
several parameters with ``{}`` for the value (``{"filters[0][field]": "updated_at",
"filters[0][value]": "{}"}``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from tajo_connector_sdk.times import Times

if TYPE_CHECKING:
    from tajo_connector_sdk.table import Stream

Words: TypeAlias = str | Mapping[str, str]

# Rows without a time of change lie before all that have one: nothing online is older.
UNDATED = datetime(1990, 1, 1, tzinfo=UTC)
# A change may become visible in the platform's search some time after the moment that it bears.
# Each run therefore reads this much again before its bookmark; five minutes is far more than the
# seconds such an index lags, and rows read twice change nothing at the other end.
LOOKBACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Again:
    """Every so often a run reads ``lookback`` again instead of the stream's own (None: everything).

    ``setting`` names the setting that holds the days instead of ``every``; without it given,
    nothing more is read again.
    """

    every: timedelta = timedelta(0)
    lookback: timedelta | None = None
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Class A: rows changed since a time, oldest first.

    ``filter`` and ``sort`` are the platform's own words for the bookmark, ``until`` those for the
    upper bound (none: it has no such filter), ``by_id`` those for the order of ids and ``above``
    for "ids higher than this one". ``times`` is how it writes a time in a filter; ``exclusive``:
    its lower bound leaves out the very second that it names. ``whole_days``: the platform may
    match the whole day of the time that it is given, so the question is asked wider and every
    row is checked against the exact time here. ``lookback`` is read again before the bookmark.
    ``longest`` is the longest window that one question may span: longer ones are cut, and halved
    where even that is too large; ``reaches`` is how far back the platform tells at all.
    ``proven``: some hosts ignore the filter, so it is put to the proof when a run begins
    (``proofs``); the text is what to do about such a host. ``again``: rows change without moving
    in the filter, so that more is read again now and then. ``settles`` names the setting that says
    how many minutes a row has to be left alone before it is read. ``anew``: a place may hold a row
    that the one before it holds already, so that a walk by ids asks each page anew, above the last.
    """

    filter: Words
    sort: Words
    by_id: Words = ""
    whole_days: bool = False
    letter: str = "A"
    until: Words = ""
    above: Words = ""
    times: Times = Times.RFC_3339
    exclusive: bool = False
    lookback: timedelta = LOOKBACK
    longest: timedelta | None = None
    reaches: timedelta | None = None
    proven: str = ""
    again: Again | None = None
    settles: str = ""
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Filtered:
    """Class B: rows changed since a time, in some other order; the words are those of ``Sorted``.

    ``newest_first``: the platform lists by the bookmark, downwards, and a row's bookmark never
    changes (Stripe's ``created``), so a long window can be read in lanes. ``fresh`` is where an
    answer says up to when the platform's data is whole (a dotted path): the bookmark never goes
    past that. ``again``: rows come late, or change without moving in the filter, later than
    ``lookback`` holds, so that more is read again now and then.
    """

    filter: Words
    by_id: Words = ""
    whole_days: bool = False
    letter: str = "B"
    until: Words = ""
    above: Words = ""
    times: Times = Times.RFC_3339
    exclusive: bool = False
    lookback: timedelta = LOOKBACK
    longest: timedelta | None = None
    reaches: timedelta | None = None
    newest_first: bool = False
    proven: str = ""
    fresh: str = ""
    again: Again | None = None


@dataclass(frozen=True, slots=True)
class Scanned:
    """Class C: no filter by change; each run reads everything and gives out what differs.

    ``ignore`` are fields (of the row itself) whose change alone is none: a stamp that moves
    whenever the row is looked at. ``by_id`` are the words for the order of ids.
    """

    by_id: Words = ""
    ignore: tuple[str, ...] = ()
    letter: str = "C"
    above: Words = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """Class E: a feed of events names the rows that changed; each is read again by its id.

    ``events`` is the row of the feed, which is itself read by time. ``types`` are the kinds of
    events that tell of this stream's rows: an event says its own in the field ``kind``, a question
    names at most ``most`` of them in the parameter ``param``. ``id`` is the dotted path in an
    event to the row's id, ``ids`` that of kinds where it stands elsewhere. ``each`` is the path of
    one row, its key in braces, and ``params`` go with it. ``gone`` is the field that is true where
    nothing but the id is left of a row; a 404 says the same: it becomes a deletion.

    ``first`` says how all rows are listed (the bookmark is a field for that): for a first load,
    and, said aloud, where the last complete run is longer ago than ``reaches``, for that is how far
    back the feed tells. ``lookback`` is read again before the bookmark, as events may be listed
    late; ``longest`` is how much of the feed is read before its rows are.
    """

    events: "Stream"
    types: tuple[str, ...]
    first: Sorted | Filtered
    each: str
    id: str
    param: str
    kind: str = "type"
    ids: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    gone: str = "deleted"
    most: int = 20
    reaches: timedelta = timedelta(days=29)
    lookback: timedelta = timedelta(minutes=10)
    longest: timedelta = timedelta(days=1)
    letter: str = "E"


Incremental: TypeAlias = Sorted | Filtered | Scanned | Feed
CLASSES = {"Sorted": Sorted, "Filtered": Filtered, "Scanned": Scanned, "Feed": Feed}
# Those that ask for a window of the bookmark.
Windowed: TypeAlias = Sorted | Filtered


@dataclass(frozen=True, slots=True)
class Window:
    """Times of the bookmark from ``low`` (included; None: from the beginning) to ``high`` (not)."""

    low: datetime | None
    high: datetime

    def holds(self, at: datetime) -> bool:
        """Say whether a row with this bookmark belongs to the window."""
        return at < self.high and (self.low is None or at >= self.low)


def asked(known: Incremental | None, window: Window) -> Window:
    """Return the window that a platform is asked for, so that it holds every row of ``window``.

    Where whole days are matched, "before Tuesday noon" may end with Monday or with Tuesday: the
    upper bound is asked two days later, which holds both readings in every time zone.
    """
    if not isinstance(known, Windowed):
        return window
    low, high = window.low, window.high
    if known.exclusive and low is not None:
        low -= timedelta(seconds=1)
    if known.whole_days:
        high += timedelta(days=2)
    return Window(low, high)


def filled(words: Words, value: str) -> dict[str, str]:
    """Return the parameters that words make with a value; none for empty words."""
    if isinstance(words, str):
        return {words: value} if words else {}
    return {name: text.replace("{}", value) for name, text in words.items()}


def read_time(text: str) -> datetime:
    """Return the time that a text says (RFC 3339 or a date), UTC where it names no zone.

    Raises ValueError when the text is no time.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is UTC:
        return at
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def times_of(rows: Iterable[Mapping[str, Any]], name: str, low: datetime | None) -> list[datetime]:
    """Return the bookmarks of rows; who bears none lies where the window begins, and so in it.

    Raises KeyError, TypeError or ValueError where one has no such field, or no time in it.
    """
    undated = low or UNDATED
    return [undated if (said := row[name]) is None else read_time(said) for row in rows]


def time_text(at: datetime) -> str:
    """Return a time as RFC 3339 in UTC with a Z, microseconds only where there are any."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def day_of(at: datetime) -> datetime:
    """Return the beginning of the UTC day of a time."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
