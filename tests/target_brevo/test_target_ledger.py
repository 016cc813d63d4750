"""The ledger: where it is, who may read it, what is not in it, and when it cannot be used."""

import sqlite3
import stat

import pytest

from tajo_connector_sdk.errors import ConfigurationError
from target_brevo.ledger.database import open_database, rehearsal_copy
from target_brevo.settings import default_ledger_url


def test_the_ledger_is_private(bench, schema, row):
    bench.load(schema("contacts"), row("contacts", id="1", email="p@example.org"))
    folder = bench.folder / "state"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())


def test_no_person_stands_in_the_ledger(bench, schema, row, clock):
    bench.load(
        schema("contacts"), schema("events"),
        row("contacts", id="cust-secret", email="canary@example.org", SMS="+33612345678",
            FIRSTNAME="Canaryname", ext_id="own-canary"),
        row("contacts", id="2", email="canary..bad@example.org"),
        row("contacts", id="mail@canary.example", email="x@example.org", TOTAL_SPENT=0),
        row("events", id="1", email="canary@example.org", name="seen", at=clock.text(minutes=1)),
        row("events", id="canary@example.org", email="no@example.org", name="seen",
            at=clock.text(minutes=1)),
    )  # fmt: skip
    stored = b"".join(path.read_bytes() for path in (bench.folder / "state").iterdir())
    for personal in (b"canary", b"33612345678", b"Canaryname", b"cust-secret", b"xkeysib"):
        assert personal not in stored


def test_the_same_person_has_another_hash_in_another_ledger(tmp_path):
    salts = {open_database(f"sqlite:///{tmp_path}/{name}.db").salt for name in "ab"}
    assert len(salts) == 2


# How fingerprints began when this was written: whoever changes what they are made from sends all
# that was ever sent once more.
FINGERPRINTS = [
    ({"email": "a@example.org", "FIRSTNAME": "Ana", "TOTAL_SPENT": 1.5, "VIP": False}, "6c316ff4"),
    ({"email": "b@example.org", "CITY": None, "email_consent": "granted",
      "email_consent_at": "2026-11-24T10:00:00Z", "listed": ["News"]}, "12fcf6d2"),
    ({"SMS": "+41791234567", "sms_consent": "denied", "BORN": "2000-02-03"}, "de41cfdf"),
    ({"email": "d@example.org", "ext_id": "own", "FIRSTNAME": "Zoë", "owner": False}, "b7f04528"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "fingerprint"), FINGERPRINTS)
def test_a_contact_has_the_fingerprint_it_always_had(bench, schema, row, record, fingerprint):
    declared = schema("contacts", ext_id={}, owner={"type": "boolean"})
    bench.load(declared, row("contacts", id="1", updated_at="2026-11-24T10:00:00Z", **record))
    with sqlite3.connect(bench.folder / "state" / "ledger.db") as connection:
        found = connection.execute("SELECT fingerprint FROM sources").fetchall()
    connection.close()
    assert [each[:8] for (each,) in found] == [fingerprint]


def test_it_is_kept_safe_against_power_cuts(tmp_path):
    database = open_database(f"sqlite:///{tmp_path}/l.db")
    with database.engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        ]
    database.close()
    assert found == ["wal", 2, 15000]


def _broken_file(path):
    path.write_bytes(b"this is no database, and long enough to be seen as none" * 50)


def _newer_file(path):
    open_database(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE facts SET value = '99' WHERE name = 'schema_version'")
    connection.close()


def _folder(path):
    path.mkdir()


@pytest.mark.parametrize("make", [_broken_file, _newer_file, _folder])
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_ledger_that_cannot_be_used_stops_the_run_before_anything_is_sent(
    bench, schema, row, make, dry_run
):
    path = bench.folder / "odd.db"
    make(path)
    outcome = bench.attempt(
        schema("contacts"),
        row("contacts", id="1", email="p@example.org"),
        ledger_url=f"sqlite:///{path}",
        dry_run=dry_run,
    )
    assert isinstance(outcome.error, ConfigurationError)
    assert "ledger" in str(outcome.error)
    assert bench.account.requests == []


@pytest.mark.parametrize("url", ["no url", "sqlite://///proc/nowhere/x.db", "mysterydb://x/y"])
def test_a_ledger_url_that_leads_nowhere_is_told(url):
    with pytest.raises(ConfigurationError, match="ledger_url"):
        open_database(url)


def test_a_ledger_held_by_another_run_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("target_brevo.ledger.engines.BUSY_MS", 10)
    url = f"sqlite:///{tmp_path}/l.db"
    open_database(url).close()
    holder = sqlite3.connect(tmp_path / "l.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(ConfigurationError, match="locked"):
        open_database(url)
    holder.close()


def test_a_read_only_ledger_is_told(tmp_path):
    open_database(f"sqlite:///{tmp_path}/l.db").close()
    with pytest.raises(ConfigurationError, match="readonly"):
        open_database(f"sqlite:///file:{tmp_path}/l.db?mode=ro&uri=true")


def test_a_rehearsal_copy_has_the_same_content_and_salt(tmp_path):
    url = f"sqlite:///{tmp_path}/l.db"
    original = open_database(url)
    copy = rehearsal_copy(url)
    assert copy.salt == original.salt
    original.close()
    copy.close()


def test_without_a_setting_it_lies_in_the_users_state_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_ledger_url() == f"sqlite:///{tmp_path}/tajo/brevo-ledger.db"
