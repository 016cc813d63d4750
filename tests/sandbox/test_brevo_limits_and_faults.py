"""Keys, rate limits with their headers, and the faults that tests can order."""

import socket
from urllib.parse import urlsplit

import pytest
import requests

from tajo_sandbox.brevo import BrevoAccount, BrevoSwitches, Direct, Fault

EVENT = {"event_name": "seen", "identifiers": {"email_id": "a@example.com"}}
CONTACT = {"email": "a@example.com", "updateEnabled": True}


def headers(answer):
    return tuple(
        int(answer.headers[f"x-sib-ratelimit-{name}"]) for name in ("limit", "remaining", "reset")
    )


@pytest.mark.parametrize("key", [None, "", "xkeysib-other"])
def test_a_wrong_key_is_401_and_uses_nothing_up(brevo, key):
    answer = brevo("GET", "/account", headers={"api-key": key})
    assert (answer.status_code, answer.json()) == (
        401,
        {"code": "unauthorized", "message": "Key not found"},
    )
    assert not brevo.account.meter.granted


def test_an_unknown_address_is_401_with_a_text_that_says_so(start_brevo):
    answer = start_brevo(unknown_ip=True)("GET", "/account")
    assert answer.status_code == 401
    assert "unrecognised IP address" in answer.json()["message"]


@pytest.mark.parametrize(
    ("tier", "method", "path", "body", "limit", "seconds"),
    [
        ("general", "POST", "/contacts", CONTACT, 10, 1),
        ("general", "GET", "/contacts/lists", None, 10, 1),
        ("general", "POST", "/events", EVENT, 10, 1),
        ("general", "POST", "/events/batch", {"events": [EVENT]}, 100, 3600),
        ("general", "GET", "/account", None, 100, 3600),
        ("general", "POST", "/orders/status", {}, 5, 1),
        ("general", "POST", "/orders/status/batch", {}, 100, 3600),
        ("general", "POST", "/products", {}, 2, 1),
        ("general", "POST", "/products/batch", {}, 100, 3600),
        ("general", "POST", "/categories", {}, 100, 3600),
        ("advanced", "POST", "/contacts", CONTACT, 20, 1),
        ("extended", "POST", "/products", {}, 21_600, 3600),
        ("extended", "GET", "/processes", None, 600, 3600),
    ],
)
def test_each_bucket_lets_its_limit_through_and_not_one_more(
    start_brevo, clock, tier, method, path, body, limit, seconds
):
    brevo = start_brevo(clock=clock, tier=tier)
    assert headers(brevo(method, path, body)) == (limit, limit - 1, seconds)
    for bucket_calls in range(min(limit - 1, 200)):
        answer = brevo(method, path, body)
        assert answer.status_code != 429
        assert headers(answer)[1] == limit - 2 - bucket_calls
    if limit <= 200:
        refused = brevo(method, path, body)
        assert (refused.status_code, headers(refused)) == (429, (limit, 0, seconds))
        assert "retry-after" not in refused.headers
        clock.move(seconds)
        assert brevo(method, path, body).status_code != 429


def test_refused_calls_use_nothing_up_so_an_hour_of_hammering_gets_the_allowed_rate():
    tenths = iter(range(1_000_000))
    account = BrevoAccount(BrevoSwitches(clock=lambda: next(tenths) / 10))
    readings = [account.meter.take("products") for _ in range(9_000)]
    allowed = sum(each.allowed for each in readings)
    assert allowed == 2 * len(readings) / 10
    assert account.meter.refused["products"] == len(readings) - allowed


def test_the_batch_of_events_can_count_with_single_events(start_brevo, clock):
    brevo = start_brevo(clock=clock, batch_bucket="single")
    assert headers(brevo("POST", "/events/batch", {"events": [EVENT]}))[0] == 10
    assert headers(brevo("POST", "/orders/status/batch", {}))[0] == 5


def test_answers_can_come_without_the_headers(start_brevo):
    answer = start_brevo(rate_limit_headers=False)("GET", "/account")
    assert not [name for name in answer.headers if name.startswith("x-sib")]


@pytest.mark.parametrize(
    ("kind", "status", "content"),
    [
        ("401-ip", 401, "application/json"),
        ("402", 402, "application/json"),
        ("403", 403, "application/json"),
        ("425", 425, "application/json"),
        ("429", 429, "application/json"),
        ("500", 500, "application/json"),
        ("502-html", 502, "text/html"),
        ("503", 503, "application/json"),
        ("html-200", 200, "text/html"),
        ("wrong-type", 200, "text/plain"),
    ],
)
@pytest.mark.parametrize("applied", [False, True])
def test_a_fault_answers_wrongly_before_or_after_it_took_effect(
    brevo, kind, status, content, applied
):
    brevo.switches.fail("/contacts", kind, applied=applied)
    answer = brevo("POST", "/contacts", {"email": "a@example.com"})
    assert answer.status_code == (201 if applied and kind == "wrong-type" else status)
    assert answer.headers["content-type"] == content
    assert len(brevo.account.contacts) == applied
    assert "x-sib-ratelimit-reset" in answer.headers
    assert brevo("POST", "/contacts", CONTACT).ok


