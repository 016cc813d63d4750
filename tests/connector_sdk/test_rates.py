"""One pacer for all lanes: the allowed rate, what answers say is left, and refusals."""

import pytest
from urllib3 import HTTPHeaderDict

from tajo_connector_sdk.http import Answer
from tajo_connector_sdk.rates import Pacer, Rate


class Clock:
    """Seconds that pass only in sleep."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def pacer_of(rate):
    clock = Clock()
    return Pacer(rate, clock=clock, sleep=clock.sleep, now=clock), clock


def answer(status=200, **headers):
    given = HTTPHeaderDict({name.replace("_", "-"): text for name, text in headers.items()})
    return Answer(status, given, b"", "")


@pytest.mark.parametrize("took", [0.0, 0.01, 0.5])
def test_requests_leave_at_the_allowed_rate_and_never_above(took):
    pacer, clock = pacer_of(Rate(per_second=25))
    begun, left = clock.now, []
    for _ in range(200):
        with pacer.turn():
            left.append(clock.now)
            clock.now += took

    busiest = max(sum(at <= other < at + 1.0 for other in left) for at in left)
    assert busiest <= 25
    if took < 1 / 25:
        assert 200 / (left[-1] - begun) >= 25 * 0.95


def test_a_setting_says_how_fast_where_the_platform_does_not():
    rate = Rate(setting="a_minute").given({"a_minute": 60})

    assert rate.per_second == 1.0
    assert Rate(per_second=2.0, setting="a_minute").given({}).per_second == 2.0


@pytest.mark.parametrize("late", [0.001, 0.03, 0.2])
def test_sleeps_that_are_too_long_make_no_burst(late):
    pacer, clock = pacer_of(Rate(per_second=25))
    left = []
    for number in range(300):
        with pacer.turn():
            left.append(clock.now)
        clock.now += late if number % 7 == 0 else 0.0

    busiest = max(sum(at <= other < at + 1.0 for other in left) for at in left)
    assert busiest <= 25


def test_sleeps_that_are_always_too_long_cost_little_of_the_rate():
    pacer, clock = pacer_of(Rate(per_second=25))
    pacer.sleep = lambda seconds: clock.sleep(seconds + 0.015)
    begun, left = clock.now, []
    for _ in range(400):
        with pacer.turn():
            left.append(clock.now)

    assert max(sum(at <= other < at + 1.0 for other in left) for at in left) <= 25
    assert 400 / (left[-1] - begun) >= 25 * 0.95


def test_idle_time_is_not_made_up_for_with_a_burst():
    pacer, clock = pacer_of(Rate(per_second=10))
    with pacer.turn():
        pass
    clock.now += 60
    left = []
    for _ in range(20):
        with pacer.turn():
            left.append(clock.now)

    assert max(sum(at <= other < at + 1.0 for other in left) for at in left) <= 10


# facts, what an answer says, seconds until the next request
TOLD = [
    (Rate(), answer(429, retry_after="7"), 7),
    (Rate(), answer(429), 1),
    (Rate(wait="X-Wait", reset_in="milliseconds"), answer(429, X_Wait="2500"), 2.5),
    (Rate(left="X-Left", reset="X-Reset"), answer(X_Left="0", X_Reset="9"), 9),
    (Rate(left="X-Left", reset="X-Reset", reset_in="milliseconds"),
     answer(X_Left="0", X_Reset="900"), 0.9),
    (Rate(left="X-Left", reset="X-Reset", reset_in="clock"),
     answer(X_Left="0", X_Reset="1012"), 12),
    (Rate(left="X-Left", reset="X-Reset"), answer(X_Left="5", X_Reset="9"), 0),
    (Rate(left="X-Left", reset="X-Reset", at_once=8), answer(X_Left="5", X_Reset="9"), 9),
    (Rate(left="X-Left", reset="X-Reset"), answer(X_Left="many", X_Reset="soon"), 0),
    (Rate(reset="X-Reset"), answer(429, X_Reset="4"), 4),
]  # fmt: skip


@pytest.mark.parametrize(("rate", "told", "seconds"), TOLD)
def test_everybody_waits_as_long_as_an_answer_says(rate, told, seconds):
    given = {
        name.replace("retry-after", "retry-after"): text for name, text in told.headers.items()
    }
    pacer, clock = pacer_of(rate)

    pacer.told(Answer(told.status, given, b"", ""))
    with pacer.turn():
        waited = clock.now - 1000.0

    assert waited == pytest.approx(seconds)


def test_only_so_many_are_in_flight():
    pacer, _ = pacer_of(Rate(at_once=2))
    with pacer.turn(), pacer.turn():
        assert pacer._room.acquire(blocking=False) is False
