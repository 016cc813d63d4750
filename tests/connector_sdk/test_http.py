"""The one session: retries, waits, caps, and which hosts it talks to."""

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tajo_connector_sdk.errors import (
    BadAnswer,
    ConfigurationError,
    Gone,
    OutcomeUnknown,
    Unavailable,
)
from tajo_connector_sdk.hosts import HostPolicy
from tajo_connector_sdk.http import HttpSession, Patience


@pytest.fixture
def session(server):
    naps, told = [], []
    made = HttpSession(
        HostPolicy.with_api_url(server.url),
        Patience(tries=4, max_bytes=1000),
        tell=told.append,
        sleep=naps.append,
        jitter=lambda: 1.0,
    )
    made.naps, made.told = naps, told
    return made


def test_a_later_answer_is_waited_for_with_growing_gaps(server, session):
    server.answers = [(500, {}, b"")] * 3 + [(200, {}, b'{"a": 1}')]

    assert session.send("GET", server.url).json() == {"a": 1}
    assert session.naps == [0.5, 1.0, 2.0]


def test_each_try_is_signed_anew(server, session):
    server.answers = [(500, {}, b"")] * 2 + [(200, {}, b"{}")]
    nonces = iter("abc")
    made = []

    def signed():
        made.append(next(nonces))
        return {"Authorization": made[-1]}

    session.send("GET", server.url, signed=signed)

    assert made == ["a", "b", "c"]


def test_retry_after_is_obeyed_in_seconds_and_as_a_date(server, session):
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    server.answers = [
        (429, {"Retry-After": "7"}, b""),
        (503, {"Retry-After": later}, b""),
        (200, {}, b""),
    ]

    session.send("GET", server.url)

    assert session.naps[0] == 7
    assert 25 < session.naps[1] <= 30