@pytest.mark.parametrize("kind", ["reset", "reset-mid-body", "timeout"])
@pytest.mark.parametrize("applied", [False, True])
def test_a_fault_can_leave_the_caller_without_an_answer(brevo, kind, applied):
    brevo.switches.fail("/contacts", kind, applied=applied)
    with pytest.raises(requests.RequestException):
        brevo("POST", "/contacts", {"email": "a@example.com"}, timeout=0.2)
    assert len(brevo.account.contacts) == applied


def test_a_truncated_answer_is_no_json(brevo):
    brevo.switches.fail("/account", "truncated", applied=True)
    answer = brevo("GET", "/account")
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_a_fault_strikes_by_path_and_method_and_as_often_as_said(brevo):
    brevo.switches.fail("/contacts/*", "500", times=2, method="GET", skip=1)
    statuses = [brevo("GET", "/contacts/lists").status_code for _ in range(5)]
    assert statuses == [200, 500, 500, 200, 200]
    brevo.switches.fail("*", "403", times=-1)
    assert {brevo("GET", "/account").status_code for _ in range(3)} == {403}


def test_an_unknown_fault_or_switch_is_named_with_the_nearest_right_word():
    with pytest.raises(ValueError, match="did you mean '502-html'"):
        Fault("/contacts", "502html")
    with pytest.raises(ValueError, match="did you mean 'import_seconds'"):
        BrevoSwitches().apply({"import_second": 1})
    with pytest.raises(ValueError, match="needs bool"):
        BrevoSwitches().apply({"unknown_ip": "yes"})
    with pytest.raises(ValueError, match="did you mean 'advanced'"):
        BrevoSwitches().apply({"tier": "advance"})


def test_calls_are_logged_with_their_bodies_and_writes_are_counted_from_the_mark(brevo):
    brevo("GET", "/account")
    brevo("POST", "/contacts", CONTACT)
    assert [(each.method, each.path) for each in brevo.account.writes()] == [("POST", "/contacts")]
    assert b"a@example.com" in brevo.account.writes()[0].body
    brevo.account.mark()
    brevo("GET", "/contacts?limit=5")
    assert brevo.account.writes() == []
    assert (brevo.account.requests[-1].query, brevo.account.journal.reads) == ("limit=5", 1)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("PATCH", "/contacts", 405), ("DELETE", "/account", 405)],
)
def test_an_unknown_path_or_method_is_refused(brevo, method, path, status):
    assert brevo(method, path).status_code == status


def test_a_body_that_is_no_json_is_refused(brevo):
    answer = brevo.session.post(
        f"{brevo.url}/contacts",
        data=b"{",
        headers={"api-key": "xkeysib-sandbox"},
        timeout=10,
    )
    assert answer.status_code == 400


def test_an_account_can_be_called_without_a_socket():
    account = BrevoAccount(BrevoSwitches(clock=iter(range(0, 10**9, 4000)).__next__))
    direct = Direct(account)
    made = direct.send("POST", "/contacts", b'{"email": "a@example.com"}')
    assert (made.status, made.json()) == (201, {"id": 1})
    page = direct.send("GET", "/contacts?limit=1")
    assert (page.json()["count"], page.headers["x-sib-ratelimit-limit"]) == (1, "10")
    assert direct.send("GET", "/account", headers={"api-key": "wrong"}).status == 401
    account.switches.fail("/contacts/1", "reset", applied=True)
    with pytest.raises(ConnectionResetError):
        direct.send("DELETE", "/contacts/1")
    assert not account.contacts
    account.switches.fail("/account", "502-html")
    assert direct.send("GET", "/account").status == 502
    assert [each.method for each in account.requests] == ["POST", "GET", "GET", "DELETE", "GET"]


def test_a_call_whose_sender_went_away_halfway_changes_nothing(brevo):
    address = urlsplit(brevo.url)
    begun = (
        "POST /v3/contacts/lists HTTP/1.1\r\nHost: sandbox\r\napi-key: xkeysib-sandbox\r\n"
        "Content-Length: 1000\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port)) as half:
        half.sendall(begun.encode() + b'{"name": "Half", "folderId": 1}')
    assert [each.name for each in brevo.account.lists.values()] == ["First list"]
    assert brevo("GET", "/contacts/lists").json()["count"] == 1
    assert [each.method for each in brevo.account.requests] == ["GET"]
