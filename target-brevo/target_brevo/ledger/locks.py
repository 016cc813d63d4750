"""Locks that the system lets go of when their holder dies, for runs that share a ledger."""

import glob
import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from tajo_connector_sdk.errors import RunError
from target_brevo.ledger.engines import is_private, is_sqlite, shown


class Locks(Protocol):
    """Named locks; every process with the same ledger sees the same names."""

    def take(self, name: str) -> bool:
        """Take the lock without waiting; return whether it is held now."""

    def drop(self, name: str) -> None:
        """Let go of a lock that was taken."""

    def tidy(self, prefix: str) -> None:
        """Remove what dead holders of locks named ``prefix``… left behind."""

    def close(self) -> None:
        """Let go of everything."""


@dataclass(slots=True)
class NoLocks:
    """For a ledger that no other process can open."""

    def take(self, name: str) -> bool:  # noqa: ARG002 - the seam's shape
        """Take what nobody else can want."""
        return True

    def drop(self, name: str) -> None:
        """Do nothing."""

    def tidy(self, prefix: str) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


@dataclass(slots=True)
class FileLocks:
    """Files beside an SQLite ledger, locked by flock(2); they go when they are let go of.

    SQLite's WAL demands one machine for all (sqlite.org/wal.html), so such locks reach as far.
    """

    beside: Path
    _held: dict[str, int] = field(default_factory=dict)

    def take(self, name: str) -> bool:
        """Take the lock; a file that another holder removed meanwhile is made again."""
        # Not on every system: there runs that share a ledger do not know of each other.
        import fcntl  # noqa: PLC0415 - as said

        path = self._path(name)
        while True:
            handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(handle)
                return False
            if _is_still(path, handle):
                self._held[name] = handle
                return True
            os.close(handle)

    def drop(self, name: str) -> None:
        """Remove the file while it is still locked, then let go of it."""
        self._path(name).unlink(missing_ok=True)
        os.close(self._held.pop(name))

    def tidy(self, prefix: str) -> None:
        """Remove the files that killed processes left behind; those of living ones are locked."""
        for path in self.beside.parent.glob(f"{glob.escape(self.beside.name)}.{prefix}*"):
            name = path.name.removeprefix(f"{self.beside.name}.")
            if name not in self._held and self.take(name):
                self.drop(name)

    def close(self) -> None:
        """Let go of everything."""
        for name in list(self._held):
            self.drop(name)

    def _path(self, name: str) -> Path:
        return self.beside.with_name(f"{self.beside.name}.{name}")


@dataclass(slots=True)
class ServerLocks:
    """Advisory locks of a PostgreSQL session, which end with its connection."""

    where: URL
    _connection: Connection | None = None

    def take(self, name: str) -> bool:
        """Take the lock on the session of this process, opening it where there is none yet."""
        try:
            if self._connection is None:
                engine = create_engine(self.where, poolclass=NullPool, isolation_level="AUTOCOMMIT")
                self._connection = engine.connect()
            asked = text("SELECT pg_try_advisory_lock(:key)")
            return bool(self._connection.execute(asked, {"key": _key(name)}).scalar())
        except SQLAlchemyError as error:
            raise RunError(
                f"ledger {shown(self.where)}",
                "the server went away",
                do="state covers only what was recorded: run again when it is there",
            ) from error

    def drop(self, name: str) -> None:
        """Let go of a lock that was taken."""
        if self._connection is not None:
            asked = text("SELECT pg_advisory_unlock(:key)")
            # A server that is gone has let go of it.
            with suppress(SQLAlchemyError):
                self._connection.execute(asked, {"key": _key(name)})

    def tidy(self, prefix: str) -> None:
        """Do nothing: the server lets go of a dead session's locks."""

    def close(self) -> None:
        """End the session, and with it every lock."""
        if self._connection is not None:
            # The server lets go of a closed session's locks a moment later; asked, at once.
            with suppress(SQLAlchemyError):
                self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
            self._connection.close()
            self._connection = None


def locks_for(where: URL) -> Locks:
    """Return the locks of the ledger at ``where``."""
    if not is_sqlite(where):
        return ServerLocks(where)
    if is_private(where) or str(where.database).startswith("file:"):
        return NoLocks()
    return FileLocks(Path(str(where.database)))


def _is_still(path: Path, handle: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(handle).st_ino
    except FileNotFoundError:
        return False


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
