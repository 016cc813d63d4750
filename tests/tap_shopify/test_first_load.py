"""The first load: every row of every stream once, by pages and in bulk, with all that is in it."""

import dataclasses

import pytest

from tap_shopify_tajo import SHOPIFY

STREAMS = tuple(row.name for row in SHOPIFY.streams)
AT_ONCE = 5  # bulk operations of one app and shop


def in_order(value):
    """A record with its lists in an order of their own: a bulk file has none."""
    if isinstance(value, dict):
        return {name: in_order(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return sorted((in_order(inner) for inner in value), key=str)
    return value


@pytest.mark.parametrize("way", ["pages", "bulk"])
def test_every_row_comes_once(open_shop, read, gids, by_pages, connector_with, way):
    shop = open_shop(customers=150, orders=230)
    connector = by_pages if way == "pages" else connector_with(page_limit=1)

    got = read(shop, connector=connector)

    assert got.error is None
    assert {name: sorted(got.ids(name)) for name in STREAMS} == {
        name: gids(shop.store, name) for name in STREAMS
    }
    started = [entry for entry in shop.platform_requests if entry.root == "bulkOperationRunQuery"]
    assert len(started) == (0 if way == "pages" else len(STREAMS))


def test_bulk_and_pages_give_the_same_records(open_shop, read, by_pages, connector_with):
    shop = open_shop(customers=60, orders=90)

    pages = read(shop, connector=by_pages)
    bulk = read(shop, connector=connector_with(page_limit=1))

    for name in STREAMS:
        key = {row["id"]: in_order(row) for row in pages.rows[name]}
        assert {row["id"]: in_order(row) for row in bulk.rows[name]} == key


def test_a_small_shop_needs_no_bulk_operation(open_shop, read, asked):
    shop = open_shop(customers=20, orders=10)

    read(shop, only=("customers", "products"))

    assert asked(shop, "bulkOperationRunQuery") == []
    assert len(asked(shop, "customers")) == 1


def test_bulk_operations_are_started_together(open_shop, read, connector_with):
    shop = open_shop(customers=30, orders=40, bulk_seconds=0.2)

    read(shop, connector=connector_with(page_limit=1), session=None)

    roots = [entry.root for entry in shop.platform_requests]
    starts = [at for at, root in enumerate(roots) if root == "bulkOperationRunQuery"]
    assert roots.index("bulkOperation") > starts[:AT_ONCE][-1]


def test_no_token_follows_the_address_of_a_bulk_file(open_shop, read, connector_with):
    shop = open_shop(customers=30, orders=40)

    read(shop, connector=connector_with(page_limit=1))

    assert shop.platform_switches.offences == []


@pytest.mark.parametrize("way", ["pages", "bulk"])
def test_an_order_of_300_lines_is_whole(open_shop, read, by_pages, connector_with, way):
    shop = open_shop(customers=10, orders=12)
    long = next(iter(shop.store.orders.values()))
    line = long.lines[0]
    long.lines = [dataclasses.replace(line, number=line.number + at) for at in range(300)]
    connector = by_pages if way == "pages" else connector_with(page_limit=1)

    got = read(shop, connector=connector, only=("orders",))

    lines = {row["id"]: row["lineItems"] for row in got.rows["orders"]}
    assert len({line["id"] for line in lines[long.gid]}) == 300
    assert all(len(lines[row.gid]) == len(row.lines) for row in shop.store.orders.values())


def test_money_stays_text_and_the_store_stands_in_every_record(open_shop, read):
    shop = open_shop(customers=10, orders=10)

    got = read(shop)

    for row in got.rows["orders"]:
        assert isinstance(row["totalPriceSet"]["shopMoney"]["amount"], str)
        assert isinstance(row["legacyResourceId"], str)
    everywhere = [row for rows in got.rows.values() for row in rows]
    assert {row["_tajo_store"] for row in everywhere} == {"demo-store.myshopify.com"}


def test_customers_come_before_what_refers_to_them(open_shop, read):
    shop = open_shop(customers=10, orders=10)

    got = read(shop)

    assert list(got.schemas) == list(STREAMS)


def test_a_start_date_leaves_out_what_is_older(open_shop, read):
    shop = open_shop(customers=80, orders=80)
    times = sorted(row.updated_at for row in shop.store.orders.values())
    start = times[40]

    got = read(shop, start_date=start, only=("orders",))

    assert sorted(row["updatedAt"] for row in got.rows["orders"]) == times[times.index(start) :]


def test_an_empty_shop_gives_no_rows_and_moves_the_bookmark(open_shop, read, connector_with):
    shop = open_shop(customers=0, orders=0)

    got = read(shop, connector=connector_with(page_limit=1))

    assert got.error is None
    assert "replication_key_value" in got.state["bookmarks"]["customers"]


def test_a_bulk_operation_of_nothing_has_no_file(open_shop, read, connector_with, asked):
    shop = open_shop(customers=30, orders=0)

    def leave(entry):
        if entry.root == "bulkOperationRunQuery":
            shop.store.customers.clear()
            shop.store.moved("Customer")

    shop.platform_switches.on_request = leave
    got = read(shop, connector=connector_with(page_limit=1), only=("customers",))

    assert got.error is None
    assert got.rows["customers"] == []
    assert asked(shop, "bulkOperationRunQuery")