@pytest.mark.parametrize("told", ["0", "-1", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_who_says_at_once_and_refuses_again_is_given_growing_time(server, session, told):
    server.answers = [(429, {"Retry-After": told}, b"")] * 3 + [(200, {}, b"")]

    session.send("GET", server.url)

    assert session.naps == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("ahead", [-7200, 0, 7200])
@pytest.mark.parametrize("zone", ["GMT", "-0000", ""])
def test_a_date_to_wait_for_is_one_of_the_other_sides_clock(server, session, ahead, zone):
    theirs = datetime.now(UTC) + timedelta(seconds=ahead)
    later = format_datetime(theirs + timedelta(seconds=30), usegmt=True).replace("GMT", zone)
    told = {"Date": format_datetime(theirs, usegmt=True), "Retry-After": later}
    server.answers = [(503, told, b""), (200, {}, b"")]

    session.send("GET", server.url)

    assert session.naps == [30]


def test_a_wait_of_a_second_and_more_is_told_with_the_host_alone(server, session):
    server.answers = [(503, {}, b""), (503, {"Retry-After": "30"}, b""), (200, {}, b"")]

    session.send("GET", f"{server.url}/contacts/ann@example.org")

    assert session.naps == [0.5, 30]
    assert session.told == ["127.0.0.1: HTTP 503; again in 30 s (try 3 of 4)"]


def test_a_wait_that_is_too_long_ends_the_run(server, session):
    server.answers = [(429, {"Retry-After": "4000"}, b"")]

    with pytest.raises(Unavailable, match="HTTP 429 on try 1 of 4"):
        session.send("GET", server.url)


def test_tries_are_bounded(server, session):
    server.answers = [(502, {}, b"<html>")]

    with pytest.raises(Unavailable, match="HTTP 502 on try 4 of 4"):
        session.send("GET", server.url)
    assert len(server.requests) == 4


def test_what_is_not_repeatable_is_not_sent_twice(server, session):
    server.answers = [(500, {}, b"")]

    with pytest.raises(OutcomeUnknown):
        session.send("POST", server.url, body={}, repeatable=False)
    assert len(server.requests) == 1


def test_a_client_error_is_the_callers_to_judge(server, session):
    server.answers = [(404, {}, b"gone")]

    assert session.send("GET", server.url).status == 404


def test_an_answer_that_is_not_json_shows_nothing_of_itself(server, session):
    server.answers = [(200, {"Content-Type": "text/html"}, b"<b>ann@example.org</b>")]

    with pytest.raises(BadAnswer, match=r"HTTP 200, text/html, 22 bytes") as caught:
        session.send("GET", server.url).json()
    assert "ann" not in str(caught.value)


def test_an_answer_has_a_size(server, session):
    server.answers = [(200, {}, b"x" * 1001)]

    with pytest.raises(BadAnswer, match="more than 1000 bytes"):
        session.send("GET", server.url)


def test_an_answer_that_never_ends_is_given_up(server, session):
    server.answers = [(200, {}, b"x" * 900)]
    seconds = iter(range(0, 10_000, 301))
    session.clock = lambda: float(next(seconds))

    with pytest.raises(Unavailable, match="the answer came too slowly on try 4 of 4"):
        session.send("GET", server.url)
    with pytest.raises(OutcomeUnknown, match="too slowly"):
        session.send("POST", server.url, body={}, repeatable=False)


def test_a_redirect_is_not_followed(server, session):
    server.answers = [(302, {"Location": "http://169.254.169.254/"}, b"")]

    assert session.send("GET", server.url, headers={"X-Token": "t"}).status == 302
    assert len(server.requests) == 1


def test_a_netrc_adds_no_credentials(server, session, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))

    list(session.lines(server.url))
    session.send("GET", server.url)

    assert not [headers for _, headers, _ in server.requests if "Authorization" in headers]


def test_nobody_listening_is_said_in_words(session):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    quiet = HttpSession(HostPolicy.with_api_url(url), sleep=session.naps.append)

    with pytest.raises(Unavailable, match="nothing listens there on try 6 of 6"):
        quiet.send("GET", url)


# bodies of a file, and its lines
FILES = [
    (b"", []),
    (b"a", [b"a"]),
    (b"a\n", [b"a"]),
    (b"a\nb\nc", [b"a", b"b", b"c"]),
    (b"a\n\nb\n", [b"a", b"", b"b"]),
    (b"x" * 700_000 + b"\ny\n", [b"x" * 700_000, b"y"]),
]


@pytest.mark.parametrize(("body", "lines"), FILES)
def test_a_file_is_read_line_by_line(server, session, body, lines):
    server.answers = [(200, {}, body)]

    assert list(session.lines(server.url)) == lines


def test_a_line_has_a_length(server, session):
    server.answers = [(200, {}, b"x" * 400_000)]

    with pytest.raises(BadAnswer, match="a line of more than 1000 bytes"):
        list(session.lines(server.url, max_line=1000))


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_address_that_has_expired_is_gone(server, session, status):
    server.answers = [(status, {}, b"<Error/>")]

    with pytest.raises(Gone, match=f"HTTP {status}"):
        list(session.lines(server.url))


def test_a_file_that_is_late_is_waited_for(server, session):
    server.answers = [(503, {}, b""), (200, {}, b"a\n")]

    assert list(session.lines(server.url)) == [b"a"]


def test_a_file_that_breaks_off_is_noticed(server, session):
    server.answers = [(200, {"content-length": "100"}, b"a\nb\n")]

    with pytest.raises(Unavailable, match="broke off"):
        list(session.lines(server.url))


BAD_HOSTS = [
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "https:///nowhere",
    "https://user:pass@example.com/",
    "http://127.0.0.1:1/",
    "gopher://127.0.0.1/",
    "//example.com/",
    "example.com",
    "",
]
PRIVATE_HOSTS = [
    "https://127.0.0.1/",
    "https://localhost/",
    "https://0.0.0.0/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://127.1/",
]


@pytest.mark.parametrize("url", BAD_HOSTS)
def test_only_https_is_followed(session, url):
    with pytest.raises(ConfigurationError, match="only https"):
        session.send("GET", url)


@pytest.mark.parametrize("url", PRIVATE_HOSTS)
def test_a_private_host_gets_no_byte(session, url, monkeypatch):
    """Whatever the spelling, the address that the socket has reached decides."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        reached = listening.getsockname()

        def connect(*_, **__):
            return socket.create_connection(reached)

        monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
        with pytest.raises(ConfigurationError, match="not public"):
            session.send("GET", url)
        sock, _ = listening.accept()
        with sock:
            assert sock.recv(1) == b""


# peers that a socket may have reached, and whether that is a public address
PEERS = [
    ("10.0.0.1", False),
    ("172.16.0.1", False),
    ("192.168.1.1", False),
    ("169.254.169.254", False),
    ("100.64.0.1", False),
    ("127.0.0.1", False),
    ("0.0.0.0", False),  # noqa: S104 - no address to listen on, one that is refused
    ("::1", False),
    ("fe80::1%eth0", False),
    ("fc00::1", False),
    ("::ffff:10.0.0.1", False),
    ("64:ff9b::a00:1", False),
    ("2002:a00:1::", False),
    ("93.184.215.14", True),
    ("2606:2800:220:1:248:1893:25c8:1946", True),
    ("::ffff:93.184.215.14", True),
]


@pytest.mark.parametrize(("peer", "public"), PEERS)
def test_which_peers_are_public(peer, public):
    assert HostPolicy().allows_peer("https://any.example:443", peer) is public


def test_a_stand_in_may_be_anywhere_but_only_there():
    policy = HostPolicy.with_api_url("http://127.0.0.1:8081")

    assert policy.allows_peer("http://127.0.0.1:8081", "127.0.0.1")
    assert not policy.allows_peer("http://127.0.0.1:8082", "127.0.0.1")
    assert not policy.allows_peer("https://127.0.0.1:8081", "127.0.0.1")
