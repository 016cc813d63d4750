"""The same pipe under Meltano, in a project of its own.

A rerun that nobody strikes may be bare (``swift``): it begins with the state that Meltano keeps,
and what comes out is put where Meltano puts it. Meltano's four seconds are left to what is struck.
"""

import json
import os
import sqlite3
import subprocess
import time
from contextlib import closing

import yaml

from fault_harness.pipes import BarePipe, BareRun
from fault_harness.processes import DEAF, ENDS_WITHIN_S, ended, group_of, named, strike, wait_until
from tajo.demo.platforms import plugin_settings
from tajo.demo.project import Project

STATE_ID = "dev:tap-shopify-tajo-to-target-brevo"
WORDS = {"tap": "tap-shopify-tajo", "target": "target-brevo"}


class MeltanoRun:
    """One `meltano run`; its plugins are children in the same group."""

    def __init__(self, process):
        self.process = process
        self.pgid = process.pid
        self.began = time.monotonic()

    def wait_for(self, victim):
        """Wait until the plugin that is to be struck is there, or Meltano has ended."""
        word = WORDS.get(victim, WORDS["target"])
        wait_until(
            lambda: named(group_of(self.pgid), word) or self.process.poll() is not None,
            ENDS_WITHIN_S,
        )

    def strike(self, victim, signum):
        """Send a signal to ``meltano``, ``tap``, ``target`` or the ``group``."""
        if self.process.poll() is not None:
            return False
        if victim == "group":
            os.killpg(self.pgid, signum)
            return True
        if victim == "meltano":
            return strike(self.process.pid, signum)
        pid = named(group_of(self.pgid), WORDS[victim])
        return pid is not None and strike(pid, signum)

    def wait(self):
        """Wait for Meltano and for plugins that it left behind."""
        return ended({"meltano": self.process}, self.pgid, self.began)


class MeltanoPipe:
    """Starts runs against a world; state is Meltano's own."""

    kind = "meltano"
    # From the moment at which the plugin is there.
    length = 2.5
    begins_s = 0.0

    def __init__(self, world, nursery):
        self.world = world
        self.reported = 0
        self._bare = BarePipe(world, nursery)
        settings = plugin_settings(world.shopify_url, world.brevo_url)
        self._project = Project.made_in(world.folder / "project", settings)
        self._runs = 0
        self._broken_off = False

    @property
    def state(self):
        """What Meltano would give to the tap next."""
        return (self._kept() or {}).get("singer_state")

    def _kept(self):
        """Meltano's record of the state; None where there is none."""
        file = self._project.folder / ".meltano" / "meltano.db"
        if not file.exists():
            return None
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as base:
            tables = {row[0] for row in base.execute("SELECT name FROM sqlite_master")}
            if "state" not in tables:
                return None
            row = base.execute(
                "SELECT completed_state FROM state WHERE state_id = ?", (STATE_ID,)
            ).fetchone()
        return json.loads(row[0] or "{}") if row else None

    def _keep(self, state):
        """Put a state where Meltano would; its record is there already."""
        file = self._project.folder / ".meltano" / "meltano.db"
        with closing(sqlite3.connect(file, timeout=10)) as base, base:
            base.execute(
                "UPDATE state SET completed_state = ?, partial_state = '{}' WHERE state_id = ?",
                (json.dumps({"singer_state": state}), STATE_ID),
            )

    def start(self, *, deaf=False, batch_age_s=30.0, from_nothing=True, swift=False):  # noqa: ARG002 - always from nothing
        """Start a run, by force where the one before broke off and its heartbeat still counts.

        ``swift``: a bare run, where Meltano has a state already.
        """
        if swift and self._kept() is not None:
            self._bare.state = self.state
            return self._bare.start(batch_age_s=batch_age_s)
        self._runs += 1
        self._summary = self.world.folder / f"{self._runs}.summary.json"
        force = ("--force",) if self._broken_off else ()
        self._set(batch_age_s)
        command = self._project.command("run", *force, *WORDS.values())
        with (self.world.folder / f"{self._runs}.meltano.log").open("wb") as log:
            process = subprocess.Popen(
                [*(DEAF if deaf else ()), *command],
                cwd=self._project.folder,
                env=self._project.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return MeltanoRun(process)

    def take(self, run, done):
        """Note how a run ended; Meltano counts one that was killed as running for five minutes."""
        if isinstance(run, BareRun):
            before = self._bare.reported
            self._bare.take(run, done)
            self.reported += self._bare.reported - before
            self._keep(self._bare.state)
            return
        self._broken_off |= done.codes["meltano"] not in (0, 1)
        if self._summary.exists():
            self.reported += json.loads(self._summary.read_text())["unknown_outcomes"]

    def _set(self, batch_age_s):
        file = self._project.folder / "meltano.yml"
        content = yaml.safe_load(file.read_text())
        loaders = content["plugins"]["loaders"]
        loader = next(each for each in loaders if each["name"] == "target-brevo")
        loader["config"] = {
            "event_max_age": 72,
            "batch_age_s": batch_age_s,
            "ledger_url": f"sqlite:///{self.world.ledger_file}",
            "summary_file": str(self._summary),
        }
        file.write_text(yaml.safe_dump(content, sort_keys=False))
