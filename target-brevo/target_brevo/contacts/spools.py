"""What is to leave in one import: rows and their receipts, in files while they are many."""

import marshal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import SEEK_END, BytesIO
from itertools import chain
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO

from target_brevo.contacts.planning import Partition
from target_brevo.contacts.receipts import Draft, Packed

_IN_MEMORY = 64 * 1024
_COMMA = len(",\n")
# Receipts that are written, and read, by one call.
_BLOCK = 256
_LENGTH = 4


@dataclass(slots=True)
class Lines:
    """Lines that wait: in memory while few, else in a file that has no name."""

    _lines: list[bytes] = field(default_factory=list)
    _size: int = 0
    _file: IO[bytes] | None = None

    def add(self, line: bytes) -> None:
        """Add a line, which ends in a line break and has no other."""
        self._lines.append(line)
        self._size += len(line)
        if self._size >= _IN_MEMORY:
            if self._file is None:
                self._file = TemporaryFile()  # noqa: SIM115 - closed with the spool
            self._file.seek(0, 2)
            self._file.write(b"".join(self._lines))
            self._lines, self._size = [], 0

    def __iter__(self) -> Iterator[bytes]:
        if self._file is not None:
            self._file.seek(0)
            yield from self._file
        yield from self._lines

    def copy(self, into: IO[bytes]) -> None:
        """Write all lines as they were added."""
        if self._file is not None:
            self._file.seek(0)
            copyfileobj(self._file, into, _IN_MEMORY)
        into.writelines(self._lines)

    def close(self) -> None:
        """Let go of everything."""
        self._lines = []
        if self._file is not None:
            self._file.close()
            self._file = None


@dataclass(slots=True)
class Blocks:
    """Receipts that wait: what is the same in many of them (streams, lists) is there once a block.

    ``marshal`` is Python's own form of plain values; what is written here is read by this process.
    """

    _block: list[Packed] = field(default_factory=list)
    _file: IO[bytes] | None = None

    def add(self, receipt: Packed) -> None:
        """Add a receipt."""
        self._block.append(receipt)
        if len(self._block) >= _BLOCK:
            if self._file is None:
                self._file = TemporaryFile()  # noqa: SIM115 - closed with the spool
            self._file.seek(0, SEEK_END)
            written = marshal.dumps(self._block)
            self._file.write(len(written).to_bytes(_LENGTH) + written)
            self._block = []

    def __iter__(self) -> Iterator[Packed]:
        return chain.from_iterable(self._blocks())

    def _blocks(self) -> Iterator[list[Packed]]:
        if self._file is not None:
            self._file.seek(0)
            while length := self._file.read(_LENGTH):
                yield marshal.loads(self._file.read(int.from_bytes(length)))  # noqa: S302 - our own
        yield self._block

    def close(self) -> None:
        """Let go of everything."""
        self._block = []
        if self._file is not None:
            self._file.close()
            self._file = None


@dataclass(slots=True)
class Spool:
    """Drafts of one partition. Rows and receipts lie apart, so that a body is read in one go.

    ``since`` is when the oldest of their records came (monotonic seconds).
    """

    partition: Partition
    since: float
    count: int = 0
    size: int = 0
    closed: bool = False
    _keys: set[bytes] = field(default_factory=set)
    _rows: Lines = field(default_factory=Lines)
    _receipts: Blocks = field(default_factory=Blocks)

    def add(self, keys: Iterable[str], draft: Draft) -> None:
        """Add one person's draft; ``keys`` are the hashes of the person and its sources."""
        # JSON escapes line breaks, so none occurs inside.
        self._rows.add(draft.row + b",\n")
        self._receipts.add(draft.receipt)
        self.count += 1
        self.size += len(draft.row) + 2
        self._keys.update(map(bytes.fromhex, keys))

    def holds(self, hashed: bytes) -> bool:
        """Say whether a draft of this person or source (a hash) is in here."""
        return hashed in self._keys

    def among(self, hashed: set[bytes]) -> set[bytes]:
        """Return those of many persons or sources of which a draft is in here."""
        return self._keys & hashed

    def __iter__(self) -> Iterator[Draft]:
        for row, receipt in zip(self._rows, self._receipts, strict=True):
            yield Draft(row[:-2], receipt)

    def body(self, flags: bytes) -> bytes:
        """Return an import's body: ``flags``, a JSON object of what holds for all rows, and these.

        It is the largest thing in memory, so it is there once.
        """
        return self.as_json(flags)

    def as_json(self, flags: bytes) -> bytes:
        """Return the body with the rows as ``jsonBody``."""
        whole = BytesIO()
        whole.write(b'%b,"jsonBody":[' % flags[:-1])
        self._rows.copy(whole)
        whole.seek(-_COMMA, SEEK_END)
        whole.write(b"]}")
        whole.truncate()
        return whole.getvalue()

    def receipts(self) -> Iterator[Packed]:
        """Yield the receipts alone."""
        return iter(self._receipts)

    def close(self) -> None:
        """Let go of what was in here."""
        self._rows.close()
        self._receipts.close()
        self._keys.clear()
        self.closed = True
