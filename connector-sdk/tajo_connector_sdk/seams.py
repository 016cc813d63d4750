"""Pages that overlap, so that a row which leaves between two of them hides no other.

Where pages are places (page 2 of 100), a row that leaves shifts all behind it up by one, over the
edge of the next page. A total tells of it only where no row has come at the same time. So each
page is asked for in such a size that it begins, at the latest, with the last row of the one
before. A page on which no row is known lies too far behind, and an earlier one is read.

The order of the rows has to be the same from page to page, whatever it is: one that comes before
the rows that were read only pushes known ones down.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import orjson

Row = Mapping[str, Any]
APART = " ~"


@dataclass(frozen=True, slots=True)
class Seam:
    """Where to go on: ``passed`` rows lie before, the last of them bear the marks ``known``."""

    passed: int
    known: frozenset[str]

    @classmethod
    def read(cls, cursor: str | None) -> Self | None:
        """Return what a cursor says, None for one that says no marks."""
        passed, apart, marks = (cursor or "").partition(APART)
        return cls(int(passed), frozenset(marks.split(","))) if apart else None

    @property
    def cursor(self) -> str:
        """The seam as a cursor."""
        return f"{self.passed}{APART}{','.join(sorted(self.known))}"


def marks_of(rows: Iterable[Row], key: tuple[str, ...]) -> list[str]:
    """Return a mark for each row: by its key, by all of it where the list does not show that."""
    return [_mark([row[name] for name in key if row.get(name) is not None] or row) for row in rows]


def _mark(told: Any) -> str:
    return hashlib.blake2b(orjson.dumps(told, default=str), digest_size=8).hexdigest()
