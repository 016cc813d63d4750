"""Engines for the two databases a ledger may be in; on both, one transaction goes at a time."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.http import MEBIBYTE

BUSY_MS = 15_000
CONNECT_S = 10
LEAST_ROOM = 16 * MEBIBYTE
# What people write for the one driver that is supported here.
_POSTGRES = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
# Any number, the same for every run; advisory locks count per database.
_TURN = 7_041_860_213
_READS = "only_reads"


def parsed(url: str) -> URL:
    """Return the ledger's ``url`` with the driver that is used here.

    Raises ConfigurationError where it is no URL, or names a database of another kind.
    """
    right = "sqlite:////absolute/path/brevo-ledger.db or postgresql://user:password@host/database"
    try:
        where = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigurationError("ledger_url", "it is no database URL", right=right) from error
    if where.drivername in _POSTGRES:
        return where.set(drivername="postgresql+psycopg")
    if is_sqlite(where):
        return where
    what = f"a ledger cannot be kept in {where.drivername!r}"
    raise ConfigurationError("ledger_url", what, right=right)


def is_sqlite(where: URL) -> bool:
    """Say whether ``where`` names an SQLite database."""
    return where.get_backend_name() == "sqlite"


def is_private(where: URL) -> bool:
    """Say whether nobody but this process can see the database."""
    return is_sqlite(where) and (where.database or ":memory:") == ":memory:"


def shown(where: URL) -> str:
    """Return the place of the ledger for a message: no user, no password, no options."""
    if is_sqlite(where):
        return where.database or "in memory"
    port = f":{where.port}" if where.port else ""
    return f"postgresql://{where.host or 'local socket'}{port}/{where.database or ''}"


def writing_engine(where: URL) -> Engine:
    """Return an engine whose transactions wait for each other, across processes too."""
    if is_sqlite(where):
        if where.database and not where.database.startswith((":memory:", "file:")):
            _make_private(Path(where.database))
        engine = create_engine(where)
        prepare_sqlite(engine)
        return engine
    engine = create_engine(where, connect_args=_patience(where))

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if _only_reads(connection):
            return
        # As SQLite's BEGIN IMMEDIATE: whoever reads and then writes is not overtaken between, and
        # two runs that touch the same rows in another order cannot block each other for good.
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_MS}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")

    return engine


def reading_engine(where: URL) -> Engine:
    """Return an engine through which nothing can be written."""
    if not is_sqlite(where):
        engine = create_engine(where, connect_args=_patience(where), poolclass=NullPool)
        return engine.execution_options(postgresql_readonly=True)
    path = Path(str(where.database)).absolute()
    return create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    )


def reading(engine: Engine) -> Engine:
    """Return ``engine`` for transactions that only read: they wait for nobody, and nobody for them.

    What they see is what was committed when they began.
    """
    return engine.execution_options(**{_READS: True})


def _only_reads(connection: Connection) -> bool:
    return _READS in connection.get_execution_options()


def temporary_engine() -> Engine:
    """Return an engine of an SQLite database that is gone when it is closed."""
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(""))
    prepare_sqlite(engine)
    return engine


def prepare_sqlite(engine: Engine) -> None:
    """Let every connection of ``engine`` write safely, in transactions that we begin."""

    @event.listens_for(engine, "connect")
    def pragmas(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for line in (
            f"busy_timeout = {BUSY_MS}",
            # Rows of hashes fall on all pages: of larger ones fewer are written. New files only.
            "page_size = 8192",
            "journal_mode = WAL",
            "synchronous = FULL",  # a verdict that was given must survive a power cut
            "foreign_keys = ON",
            # Keys are hashes, so rows are written all over: 8 MB of pages are kept, not 2.
            "cache_size = -8192",
            "wal_autocheckpoint = 4000",
        ):
            connection.execute(f"PRAGMA {line}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if _only_reads(connection) else "BEGIN IMMEDIATE")


def _patience(where: URL) -> dict[str, Any]:
    return {} if "connect_timeout" in where.query else {"connect_timeout": CONNECT_S}


def _make_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_room(path)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _check_room(path: Path) -> None:
    """Raise ConfigurationError where the ledger's disk has no room for what a run records."""
    if not hasattr(os, "statvfs"):
        return
    disk = os.statvfs(path.parent)
    left = disk.f_bavail * disk.f_frsize
    if left < LEAST_ROOM:
        raise ConfigurationError(
            f"ledger_url: {path}",
            f"its disk is full ({left / MEBIBYTE:.1f} MiB left)",
            right=f"at least {LEAST_ROOM // MEBIBYTE} MiB, for what is sent has to be recorded",
            do="make room, or name another place",
        )
