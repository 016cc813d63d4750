"""Runs cases one after the other against one world, and says what was violated."""

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from fault_harness import oracle
from fault_harness.facts import Facts
from fault_harness.happenings import happen
from fault_harness.ledgers import noted
from fault_harness.meltanos import MeltanoPipe
from fault_harness.pipes import SIGNALS, TARGET, BarePipe
from fault_harness.processes import watched
from fault_harness.worlds import dice, world

RERUNS = 3
TRIES = 4


@dataclass
class Result:
    """What came of one case; ``violations`` is empty when every promise held."""

    case: Any
    struck: bool = False
    codes: dict = field(default_factory=dict)
    violations: list = field(default_factory=list)
    seconds: float = 0.0
    unknown: int = 0
    notes: list = field(default_factory=list)


@dataclass
class Bench:
    """One world with one pipe. ``sight`` is the oracle (``oracle`` itself, or a narrower one)."""

    world: Any
    pipe: Any
    seed: Any
    sight: Any = oracle

    def run(self, case):
        """Strike once as ``case`` says, check, and run to quiet where it says so."""
        began = time.monotonic()
        result = Result(case)
        self._pace(case.slow_s, case.latency_s, case.import_seconds)
        done = self._struck_run(case, result)
        self._check_end(case, done, result)
        if case.after:
            self._happen(case, "after")
        if case.quiet and not result.violations:
            self._quiet(case, result)
        result.unknown = noted(self.world.ledger_file).unknown if self._has_ledger else 0
        result.seconds = time.monotonic() - began
        return result

    def _pace(self, slow_s, latency_s, import_seconds):
        self.world.shopify.slow_seconds = slow_s
        self.world.brevo.switches.latency_seconds = latency_s
        self.world.brevo.switches.import_seconds = import_seconds
        self.world.shopify.bulk_seconds = min(import_seconds, 0.05)

    @property
    def _has_ledger(self):
        return self.sight is oracle

    def _happen(self, case, phase, **more):
        return happen(self.world, dice(self.seed, case.number, phase), **more)

    def _struck_run(self, case, result):
        """Run until the strike has met somebody; an earlier call each time that it did not."""
        done = None
        for attempt in range(TRIES):
            self._happen(case, f"before {attempt}")
            self.world.later()
            point = case.point and replace(case.point, number=max(1, case.point.number >> attempt))
            done, result.struck = self._one_strike(case, point, case.delay / 2**attempt)
            result.codes = done.codes
            if result.struck:
                return done
            result.notes.append(f"no strike at try {attempt + 1}")
        return done

    def _one_strike(self, case, point, delay):
        started = threading.Event()
        running = []

        def act():
            started.wait()
            hit = running[0].strike(case.victim, SIGNALS[case.signal])
            if hit and case.during:
                self.world.later(timedelta(seconds=5))
                self._happen(case, "during", most=3, calm=True)
            return hit

        self.world.arm(point, act)
        # By time it may also hit the start of the processes.
        more = {"deaf": case.deaf, "batch_age_s": case.batch_age_s, "from_nothing": point is None}
        with watched(self.pipe.start(**more)) as run:
            running.append(run)
            started.set()
            struck = False
            if point is None:
                run.wait_for(case.victim)
                threading.Event().wait(delay * (self.pipe.begins_s + self.pipe.length))
                struck = act()
            done = run.wait()
        self.world.disarm()
        self.pipe.take(run, done)
        return done, struck or self.world.struck

    def facts(self):
        """Both sides as they are now."""
        known = noted(self.world.ledger_file).unknown if self._has_ledger else 0
        return Facts.of(self.world, known)

    def _check_end(self, case, done, result):
        """What has to hold right after a strike."""
        facts = self.facts()
        result.violations += self.sight.always(facts)
        result.violations += self.sight.ahead(facts, self.pipe.state)
        result.violations += [f"orphan: {name} did not end" for name in done.left]
        if done.well and not case.during:
            self.world.brevo.settle()
            lost = self.sight.differences(self.facts())
            result.violations += [f"exit code 0, but {line}" for line in lost]

    def _quiet(self, case, result):
        done = self.calm_run(swift=case.swift)
        for _ in range(RERUNS - 1):
            if done.well:
                break
            result.notes.append(f"rerun ended with {done.codes}")
            done = self.calm_run(swift=case.swift)
        if not done.well:
            result.violations.append(f"not quiet: {RERUNS} reruns ended with {done.codes}")
            return
        self.world.brevo.settle()
        result.violations += self.sight.differences(self.facts())
        result.violations += [f"orphan: {name} did not end" for name in done.left]
        if self._has_ledger:
            self._check_ledger(result)
        if case.again and not result.violations:
            self._check_again(case, result)

    def calm_run(self, *, swift=False):
        """One run that nobody strikes, some time later, at full speed."""
        self._pace(0.0, 0.0, 0.0)
        self.world.later()
        with watched(self.pipe.start(swift=swift)) as run:
            done = run.wait()
        self.pipe.take(run, done)
        return done

    def _check_ledger(self, result):
        found = noted(self.world.ledger_file)
        if found.unknown > self.pipe.reported + found.reported:
            result.violations.append(f"silent: {found.unknown} events of unknown outcome")
        result.notes += [f"rejected: {reason}" for reason in found.reasons]

    def _check_again(self, case, result):
        self.world.brevo.mark()
        done = self.calm_run(swift=case.swift)
        sent = sorted({f"{call.method} {call.path}" for call in self.world.brevo.writes()})
        result.violations += [f"again: a run with nothing new wrote {call}" for call in sent]
        if not done.well:
            result.violations.append(f"again: a run with nothing new ended with {done.codes}")


@contextmanager
def bench(folder, *, pipe, seed, nursery, sight=oracle, target=TARGET, bodies="json"):
    """Yield a bench on a fresh world in ``folder``; ``pipe`` is bare or meltano.

    A bare one may have another ``target``, and imports in the form of ``bodies``.
    """
    with world(folder, seed=seed_number(seed)) as made:
        if pipe == "meltano":
            runner = MeltanoPipe(made, nursery)
        else:
            runner = BarePipe(made, nursery, target, bodies)
        yield Bench(made, runner, seed, sight)


def seed_number(seed):
    """A whole number out of any seed, for the store."""
    return dice(seed, "store").randrange(2**31)
