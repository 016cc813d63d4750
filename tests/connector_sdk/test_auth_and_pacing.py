"""Tokens by the clock and on demand; points before they are spent."""

import pytest

from tajo_connector_sdk.auth import Header
from tajo_connector_sdk.errors import BadAnswer, ConfigurationError
from tajo_connector_sdk.hosts import HostPolicy
from tajo_connector_sdk.http import HttpSession
from tajo_connector_sdk.oauth import ClientCredentials
from tajo_connector_sdk.pacing import Cost, CostBucket

GIVEN = {"client_id": "me", "client_secret": "hunter2"}
FACT = ClientCredentials("X-Token", path="/token", hints={"not_here": "look elsewhere"})


@pytest.fixture
def token(server):
    """Credentials with a clock of their own."""
    made = FACT.start(GIVEN, HttpSession(HostPolicy.with_api_url(server.url)), server.url)
    made.clock = Clock()
    return made


class Clock:
    """Seconds that a test sets."""

    def __init__(self):
        self.now = 0.0
        self.naps = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.naps.append(seconds)
        self.now += seconds


def answer(word, seconds=86_399):
    return (200, {}, b'{"access_token": "%s", "expires_in": %d}' % (word.encode(), seconds))


def test_a_header_carries_its_setting():
    made = Header("X-Token", setting="token").start({"token": "t"}, None, "")

    assert made.headers() == {"X-Token": "t"}
    assert made.renew() is False


def test_a_token_is_asked_for_once_and_renewed_by_the_clock(server, token):
    server.answers = [answer("one"), answer("two")]

    assert token.headers() == {"X-Token": "one"}
    token.clock.now = 86_399 - 301
    assert token.headers() == {"X-Token": "one"}
    token.clock.now = 86_399 - 299
    assert token.headers() == {"X-Token": "two"}
    assert len(server.requests) == 2


def test_a_token_of_a_minute_lives_most_of_it(server, token):
    server.answers = [answer("one", 60), answer("two", 60)]

    assert token.headers() == {"X-Token": "one"}
    token.clock.now = 50.0
    assert token.headers() == {"X-Token": "one"}
    token.clock.now = 55.0
    assert token.headers() == {"X-Token": "two"}


def test_a_token_can_be_renewed_at_once(server, token):
    server.answers = [answer("one"), answer("two")]
    token.headers()

    assert token.renew() is True
    assert token.headers() == {"X-Token": "two"}


# status and body of a refusal, words of the error
REFUSALS = [
    (401, b'{"error": "invalid_client"}', "HTTP 401, invalid_client"),
    (400, b'{"error": "not_here"}', "look elsewhere"),
    (400, b"<html>ann@example.org</html>", "HTTP 400)"),
    (400, b'{"error": "Ann <ann@example.org>"}', "HTTP 400)"),
]


@pytest.mark.parametrize(("status", "body", "words"), REFUSALS)
def test_a_refusal_is_told_by_its_word_and_nothing_else(server, token, status, body, words):
    server.answers = [(status, {}, body)]

    with pytest.raises(ConfigurationError) as caught:
        token.headers()

    assert words in str(caught.value)
    assert "ann" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_an_answer_without_a_token_is_no_answer(token):
    with pytest.raises(BadAnswer, match="no access_token"):
        token.headers()


def test_no_token_shows_in_a_representation(server, token):
    server.answers = [answer("secretword")]
    token.headers()

    assert "secretword" not in repr(token)
    assert "hunter2" not in repr(token)


@pytest.fixture
def bucket():
    clock = Clock()
    return CostBucket(clock=clock, sleep=clock.sleep)


def test_the_first_request_just_goes(bucket):
    bucket.before(1000)

    assert bucket.clock.naps == []
    assert bucket.holds() is None


def test_a_request_waits_until_its_points_are_there(bucket):
    bucket.after(Cost(requested=10, available=100, maximum=2000, restore=50))

    bucket.before(100)
    assert bucket.clock.naps == []
    bucket.before(400)
    assert bucket.clock.naps == [6.0]


def test_points_come_back_with_time_up_to_the_brim(bucket):
    bucket.after(Cost(requested=10, available=100, maximum=2000, restore=50))
    bucket.clock.now = 10.0
    assert bucket.holds() == 600
    bucket.clock.now = 1000.0
    assert bucket.holds() == 2000


def test_nobody_waits_for_more_than_the_bucket_can_hold(bucket):
    bucket.after(Cost(requested=10, available=0, maximum=200, restore=50))

    bucket.before(900)

    assert bucket.clock.naps == [4.0]


# what a refusal tells, and the wait
WAITS = [
    (Cost(requested=500, available=100, maximum=2000, restore=100), [4.0]),
    (Cost(requested=500, available=500, maximum=2000, restore=100), []),
    (None, [1.0]),
]


@pytest.mark.parametrize(("cost", "naps"), WAITS)
def test_a_refusal_is_waited_out_exactly(bucket, cost, naps):
    bucket.refused(cost)

    assert bucket.clock.naps == naps
    assert bucket.waited == sum(naps)
