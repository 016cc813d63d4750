"""What Magento does with pages, times and numbers, and how the tap reads it all the same."""

import dataclasses
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tajo_connector_sdk.errors import Incomplete
from tajo_sandbox.store import Store
from tap_magento_tajo import MAGENTO

TIE = "2026-11-01T12:00:00Z"


def in_pages(most):
    """Magento's table with pages of so many rows."""
    paging = dataclasses.replace(MAGENTO.transport.paging, most=most)
    transport = dataclasses.replace(MAGENTO.transport, paging=paging)
    return dataclasses.replace(MAGENTO, transport=transport)


def ids(rows, key="id"):
    return sorted(row[key] for row in rows)


def test_the_page_after_the_last_is_never_asked_for(open_shop, read, asked):
    """Customers and orders would give the last page once more, products an empty one."""
    shop = open_shop(20, 20)
    for row in (*shop.store.customers.values(), *shop.store.orders.values()):
        shop.store.touch(row)  # so lately that the walk goes by the number of the page

    reading = read(shop, connector=in_pages(10), only=["customers", "orders"])

    assert reading.error is None
    assert ids(reading.rows["customers"]) == list(range(1, 21))
    assert len(asked(shop, "customers")) == 2
    assert len(asked(shop, "orders")) == 2


def test_rows_of_one_second_are_neither_missed_nor_doubled(open_shop, read):
    shop = open_shop(30, 30)
    for shelf in (shop.store.customers, shop.store.orders):
        for row in shelf.values():
            row.updated_at = TIE

    reading = read(shop, connector=in_pages(5), only=["customers", "orders"])

    assert reading.error is None
    assert ids(reading.rows["customers"]) == list(range(1, 31))
    assert len(set(ids(reading.rows["orders"], "entity_id"))) == 30


def test_every_question_orders_by_time_and_then_by_id(open_shop, read, asked):
    shop = open_shop(3, 3)
    read(shop, only=["orders"])

    (entry,) = asked(shop, "orders")
    at = "searchCriteria[sortOrders]"
    assert [entry.params[f"{at}[{n}][field]"] for n in (0, 1)] == ["updated_at", "entity_id"]
    assert entry.params["searchCriteria[currentPage]"] == "1"


def test_rows_that_move_while_they_are_read_are_missed_by_nobody(open_shop, read):
    shop = open_shop(30, 0)
    moved = iter(list(shop.store.customers.values())[:6])

    def change(entry):
        if entry.root == "customers" and (row := next(moved, None)):
            shop.store.touch(row)

    shop.platform_switches.on_request = change
    first = read(shop, connector=in_pages(5), only=["customers"])
    shop.platform_switches.on_request = None
    second = read(shop, first.state, connector=in_pages(5), only=["customers"])

    assert (first.error, second.error) == (None, None)
    assert set(ids(first.rows["customers"] + second.rows["customers"])) == set(range(1, 31))


def test_times_are_utc_although_nothing_says_so(open_shop, read, asked):
    shop = open_shop(3, 3)
    first = read(shop, only=["orders"])
    read(shop, first.state, only=["orders"])

    order = first.rows["orders"][0]
    stored = {row.updated_at for row in shop.store.orders.values()}
    assert order["updated_at"] in stored
    assert {item["created_at"] for item in order["items"]} <= {
        row.created_at for row in shop.store.orders.values()
    }
    since = asked(shop, "orders")[-1].params["searchCriteria[filterGroups][0][filters][0][value]"]
    bookmark = first.state["bookmarks"]["orders"]["replication_key_value"]
    low = datetime.fromisoformat(bookmark) - timedelta(minutes=5)
    assert since == low.strftime("%Y-%m-%d %H:%M:%S")


def test_floats_are_read_as_the_decimals_that_the_shop_keeps(open_shop, read):
    shop = open_shop(10, 30, noisy=True)

    reading = read(shop, only=["orders", "products"])

    store = {f"{row.index:09}": row for row in shop.store.orders.values()}
    for row in reading.rows["orders"]:
        assert Decimal(row["base_grand_total"]) == Decimal(store[row["increment_id"]].total) / 100
        prices = [item["base_price"] for item in row["items"]]
        assert all(isinstance(price, str) and len(price.partition(".")[2]) <= 4 for price in prices)


def test_a_customer_who_is_subscribed_twice_makes_nobody_missing(open_shop, read, asked):
    shop = open_shop(120, 0, twice={7, 8, 50, 120})

    reading = read(shop, only=["customers"])

    assert reading.error is None
    assert ids(reading.rows["customers"]) == list(range(1, 121))
    assert {entry.status for entry in asked(shop, "customers")} == {200, 500}
    assert len(asked(shop, "customers")) < 120
    sizes = [
        int(entry.params["searchCriteria[pageSize]"])
        for entry in asked(shop, "customers")
        if entry.status == 200
    ]
    assert max(sizes[sizes.index(1) :]) >= 25  # whole again behind the row that spoils its page


