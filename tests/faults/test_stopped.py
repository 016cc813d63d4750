"""A long run that is ended from outside ends all that it has begun."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).with_name("run.py")
PLAN = ("--kills", "20", "--signals", "0", "--workers", "2", "--pipe", "bare")


def of_session(number):
    """The processes of a session that have not ended, by what Linux tells of each."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if told[0] != "Z" and int(told[3]) == number:
            found.append(place.parent.name)
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells of sessions")
def test_a_long_run_that_is_ended_leaves_no_process(tmp_path):
    words = [sys.executable, RUN, *PLAN, "--journal", tmp_path / "faults.jsonl"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, start_new_session=True)
    with process:
        process.stdout.readline()
        assert len(of_session(process.pid)) > 2
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(60) == 128 + signal.SIGTERM
        # Its end of the pipe is held by whoever is left.
        process.stdout.read()
    assert of_session(process.pid) == []
