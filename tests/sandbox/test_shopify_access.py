"""Who may see what: tokens, grants, scopes, protected data, old orders, versions."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import orjson
import pytest

from tajo_sandbox.shopify import Direct, Switches, shopify_app
from tajo_sandbox.store import Store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
GRAPHQL = "/admin/api/2026-10/graphql.json"
SHOP = orjson.dumps({"query": "{ shop { name } }"})


def served(**switches):
    store = Store.generate(80, 300, seed=4, now=NOW)
    store.clock = lambda: NOW
    switches.setdefault("max_query_cost", 100_000)
    switches.setdefault("maximum_available", 1e6)
    return store, Direct(shopify_app(store, Switches(**switches)))


@pytest.mark.parametrize("token", [None, "", "shpat_wrong"])
def test_a_wrong_token_is_401_in_the_platforms_words(token):
    _, shop = served()
    heard = Direct(shop.app, token).send("POST", GRAPHQL, SHOP)
    assert heard.status == 401
    assert heard.json() == {
        "errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"
    }


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_client_credentials_give_a_token_that_works_until_it_dies(kind):
    seconds = [100.0]
    _, shop = served(clock=lambda: seconds[0])
    sent = {
        "grant_type": "client_credentials",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
    }
    body = orjson.dumps(sent) if kind.endswith("json") else urlencode(sent).encode()
    heard = shop.send("POST", "/admin/oauth/access_token", body, {"content-type": kind})
    answer = heard.json()
    assert (heard.status, answer["expires_in"]) == (200, 86_399)
    assert "read_customers" in answer["scope"].split(",")
    client = Direct(shop.app, answer["access_token"])
    assert client.send("POST", GRAPHQL, SHOP).status == 200
    seconds[0] += 86_400
    assert client.send("POST", GRAPHQL, SHOP).status == 401


def test_issued_tokens_can_be_revoked():
    _, shop = served()
    sent = {
        "grant_type": "client_credentials",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
    }
    heard = shop.send("POST", "/admin/oauth/access_token", orjson.dumps(sent))
    client = Direct(shop.app, heard.json()["access_token"])
    shop.app.state.switches.revoke_issued()
    assert client.send("POST", GRAPHQL, SHOP).status == 401


@pytest.mark.parametrize(
    ("change", "switches", "status", "error"),
    [
        ({"client_secret": "no"}, {}, 401, "invalid_client"),
        ({"client_id": "no"}, {}, 401, "invalid_client"),
        ({"grant_type": "password"}, {}, 400, "unsupported_grant_type"),
        ({}, {"shop_permitted": False}, 400, "shop_not_permitted"),
    ],
)
def test_a_refused_grant_says_why(change, switches, status, error):
    _, shop = served(**switches)
    sent = {
        "grant_type": "client_credentials",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        **change,
    }
    heard = shop.send("POST", "/admin/oauth/access_token", orjson.dumps(sent))
    assert (heard.status, heard.json()["error"]) == (status, error)
    assert shop.app.state.requests[-1].outcome == error


@pytest.mark.parametrize(
    ("missing", "query", "field"),
    [
        ("read_customers", "{ customers(first: 1) { nodes { id } } }", "customers"),
        ("read_customers", "{ customersCount { count } }", "customersCount"),
        ("read_orders", "{ orders(first: 1) { nodes { id } } }", "orders"),
        (
            "read_orders",
            "{ abandonedCheckouts(first: 1) { nodes { id } } }",
            "abandonedCheckouts",
        ),
        ("read_products", "{ collections(first: 1) { nodes { id } } }", "collections"),
        ("read_draft_orders", "{ draftOrders(first: 1) { nodes { id } } }", "draftOrders"),
    ],
)
def test_a_missing_scope_is_access_denied_as_the_platform_shapes_it(missing, query, field):
    _, shop = served()
    shop.app.state.switches.scopes.discard(missing)
    answer = shop.query(query)
    error = answer["errors"][0]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert error["extensions"]["requiredAccess"] == f"`{missing}` access scope."
    assert (error["path"], f"denied for {field} field" in error["message"]) == ([field], True)
    assert answer["data"] in (None, {field: None})


def test_a_missing_scope_below_the_root_is_null_with_one_error():
    _, shop = served()
    shop.app.state.switches.scopes.discard("read_customers")
    answer = shop.query("{ orders(first: 50) { nodes { id customer { id } } } }")
    assert {node["customer"] for node in answer["data"]["orders"]["nodes"]} == {None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["ACCESS_DENIED"]


def test_scopes_can_be_asked_for():
    _, shop = served(scopes={"read_orders"})
    data = shop.query("{ currentAppInstallation { accessScopes { handle } } }")["data"]
    assert data == {"currentAppInstallation": {"accessScopes": [{"handle": "read_orders"}]}}


PERSONAL = """{
  customers(first: 250) { nodes { id firstName lastName displayName
    defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber }
    defaultAddress { firstName lastName address1 zip phone city countryCodeV2 } } }
  orders(first: 250) { nodes { id email phone billingAddress { firstName phone address1 city } } }
}"""


def test_without_approval_protected_customer_data_is_null_and_nothing_personal_leaks():
    store, shop = served(protected_data=False)
    data = shop.query(PERSONAL)["data"]
    for node in data["customers"]["nodes"]:
        assert (node["firstName"], node["displayName"]) == (None, "")
        assert node["defaultEmailAddress"] is node["defaultPhoneNumber"] is None
        if node["defaultAddress"]:
            assert node["defaultAddress"]["address1"] is node["defaultAddress"]["zip"] is None
            assert node["defaultAddress"]["city"]
    text = orjson.dumps(data).decode()
    known = [row for row in store.customers.values() if row.email]
    assert not [row for row in known if row.email in text]
    open_text = orjson.dumps(served()[1].query(PERSONAL)["data"]).decode()
    assert [row for row in known if row.email in open_text]


def test_without_read_all_orders_older_orders_are_silently_absent():
    store, shop = served()
    text = (
        "{ ordersCount { count } orders(first: 250, sortKey: CREATED_AT) { nodes { createdAt } } }"
    )
    assert shop.query(text)["data"]["ordersCount"]["count"] == 300
    shop.app.state.switches.scopes.discard("read_all_orders")
    answer = shop.query(text)
    edge = f"{NOW - timedelta(days=60):%Y-%m-%dT%H:%M:%SZ}"
    young = [row for row in store.orders.values() if row.created_at >= edge]
    assert 0 < len(young) < 300
    assert "errors" not in answer
    assert answer["data"]["ordersCount"]["count"] == len(young)
    times = [node["createdAt"] for node in answer["data"]["orders"]["nodes"]]
    assert len(times) == len(young)
    assert min(times) >= edge
    old = next(row for row in store.orders.values() if row.created_at < edge)
    found = shop.query("query ($id: ID!) { order(id: $id) { id } }", {"id": old.gid})
    assert found["data"] == {"order": None}


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        ("2026-10", "2026-10"),
        ("2026-01", "2026-01"),
        ("2025-10", "2026-01"),
        ("2019-04", "2026-01"),
        ("2027-04", "2026-10"),
        ("unstable", "2026-10"),
    ],
)
def test_the_version_that_answers_is_said_and_an_unknown_one_falls_to_a_supported(asked, answers):
    _, shop = served()
    heard = shop.send("POST", f"/admin/api/{asked}/graphql.json", SHOP)
    assert (heard.status, heard.headers["x-shopify-api-version"]) == (200, answers)


def test_another_version_can_be_made_to_answer():
    _, shop = served(answer_version="2026-07")
    heard = shop.send("POST", GRAPHQL, SHOP)
    assert heard.headers["x-shopify-api-version"] == "2026-07"
    assert shop.app.state.requests[-1].version == "2026-07"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/admin/api/nonsense/graphql.json", SHOP, 404),
        ("POST", "/admin/api/2026-10/customers.json", SHOP, 404),
        ("GET", GRAPHQL, b"", 405),
        ("POST", GRAPHQL, b"{", 400),
        ("POST", GRAPHQL, b"[]", 400),
        ("POST", GRAPHQL, b'{"variables": {}}', 400),
        ("POST", GRAPHQL, b'{"query": "{ shop { name } }", "variables": []}', 200),
        ("POST", GRAPHQL, b'{"query": "{ shop { name } }", "variables": "x"}', 400),
    ],
)
def test_requests_of_the_wrong_shape_are_refused(method, path, body, status):
    _, shop = served()
    assert shop.send(method, path, body).status == status


@pytest.mark.parametrize(
    ("query", "variables", "says"),
    [
        ("{ shop { nme } }", {}, "Cannot query field 'nme'"),
        ("{ shop { name }", {}, "Syntax Error"),
        ("query ($n: Int!) { customers(first: $n) { nodes { id } } }", {}, "of required type"),
        ("query ($n: Int!) { customers(first: $n) { nodes { id } } }", {"n": "x"}, "got invalid"),
        ("{ customers(first: 1) { nodes { email } } }", {}, "Cannot query field 'email'"),
    ],
)
def test_a_bad_query_is_200_with_errors_and_no_data(query, variables, says):
    _, shop = served()
    answer = shop.query(query, variables)
    assert says in answer["errors"][0]["message"]
    assert "data" not in answer


def test_the_log_tells_what_was_asked_and_how_it_went():
    _, shop = served()
    shop.query("query Names { customers(first: 3) { nodes { firstName } } }")
    entry = shop.app.state.requests[-1]
    assert (entry.what, entry.root, entry.status, entry.outcome) == (
        "graphql",
        "customers",
        200,
        "ok",
    )
    assert entry.requested == 2 + 3
    assert entry.at == "2026-11-24T12:00:00Z"
