"""The seam between the engine and a kind of API.

A transport is a fact of the table (``GraphQL(...)``, ``REST(...)``); opened, it gives a ``Reader``
that answers the engine's questions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Protocol

from tajo_connector_sdk.fields import Fields
from tajo_connector_sdk.incremental import Window

if TYPE_CHECKING:
    from tajo_connector_sdk.auth import Credentials
    from tajo_connector_sdk.bulk import BulkReader
    from tajo_connector_sdk.http import HttpSession
    from tajo_connector_sdk.incremental import Feed
    from tajo_connector_sdk.table import Deletions, Stream, Trash

# The field of a record that says since when its row is gone.
DELETED = "_sdc_deleted_at"


class Fault(Enum):
    """What can be done about an error that an answer tells."""

    THROTTLED = auto()  # wait as told, ask again
    TOO_COSTLY = auto()  # ask for less
    DENIED = auto()  # a scope, a permission or an approval is missing
    LATER = auto()  # the platform failed: ask again, a few times
    NOT_YET = auto()  # its data does not reach so far yet
    OTHER = auto()  # the question itself is wrong


@dataclass(frozen=True, slots=True)
class Account:
    """Whose data the platform gives, and what it lets this app see.

    ``store`` names the store for good; it goes into every record as ``_tajo_store``. ``scopes``
    is None where the platform does not tell. ``mode`` tells apart what one store keeps apart under
    one name: data of a test mode and real ones.
    """

    store: str
    scopes: frozenset[str] | None = None
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: which rows of which stream, with which fields, in which order.

    ``by_id`` asks for the order of ids instead of the bookmark's, ``above`` for rows with a
    higher id than this row's.
    """

    stream: "Stream"
    fields: Fields
    window: Window
    by_id: bool = False
    above: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as the platform gave them, and how to go on.

    ``total`` is the platform's own count of all rows that answer the question, as of now, or
    None when it does not tell. ``places``: the cursor counts places, so rows that leave shift
    the others under it; ``seamed``: the next page overlaps with this one, so that this hides no
    row, and some come twice. ``behind`` is the count of what the places are of, where these rows
    are the children of that. ``fresh`` is the time up to which the platform's data is whole, where
    the answer says so.
    """

    rows: list[dict[str, Any]]
    more: bool
    cursor: str | None
    total: int | None = None
    places: bool = False
    behind: int | None = None
    fresh: datetime | None = None
    seamed: bool = False

    @property
    def placed(self) -> int | None:
        """How many places there are, where the platform tells."""
        return self.total if self.behind is None else self.behind

    def shifted(self, placed: int | None) -> int:
        """Return by how many places rows have moved up since a page that told this many."""
        if not self.places or self.seamed or placed is None or self.placed is None:
            return 0
        return max(0, placed - self.placed)


@dataclass(frozen=True, slots=True)
class Deletion:
    """A row that is gone: its key fields and the time (as the platform writes it)."""

    key: Mapping[str, Any]
    at: str


class Reader(Protocol):
    """What the engine asks of an API."""

    # Fields that came as null for want of an approval, by stream, as far as the platform told.
    withheld: dict[str, set[str]]

    @property
    def clock(self) -> datetime | None:
        """The platform's time when it last answered; None before the first answer."""

    @property
    def versions(self) -> tuple[str, str]:
        """The API's version that was asked for and the one that answers; empty: none."""

    @property
    def depth(self) -> int:
        """Objects that one cursor may walk over; a walk starts anew before that."""

    @property
    def lanes(self) -> int:
        """How many requests the account may have in flight."""

    def account(self) -> Account:
        """Ask whose data this is; raises ConfigurationError when nobody is let in."""

    def page(self, ask: Ask, cursor: str | None, *, most: int | None = None) -> Page:
        """Return the rows after ``cursor``, at most ``most``; lists inside rows are whole."""

    def count(self, ask: Ask) -> int | None:
        """Return the platform's own count for the question, or None when it does not tell."""

    def page_size(self, ask: Ask) -> int:
        """Return how many rows a page of this question holds."""

    def back(self, ask: Ask, cursor: str | None, rows: int) -> str | None:
        """Return the cursor of a page at least so many rows earlier (where pages are places)."""

    def deletions(self, rule: "Deletions | Trash", ask: Ask) -> Iterator[Deletion]:
        """Yield the deletions told in the question's window."""

    def again(self, ask: Ask, feed: "Feed", ids: Sequence[Any]) -> list[dict[str, Any] | None]:
        """Return the rows of these ids as they are now, None for one that is gone."""

    def bulk(self) -> "BulkReader | None":
        """Return the way to read much at once, or None when the platform has none."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where and as whom: what a transport needs to be opened."""

    name: str
    base_url: str
    session: "HttpSession"
    credentials: "Credentials"
    settings: Mapping[str, Any]
    origins: frozenset[str] = field(default_factory=frozenset)


class Transport(Protocol):
    """A kind of API, as facts."""

    @property
    def whole_rows(self) -> bool:
        """Whether rows come whole, whatever fields are wanted of them."""

    def open(self, site: Site) -> Reader:
        """Return a reader; nothing is sent yet."""

    def faults(self, row: "Stream") -> Iterator[tuple[str, str, str]]:
        """Yield (fact, what is wrong, what would be right) of a stream on this kind of API."""
