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

    def __init__(self, tap, target, out):
        self.tap = tap
        self.target = target
        self.pgid = tap.pid
        self.began = time.monotonic()
        self.states = []
        self._out = out
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        with os.fdopen(self._out, "rb") as out:
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
    # A run's usual seconds, and what the interpreters take before it where they start from nothing.
    length = 1.0
    begins_s = 1.7

    def __init__(self, world, nursery, target=TARGET, bodies="json"):
        self.world = world
        self._bodies = bodies
        self.state = None
        self.reported = 0
        self._nursery = nursery
        self._target = target
        self._runs = 0

    def start(self, *, deaf=False, batch_age_s=30.0, from_nothing=False, swift=True):  # noqa: ARG002 - always swift
        """Start the pipe; ``deaf``: SIGINT is inherited as ignored.

        ``from_nothing``: with the start of the interpreters, which else the nursery saves.
        """
        self._runs += 1
        self._summary = self.world.folder / f"{self._runs}.summary.json"
        begin = self._begun if from_nothing or self._target is not TARGET else self._nursed
        between, out = os.pipe(), os.pipe()
        with Path(os.devnull).open("rb") as nothing:
            tap_words = [*TAP, *self._tap_words()]
            tap = begin("tap", tap_words, (nothing.fileno(), between[1]), 0, deaf)
        os.close(between[1])
        config = self._config("target", self._settings(batch_age_s))
        words = [*self._target, "--config", config]
        target = begin("target", words, (between[0], out[1]), tap.pid, deaf)
        os.close(between[0])
        os.close(out[1])
        return BareRun(tap, target, out[0])

    def _nursed(self, name, words, descriptors, group, deaf):
        with self._log(name) as log:
            ends = [*descriptors, log.fileno()]
            return self._nursery.start(
                words, ends, group=group, deaf=(signal.SIGINT,) if deaf else ()
            )

    def _begun(self, name, words, descriptors, group, deaf):
        with self._log(name) as log:
            return subprocess.Popen(
                [*(DEAF if deaf else ()), *words],
                stdin=descriptors[0],
                stdout=descriptors[1],
                stderr=log,
                process_group=group,
            )

    def _log(self, name):
        return (self.world.folder / f"{self._runs}.{name}.log").open("wb")

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
            "import_bodies": self._bodies,
            "batch_age_s": batch_age_s,
            "ledger_url": f"sqlite:///{self.world.ledger_file}",
            "summary_file": str(self._summary),
        }

    def _config(self, name, content):
        path = self.world.folder / f"{name}.json"
        path.write_text(json.dumps(content))
        return str(path)


SIGNALS = {"KILL": signal.SIGKILL, "TERM": signal.SIGTERM, "INT": signal.SIGINT}
