"""Runs after the first: what changed and no more, rows that move, counts that do not agree."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from tajo_connector_sdk.errors import Incomplete
from tajo_connector_sdk.incremental import read_time
from tajo_sandbox.bigcommerce.numbers import order_id, small


def test_a_second_run_asks_for_what_changed_and_no_more(open_shop, read, asked):
    shop = open_shop()
    first = read(shop)
    known = first.state["bookmarks"]["orders"]["replication_key_value"]
    before = len(shop.platform_requests)

    again = read(shop, first.state)

    assert again.error is None
    assert {stream: rows for stream, rows in again.rows.items() if rows} == {}
    low = read_time(known) - timedelta(minutes=5)
    assert parsedate_to_datetime(asked(shop, "orders")[-1]["min_date_modified"]) == low
    assert read_time(asked(shop, "products")[-1]["date_modified:min"]) == low
    assert len(shop.platform_requests) - before == 10


def test_changes_are_read_each_by_its_stream(open_shop, read):
    shop = open_shop()
    first = read(shop)
    placed = shop.store.place_orders(2)
    shop.store.change_customers(2)
    refunded = shop.store.refund(placed[0])

    rows = read(shop, first.state).rows

    wanted = {order_id(shop.store.order(gid)) for gid in placed}
    assert {row["id"] for row in rows["orders"]} == wanted
    assert rows["customers"]
    assert [row["consents"] for row in rows["subscribers"]] == [[]]
    assert refunded
    assert len(rows["refunds"]) == 1
    assert sum(len(row.get("refunds", [])) for row in rows["orders"]) == 1
    bought = {
        small("variant", line.variant) for gid in placed for line in shop.store.order(gid).lines
    }
    assert bought <= {row["id"] for row in rows["variants"]}


def test_orders_that_change_while_they_are_read_are_missed_by_nobody(open_shop, read, in_pages):
    shop = open_shop(orders=40)
    store = shop.store
    moved = []

    def move(entry):
        """Let the oldest order of the first page change before the next one is asked for."""
        if entry.root == "orders" and len(moved) < 3:
            row = sorted(store.orders.values(), key=lambda each: each.updated_at)[len(moved)]
            moved.append(order_id(row))
            store.touch(row)

    first = read(shop, connector=in_pages(5))
    assert first.error is None
    shop.platform_switches.on_request = move
    cut = read(shop, connector=in_pages(5))
    shop.platform_switches.on_request = None
    later = read(shop, cut.state, connector=in_pages(5))

    everybody = set(map(order_id, store.orders.values()))
    assert {*cut.ids("orders"), *later.ids("orders")} == everybody
    assert set(moved) <= {*cut.ids("orders"), *later.ids("orders")}
    assert len(cut.ids("orders")) == len(set(cut.ids("orders")))


def test_orders_of_one_second_on_the_edge_of_a_page_come_once(open_shop, read, in_pages):
    shop = open_shop(orders=30)
    for row in list(shop.store.orders.values())[5:20]:
        row.updated_at = "2026-10-01T10:00:00Z"

    ids = read(shop, connector=in_pages(5), only=["orders"]).ids("orders")

    assert sorted(ids) == sorted(map(order_id, shop.store.orders.values()))


def test_fewer_orders_than_are_counted_end_in_an_error(open_shop, read):
    shop = open_shop(orders=30, lost=2)

    reading = read(shop, only=["orders"])

    assert isinstance(reading.error, Incomplete)
    assert "orders: 2 rows fewer than the platform counts" in str(reading.error)
    assert not reading.states or "orders" not in reading.state["bookmarks"]


def test_rows_on_the_edge_of_the_window_are_the_next_runs(open_shop, read):
    """The upper bound is included: a row of that very second comes, and is not given out."""
    shop = open_shop(orders=5)
    row = next(iter(shop.store.orders.values()))
    soon = datetime.now(UTC) + timedelta(seconds=1)
    row.updated_at = soon.strftime("%Y-%m-%dT%H:%M:%SZ")

    def at_the_edge(entry):
        if entry.root == "orders" and "max_date_modified" in entry.params:
            high = parsedate_to_datetime(entry.params["max_date_modified"])
            row.updated_at = high.strftime("%Y-%m-%dT%H:%M:%SZ")

    shop.platform_switches.on_request = at_the_edge
    reading = read(shop, only=["orders"])

    assert reading.error is None
    assert order_id(row) not in reading.ids("orders")
    assert len(reading.ids("orders")) == 4
