"""What queries cost, and what happens when the bucket is empty."""

import pytest

from tajo_sandbox.shopify import Direct, Switches, shopify_app
from tajo_sandbox.store import Store


class Clock:
    """Seconds that move only when a test says so."""

    def __init__(self):
        self.seconds = 50.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock_by_hand():
    return Clock()


@pytest.fixture
def shop(clock_by_hand):
    store = Store.generate(60, 60, seed=1)
    return Direct(shopify_app(store, Switches(clock=clock_by_hand)))


def cost_of(answer):
    return answer["extensions"]["cost"]


@pytest.mark.parametrize(
    ("query", "requested"),
    [
        ("{ shop { name } }", 1),
        ("{ shop { name plan { shopifyPlus } } }", 2),
        ("{ customers(first: 10) { nodes { id firstName } } }", 2 + 10),
        ("{ customers(first: 10) { edges { cursor node { id } } pageInfo { endCursor } } }", 12),
        ("{ customers(last: 10) { nodes { id amountSpent { amount } } } }", 2 + 10 * 2),
        (
            "{ orders(first: 3) { nodes { id lineItems(first: 5) { nodes { id title } } } } }",
            2 + 3 * (1 + 2 + 5),
        ),
        (
            (
                "{ orders(first: 2) { nodes { totalPriceSet { shopMoney { amount } "
                "presentmentMoney { amount } } } } }"
            ),
            2 + 2 * 4,
        ),
        ("{ orders(first: 2) { nodes { refunds(first: 4) { id } } } }", 2 + 2 * (1 + 4)),
        ("{ orders(first: 2) { nodes { refunds { id } } } }", 2 + 2 * 2),
        ('{ node(id: "gid://shopify/Customer/1") { id } }', 1),
        ("{ customersCount { count } ordersCount { count } }", 2),
        ('mutation { bulkOperationCancel(id: "x") { userErrors { message } } }', 10 + 2),
    ],
)
def test_a_query_costs_what_the_documented_rules_say(shop, query, requested):
    cost = cost_of(shop.query(query))
    assert cost["requestedQueryCost"] == requested
    assert cost["actualQueryCost"] <= requested


def test_what_was_not_used_flows_back(shop):
    answer = shop.query('{ customers(first: 250, query: "id:<0") { nodes { id } } }')
    cost = cost_of(answer)
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (252, 2)
    assert cost["throttleStatus"] == {
        "maximumAvailable": 2000.0,
        "currentlyAvailable": 1998,
        "restoreRate": 100.0,
    }


def test_an_empty_bucket_is_throttled_with_200_and_refills_by_the_clock(shop, clock_by_hand):
    query = "{ customers(first: 50) { nodes { id addressesV2(first: 10) { nodes { id } } } } }"
    requested = 2 + 50 * (1 + 2 + 10)
    spent = 0
    answer = {}
    for _ in range(20):
        heard = shop.send(
            "POST", "/admin/api/2026-10/graphql.json", b'{"query": "%s"}' % query.encode()
        )
        answer = heard.json()
        assert heard.status == 200
        assert "retry-after" not in heard.headers
        if "errors" in answer:
            break
        spent += cost_of(answer)["actualQueryCost"]
    assert spent > 2000 - requested
    assert answer["errors"][0]["message"] == "Throttled"
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in answer
    status = cost_of(answer)["throttleStatus"]
    assert cost_of(answer)["actualQueryCost"] is None
    assert status["currentlyAvailable"] == 2000 - spent
    bucket = shop.app.state.desk.bucket
    assert (bucket.throttles, bucket.refused, bucket.charged) == (1, requested, spent)
    clock_by_hand.seconds += (requested - status["currentlyAvailable"]) / status["restoreRate"]
    assert "errors" not in shop.query(query)


def test_the_bucket_never_holds_more_than_its_brim(shop, clock_by_hand):
    clock_by_hand.seconds += 10_000
    status = cost_of(shop.query("{ shop { name } }"))["throttleStatus"]
    assert status["currentlyAvailable"] == 1999


def test_a_query_above_the_limit_of_one_query_is_refused_for_good(shop, clock_by_hand):
    query = "{ orders(first: 50) { nodes { lineItems(first: 50) { nodes { id } } } } }"
    for _ in range(2):
        answer = shop.query(query)
        error = answer["errors"][0]
        assert error["extensions"]["code"] == "MAX_COST_EXCEEDED"
        assert error["extensions"]["cost"] == 2 + 50 * 53
        assert error["extensions"]["maxCost"] == 1000
        clock_by_hand.seconds += 1000
    shop.app.state.switches.max_query_cost = 5000
    shop.app.state.switches.maximum_available = 5000.0
    assert "errors" not in shop.query(query)


def test_figures_of_the_bucket_follow_the_switches(shop):
    shop.app.state.switches.maximum_available = 20_000.0
    shop.app.state.switches.restore_rate = 1000.0
    status = cost_of(shop.query("{ shop { name } }"))["throttleStatus"]
    assert (status["maximumAvailable"], status["restoreRate"]) == (20_000.0, 1000.0)
    assert status["currentlyAvailable"] == 19_999
