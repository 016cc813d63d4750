"""Runs of one account share its limits: they use them up and are never refused.

Time is virtual: each run is a thread, of which one at a time goes on, the one that wakes first.
"""

import heapq
import itertools
import random
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from tajo_sandbox.brevo import BrevoSwitches
from tajo_sandbox.brevo.limits import ALLOWED, Meter, bucket_of
from target_brevo.brevo.pacing import Pacer
from target_brevo.clock import Clock
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.database import open_database

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
API_URL = "http://127.0.0.1/v3"


@dataclass
class World:
    """Virtual time, and Brevo's meter in it."""

    seconds: float = 0.0
    told: list[str] = field(default_factory=list)
    _asleep: list = field(default_factory=list)
    _count: itertools.count = field(default_factory=itertools.count)

    def __post_init__(self):
        self.switches = BrevoSwitches(clock=lambda: self.seconds)
        self.meter = Meter(self.switches)
        now = lambda: START + timedelta(seconds=self.seconds)  # noqa: E731 - one line
        self.clock = Clock(now, lambda: self.seconds, self.sleep)

    def sleep(self, seconds):
        awake = threading.Event()
        heapq.heappush(self._asleep, (self.seconds + seconds, next(self._count), awake))
        self._wake_next()
        assert awake.wait(60)

    def run(self, *jobs):
        """Run jobs until each has ended; raise what one of them raised."""
        errors = []

        def body(job, awake):
            awake.wait(60)
            try:
                job()
            except BaseException as error:  # noqa: BLE001 - raised below, on the test's thread
                errors.append(error)
            self._wake_next()

        threads = []
        for job in jobs:
            awake = threading.Event()
            heapq.heappush(self._asleep, (self.seconds, next(self._count), awake))
            threads.append(threading.Thread(target=body, args=(job, awake)))
        for each in threads:
            each.start()
        self._wake_next()
        for each in threads:
            each.join()
        if errors:
            raise errors[0]

    def _wake_next(self):
        if self._asleep:
            self.seconds, _, awake = heapq.heappop(self._asleep)
            awake.set()

    def pacer(self, url=None):
        pacer = Pacer(self.clock, self.told.append)
        if url:
            ledger = Ledger.of(open_database(url), API_URL, "org")
            pacer.share(ledger.limits)
        return pacer

    def call(self, pacer, method, path, latency=0.0):
        """One call as the client makes it: a refused one again when its time has come."""
        pacer.before(method, path)
        while True:
            self.sleep(latency / 2)
            answer = self.meter.take(bucket_of(method, path, self.switches))
            self.sleep(latency / 2)
            status = 200 if answer.allowed else 429
            pacer.learn(method, path, status, answer.headers())
            if answer.allowed:
                return
            self.sleep(answer.reset)


STEADY = [
    ("general", "GET", "/contacts/x", 40),
    ("advanced", "GET", "/contacts/x", 40),
    ("extended", "GET", "/contacts/x", 10),
    ("general", "POST", "/orders/status", 40),
    ("general", "POST", "/products", 40),
    ("general", "GET", "/processes", 300),
]


@pytest.mark.parametrize("runs", [1, 2])
@pytest.mark.parametrize(("tier", "method", "path", "slowest_ms"), STEADY)
def test_steady_runs_use_the_limit_and_are_never_refused(
    tmp_path, runs, tier, method, path, slowest_ms
):
    world = World()
    world.switches.tier = tier
    bucket = bucket_of(method, path, world.switches)
    length, limit = ALLOWED[tier][bucket][0]
    until = (8 if limit < 50 else 3) if length == 1 else 2 * length
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    rng = random.Random(runs)  # noqa: S311 - a seed, not a secret

    def run(pacer):
        while world.seconds < until:
            world.call(pacer, method, path, rng.uniform(0.2, 1) * slowest_ms / 1000)

    pacers = [world.pacer(url) for _ in range(runs)]
    world.run(*[lambda pacer=pacer: run(pacer) for pacer in pacers])
    assert sum(world.meter.refused.values()) == 0
    used = world.meter.granted[bucket]
    # Windows that closed, each full but for 5 in 100; the last one has only begun.
    assert used >= 0.95 * limit * (world.seconds // length)


def test_a_refusal_holds_every_run_exactly_as_long_as_told(tmp_path):
    world = World()
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    one, two = world.pacer(url), world.pacer(url)
    went = []

    def both():
        for pacer in (one, two):
            world.call(pacer, "GET", "/contacts/x")
        told = {"limit": 10, "remaining": 0, "reset": 7}
        headers = {f"x-sib-ratelimit-{name}": str(value) for name, value in told.items()}
        one.learn("GET", "/contacts/x", 429, headers)
        refused = world.seconds
        # It had calls to spare from the window before.
        two.before("GET", "/contacts/x")
        went.append(world.seconds - refused)

    world.run(both)
    assert went == [pytest.approx(7)]


def test_a_run_that_begins_knows_what_others_have_used(tmp_path):
    world = World()
    url = f"sqlite:///{tmp_path / 'ledger.db'}"

    def run():
        for _ in range(3):
            pacer = world.pacer(url)
            for _ in range(60):
                world.call(pacer, "GET", "/processes")

    world.run(run)
    assert world.meter.refused == {}
    assert 3600 <= world.seconds < 3700
    assert any("'other' is used up" in line for line in world.told)


def test_few_writes_share_a_limit(tmp_path):
    world = World()
    pacer = world.pacer(f"sqlite:///{tmp_path / 'ledger.db'}")
    kept, written = pacer._kept, []
    upsert = type(kept.database).upsert

    def counted(database, *given):
        written.append(1)
        upsert(database, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(kept.database), "upsert", counted)
        world.run(lambda: [world.call(pacer, "GET", "/contacts/x") for _ in range(100)])
    assert len(written) <= 50


def test_calls_that_outlast_their_window_are_slowed_by_nothing():
    world = World()
    pacer = world.pacer()
    world.run(lambda: [world.call(pacer, "POST", "/contacts/import", 3) for _ in range(10)])
    assert world.seconds == pytest.approx(30)


def test_a_batch_that_counts_with_the_single_posts_shares_their_limit():
    world = World()
    world.switches.batch_bucket = "single"
    pacer = world.pacer()

    def run():
        for _ in range(30):
            world.call(pacer, "POST", "/events/batch")
            world.call(pacer, "POST", "/events")

    world.run(run)
    assert world.meter.refused == {}
    assert not pacer.is_hourly("/events/batch")


def test_a_clock_that_was_set_back_holds_nobody_up(tmp_path):
    world = World(seconds=90_000)
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    world.run(lambda: world.call(world.pacer(url), "GET", "/contacts/x"))
    world.seconds = 0
    pacer = world.pacer(url)
    world.run(lambda: world.call(pacer, "GET", "/contacts/x"))
    assert world.seconds < 1


def test_nobody_waits_long_for_the_first_answer_of_a_run_that_was_killed(tmp_path):
    world = World()
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    world.pacer(url).before("GET", "/contacts/x")
    world.run(lambda: world.call(world.pacer(url), "GET", "/contacts/x"))
    assert world.seconds < 6
