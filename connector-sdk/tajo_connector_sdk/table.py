"""A connector as a table of facts: what a platform offers, checked when the table is built.

What is not here: any mechanism. A fact that needs code is one pure function in the tap's
``quirks.py``, named by the row that needs it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from string import Formatter
from typing import Any

from tajo_connector_sdk.auth import Auth
from tajo_connector_sdk.errors import ConfigurationError, nearest
from tajo_connector_sdk.fields import Fields, connections_of, faults_of
from tajo_connector_sdk.incremental import (
    CLASSES,
    LOOKBACK,
    Feed,
    Incremental,
    Scanned,
    Windowed,
)
from tajo_connector_sdk.paging import Paging
from tajo_connector_sdk.parameters import Params
from tajo_connector_sdk.transport import Transport


def texts(template: str, words: str) -> tuple[str, ...]:
    """Return a text for each word: ``texts("order.{}", "created updated")``."""
    return tuple(template.format(word) for word in words.split())


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a tap; the description says where its value is found on the platform.

    ``kind`` is a JSON Schema type. ``pattern`` is a regular expression that the whole value must
    match, ``right`` says in words what it demands. A pattern on the setting that names the host
    is not asked of a stand-in (``api_url``).
    """

    name: str
    description: str
    secret: bool = False
    required: bool = False
    default: Any = None
    kind: str = "string"
    pattern: str | None = None
    right: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Without ``scope`` the platform silently shows only the last ``days``."""

    scope: str
    days: int


@dataclass(frozen=True, slots=True)
class Deletions:
    """Where deletions of a stream's rows are told.

    ``path`` is asked with ``filters``, by ``filter`` and ``sort`` as a Sorted stream would be;
    ``selection`` is what is asked of each node and ``at`` its time. ``read`` makes of a node the
    row's key fields, or None when it tells of something else. A first load is told all that the
    platform still knows of, since an earlier one may have given out what is gone now.
    """

    path: str
    filters: tuple[str, ...]
    filter: str
    sort: str
    at: str
    selection: str
    read: Callable[[Mapping[str, Any]], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Trash:
    """A REST stream's rows that were deleted are listed when ``params`` ask for them.

    Each becomes a record with its key and ``_sdc_deleted_at``, the time in its field ``at``.
    """

    params: Mapping[str, str]
    at: str


@dataclass(frozen=True, slots=True)
class Parent:
    """The rows behind each row of another stream: the path holds that row's fields in braces.

    A run reads the children of the rows of ``stream`` that changed; ``carries`` maps fields of
    the child to the parent's that are written into them (one is the child's bookmark, of the
    parent's incremental class). ``when`` says, from a parent, whether it has children at all.
    ``over`` says since when nothing about its children can change any more (a time; None: it can):
    a scanned stream asks for them once more after that, and then leaves them.
    """

    stream: "Stream"
    carries: Mapping[str, str] = field(default_factory=dict)
    when: Callable[[Mapping[str, Any]], bool] | None = None
    over: Callable[[Mapping[str, Any]], datetime | None] | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A list of its own whose rows belong into the rows of a page: all of a page's in one question.

    What stands at ``path`` is asked for with the ids of at most ``most`` rows, commas between, in
    the parameter ``asks``; its field ``by`` says whose it is. It becomes the list ``name`` of that
    row, in place of a part that stands there. ``when`` says, from a row, whether there is anything
    to ask for; a row of which it says no keeps what it has. ``of`` is the field of the row whose
    values are asked for instead of its own id, and ``params`` go with each question.
    """

    name: str
    path: str
    asks: str
    by: str
    when: Callable[[Mapping[str, Any]], bool]
    most: int = 100
    of: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stream:
    """One row: a stream and what the platform says about it.

    ``path`` is the root field of a GraphQL API, the path of a REST one. ``filters`` (GraphQL) and
    ``params`` (REST) go into every question. ``kind`` is the type of the row's node, ``count``
    the root field, or the path, that counts rows under the same filter by time where a page does
    not tell their number, ``access`` what a person must be
    granted besides ``scopes``, and ``protected`` the fields that come as null where the app lacks
    approval for personal data. ``needs`` maps a field to a scope that it alone demands.
    ``topics`` are the webhooks that tell of a change.

    REST only: ``records`` and ``paging`` overrule the transport's; ``each`` is the path of one
    row, its fields in braces, where lists hold only summaries; ``parent`` makes the path one that
    is asked for each row of another stream; ``beside`` are lists that are put into the rows.
    ``around`` are fields that stand beside the rows in an answer (a dotted path each) and are put
    into every one of them. ``adds`` makes further fields, from a row, its lists whole, and the
    settings: a pure function.
    """

    name: str
    path: str
    key: tuple[str, ...] = ("id",)
    bookmark: str | None = None
    incremental: Incremental | None = None
    filters: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict)
    fields: Fields = field(default_factory=dict)
    kind: str | None = None
    count: str | None = None
    history: History | None = None
    deletions: Deletions | Trash | None = None
    protected: tuple[str, ...] = ()
    access: str = ""
    params: Params = field(default_factory=dict)
    records: str | None = None
    paging: Paging | None = None
    each: str = ""
    parent: Parent | None = None
    beside: tuple[Beside, ...] = ()
    around: Mapping[str, str] = field(default_factory=dict)
    adds: Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]] | None = None

    @property
    def lookback(self) -> timedelta:
        """How much is read again before the bookmark."""
        known = self.incremental
        return known.lookback if isinstance(known, Windowed | Feed) else LOOKBACK

    @property
    def longest(self) -> timedelta | None:
        """The longest window that one question may span."""
        known = self.incremental
        return known.longest if isinstance(known, Windowed | Feed) else None

    @property
    def reaches(self) -> timedelta | None:
        """How far back the platform tells of changes."""
        known = self.incremental
        return known.reaches if isinstance(known, Windowed) else None

    @property
    def tells_deletions(self) -> bool:
        """Whether a record may say that its row is gone."""
        return self.deletions is not None or isinstance(self.incremental, Feed)

    @property
    def settings_named(self) -> list[tuple[str, str]]:
        """The settings that the row names, with the fact that does."""
        known: Any = self.incremental
        again = getattr(known, "again", None)
        named = [("again", again.setting if again else ""),
                 ("settles", getattr(known, "settles", ""))]  # fmt: skip
        return [(fact, word) for fact, word in named if word]

    def faults(self, connector: str) -> Iterator[ConfigurationError]:
        """Yield an error for every word of the row that cannot be right."""
        where = f"{connector}.{self.name}"
        named = [("key", name) for name in self.key]
        named += [("parent.carries", name) for name in self.parent.carries] if self.parent else []
        if isinstance(self.deletions, Trash):
            named.append(("deletions.at", self.deletions.at))
        named += [("protected", name) for name in self.protected]
        named += [("needs", name) for name in self.needs]
        named += [("beside", one.name) for one in self.beside]
        named += [("around", name) for name in self.around]
        named += [("bookmark", self.bookmark)] if self.bookmark else []
        for fact, name in named:
            if name not in self.fields:
                right = nearest(name, self.fields)
                yield ConfigurationError(
                    f"{where}.{fact}", f"'{name}' is not in fields", right=right
                )
        if not self.key:
            yield ConfigurationError(f"{where}.key", "no key", right="at least one field")
        yield from self._incremental_faults(where)
        yield from self._parent_faults(where)
        lists = connections_of(self.fields)
        for name, listed in lists.items():
            if len(lists) > 1 and not (listed.kind and "id" in listed.fields):
                yield ConfigurationError(
                    f"{where}.fields.{name}",
                    "one of several lists, and its children cannot be told apart",
                    right="a kind, and id among its fields",
                )
        for at, what, right in faults_of(self.fields, f"{where}.fields"):
            yield ConfigurationError(at, what, right=right)

    def _parent_faults(self, where: str) -> Iterator[ConfigurationError]:
        if self.parent is None:
            return
        for name in self.parent.carries.values():
            if name not in self.parent.stream.fields:
                right = nearest(name, self.parent.stream.fields)
                yield ConfigurationError(
                    f"{where}.parent.carries",
                    f"'{name}' is not in fields of {self.parent.stream.name}",
                    right=right,
                )

    def _incremental_faults(self, where: str) -> Iterator[ConfigurationError]:
        known: Any = self.incremental
        if known is not None and not isinstance(known, Windowed | Scanned | Feed):
            word = known if isinstance(known, str) else type(known).__name__
            yield ConfigurationError(
                f"{where}.incremental",
                f"'{word}' is no incremental class",
                right=nearest(word, CLASSES),
            )
        elif isinstance(known, Scanned):
            if self.bookmark is not None:
                yield ConfigurationError(
                    f"{where}.bookmark", "a stream that is scanned has none", right="no bookmark"
                )
        elif (known is None) != (self.bookmark is None):
            yield ConfigurationError(
                f"{where}.incremental",
                "a bookmark and an incremental class come together",
                right="both, or neither for a stream that is read whole",
            )
        elif isinstance(known, Feed):
            for fact, what, right in self._feed_faults(known):
                yield ConfigurationError(f"{where}.incremental.{fact}", what, right=right)

    def _feed_faults(self, feed: Feed) -> Iterator[tuple[str, str, str]]:
        if not isinstance(feed.events.incremental, Windowed):
            yield "events", f"'{feed.events.name}' is not read by time", "a Sorted or Filtered row"
        first: Any = feed.first
        if not isinstance(first, Windowed):
            yield "first", f"{type(first).__name__} lists by no time", "Sorted or Filtered"
        if len(self.key) != 1:
            yield "key", f"{len(self.key)} fields", "one: an event bears one id"
        elif f"{{{self.key[0]}}}" not in feed.each:
            yield "each", "the row's key is not in it", f"a path with {{{self.key[0]}}}"
        if not feed.types or feed.most < 1:
            yield "types", "no kind of event is asked for", "at least one, most of 1 or more"
        for kind in feed.ids:
            if kind not in feed.types:
                yield "ids", f"'{kind}' is not in types", nearest(kind, feed.types)


