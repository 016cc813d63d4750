"""No secret and no person in a log, and our own messages stay readable."""

import logging

import pytest

from tajo_connector_sdk.hosts import HostPolicy
from tajo_connector_sdk.http import HttpSession
from tajo_connector_sdk.redaction import RedactingFilter, hide, redact

CASES = [
    ("access_token=abc next", "access_token=[redacted] next"),
    ("'client_secret': 's3cr3t'", "'client_secret': [redacted]"),
    ("Authorization: Bearer abcdef", "Authorization: [redacted]"),
    ("Authorization: Basic dXNlcg==", "Authorization: [redacted]"),
    ("api-key: xkeysib-0123", "api-key: [redacted]"),
    ("X-Shopify-Access-Token: shpat_0123", "X-Shopify-Access-Token: [redacted]"),
    ("the token shpat_0123abc was refused", "the token [redacted] was refused"),
    ("GET https://host/path?access_token=1&x=2 failed", "GET https://host/path failed"),
    ("postgresql://user:pass@host/db", "postgresql://host/db"),
    ("no contact for ann.b+c@mail.example.org here", "no contact for [e-mail] here"),
    ("settings client_secret: missing; set it", "settings client_secret: missing; set it"),
    ("client_secret: the platform gave no token", "client_secret: the platform gave no token"),
    (
        "say `access_token: $TAP_X_ACCESS_TOKEN` there",
        "say `access_token: $TAP_X_ACCESS_TOKEN` there",
    ),
    ("access_token: $abcdefgh0123 and on", "access_token: [redacted] and on"),
    ("setting access_token: unknown", "setting access_token: unknown"),
]


@pytest.mark.parametrize(("text", "clean"), CASES)
def test_what_is_left_of_a_text(text, clean):
    assert redact(text) == clean


def test_secrets_that_are_known_go_wherever_they_stand():
    assert redact("it is hunter2, really", ["hunter2"]) == "it is [redacted], really"


def test_short_secrets_do_not_blank_ordinary_words():
    assert redact("a cat", ["a"]) == "a cat"


def test_a_logged_exception_keeps_its_type_and_nothing_else(caplog):
    logger = logging.getLogger("redaction")
    caplog.handler.addFilter(RedactingFilter(["hunter2"]))

    try:
        raise ValueError("hunter2 of ann@example.org")  # noqa: TRY301 - what is logged below
    except ValueError:
        logger.exception("failed with %s", "hunter2")

    assert caplog.messages == ["failed with [redacted] (ValueError)"]
    assert "example.org" not in caplog.text


def test_addresses_of_requests_are_not_logged_at_any_level(server, caplog):
    caplog.set_level(logging.DEBUG)
    hide(["hunter2"])
    session = HttpSession(HostPolicy.with_api_url(server.url))
    session.send("GET", f"{server.url}/ann%40example.org", params={"signature": "s1gn3d"})

    assert "GET" not in caplog.text
    assert "s1gn3d" not in caplog.text
