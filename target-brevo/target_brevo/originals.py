"""The records under way, as they came in, on disk: a refused one can be kept whole.

Verdicts come long after their records (an import takes minutes), and a record is known to be good
only then. Lines wait in files without a name, which are gone with the process, and each file goes
as soon as nothing in it is under way.
"""

from collections import Counter
from dataclasses import dataclass, field
from io import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import IO

_IN_MEMORY = 1024 * 1024
# Written together: one call for each line cost more than all else here.
_AT_ONCE = 64 * 1024
_FILE = 32 * 1024 * 1024
# A larger record is not kept: who wants it again asks the tap.
LARGEST = 512 * 1024
_SHIFT = 40


def _nameless_file() -> IO[bytes]:
    return SpooledTemporaryFile(_IN_MEMORY)


@dataclass
class Originals:
    """Lines by the place that each was given; with ``kept`` off only places are given."""

    kept: bool = False
    _files: dict[int, IO[bytes]] = field(default_factory=dict)
    _under_way: Counter[int] = field(default_factory=Counter)
    _number: int = 0
    _size: int = 0
    _line: bytes = b""
    _place: int = -1
    _tail: list[bytes] = field(default_factory=list)
    _tail_size: int = 0

    def begin(self, line: bytes) -> None:
        """Take in the line of the record from which operations are made now."""
        self._line, self._place = line, -1

    @property
    def present(self) -> bytes:
        """The line of the present record."""
        return self._line

    def place(self) -> int:
        """Return the place of the present record."""
        if self._place < 0:
            self._place = self._written()
        return self._place

    def claim(self) -> int:
        """Return the place of the present record, and hold it for one more operation."""
        place = self._place
        if place < 0:
            place = self._place = self._written()
        self._under_way[place >> _SHIFT] += 1
        return place

    @staticmethod
    def file_of(place: int) -> int:
        """Return the number of the file in which a place is."""
        return place >> _SHIFT

    def release(self, place: int) -> None:
        """Let go of one operation's hold."""
        self.release_many(place >> _SHIFT, 1)

    def release_many(self, number: int, count: int) -> None:
        """Let go of the holds of ``count`` operations in one file."""
        self._under_way[number] -= count
        if not self._under_way[number] and number != self._number:
            self._drop(number)

    def line(self, place: int) -> bytes:
        """Return the line at ``place``; empty where it was not kept."""
        file = self._files.get(place >> _SHIFT)
        if file is None:
            return b""
        self._flush()
        file.seek(place & ((1 << _SHIFT) - 1))
        return file.readline().rstrip(b"\n")

    def close(self) -> None:
        """Let go of everything."""
        for number in list(self._files):
            self._drop(number)

    def _written(self) -> int:
        if self._size >= _FILE:
            self._flush()
            if not self._under_way[self._number]:
                self._drop(self._number)
            self._number, self._size = self._number + 1, 0
        place = (self._number << _SHIFT) | self._size
        # Without a line its place is one byte wide: every record has a place of its own.
        line = self._line if self.kept and len(self._line) <= LARGEST else b""
        if self.kept:
            if self._number not in self._files:
                self._files[self._number] = _nameless_file()
            self._tail.append(line)
            self._tail_size += len(line) + 1
            if self._tail_size >= _AT_ONCE:
                self._flush()
        self._size += len(line) + 1
        return place

    def _flush(self) -> None:
        """Write what waits at the end of the present file."""
        if self._tail:
            file = self._files[self._number]
            file.seek(0, SEEK_END)
            file.write(b"\n".join(self._tail) + b"\n")
            self._tail, self._tail_size = [], 0

    def _drop(self, number: int) -> None:
        file = self._files.pop(number, None)
        if file is not None:
            file.close()
        del self._under_way[number]
