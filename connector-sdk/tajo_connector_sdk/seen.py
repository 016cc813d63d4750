"""Which ids have been met: exact, and flat in memory however many there are."""

import sqlite3
from dataclasses import dataclass, field
from typing import Self

# So many ids are kept in memory (about 10 MB) before they move to a file.
IN_MEMORY = 50_000


def private_database() -> sqlite3.Connection:
    """Return a database in a temporary file that nobody else can open.

    SQLite makes the file of an empty name with mode 0600 and unlinks it at once, so nothing is
    left behind, also after a kill; it stays in memory until a cache of 4 MB is full.
    """
    database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA cache_size = -4096")
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA temp_store = FILE")
    database.execute("BEGIN")
    return database


@dataclass(slots=True)
class Seen:
    """A set of ids that moves to a private file when it grows. Use it in a ``with``."""

    in_memory: int = IN_MEMORY
    count: int = field(default=0, init=False)
    _memory: set[str] = field(default_factory=set, init=False)
    _file: sqlite3.Connection | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def __contains__(self, key: str) -> bool:
        if self._file is None:
            return key in self._memory
        asked = self._file.execute("SELECT 1 FROM seen WHERE key = ?", (key,))
        return asked.fetchone() is not None

    def add(self, key: str) -> bool:
        """Note a key; say whether it is new."""
        new = self._add_to_file(key) if self._file else self._add_to_memory(key)
        self.count += new
        return new

    def _add_to_memory(self, key: str) -> bool:
        if key in self._memory:
            return False
        self._memory.add(key)
        if len(self._memory) > self.in_memory:
            self._move()
        return True

    def _add_to_file(self, key: str) -> bool:
        assert self._file is not None  # noqa: S101 - for the type checker: add() has looked
        asked = self._file.execute("INSERT OR IGNORE INTO seen VALUES (?)", (key,))
        return asked.rowcount == 1

    def _move(self) -> None:
        self._file = private_database()
        self._file.execute("CREATE TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID")
        self._file.executemany("INSERT INTO seen VALUES (?)", ((key,) for key in self._memory))
        self._memory.clear()
