"""Opens the ledger's database, or says in one line why it cannot be used."""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, SQLAlchemyError

from tajo_connector_sdk.errors import ConfigurationError, RunError
from target_brevo.ledger.tables import FACTS, METADATA, SCHEMA_VERSION
from target_brevo.ledger.upserting import replacing

# Parameters per statement stay far below SQLite's limit of 32,766 (sqlite.org/limits.html).
CHUNK = 500
BUSY_MS = 15_000


@dataclass(frozen=True, slots=True)
class Database:
    """An open ledger database: transactions, upserts, and its random salt."""

    engine: Engine
    salt: bytes
    shown: str

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open one transaction: committed at the end, rolled back on any exception.

        Raises RunError naming the ledger when it cannot be read or written.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise RunError(
                f"ledger {self.shown}",
                f"it could not be used ({_cause(error)})",
                do="state covers only what was recorded: mend it and run again",
            ) from error

    def upsert(
        self, connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """Insert ``rows`` (all with the same names), replacing those with the same primary key."""
        if not rows:
            return
        connection.execute(replacing(table, tuple(rows[0])), list(rows))

    def insert_new(self, connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
        """Insert ``row`` unless its primary key is there already."""
        dialect = postgresql if self.engine.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(table).on_conflict_do_nothing(), dict(row))

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def chunks(items: Sequence[str], size: int = CHUNK) -> Iterator[Sequence[str]]:
    """Yield ``items`` in slices that fit one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def open_database(url: str) -> Database:
    """Open the ledger at the SQLAlchemy ``url``, making an SQLite file and its folder private.

    Raises ConfigurationError, before anything is sent, when it cannot be opened, is no database,
    cannot be written, or was made by a newer version of this project.
    """
    where = _parsed(url)
    shown = where.database or "in memory" if _is_sqlite(where) else where.render_as_string()
    try:
        engine = _sqlite_engine(where) if _is_sqlite(where) else create_engine(where)
        with engine.begin() as connection:
            METADATA.create_all(connection)
            salt = _salt(connection)
            _check_version(connection, shown)
            # A read-only file lets a transaction begin; only a write shows what it is.
            connection.execute(update(FACTS).values(value=FACTS.c.value))
    except (SQLAlchemyError, OSError, sqlite3.Error, ModuleNotFoundError) as error:
        raise ConfigurationError(
            f"ledger_url: {shown}",
            f"the ledger cannot be opened and written ({_cause(error)})",
            right="a database that this user may write, not held by another run",
            do="mend or move the file, end the other run, or name another place",
        ) from error
    return Database(engine, salt, shown)


def rehearsal_copy(url: str) -> Database:
    """Return a private copy of the ledger at ``url``, for a run that must not change it.

    The original is only read; where there is none yet, nothing is made on disk.
    """
    where = _parsed(url)
    copy = _temporary()
    if _is_sqlite(where) and not (where.database and Path(where.database).exists()):
        return copy
    source = _read_only_engine(where)
    try:
        with source.connect() as reader, copy.engine.begin() as writer:
            for table in reversed(METADATA.sorted_tables):
                writer.execute(table.delete())
            for table in METADATA.sorted_tables:
                rows = reader.execute(select(table).execution_options(yield_per=CHUNK))
                for part in rows.mappings().partitions(CHUNK):
                    writer.execute(insert(table), [dict(row) for row in part])
            salt = _salt(writer)
            _check_version(writer, str(where.database))
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise ConfigurationError(
            f"ledger_url: {where.database}",
            f"the ledger cannot be read ({_cause(error)})",
            do="mend or move the file, or name another place",
        ) from error
    finally:
        source.dispose()
    return Database(copy.engine, salt, copy.shown)


def _temporary() -> Database:
    """Return an empty ledger that is gone when it is closed; SQLite spills it to disk."""
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(""))
    _prepare(engine)
    with engine.begin() as connection:
        METADATA.create_all(connection)
        salt = _salt(connection)
    return Database(engine, salt, "a copy that is thrown away")


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise ConfigurationError(
            "ledger_url",
            "it is no database URL",
            right="sqlite:////absolute/path/brevo-ledger.db or postgresql+psycopg://host/name",
        ) from error


def _is_sqlite(where: URL) -> bool:
    return where.get_backend_name() == "sqlite"


def _sqlite_engine(where: URL) -> Engine:
    if where.database and not where.database.startswith((":memory:", "file:")):
        _make_private(Path(where.database))
    engine = create_engine(where)
    _prepare(engine)
    return engine


def _prepare(engine: Engine) -> None:
    """Let every connection of ``engine`` write safely, in transactions that we begin."""

    @event.listens_for(engine, "connect")
    def pragmas(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for line in (
            f"busy_timeout = {BUSY_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",  # a verdict that was given must survive a power cut
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {line}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _read_only_engine(where: URL) -> Engine:
    if not _is_sqlite(where):
        return create_engine(where)
    path = Path(str(where.database)).absolute()
    return create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    )


def _make_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _salt(connection: Connection) -> bytes:
    row = connection.execute(select(FACTS.c.value).where(FACTS.c.name == "salt")).scalar()
    if row is None:
        row = token_hex(16)
        connection.execute(
            insert(FACTS),
            [
                {"name": "salt", "value": row},
                {"name": "schema_version", "value": str(SCHEMA_VERSION)},
            ],
        )
    return bytes.fromhex(row)


def _check_version(connection: Connection, shown: str) -> None:
    found = connection.execute(
        select(FACTS.c.value).where(FACTS.c.name == "schema_version")
    ).scalar_one()
    if int(found) > SCHEMA_VERSION:
        raise ConfigurationError(
            f"ledger_url: {shown}",
            f"the ledger has schema version {found}",
            right=f"this version knows schema {SCHEMA_VERSION} and older",
            do="install the newer target-brevo that wrote it, or name another place",
        )


def _cause(error: Exception) -> str:
    """Name the cause in the driver's own short words, without the statement or its values."""
    if isinstance(error, DatabaseError) and error.orig is not None:
        return str(error.orig).splitlines()[0][:120]
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
