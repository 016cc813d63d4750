"""Ways to be let in: what each sends, and when it changes."""

import base64

import pytest

from tajo_connector_sdk.auth import Basic, ByScheme, bearer
from tajo_connector_sdk.hosts import HostPolicy
from tajo_connector_sdk.http import HttpSession
from tajo_connector_sdk.oauth import ClientCredentials
from tajo_connector_sdk.parameters import with_query
from tajo_connector_sdk.signing import OAuth1, base_string, signature

GIVEN = {"key": "me", "secret": "hunter2", "client_id": "me", "client_secret": "hunter2"}


def test_a_bearer_token_goes_in_its_header():
    made = bearer("secret").start(GIVEN, None, "https://a.example")

    assert made.headers() == {"Authorization": "Bearer hunter2"}
    assert made.params() == {}


def test_a_password_goes_in_the_query_once_the_header_was_refused():
    made = Basic("key", "secret", in_query=("ck", "cs")).start(GIVEN, None, "https://a.example")

    encoded = base64.b64encode(b"me:hunter2").decode()
    assert made.headers() == {"Authorization": f"Basic {encoded}"}
    assert made.renew() is True
    assert made.headers() == {}
    assert made.params() == {"ck": "me", "cs": "hunter2"}
    assert made.renew() is False


def test_a_password_without_another_way_stays_in_its_header():
    made = Basic("key").start(GIVEN, None, "")

    assert made.renew() is False
    assert made.headers() == {"Authorization": "Basic " + base64.b64encode(b"me:").decode()}


@pytest.mark.parametrize(
    ("url", "word"), [("https://a.example", "Basic "), ("http://a.example", "OAuth ")]
)
def test_plain_http_has_a_way_of_its_own(url, word):
    way = ByScheme(https=Basic("key", "secret"), http=OAuth1("key", "secret"))

    made = way.start(GIVEN, None, url)

    assert way.needs == ("key", "secret")
    assert made.headers("GET", url, {})["Authorization"].startswith(word)


# how secrets are sent, the body, the header
SENDINGS = [
    ("json", (b'{"grant_type":"client_credentials","client_id":"me","client_secret":"hunter2",'
              b'"scope":"a b"}'), None),
    ("form", b"grant_type=client_credentials&client_id=me&client_secret=hunter2&scope=a+b", None),
    ("basic", b"grant_type=client_credentials&scope=a+b", "Basic bWU6aHVudGVyMg=="),
]  # fmt: skip


@pytest.mark.parametrize(("sends", "body", "header"), SENDINGS)
def test_a_token_is_asked_for_as_the_platform_wants_it(server, sends, body, header):
    server.answers = [(200, {}, b'{"access_token": "t", "expires_in": 100}')]
    fact = ClientCredentials(
        "Authorization", "/token", sends=sends, prefix="Bearer ", scope="a b",
        host="https://elsewhere.example",
    )  # fmt: skip
    session = HttpSession(HostPolicy.with_api_url(server.url))

    made = fact.start({**GIVEN, "api_url": server.url}, session, server.url)

    assert made.headers() == {"Authorization": "Bearer t"}
    (path, headers, sent), = server.requests  # fmt: skip
    assert path == "/token"
    assert sent == body
    assert headers.get("Authorization") == header


def test_a_token_may_come_from_another_host():
    fact = ClientCredentials("Authorization", "/token", host="https://elsewhere.example")

    made = fact.start(GIVEN, None, "https://api.example")

    assert made.url == "https://elsewhere.example/token"


# RFC 5849 §3.4.1.1: the request, its parameters, the signature base string.
RFC_URL = "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"
RFC_PAIRS = [
    ("c2", ""), ("a3", "2 q"), ("oauth_consumer_key", "9djdj82h48djs9d2"),
    ("oauth_token", "kkk9d7dh3k39sjv7"), ("oauth_signature_method", "HMAC-SHA1"),
    ("oauth_timestamp", "137131201"), ("oauth_nonce", "7d8f3e4a"),
]  # fmt: skip
RFC_BASE = (
    "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%2525"
    "3D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26"
    "oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39"
    "sjv7"
)


def test_the_base_string_is_that_of_the_rfc():
    assert base_string("post", RFC_URL, RFC_PAIRS) == RFC_BASE


def test_a_signature_is_that_of_the_rfc():
    """RFC 5849 §1.2, the request for a photo."""
    pairs = [
        ("oauth_consumer_key", "dpf43f3p2l4k3l03"), ("oauth_token", "nnch734d00sl2jdk"),
        ("oauth_signature_method", "HMAC-SHA1"), ("oauth_timestamp", "137131202"),
        ("oauth_nonce", "chapoH"), ("file", "vacation.jpg"), ("size", "original"),
    ]  # fmt: skip
    key = "kd94hf93k423kf44&pfkkdhi9sl3r4s00"

    made = signature("GET", "http://photos.example.net/photos", pairs, key, "HMAC-SHA1")

    assert made == "MdpQcU8iPSUjWoN/UDMsK2sui9I="


def test_a_bracketed_query_is_signed_as_it_goes_out():
    way = OAuth1("a", "b", token="c", token_secret="d")
    made = way.start({"a": "ck", "b": "cs", "c": "t", "d": "ts"}, None, "https://m.example")
    made.now, made.nonce = lambda: 1.0, lambda: "n"
    url, params = "https://m.example/rest/V1/orders", {"searchCriteria[f][0][field]": "updated at"}

    given = made.headers("GET", url, params)
    sent = made.headers("GET", with_query(url, params), {})

    assert given == sent
    assert 'oauth_signature_method="HMAC-SHA256"' in given["Authorization"]
    assert "cs" not in repr(made)