@dataclass(frozen=True, slots=True)
class Connector:
    """A platform: where it is, how one is let in, what it holds.

    ``checked`` is the day (YYYY-MM-DD) on which the facts were last compared with ``docs``.
    ``base_url`` may hold settings in braces. ``auth`` are the ways to be let in; the first whose
    settings are all given is taken. ``screen`` says where scopes are granted, ``approval`` (a
    sentence) what is to be done when personal data is withheld.

    Raises ConfigurationError, naming the row and the nearest right word, when a fact is wrong.
    """

    name: str
    label: str
    docs: str
    checked: str
    base_url: str
    settings: tuple[Setting, ...]
    auth: tuple[Auth, ...]
    transport: Transport
    streams: tuple[Stream, ...]
    screen: str = ""
    approval: str = ""

    def __post_init__(self) -> None:
        for fault in self._faults():
            raise fault

    @property
    def all_settings(self) -> tuple[Setting, ...]:
        """The platform's settings and those that every tap has."""
        return (*self.settings, *EVERY_TAP)

    @property
    def setting_groups(self) -> tuple[tuple[str, ...], ...]:
        """The sets of settings of which one has to be given whole."""
        required = tuple(setting.name for setting in self.settings if setting.required)
        return tuple((*required, *way.needs) for way in self.auth)

    def stream(self, name: str) -> Stream:
        """Return the row of this name; raise ConfigurationError with the nearest one."""
        for row in self.streams:
            if row.name == name:
                return row
        raise ConfigurationError(
            f"{self.name}.{name}",
            "no such stream",
            right=nearest(name, (row.name for row in self.streams)),
        )

    def _faults(self) -> Iterator[ConfigurationError]:
        yield from self._doubles("settings", [setting.name for setting in self.all_settings])
        yield from self._doubles("streams", [row.name for row in self.streams])
        known = {setting.name for setting in self.all_settings}
        spoken = [(f"auth[{n}]", word) for n, way in enumerate(self.auth) for word in way.needs]
        spoken += [("base_url", word) for _, word, _, _ in Formatter().parse(self.base_url) if word]
        for where, word in spoken:
            if word not in known:
                yield ConfigurationError(
                    f"{self.name}.{where}", f"no setting '{word}'", right=nearest(word, known)
                )
        for row in self.streams:
            for fact, word in row.settings_named:
                if word not in known:
                    where = f"{self.name}.{row.name}.{fact}"
                    yield ConfigurationError(where, f"no setting '{word}'",
                                             right=nearest(word, known))  # fmt: skip
            yield from row.faults(self.name)
            for fact, what, right in self.transport.faults(row):
                yield ConfigurationError(f"{self.name}.{row.name}.{fact}", what, right=right)

    def _doubles(self, what: str, names: list[str]) -> Iterator[ConfigurationError]:
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield ConfigurationError(
                f"{self.name}.{what}", f"'{name}' stands twice", right="each name once"
            )


EVERY_TAP = (
    Setting(
        "start_date",
        "Only what changed since this time (RFC 3339, for example 2026-01-01T00:00:00Z) is read; "
        "without it everything.",
        kind="date-time",
    ),
    Setting(
        "api_url",
        "Where a stand-in of the platform listens (http://127.0.0.1:8081); it replaces scheme and "
        "host of every address. Leave it empty for the real platform.",
    ),
)
