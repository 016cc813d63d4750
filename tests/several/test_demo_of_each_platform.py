"""The story that `make demo` tells, in this process, for a small store of every platform."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import tap_harness

import tajo_sandbox
from tajo.demo.acts import Show
from tajo.demo.platforms import PLATFORMS
from tajo.demo.stage import Stage
from tajo_sandbox.store import Store


@dataclass
class InProcess:
    """A project whose Meltano runs tap and loader in this process."""

    folder: Path
    table: Any
    settings: dict
    sandbox: Any
    state: Any = None

    def meltano(self, *_words, extra):
        reading = tap_harness.read(self.table, self.settings, self.state)
        summary = extra["TARGET_BREVO_SUMMARY_FILE"]
        loaded = tap_harness.load(reading.text, self.sandbox, self.folder, summary_file=summary)
        assert (reading.error, loaded.error) == (None, None)
        self.state = reading.state
        return subprocess.CompletedProcess((), 0)


@pytest.mark.usefixtures("clean_shell")
@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_every_check_of_the_demo_holds(name, tmp_path):
    row = PLATFORMS[name]
    table = tap_harness.tables()[name]
    now = datetime.now(UTC) - timedelta(days=1)
    store = Store.generate(customers=20, orders=30, products=8, seed=1, now=now)
    with tajo_sandbox.running(
        platform=name, store=store, brevo_switches=tap_harness.ByHand()
    ) as sandbox:
        given = {**row.settings, "api_url": sandbox.platform_url}
        stage = Stage(sandbox.platform_url, sandbox.brevo_url, sandbox.control_url)
        said = []
        show = Show(InProcess(tmp_path, table, given, sandbox), stage, row, said.append)
        show.first_load()
        show.nothing_new()
        show.a_few_changes()

    checks = [check for run in show.runs for check in run.checks]
    assert [check for check in checks if not check.holds] == []
    assert len(checks) > 8
