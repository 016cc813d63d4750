"""A ledger of any age is brought to today's schema, once, and keeps what it knew."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, inspect, select, text

from tajo_connector_sdk.errors import ConfigurationError
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.database import open_database, rehearsal_copy
from target_brevo.ledger.engines import parsed
from target_brevo.ledger.tables import METADATA, SCHEMA_VERSION

SCHEMA_1 = (Path(__file__).parent / "schema_1.sql").read_text()


@pytest.fixture
def old_url(ledger_url, tmp_path):
    """A ledger of schema 1, as it was left behind on either database."""
    (tmp_path / "state").mkdir(exist_ok=True)
    sql = SCHEMA_1.split("\n", 1)[1]
    if not ledger_url.startswith("sqlite"):
        # PostgreSQL tells a truth value from a number.
        sql = sql.replace("'person', 12, 1, 0,", "'person', 12, true, false,")
        sql = sql.replace("'customers', 1,", "'customers', true,")
    engine = create_engine(parsed(ledger_url))
    with engine.begin() as connection:
        for statement in sql.split(";\n"):
            if statement.strip():
                connection.execute(text(statement.replace(":", r"\:")))
    engine.dispose()
    return ledger_url


def rows(url):
    """What the ledger at ``url`` holds, by table and column."""
    engine = create_engine(parsed(url))
    with engine.connect() as connection:
        found = MetaData()
        found.reflect(connection)
        held = {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in found.sorted_tables
        }
    engine.dispose()
    return held


def unlike(url, *, types=True):
    """Where the schema at ``url`` is not that of today's tables."""
    engine = create_engine(parsed(url))
    with engine.connect() as connection:
        options = {
            "version_table": "ledger_revision",
            "compare_type": types and engine.name != "sqlite",
        }
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, METADATA)
    engine.dispose()
    return found


def test_an_old_ledger_is_brought_to_todays_schema_and_keeps_its_rows(old_url):
    before = rows(old_url)
    open_database(old_url).close()
    after = rows(old_url)
    for table, old in before.items():
        if table == "facts":
            continue
        kept = [{name: row[name] for name in old[0]} for row in after[table]]
        assert kept == old, table
    facts = {row["name"]: row["value"] for row in after["facts"]}
    assert facts == {
        "salt": "000102030405060708090a0b0c0d0e0f", "schema_version": str(SCHEMA_VERSION)
    }  # fmt: skip
    assert [row["version_num"] for row in after["ledger_revision"]] == [f"{SCHEMA_VERSION:04d}"]


def test_migrations_lead_to_the_same_tables_as_a_new_ledger(old_url, tmp_path):
    open_database(old_url).close()
    # Its lengths were SQLite's, which takes any text.
    assert unlike(old_url, types=False) == []
    new = f"sqlite:///{tmp_path / 'new.db'}"
    open_database(new).close()
    assert unlike(new) == []


def test_the_migrations_alone_make_a_ledger(ledger_url, tmp_path):
    (tmp_path / "state").mkdir(exist_ok=True)
    engine = create_engine(parsed(ledger_url))
    from target_brevo.ledger.migrations.running import upgrade  # noqa: PLC0415 - what is tested

    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    assert unlike(ledger_url) == []


def test_a_migrated_ledger_works(old_url):
    ledger = Ledger.of(open_database(old_url), "https://api.brevo.com/v3", "org")
    ledger.imports.intend(1, "2026-11-24T00:00:00Z")
    assert len(ledger.imports.left_open()) == 1
    ledger.database.close()
    open_database(old_url).close()


def test_an_account_keeps_its_name_and_a_new_one_gets_a_short_one(old_url):
    database = open_database(old_url)
    names = [
        Ledger.of(database, "https://api.brevo.com/v3", organization).people.account
        for organization in ("org", "new", "new")
    ]
    database.close()
    assert names[0] == "acc"
    assert names[1] == names[2]
    assert len(names[1]) == 8


def test_a_migration_that_breaks_leaves_the_ledger_as_it_was(old_url, monkeypatch):
    before = rows(old_url)

    def broken(connection):
        connection.execute(text("CREATE TABLE half_done (x INTEGER)"))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("target_brevo.ledger.migrations.running.upgrade", broken)
    with pytest.raises(ConfigurationError, match="No space left"):
        open_database(old_url)
    assert rows(old_url) == before


def test_a_dry_run_migrates_its_copy_only(old_url):
    before = rows(old_url)
    copy = rehearsal_copy(old_url)
    with copy.begin() as connection:
        found = inspect(connection).get_table_names()
        assert connection.execute(text("SELECT run FROM sendings")).scalars().all() == ["", ""]
    copy.close()
    assert {"limits", "objections"} <= set(found)
    assert rows(old_url) == before


@pytest.mark.parametrize(("value", "words"), [("99", "schema version 99"), ("x", "not one of a")])
def test_a_newer_or_a_strange_schema_is_refused(ledger_url, value, words):
    open_database(ledger_url).close()
    engine = create_engine(parsed(ledger_url))
    with engine.begin() as connection:
        changed = f"UPDATE facts SET value = '{value}' WHERE name = 'schema_version'"  # noqa: S608 - ours
        connection.execute(text(changed))
    engine.dispose()
    for opening in (open_database, rehearsal_copy):
        with pytest.raises(ConfigurationError, match=words):
            opening(ledger_url)


def test_opening_todays_ledger_does_not_load_the_migrations(tmp_path):
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    code = (
        "import sys; from target_brevo.ledger.database import open_database\n"
        f"for _ in range(2): open_database({url!r}).close()\n"
        "sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_stored_ledger_is_of_the_first_schema():
    with sqlite3.connect(":memory:") as connection:
        connection.executescript(SCHEMA_1)
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert "ledger_revision" not in names
    assert "objections" not in names
