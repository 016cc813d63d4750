"""Who only looks things up in the ledger waits for nobody, and finds by an index."""

import pytest
from sqlalchemy import select, text, update

from target_brevo.ledger.book import Ledger
from target_brevo.ledger.database import open_database
from target_brevo.ledger.tables import FACTS


@pytest.fixture
def opened(monkeypatch):
    """Opens a ledger, once more each time it is asked."""
    monkeypatch.setattr("target_brevo.ledger.engines.BUSY_MS", 10)
    all_of_them = []

    def one(url):
        all_of_them.append(open_database(url))
        return all_of_them[-1]

    yield one
    for database in all_of_them:
        database.close()


def test_a_look_does_not_wait_for_what_another_run_writes(opened, ledger_url):
    writer, reader = opened(ledger_url), opened(ledger_url)
    salt = select(FACTS.c.value).where(FACTS.c.name == "salt")
    with writer.begin() as writing:
        writing.execute(update(FACTS).where(FACTS.c.name == "salt").values(value="00"))
        with reader.look() as looking:
            assert bytes.fromhex(looking.execute(salt).scalar_one()) == reader.salt
    with reader.look() as looking:
        assert looking.execute(salt).scalar_one() == "00"


def test_open_rejects_are_found_without_looking_at_all_of_them(opened, tmp_path):
    # Of SQLite alone: PostgreSQL chooses its way by how many rows there are.
    database = opened(f"sqlite:///{tmp_path}/ledger.db")
    asked = []
    ledger = Ledger.of(database, "https://api.example.org/v3", "org")
    with database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.set_trace_callback(asked.append)
    ledger.rejects.standing("contact", ["ab", "cd"])
    raw.set_trace_callback(None)
    query = next(line for line in asked if line.startswith("SELECT"))
    with database.look() as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {query.replace(':', chr(92) + ':')}"))
        told = [row[-1] for row in plan]
    assert told == ["SEARCH rejects USING INDEX ix_rejects_account_key (account=? AND key=?)"]