def test_more_rows_a_page_than_the_shop_allows_are_not_asked_for(open_shop, read):
    shop = open_shop(120, 0, limits=True)

    reading = read(shop, only=["customers"])

    assert reading.error is None
    assert len(reading.rows["customers"]) == 120


@pytest.mark.parametrize("stream", ["customers", "products"])
def test_fewer_rows_than_the_shop_counts_end_in_an_error(open_shop, read, stream):
    """The last page comes again (customers) or an empty one (products): neither is a row."""
    shop = open_shop(30, 0, overcounts=7)

    reading = read(shop, connector=in_pages(5), only=[stream])

    assert isinstance(reading.error, Incomplete)
    assert "7 rows fewer than the platform counts" in str(reading.error)
    assert reading.states == []  # the bookmark stays


def test_a_configurable_item_counts_once(open_shop, read):
    shop = open_shop(10, 40)
    reading = read(shop, only=["orders"])

    doubled = [row for row in reading.rows["orders"]
               if any(item.get("parent_item_id") for item in row["items"])]  # fmt: skip
    assert doubled
    for row in reading.rows["orders"]:
        sold = [item for item in row["items"] if not item.get("parent_item_id")]
        total = sum(Decimal(item["qty_ordered"]) for item in sold)
        assert total == Decimal(row["total_qty_ordered"])


def test_an_address_alone_is_seen_when_all_are_compared_again(open_shop, read):
    shop = open_shop(12, 0)
    given = {"compare_customers_days": 7}
    first = read(shop, only=["customers"], **given)
    moved = next(row for row in shop.store.customers.values() if row.address)
    moved.address.city = "Elsewhere"  # Magento leaves updated_at as it was

    second = read(shop, first.state, only=["customers"], **given)
    state = second.state
    week_ago = (datetime.now(UTC) - timedelta(days=8)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert state["bookmarks"]["customers"]["again"] > week_ago
    state["bookmarks"]["customers"]["again"] = week_ago
    third = read(shop, state, only=["customers"], **given)
    fourth = read(shop, third.state, only=["customers"], **given)
    never = read(shop, state, only=["customers"], compare_customers_days=0)

    assert second.rows["customers"] == []
    assert len(third.rows["customers"]) == 12
    assert any(a["city"] == "Elsewhere" for row in third.rows["customers"]
               for a in row["addresses"])  # fmt: skip
    assert fourth.rows["customers"] == []
    assert never.rows["customers"] == []


@pytest.fixture
def carts(open_shop):
    now = datetime.now(UTC) - timedelta(hours=3)
    return open_shop(store=Store.generate(customers=8, orders=4, products=6, seed=3, now=now))


def test_a_cart_is_abandoned_when_it_is_active_and_was_left_alone(carts, read):
    store = carts.store
    store.clock = lambda: datetime.now(UTC) - timedelta(minutes=30)
    fresh, bought = store.abandon_checkout(), store.abandon_checkout()
    store.complete_checkout(bought)
    opened = {row.number for row in store.checkouts.values() if not row.completed_at}

    first = read(carts, only=["carts"])
    later = read(carts, first.state, only=["carts"], cart_idle_minutes=10)
    again = read(carts, later.state, only=["carts"], cart_idle_minutes=10)

    assert len(first.rows["carts"]) == len(opened) - 1
    (cart,) = later.rows["carts"]
    row = store.find(fresh)
    assert cart["is_active"] is True
    total = sum(Decimal(item["price"]) * Decimal(item["qty"]) for item in cart["items"])
    assert Decimal(cart["items_total"]) == total.quantize(Decimal("0.0001"))
    assert cart["updated_at"] == row.updated_at
    assert again.rows["carts"] == []


def test_a_refund_bears_the_address_of_its_order(open_shop, read, asked):
    shop = open_shop(20, 60)
    reading = read(shop, only=["creditmemos", "orders"])

    emails = {row["entity_id"]: row["customer_email"] for row in reading.rows["orders"]}
    assert reading.rows["creditmemos"]
    for row in reading.rows["creditmemos"]:
        (order,) = row["orders"]
        assert order["customer_email"] == emails[row["order_id"]]
        assert set(order) <= {"entity_id", "increment_id", "customer_id", "customer_email"}
    assert len(asked(shop, "orders")) <= 3
