"""Opens the ledger's database, or says in one line why it cannot be used."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, insert, select, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from tajo_connector_sdk.errors import ConfigurationError, RunError
from target_brevo.ledger.attendance import Attendance
from target_brevo.ledger.engines import (
    is_sqlite,
    parsed,
    reading,
    reading_engine,
    shown,
    temporary_engine,
    writing_engine,
)
from target_brevo.ledger.locks import NoLocks, locks_for
from target_brevo.ledger.lookups import mark_of
from target_brevo.ledger.schema import REVISIONS, made_ready
from target_brevo.ledger.tables import FACTS, METADATA
from target_brevo.ledger.upserting import (
    NOTHING,
    Fixed,
    Found,
    Kept,
    Owned,
    adding,
    claiming_plainly,
    replacing,
    replacing_plainly,
    updating_plainly,
)

# Parameters per statement stay far below SQLite's limit of 32,766 (sqlite.org/limits.html).
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Database:
    """An open ledger database: transactions, upserts, and its random salt."""

    engine: Engine
    salt: bytes
    shown: str
    runs: Attendance = field(default_factory=Attendance)
    _reader: Engine = field(init=False)

    def __post_init__(self) -> None:
        """Make the engine of transactions that only read, once."""
        object.__setattr__(self, "_reader", reading(self.engine))

    def begin(self) -> AbstractContextManager[Connection]:
        """Open one transaction: committed at the end, rolled back on any exception.

        Raises RunError naming the ledger when it cannot be read or written.
        """
        return self._opened(self.engine)

    def look(self) -> AbstractContextManager[Connection]:
        """Open a transaction in which nothing is written, and that waits for no other run.

        Raises RunError like ``begin``.
        """
        return self._opened(self._reader)

    @contextmanager
    def _opened(self, engine: Engine) -> Iterator[Connection]:
        try:
            with engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise RunError(
                f"ledger {self.shown}",
                f"it could not be used ({_cause(error)})",
                do="state covers only what was recorded: mend it and run again",
            ) from error

    @property
    def is_shared(self) -> bool:
        """Whether other processes can open it."""
        return not isinstance(self.runs.locks, NoLocks)

    def upsert(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Mapping[str, Any]],
        kept: Kept = NOTHING,
    ) -> None:
        """Insert ``rows`` (all with the same names), replacing those with the same primary key."""
        if not rows:
            return
        connection.execute(replacing(table, tuple(rows[0]), kept), list(rows))

    def write(
        self,
        connection: Connection,
        into: tuple[Table, Fixed],
        names: tuple[str, ...],
        rows: Sequence[tuple[Any, ...]],
        kept: Kept = NOTHING,
    ) -> None:
        """Do the same with rows by the thousand: values in the order of ``names``, as they are.

        Text in them must be free of NUL, which PostgreSQL does not take.
        """
        if rows:
            statement = replacing_plainly(*into, names, mark_of(connection), kept)
            connection.exec_driver_sql(statement, list(rows))

    def claim(
        self,
        connection: Connection,
        into: tuple[Table, Fixed],
        names: tuple[str, ...],
        rows: Sequence[tuple[Any, ...]],
        owned: Owned,
    ) -> None:
        """Insert rows like ``write``; of those that are there, only nobody's are changed."""
        if rows:
            statement = claiming_plainly(*into, names, mark_of(connection), owned)
            connection.exec_driver_sql(statement, list(rows))

    def update(
        self,
        connection: Connection,
        into: tuple[Table, Fixed],
        found: Found,
        rows: Sequence[tuple[Any, ...]],
    ) -> bool:
        """Change rows that are there (values of ``changed``, then of ``keys``).

        Returns whether every one of them was.
        """
        if not rows:
            return True
        statement = updating_plainly(*into, found, mark_of(connection))
        return connection.exec_driver_sql(statement, list(rows)).rowcount == len(rows)

    def insert_new(self, connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
        """Insert ``row`` unless its primary key is there already."""
        connection.execute(adding(table, tuple(row)), dict(row))

    def close(self) -> None:
        """Let go of every connection, and be seen no more by other runs."""
        self.runs.leave()
        self.engine.dispose()


def chunks(items: Sequence[str], size: int = CHUNK) -> Iterator[Sequence[str]]:
    """Yield ``items`` in slices that fit one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def open_database(url: str) -> Database:
    """Open the ledger at the SQLAlchemy ``url``, making an SQLite file and its folder private.

    An older ledger is brought to today's schema. Raises ConfigurationError, before anything is
    sent, when it cannot be opened, is no database, cannot be written, or was made by a newer
    version of this project.
    """
    where = parsed(url)
    place = shown(where)
    try:
        engine = writing_engine(where)
        salt = _checked(engine, place)
    except (SQLAlchemyError, OSError, sqlite3.Error, ImportError) as error:
        raise _unusable(place, "opened and written", error) from error
    return Database(engine, salt, place, Attendance(locks_for(where)))


def _checked(engine: Engine, place: str) -> bytes:
    try:
        with engine.begin() as connection:
            salt = made_ready(connection, place)
            # A read-only file lets a transaction begin; only a write shows what it is.
            connection.execute(update(FACTS).values(value=FACTS.c.value))
    except BaseException:
        engine.dispose()
        raise
    return salt


def rehearsal_copy(url: str) -> Database:
    """Return a private copy of the ledger at ``url``, for a run that must not change it.

    The original is only read, and an older one is brought to today's schema in the copy alone;
    where there is none yet, nothing is made on disk.
    """
    where = parsed(url)
    place = shown(where)
    engine = temporary_engine()
    try:
        if not is_sqlite(where) or (where.database and Path(where.database).exists()):
            _copy(where, engine)
        with engine.begin() as connection:
            salt = made_ready(connection, place)
    except (SQLAlchemyError, OSError, sqlite3.Error, ImportError) as error:
        raise _unusable(place, "read", error) from error
    return Database(engine, salt, "a copy that is thrown away")


def _copy(where: URL, into: Engine) -> None:
    """Copy the tables of a ledger as they are, whatever schema it has."""
    ours = {*METADATA.tables, REVISIONS.name}
    found = MetaData()
    source = reading_engine(where)
    try:
        with source.connect() as reader, into.begin() as writer:
            found.reflect(reader, only=lambda name, _: name in ours)
            for column in (each for table in found.sorted_tables for each in table.columns):
                # Written in the words of the other database, and every row has its values.
                column.server_default = None
            found.create_all(writer)
            for table in found.sorted_tables:
                rows = reader.execute(select(table).execution_options(yield_per=CHUNK))
                for part in rows.mappings().partitions(CHUNK):
                    writer.execute(insert(table), [dict(row) for row in part])
    finally:
        source.dispose()


def _unusable(place: str, how: str, error: Exception) -> ConfigurationError:
    if isinstance(error, ImportError):
        return ConfigurationError(
            f"ledger_url: {place}",
            "the driver for PostgreSQL is not installed",
            right="the package psycopg",
            do="pip install 'target-brevo[postgres]'",
        )
    return ConfigurationError(
        f"ledger_url: {place}",
        f"the ledger cannot be {how} ({_cause(error)})",
        right="a database that this user may write, not held by another run",
        do="mend or move it, end the other run, or name another place",
    )


def _cause(error: Exception) -> str:
    """Name the cause in the driver's own short words, without the statement or its values."""
    if isinstance(error, DatabaseError) and error.orig is not None:
        return str(error.orig).splitlines()[0][:200]
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
