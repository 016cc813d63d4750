"""How values are written: money, numbers, times, and what belongs to whom."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tajo_sandbox.shopify import Direct, Switches, shopify_app
from tajo_sandbox.shopify.fields.money import Bag, decimal, price
from tajo_sandbox.store import Store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
ORDERS = """{ orders(first: 250) { nodes {
  id legacyResourceId currencyCode presentmentCurrencyCode createdAt cancelledAt
  totalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }
  totalRefundedSet { shopMoney { amount } } currentTotalPriceSet { shopMoney { amount } }
  customer { id } lineItems(first: 10) { nodes { id quantity currentQuantity
    originalTotalSet { shopMoney { amount } } product { id } variant { id } } }
  refunds { id createdAt totalRefundedSet { shopMoney { amount } } }
  transactions { kind status processedAt amountSet { shopMoney { amount } } } } } }"""


@pytest.fixture(scope="module")
def shop():
    store = Store.generate(100, 250, seed=8, now=NOW)
    store.clock = lambda: NOW
    roomy = {"maximum_available": 1e9, "max_query_cost": 10**9}
    return Direct(shopify_app(store, Switches(**roomy)))


@pytest.fixture(scope="module")
def store(shop):
    return shop.app.state.store


@pytest.fixture(scope="module")
def nodes(shop):
    return shop.query(ORDERS)["data"]["orders"]["nodes"]


@pytest.mark.parametrize(
    ("cents", "written"),
    [(0, "0.0"), (1250, "12.5"), (1200, "12.0"), (1299, "12.99"), (5, "0.05"), (-1050, "-10.5")],
)
def test_a_decimal_is_written_as_the_platform_writes_it(cents, written):
    assert decimal(cents) == written


@pytest.mark.parametrize(
    ("cents", "written"), [(None, None), (0, "0.00"), (1250, "12.50"), (99, "0.99")]
)
def test_the_scalar_money_has_two_decimals(cents, written):
    assert price(cents) == written


def test_buyers_see_their_own_currency_and_yen_have_no_fraction():
    assert Bag(1000, "EUR", "USD", 1.08).presentment() == (1080, "USD")
    cents, currency = Bag(1234, "EUR", "JPY", 162.0).presentment()
    assert (cents % 100, currency) == (0, "JPY")


def test_orders_show_the_stores_money_in_both_currencies(nodes, store):
    foreign = 0
    for node in nodes:
        order = store.order(node["id"])
        money = node["totalPriceSet"]
        assert Decimal(money["shopMoney"]["amount"]) * 100 == order.total
        assert money["shopMoney"]["currencyCode"] == node["currencyCode"] == "EUR"
        shown = money["presentmentMoney"]["currencyCode"]
        assert shown == node["presentmentCurrencyCode"] == order.currency
        if shown == "EUR":
            assert money["presentmentMoney"] == money["shopMoney"]
        else:
            foreign += 1
            assert money["presentmentMoney"]["amount"] != money["shopMoney"]["amount"]
        refunded = Decimal(node["totalRefundedSet"]["shopMoney"]["amount"]) * 100
        assert refunded == order.refunded
        assert len(node["refunds"]) == len(order.refunds)
        current = Decimal(node["currentTotalPriceSet"]["shopMoney"]["amount"]) * 100
        assert current == order.total - refunded
    assert foreign


def test_parts_of_an_order_are_its_own(nodes, store):
    for node in nodes:
        order = store.order(node["id"])
        assert [line["id"] for line in node["lineItems"]["nodes"]] == [
            line.gid for line in order.lines
        ]
        kinds = [(move["kind"], move["status"]) for move in node["transactions"]]
        assert kinds == [(move.what, move.status) for move in order.transactions]
        for move in node["transactions"]:
            assert (move["processedAt"] is None) == (move["status"] == "PENDING")
        assert (node["customer"] or {}).get("id") == (
            f"gid://shopify/Customer/{order.customer}" if order.customer else None
        )


def test_large_numbers_and_times_are_text(nodes, shop):
    for node in nodes:
        assert node["id"].endswith(f"/{node['legacyResourceId']}")
        assert isinstance(node["legacyResourceId"], str)
        assert TIME.match(node["createdAt"])
        assert node["cancelledAt"] is None or TIME.match(node["cancelledAt"])
    data = shop.query("{ customers(first: 5) { nodes { numberOfOrders } } }")["data"]
    assert all(isinstance(n["numberOfOrders"], str) for n in data["customers"]["nodes"])


def test_plain_lists_are_cut_by_first(shop, store):
    order = next(row for row in store.orders.values() if len(row.transactions) > 1)
    text = (
        "query ($id: ID!) { order(id: $id) "
        "{ transactions(first: 1) { id } refunds(first: 0) { id } } }"
    )
    found = shop.query(text, {"id": order.gid})["data"]["order"]
    assert found == {"transactions": [{"id": order.transactions[0].gid}], "refunds": []}


def test_what_was_deleted_is_null_where_orders_name_it():
    store = Store.generate(20, 40, seed=8, now=NOW)
    shop = Direct(shopify_app(store, Switches(maximum_available=1e9, max_query_cost=10**9)))
    order = next(row for row in store.orders.values() if row.customer)
    store.delete_customer(f"gid://shopify/Customer/{order.customer}")
    store.delete_product(f"gid://shopify/Product/{order.lines[0].product}")
    text = (
        "query ($id: ID!) { order(id: $id) { email customer { id } "
        "lineItems(first: 1) { nodes { title product { id } variant { id } image { url } } } } }"
    )
    found = shop.query(text, {"id": order.gid})["data"]["order"]
    assert found["customer"] is None
    assert found["email"] == order.email
    line = found["lineItems"]["nodes"][0]
    assert (line["product"], line["variant"], line["image"]) == (None, None, None)
    assert line["title"] == order.lines[0].title
