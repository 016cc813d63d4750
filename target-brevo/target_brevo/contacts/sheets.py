"""What is to leave in one import as CSV: rows as lines of cells, under one header row."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice, pairwise
from operator import itemgetter
from typing import Literal

from target_brevo.contacts.cells import Cells
from target_brevo.contacts.planning import Partition
from target_brevo.contacts.receipts import Draft
from target_brevo.contacts.spools import Lines, Spool

_EMAIL = "EMAIL"
# Names that a header can hold as they are (Brevo stores them in capitals).
_NAME = re.compile(r"[A-Z0-9_-]+")
# A line break in a JSON text.
_BREAK = b"\\n"
# Most ways that are kept: rows of many columns that may be missing have as many.
_MOST_WAYS = 4096
Outcome = Literal["taken", "full", "odd"]
_Way = Callable[[list[bytes]], tuple[bytes, ...]]


def may_stand_in(partition: Partition, names: tuple[str, ...]) -> bool:
    """Say whether rows with these attributes may stand in a sheet of this partition."""
    clears = partition.clears
    if clears is not None and clears != tuple(sorted(names)):
        # An empty cell would clear what the row does not name.
        return False
    return _EMAIL not in names and all(map(_NAME.fullmatch, names))


@dataclass(slots=True)
class Sheet(Spool):
    """A spool whose import leaves as ``fileBody``; ``size`` is what its text takes in the request.

    Its columns are those of all rows so far. A row that has nothing in one of them has an empty
    cell there, which changes nothing (``emptyContactsAttributes``, API v3, POST /contacts/import,
    checked 2026-11-24) unless the import clears; rows that clear have the same columns.
    """

    _columns: list[str] = field(default_factory=list)
    _cells: Lines = field(default_factory=Lines)
    # Rows that came before, and how many columns there are since.
    _grown: list[tuple[int, int]] = field(default_factory=list)
    # By the names of a row: how its cells are put in order, None where they are, and the bytes
    # that it takes beside its line.
    _ways: dict[tuple[str, ...], tuple[_Way | None, int]] = field(default_factory=dict)

    def put(self, keys: Iterable[str], draft: Draft, cells: Cells, most: int) -> Outcome:
        """Add one person's draft, unless the text would be longer than ``most`` bytes.

        One row there is always room for.
        """
        names, line = cells
        known = self._ways.get(names)
        if known is None:
            if not may_stand_in(self.partition, names):
                return "odd"
            if self.count and self._size_with(cells) > most:
                return "full"
            known = self._learnt(names)
        way, frame = known
        size = self.size + len(line) + frame
        if size > most and self.count:
            return "full"
        if way is not None:
            line = b";".join(way([*line.split(b";"), b""]))
        self._cells.add(line + b"\n")
        self.add(keys, draft)
        self.size = size
        return "taken"

    def _size_with(self, cells: Cells) -> int:
        """Return what the text would take with a row of other columns than all so far."""
        more = [name for name in cells.names if name not in self._columns]
        frame = len(_BREAK) + len(self._columns) + len(more) - len(cells.names)
        return self.size + self._widening(more) + frame + len(cells.line)

    def _widening(self, more: Sequence[str]) -> int:
        """Return what new columns add: names in the header, and an empty cell in every row."""
        return sum(map(len, more)) + len(more) * (self.count + 1)

    def _learnt(self, names: tuple[str, ...]) -> tuple[_Way | None, int]:
        if not self.count:
            self.size = len(_EMAIL)
        more = [name for name in names if name not in self._columns]
        if more:
            self.size += self._widening(more)
            self._columns += more
            self._grown.append((self.count, len(self._columns)))
            self._ways.clear()
        if len(self._ways) >= _MOST_WAYS:
            self._ways.clear()
        places = {name: place for place, name in enumerate(names, start=1)}
        # The last of the cells is an empty one.
        ordered = [places.get(name, -1) for name in self._columns]
        in_order = ordered == list(range(1, len(names) + 1))
        way = None if in_order else itemgetter(0, *ordered)
        self._ways[names] = way, len(_BREAK) + len(self._columns) - len(names)
        return self._ways[names]

    def body(self, flags: bytes) -> bytes:
        """Return the import's body: header and rows as one JSON text, which nothing in it escapes.

        It is the largest thing in memory, so it is there once.
        """
        whole = BytesIO()
        whole.write(b'%b,"fileBody":"' % flags[:-1])
        whole.write(";".join((_EMAIL, *self._columns)).encode())
        lines = iter(self._cells)
        for (begin, width), (end, _) in pairwise([*self._grown, (self.count, 0)]):
            rest = b";" * (len(self._columns) - width)
            for line in islice(lines, end - begin):
                whole.write(b"%b%b%b" % (_BREAK, line[:-1], rest))
        whole.write(b'"}')
        return whole.getvalue()

    def close(self) -> None:
        """Let go of what was in here."""
        self._cells.close()
        Spool.close(self)
