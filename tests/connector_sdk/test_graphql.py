"""The GraphQL client: what an answer means, told in words that hold nobody's data."""

import dataclasses

import orjson
import pytest

from tajo_connector_sdk.auth import Header
from tajo_connector_sdk.errors import BadAnswer, ConfigurationError, Refusal, Unavailable
from tajo_connector_sdk.graphql import Client, Fault, TooCostly
from tajo_connector_sdk.hosts import HostPolicy
from tajo_connector_sdk.http import HttpSession
from tajo_connector_sdk.pacing import Cost, CostBucket
from tajo_connector_sdk.transport import Site

PERSON = "ann@example.org"
CODES = {"BUSY": Fault.THROTTLED, "BIG": Fault.TOO_COSTLY, "NO": Fault.DENIED, "LATE": Fault.LATER}


@pytest.fixture
def client(server, transport):
    facts = dataclasses.replace(
        transport,
        fault=lambda error: CODES.get(error.get("extensions", {}).get("code"), Fault.OTHER),
        cost=lambda said: Cost(**said["cost"]) if "cost" in said else None,
        version_header="X-Version",
        hints={402: "pay the bill", 404: "compare the name"},
    )
    naps = []
    session = HttpSession(HostPolicy.with_api_url(server.url), sleep=naps.append)
    credentials = Header("X-Token", setting="token").start({"token": "t"}, session, "")
    site = Site("acme", server.url, session, credentials, {})
    return Client(facts, site, CostBucket(sleep=naps.append))


def says(*bodies, status=200, headers=None):
    return [(status, headers or {}, orjson.dumps(body)) for body in bodies]


def error(code, **more):
    extensions = {"code": code, "fieldName": more.pop("field", None)}
    return {"message": f"secret of {PERSON}", "extensions": extensions, **more}


def ask(client):
    return client.ask("things", "{ things }", {})


def test_data_is_what_was_asked_for(server, client):
    server.answers = says({"data": {"things": [1]}}, headers={"X-Version": "7"})

    assert ask(client) == {"things": [1]}
    assert client.version == "7"
    path, headers, body = server.requests[0]
    assert path == "/graphql"
    assert headers["X-Token"] == "t"
    assert orjson.loads(body) == {"query": "{ things }", "variables": {}}


# bodies one after the other, the error, its words
ENDS = [
    ([{"errors": [error("undefinedField", field="nme")]}], BadAnswer, "undefinedField nme"),
    ([{"errors": [error(f"say {PERSON}")]}], BadAnswer, "it names no code"),
    ([{"errors": [{"message": PERSON}], "data": None}], BadAnswer, "it names no code"),
    ([{"errors": [error("NO")], "data": None}], ConfigurationError, "denies access"),
    ([{"errors": [error("NO")], "data": {"things": None}}], ConfigurationError, "denies access"),
    ([{"errors": [error("BIG")]}], TooCostly, "too costly"),
    ([{"errors": [error("LATE")]}], Unavailable, "reports a failure of its own, on 4 tries"),
    ([{"errors": [error("BUSY")]}], Unavailable, "is busy, on 40 tries"),
    ([[]], BadAnswer, "no JSON object"),
    ([{}], BadAnswer, "refuses the question"),
]


@pytest.mark.parametrize(("bodies", "kind", "words"), ENDS)
def test_an_error_is_told_by_what_can_be_done(server, client, bodies, kind, words):
    server.answers = says(*bodies)

    with pytest.raises(kind) as caught:
        ask(client)

    assert type(caught.value) is kind
    assert words in str(caught.value)
    assert PERSON not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, ConfigurationError, "HTTP 401; check address and credentials"),
        (404, ConfigurationError, "HTTP 404; compare the name"),
        (402, Refusal, "HTTP 402; pay the bill"),
        (301, Refusal, "HTTP 301"),
    ],
)
def test_a_refusal_has_its_hint(server, client, status, kind, words):
    server.answers = says({"errors": PERSON}, status=status)

    with pytest.raises(kind) as caught:
        ask(client)

    assert words in str(caught.value)
    assert PERSON not in str(caught.value)


def test_fields_that_are_withheld_are_named_and_the_rest_is_taken(server, client):
    denied = error("NO", path=["things", 0, "email"])
    server.answers = says({"errors": [denied], "data": {"things": [{"email": None}]}})

    assert ask(client) == {"things": [{"email": None}]}
    assert client.denied == {"email"}


def test_a_busy_platform_is_waited_for(server, client):
    cost = {"requested": 10, "available": 4, "maximum": 100, "restore": 2}
    server.answers = says(
        {"errors": [error("BUSY")], "cost": cost}, {"data": {"things": 1}, "cost": cost}
    )

    assert ask(client) == {"things": 1}
    assert client.bucket.waited == 3.0


def test_a_question_that_no_bucket_can_hold_is_too_costly(server, client):
    cost = {"requested": 500, "available": 100, "maximum": 100, "restore": 2}
    server.answers = says({"errors": [error("BUSY")], "cost": cost})

    with pytest.raises(TooCostly):
        ask(client)


def test_a_failure_of_the_platform_is_tried_again(server, client):
    server.answers = says({"errors": [error("LATE")]}, {"data": {"things": 1}})

    assert ask(client) == {"things": 1}
