"""A disk that is full ends the run before anything is sent that could not be recorded."""

import contextlib
import resource

import pytest

from tajo_connector_sdk.errors import ConfigurationError, RunError
from tajo_sandbox.brevo.state.contacts import Change
from target_brevo.ledger.database import open_database

PERSON = "p@example.org"
# So many need more room than a new ledger has.
EVENTS = 600


@contextlib.contextmanager
def no_file_beyond(size):
    """As on a disk without room: no file of this process grows beyond ``size`` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def lines(bench, schema, row, state, clock):
    bench.account.book.create(Change(identifiers={"email": PERSON}), bench.account.at())
    at = clock.text(minutes=5)
    rows = [row("events", id=f"e{n}", email=PERSON, name="seen", at=at) for n in range(EVENTS)]
    return [schema("events"), *rows, state({"at": 1})]


def test_a_full_disk_ends_the_run_before_the_first_call(bench, lines):
    with no_file_beyond(8192):
        ended = bench.attempt(*lines)
    assert isinstance(ended.error, ConfigurationError)
    assert str(ended.error).startswith("ledger_url: ")
    assert "\n" not in str(ended.error)
    assert bench.account.requests == []


def test_a_disk_that_fills_up_loses_and_doubles_nothing(bench, lines):
    path = bench.folder / "state" / "ledger.db"
    open_database(f"sqlite:///{path}").close()
    with no_file_beyond(path.stat().st_size):
        ended = bench.attempt(*lines)
    assert isinstance(ended.error, RunError)
    assert str(ended.error).startswith("ledger ")
    assert ended.states == []
    assert len(bench.account.events) < EVENTS
    assert bench.load(*lines).states == [{"at": 1}]
    keys = [each.properties["tajo_key"] for each in bench.account.events]
    assert len(keys) == len(set(keys)) == EVENTS


def test_a_nearly_full_disk_is_told_before_anything_is_sent(tmp_path, monkeypatch):
    class Nearly:
        f_bavail, f_frsize = 100, 4096

    monkeypatch.setattr("os.statvfs", lambda _: Nearly)
    with pytest.raises(ConfigurationError, match="its disk is full") as told:
        open_database(f"sqlite:///{tmp_path / 'ledger.db'}")
    assert "\n" not in str(told.value)
