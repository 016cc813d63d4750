"""A tap that reads in lanes, killed in the middle: what its last state says was given out, was."""

import json
import os
import signal
import subprocess
import sys

import pytest
from benchmarks.cases import OURS
from benchmarks.running import ROOT, server

ROWS = 9_000
LATENCY_MS = 5


@pytest.fixture(scope="module")
def api():
    with server("benchmarks.server", str(ROWS)) as url:
        yield url


def killed_after(lines, config, state, folder):
    """Run the tap, kill it after so many lines; return the ids it gave out and its last state."""
    command = [sys.executable, "-m", OURS, "--config", str(config)]
    if state:
        (folder / "state.json").write_text(json.dumps(state))
        command += ["--state", str(folder / "state.json")]
    environment = {**os.environ, "BENCH_LANES": "6"}
    ids, kept = set(), state
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as tap:
        for count, line in enumerate(tap.stdout, start=1):
            said = json.loads(line)
            if said["type"] == "RECORD":
                ids.add(said["record"]["id"])
            elif said["type"] == "STATE":
                kept = said["value"]
            if count == lines:
                tap.send_signal(signal.SIGKILL)
                break
    return ids, kept


@pytest.mark.parametrize("lines", [4_321, 8_800])
def test_a_tap_killed_while_lanes_read_ahead_gives_out_the_rest_next_time(api, lines, tmp_path):
    config = tmp_path / "config.json"
    config.write_text(
        json.dumps(
            {"api_url": api, "api_key": f"sk_{ROWS}_{LATENCY_MS}_0",
             "start_date": "2020-01-01T00:00:00Z"}
        )
    )  # fmt: skip

    before, state = killed_after(lines, config, {}, tmp_path)
    after, _ = killed_after(10**9, config, state, tmp_path)

    assert len(before) < ROWS
    assert len(before | after) == ROWS
