"""A connector as a table of facts: what a platform offers, checked when the table is built.

What is not here: any mechanism. A fact that needs code is one pure function in the tap's
``quirks.py``, named by the row that needs it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tajo_connector_sdk import checks
from tajo_connector_sdk.auth import Auth
from tajo_connector_sdk.errors import ConfigurationError, nearest
from tajo_connector_sdk.facts import (
    EVERY_TAP,
    Beside,
    Deletions,
    History,
    Setting,
    Trash,
    texts,
)
from tajo_connector_sdk.fields import Fields
from tajo_connector_sdk.incremental import LOOKBACK, Feed, Incremental, Windowed
from tajo_connector_sdk.paging import Paging
from tajo_connector_sdk.parameters import Params
from tajo_connector_sdk.transport import Transport


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
class Stream:
    """One row: a stream and what the platform says about it.

    ``path`` is the root field of a GraphQL API, the path of a REST one. ``filters`` (GraphQL) and
    ``params`` (REST) go into every question. ``kind`` is the type of the row's node, ``count``
    the root field, or the path, that counts rows under the same filter by time where a page does
    not tell their number, ``access`` what a person must be
    granted besides ``scopes``, and ``protected`` the fields that come as null where the app lacks
    approval for personal data, or a setting is wanting. ``needs`` maps a field to a scope that
    it alone demands. ``topics`` are the webhooks that tell of a change.

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
        for fault in checks.of_connector(self):
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


__all__ = [
    "EVERY_TAP",
    "Beside",
    "Connector",
    "Deletions",
    "History",
    "Parent",
    "Setting",
    "Stream",
    "Trash",
    "texts",
]
