"""How a REST API deals its rows out in pages: one class for each way, facts only.

    ``Cursor``    go on after the last row (``starting_after``) or with a token of the answer
    ``Numbered``  page 1, 2, 3 … or an offset; rows shift while one reads
    ``Linked``    the answer names the address of the next page
    ``Whole``     one answer holds everything

Where something stands in an answer is a dotted path into the body (``"meta.pagination.total"``)
or ``InHeader("X-WP-Total")``. Another way to page is one more class with the same two methods.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import orjson

_NEXT = re.compile(r"<([^<>]*)>\s*;[^,<]*\brel=\"?next\"?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class InHeader:
    """A header of the answer."""

    name: str


Where: TypeAlias = str | InHeader


@dataclass(frozen=True, slots=True)
class Arrived:
    """An answer: what it was asked with (``cursor``, ``size``), its body parsed, its rows."""

    cursor: str | None
    size: int
    body: Any
    headers: Mapping[str, str]
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Turn:
    """How to go on. ``repeated``: this was the page before once more, its rows are none."""

    more: bool
    cursor: str | None = None
    total: int | None = None
    repeated: bool = False


class Paging(Protocol):
    """A way to page. ``most`` rows a page; ``places``: the cursor counts places, not rows."""

    @property
    def most(self) -> int:
        """The most rows that a page may hold."""

    @property
    def places(self) -> bool:
        """Whether rows that leave shift the others under the cursor."""

    def asks(self, cursor: str | None, size: int) -> dict[str, str]:
        """Return the parameters of the next page; a cursor that is an address needs none."""

    def turn(self, arrived: Arrived) -> Turn:
        """Return how to go on after an answer."""

    def faults(self) -> Iterator[tuple[str, str, str]]:
        """Yield (fact, what is wrong, what would be right)."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Go on after a row, or with a token.

    ``param`` carries either the field ``last`` of the last row or the ``token`` of the answer.
    ``more`` is where the answer says whether there is more; without it a token that is missing,
    or a page that is not full, is the end. ``size`` is the parameter for the rows of a page.
    """

    param: str
    last: str = ""
    token: Where = ""
    more: Where = ""
    size: str = "limit"
    most: int = 100
    total: Where = ""
    places: bool = False

    def asks(self, cursor: str | None, size: int) -> dict[str, str]:
        """Return the size, and the cursor after the first page."""
        return _sized(self.size, size) | ({self.param: cursor} if cursor else {})

    def turn(self, arrived: Arrived) -> Turn:
        """Return the last row's field or the answer's token."""
        total = number_of(found(self.total, arrived))
        if self.token:
            token = found(self.token, arrived)
            more = bool(token) and (not self.more or bool(found(self.more, arrived)))
            return Turn(more, str(token) if more else None, total)
        if not arrived.rows:  # and yet more of them: the walk says that it comes no further
            more = bool(self.more and found(self.more, arrived))
            return Turn(more, arrived.cursor, total)
        full = len(arrived.rows) >= arrived.size
        more = bool(found(self.more, arrived)) if self.more else full
        return Turn(more, str(arrived.rows[-1][self.last]), total)

    def faults(self) -> Iterator[tuple[str, str, str]]:
        """Yield a fault when it is not clear what the parameter carries."""
        if bool(self.last) == bool(self.token):
            yield "last, token", "one of the two has to be given", "last='id' or token='next'"


ENDS = ("total", "pages", "short", "empty", "repeat")
# Ends that are known without a page behind the last row.
COUNTED = ("total", "pages", "short")


@dataclass(frozen=True, slots=True)
class Numbered:
    """Page numbers from ``first`` on, or (``rows=True``) how many rows to pass over.

    ``ends`` says how the end is known: by the ``total`` of rows, by the number of ``pages``, by
    a page that is not full (``short``), by one without rows (``empty``: also a 204), or by the
    last page coming once more (``repeat``). Where an answer lacks the figure, a page that is not
    full is the end. ``total`` may be given whatever ends it; ``deepest`` is the last page that the
    platform shows (0: it shows all).
    """

    param: str = "page"
    size: str = "per_page"
    most: int = 100
    total: Where = ""
    pages: Where = ""
    ends: str = "total"
    first: int = 1
    rows: bool = False
    places: bool = True
    deepest: int = 0

    def holding(self, place: int, most: int) -> tuple[int, int]:
        """Return the first place and the size of a page that holds a place and goes beyond it.

        Of the pages of at most ``most`` rows it is the one that reaches furthest; where they are
        too small for that, it is one that begins behind the place.
        """
        if self.rows and most > 1:
            return place, most
        begin, reach, taken = 0, place + 1, 0
        for size in range(most, 1, -1):
            first = place // size * size
            if first + size > reach and not (self.deepest and first // size >= self.deepest):
                begin, reach, taken = first, first + size, size
            if place + size <= reach:
                break
        if taken:
            return begin, taken
        return place + 1, next(size for size in range(most, 0, -1) if (place + 1) % size == 0)

    def asks(self, cursor: str | None, size: int) -> dict[str, str]:
        """Return the size and the number of the page; the cursor counts rows."""
        passed = passed_of(cursor)
        return _sized(self.size, size) | {
            self.param: str(passed if self.rows else passed // size + self.first)
        }

    def turn(self, arrived: Arrived) -> Turn:
        """Return the place behind this page."""
        rows, mark = arrived.rows, ""
        passed = passed_of(arrived.cursor) + arrived.size
        total = number_of(found(self.total, arrived))
        if self.ends == "repeat" and rows:
            mark = _mark(rows)
            if (arrived.cursor or "").endswith(f" {mark}"):
                return Turn(more=False, total=total, repeated=True)
        more = len(rows) >= arrived.size
        if self.ends == "total" and total is not None:
            more = passed < total
        elif self.ends == "pages" and (pages := number_of(found(self.pages, arrived))) is not None:
            more = passed < pages * arrived.size
        elif self.ends in {"empty", "repeat"}:
            more = bool(rows)
        return Turn(more, f"{passed} {mark}".strip(), total)

    def faults(self) -> Iterator[tuple[str, str, str]]:
        """Yield a fault when the end cannot be known."""
        if self.ends not in ENDS:
            yield "ends", f"'{self.ends}' is no end", f"known: {', '.join(ENDS)}"
        elif self.ends in {"total", "pages"} and not (self.total if self.ends == "total" else
                                                      self.pages):  # fmt: skip
            yield self.ends, "not said where it stands", "a dotted path, or InHeader(...)"


@dataclass(frozen=True, slots=True)
class Linked:
    """The address of the next page stands at ``next`` (a ``Link`` header, or in the body).

    Where that is a list of links, it is the ``href`` of the one whose ``rel`` says ``rel``.
    """

    next: Where = InHeader("Link")
    size: str = ""
    most: int = 100
    total: Where = ""
    places: bool = False
    rel: str = "next"

    def asks(self, cursor: str | None, size: int) -> dict[str, str]:
        """Return the size for the first page: the addresses bear everything by themselves."""
        return {} if cursor else _sized(self.size, size)

    def turn(self, arrived: Arrived) -> Turn:
        """Return the next address."""
        said = found(self.next, arrived)
        if isinstance(self.next, InHeader) and said:
            match = _NEXT.search(said)
            said = match[1] if match else None
        elif isinstance(said, list):
            said = next((link.get("href") for link in said if link.get("rel") == self.rel), None)
        return Turn(bool(said), str(said) if said else None, number_of(found(self.total, arrived)))

    def faults(self) -> Iterator[tuple[str, str, str]]:
        """Yield a fault when nothing says where the address stands."""
        if not self.next:
            yield "next", "not said where it stands", "a dotted path, or InHeader('Link')"


@dataclass(frozen=True, slots=True)
class Whole:
    """One answer holds everything."""

    most: int = 1_000_000
    places: bool = False

    def asks(self, cursor: str | None, size: int) -> dict[str, str]:  # noqa: ARG002 - the protocol's
        """Return nothing."""
        return {}

    def turn(self, arrived: Arrived) -> Turn:
        """Say that this was all."""
        return Turn(more=False, total=len(arrived.rows))

    def faults(self) -> Iterator[tuple[str, str, str]]:
        """Yield nothing."""
        yield from ()


def found(where: Where, arrived: Arrived) -> Any:
    """Return what stands there in an answer, or None."""
    if isinstance(where, InHeader):
        return arrived.headers.get(where.name)
    return dotted(arrived.body, where) if where else None


def dotted(body: Any, path: str) -> Any:
    """Return what a dotted path leads to, the body itself for an empty one, None for nothing."""
    for name in path.split(".") if path else ():
        if not isinstance(body, dict):
            return None
        body = body.get(name)
    return body


def passed_of(cursor: str | None) -> int:
    """Return how many rows lie before a numbered page."""
    return int(cursor.split()[0]) if cursor else 0


def smaller(size: int) -> int:
    """Return the next smaller page: the greatest divisor, so that pages still meet places."""
    return next((part for part in range(size // 2, 0, -1) if size % part == 0), 1)


def larger(size: int, most: int) -> int:
    """Return the next larger page on the way from ``most`` down to this size."""
    while (less := smaller(most)) > size:
        most = less
    return most


def _sized(name: str, size: int) -> dict[str, str]:
    return {name: str(size)} if name else {}


def number_of(said: Any) -> int | None:
    """Return a count that an answer tells as number or text, None where it tells none."""
    try:
        return int(said)
    except (TypeError, ValueError):
        return None


def _mark(rows: list[dict[str, Any]]) -> str:
    text = orjson.dumps([len(rows), rows[0], rows[-1]], default=str)
    return hashlib.blake2b(text, digest_size=8).hexdigest()
