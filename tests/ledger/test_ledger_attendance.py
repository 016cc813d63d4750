"""Whether another run is alive is asked of the system."""

import subprocess
import sys

import pytest

from target_brevo.ledger.database import open_database

HOLDER = """
import sys
from target_brevo.ledger.database import open_database
print(open_database(sys.argv[1]).runs.token, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def runs(ledger_url):
    database = open_database(ledger_url)
    yield database.runs
    database.close()


def test_a_run_is_alive_until_its_process_is_killed(runs, ledger_url, tmp_path):
    words = [sys.executable, "-c", HOLDER, ledger_url]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        token = process.stdout.readline().decode().strip()
        assert runs.is_elsewhere(token)
        process.kill()
        process.wait()
        # A server may take a moment to notice.
        for _ in range(1000):
            if not runs.is_elsewhere(token):
                break
        assert not runs.is_elsewhere(token)
    assert not list(tmp_path.glob(f"state/*{token}"))


def test_a_run_knows_itself_from_others(runs, ledger_url):
    other = open_database(ledger_url)
    assert not runs.is_elsewhere(runs.token)
    assert not runs.is_elsewhere("")
    assert not runs.is_elsewhere("never heard of")
    assert runs.is_elsewhere(other.runs.token)
    token = other.runs.token
    other.close()
    assert not runs.is_elsewhere(token)


def test_what_killed_runs_left_behind_is_removed_by_the_next(runs, tmp_path):
    left = tmp_path / "state" / "ledger.db.run-left-behind"
    left.parent.mkdir(exist_ok=True)
    left.touch()
    assert runs.token
    assert left.exists() is (not (tmp_path / "state" / "ledger.db").exists())


def test_what_one_run_does_alone_the_other_waits_for(runs, ledger_url):
    other = open_database(ledger_url)
    slept = []

    def woken(seconds):
        slept.append(seconds)
        if len(slept) == 2:
            held.__exit__(None, None, None)

    held = other.runs.alone("lists", woken)
    held.__enter__()
    with runs.alone("lists", woken):
        assert len(slept) == 2
    other.close()
