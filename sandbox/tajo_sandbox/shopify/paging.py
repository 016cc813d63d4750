"""Connections: pages cut out of sorted rows by cursor.

A cursor holds the sort value and the number of a row, not a position: a row that moves while a
client reads is met again or was met before, exactly as the platform does it.
"""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from tajo_sandbox.shopify.errors import Refused, bad_request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MAX_PAGE = 250
"""Objects per page (shopify.dev api/usage/limits, checked 2026-11-24)."""
MAX_DEPTH = 25_000
"""Objects that one walk by cursor may pass (same page)."""

Key = tuple[Any, int]


class Sorting(NamedTuple):
    """How rows are sorted: a name that goes into cursors, and the sort value of a row."""

    name: str
    value: Callable[[Any], Any]

    def key(self, row: Any) -> Key:
        """Sort value with the number as tie-break."""
        return (self.value(row), row.number)

    def cursor(self, row: Any) -> str:
        """The cursor of a row."""
        value, number = self.key(row)
        text = orjson.dumps({"last_id": number, "last_value": value, "sort": self.name})
        return base64.urlsafe_b64encode(text).decode()

    def read(self, cursor: str) -> Key:
        """The key that a cursor holds.

        Raises:
            Refused: it is no cursor, or one of another sort key.
        """
        try:
            held = orjson.loads(base64.urlsafe_b64decode(cursor))
            if held["sort"] == self.name:
                return (held["last_value"], held["last_id"])
        except (binascii.Error, orjson.JSONDecodeError, KeyError, TypeError):
            pass
        raise bad_request("Invalid cursor for current pagination sort.")


class Edge(NamedTuple):
    """A row with its cursor."""

    node: Any
    cursor: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a connection, in the order asked for."""

    nodes: Sequence[Any]
    sorting: Sorting
    before: bool
    """There are rows before this page."""
    after: bool
    """There are rows after this page."""

    @property
    def edges(self) -> list[Edge]:
        """The rows with their cursors."""
        return [Edge(row, self.sorting.cursor(row)) for row in self.nodes]

    @property
    def page_info(self) -> dict[str, Any]:
        """Whether to go on, and from where."""
        cursor = self.sorting.cursor
        return {
            "hasNextPage": self.after,
            "hasPreviousPage": self.before,
            "startCursor": cursor(self.nodes[0]) if self.nodes else None,
            "endCursor": cursor(self.nodes[-1]) if self.nodes else None,
        }


def size_of(arguments: Mapping[str, Any]) -> int:
    """How many objects a connection's arguments ask for.

    Raises:
        Refused: neither `first` nor `last`, both, below zero, or more than 250.
    """
    sizes = [arguments[name] for name in ("first", "last") if arguments.get(name) is not None]
    if len(sizes) != 1:
        raise bad_request("you must provide one of first or last")
    size = int(sizes[0])
    if not 0 <= size <= MAX_PAGE:
        raise bad_request(f"The page size {size} is out of range: 0 to {MAX_PAGE} are allowed.")
    return size


def cut(rows: Sequence[Any], sorting: Sorting, arguments: Mapping[str, Any]) -> Page:
    """The page of `rows` (sorted upwards by `sorting`) that a connection's arguments ask for.

    Raises:
        Refused: a bad size or cursor, or a page beyond 25,000 objects.
    """
    size = size_of(arguments)
    reverse = bool(arguments.get("reverse"))
    total = len(rows)
    low, high = 0, total
    if arguments.get("after") is not None:
        key = sorting.read(arguments["after"])
        low = (
            total - bisect_left(rows, key, key=sorting.key)
            if reverse
            else bisect_right(rows, key, key=sorting.key)
        )
    if arguments.get("before") is not None:
        key = sorting.read(arguments["before"])
        high = (
            total - bisect_right(rows, key, key=sorting.key)
            if reverse
            else bisect_left(rows, key, key=sorting.key)
        )
    if arguments.get("first") is not None:
        high = min(high, low + size)
    else:
        low = max(low, high - size)
    if min(low, total - 1) >= MAX_DEPTH:
        raise Refused(
            f"Pagination beyond {MAX_DEPTH} objects isn't supported; narrow the query by filters.",
            "PAGINATION_LIMIT_EXCEEDED",
        )
    high = max(low, min(high, MAX_DEPTH)) if total > MAX_DEPTH else max(low, high)
    part = rows[total - high : total - low][::-1] if reverse else rows[low:high]
    return Page(part, sorting, before=low > 0, after=high < total)


def of_list(rows: Sequence[Any], arguments: Mapping[str, Any]) -> Page:
    """A page of a nested list, in the list's own order.

    Raises:
        Refused: a bad size or cursor.
    """

    def place(row: Any) -> int:
        return next(at for at, other in enumerate(rows) if other.number == row.number)

    sorting = Sorting("LIST", place)
    plain = not any(arguments.get(name) for name in ("after", "before", "last", "reverse"))
    if plain and len(rows) <= size_of(arguments):
        return Page(rows, sorting, before=False, after=False)
    return cut(rows, sorting, arguments)
