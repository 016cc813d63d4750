"""The bare pipe: tap | target, its state kept as Meltano keeps it (the last whole line wins)."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from fault_harness.processes import DEAF, ended, strike
from fault_harness.worlds import SHOP

BIN = Path(sys.executable).parent
TAP = (str(BIN / "tap-shopify-tajo"),)
TARGET = (str(BIN / "target-brevo"),)


class BareRun:
    """One run of the pipe; ``states`` are the state lines that came out whole."""

    def __init__(self, tap, target):
        self.tap = tap
        self.target = target
        self.pgid = tap.pid
        self.began = time.monotonic()
        self.states = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        with self.target.stdout as out:
            *lines, _cut = out.read().split(b"\n")
        self.states = [line for line in lines if line]

    def wait_for(self, _victim):
        """Both are there from the beginning."""

    def strike(self, victim, signum):
        """Send a signal to ``tap``, ``target`` or the ``group``; whether it met anybody."""
        if victim != "group":
            process = {"tap": self.tap, "target": self.target}[victim]
            return process.poll() is None and strike(process.pid, signum)
        if self.tap.poll() is not None and self.target.poll() is not None:
            return False
        os.killpg(self.pgid, signum)
        return True

    def wait(self):
        """Wait for the end of both."""
        done = ended({"tap": self.tap, "target": self.target}, self.pgid, self.began)
        self._reader.join()
        return done


class BarePipe:
    """Starts runs against a world. ``state`` is the newest state, ``reported`` unknown events."""

    kind = "bare"
    length = 2.5

    def __init__(self, world, target=TARGET):
        self.world = world
        self.state = None
        self.reported = 0
        self._target = target
        self._runs = 0

    def start(self, *, deaf=False, batch_age_s=30.0):
        """Start the pipe; ``deaf``: SIGINT is inherited as ignored."""
        self._runs += 1
        self._summary = self.world.folder / f"{self._runs}.summary.json"
        first = DEAF if deaf else ()
        tap = self._process("tap", [*first, *TAP, *self._tap_words()], subprocess.DEVNULL, 0)
        config = self._config("target", self._settings(batch_age_s))
        words = [*first, *self._target, "--config", config]
        target = self._process("target", words, tap.stdout, tap.pid)
        tap.stdout.close()
        return BareRun(tap, target)

    def take(self, run, done):
        """Keep what a run has left behind."""
        if run.states:
            self.state = json.loads(run.states[-1])
        if self._summary.exists():
            self.reported += json.loads(self._summary.read_text())["unknown_outcomes"]
        if done.well:
            self.length = done.seconds

    def _tap_words(self):
        words = ["--config", self._config("tap", self._tap_settings())]
        if self.state is not None:
            words += ["--state", self._config("state", self.state)]
        return words

    def _tap_settings(self):
        return {
            "shop_url": SHOP,
            "access_token": "shpat_sandbox",
            "api_url": self.world.shopify_url,
        }

    def _settings(self, batch_age_s):
        return {
            "api_key": "xkeysib-sandbox",
            "api_url": self.world.brevo_url,
            "platform": "shopify",
            "event_max_age": 72,
            "batch_age_s": batch_age_s,
            "ledger_url": f"sqlite:///{self.world.ledger_file}",
            "summary_file": str(self._summary),
        }

    def _config(self, name, content):
        path = self.world.folder / f"{name}.json"
        path.write_text(json.dumps(content))
        return str(path)

    def _process(self, name, words, source, group):
        with (self.world.folder / f"{self._runs}.{name}.log").open("wb") as log:
            return subprocess.Popen(
                words,
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=log,
                process_group=group,
            )


SIGNALS = {"KILL": signal.SIGKILL, "TERM": signal.SIGTERM, "INT": signal.SIGINT}
