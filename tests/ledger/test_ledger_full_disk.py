"""A disk that is full, or a ledger that cannot be written, ends the run before anything is sent."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import tajo_sandbox
from tajo_connector_sdk.errors import ConfigurationError
from tajo_sandbox.brevo import DEFAULT_API_KEY
from tajo_sandbox.brevo.state.contacts import Change
from target_brevo.ledger.database import open_database

TARGET = Path(sys.executable).with_name("target-brevo")
PERSON = "p@example.org"


@pytest.fixture(scope="module")
def sandbox():
    with tajo_sandbox.running(shopify=False, control=False) as running:
        account = running.brevo
        account.book.create(Change(identifiers={"email": PERSON}), account.at())
        yield running


def lines():
    at = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    schema = {"type": "object", "properties": {"id": {"type": "string"}}}
    yield {"type": "SCHEMA", "stream": "events", "key_properties": ["id"], "schema": schema}
    for number in range(300):
        record = {"id": f"e{number}", "email": PERSON, "name": "seen", "at": at}
        yield {"type": "RECORD", "stream": "events", "record": record}
    yield {"type": "STATE", "value": {"at": 1}}


def load(sandbox, path, most_bytes=None):
    """Run the loader in a process whose files may not grow beyond ``most_bytes``."""
    config = {"api_key": DEFAULT_API_KEY, "api_url": sandbox.brevo_url}
    config["ledger_url"] = f"sqlite:///{path}"
    text = "".join(json.dumps(line) + "\n" for line in lines())
    place = path.parent / "config.json"
    place.write_text(json.dumps(config))

    words = [TARGET, "--config", place]
    if most_bytes is not None:
        # The shell counts in blocks of 512 bytes.
        bounded = 'ulimit -f "$1"; shift; exec "$@"'
        words = ["sh", "-c", bounded, "sh", str(most_bytes // 512), *words]
    return subprocess.run(words, input=text, text=True, capture_output=True, check=False)


def test_a_full_disk_ends_the_run_before_the_first_call(sandbox, tmp_path):
    before = len(sandbox.brevo.requests)
    ended = load(sandbox, tmp_path / "ledger.db", most_bytes=8192)
    assert ended.returncode == 2
    assert "ledger_url" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(sandbox.brevo.requests) == before


def test_a_disk_that_fills_up_loses_and_doubles_nothing(sandbox, tmp_path):
    path = tmp_path / "ledger.db"
    open_database(f"sqlite:///{path}").close()
    size = path.stat().st_size
    sandbox.brevo.mark()
    ended = load(sandbox, path, most_bytes=size)
    assert ended.returncode != 0
    assert "ledger" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    assert len(sandbox.brevo.events) < 300
    again = load(sandbox, path)
    assert again.returncode == 0
    assert json.loads(again.stdout) == {"at": 1}
    keys = [each.properties["tajo_key"] for each in sandbox.brevo.events]
    assert len(keys) == len(set(keys)) == 300


def test_a_nearly_full_disk_is_told_before_anything_is_sent(tmp_path, monkeypatch):
    class Nearly:
        f_bavail, f_frsize = 100, 4096

    monkeypatch.setattr("os.statvfs", lambda _: Nearly)
    with pytest.raises(ConfigurationError, match="its disk is full") as told:
        open_database(f"sqlite:///{tmp_path / 'ledger.db'}")
    assert "\n" not in str(told.value)
