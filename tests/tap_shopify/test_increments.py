"""Increments: what changed arrives, once, however the platform filters, sorts and shifts."""

from datetime import UTC, datetime, timedelta

import pytest

from tap_shopify_tajo import SHOPIFY

STREAMS = tuple(row.name for row in SHOPIFY.streams)
DELETIONS = [row for row in SHOPIFY.streams if row.deletions]


def ago(**span):
    return (datetime.now(UTC) - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_exactly_what_changed_arrives(open_shop, read):
    shop = open_shop(customers=100, orders=100)
    first = read(shop)
    changed = set(shop.store.change_customers(5))
    placed = set(shop.store.place_orders(3))
    abandoned = {shop.store.abandon_checkout(None)}

    got = read(shop, first.state)

    buyers = {row["customer"]["id"] for row in got.rows["orders"] if row["customer"] is not None}
    assert set(got.ids("customers")) == changed | buyers
    assert sorted(got.ids("orders")) == sorted(placed)
    assert got.ids("abandoned_checkouts") == list(abandoned)
    assert got.rows["collections"] == []


def test_a_run_without_changes_gives_no_rows(open_shop, read):
    shop = open_shop(customers=100, orders=100)
    first = read(shop)
    before = len(shop.platform_requests)

    got = read(shop, first.state)
    roots = [entry.root for entry in shop.platform_requests[before:]]

    assert got.rows == {}
    # identity, a page for each stream, and the deletions where the platform tells them
    assert len(roots) == 1 + len(STREAMS) + len(DELETIONS), roots


def test_rows_of_today_come_once_although_the_filter_matches_whole_days(open_shop, read):
    shop = open_shop(customers=40, orders=0)
    customers = list(shop.store.customers.values())
    for row in customers[:10]:
        row.updated_at = ago(hours=2)  # may fall on yesterday: then the filter is narrower
    shop.store.moved("Customer")
    state = {
        "bookmarks": {
            "customers": {"replication_key": "updatedAt", "replication_key_value": ago(hours=1)}
        }
    }
    late = customers[20]
    late.updated_at = ago(minutes=10)
    shop.store.moved("Customer")

    got = read(shop, state, only=("customers",))

    assert got.ids("customers") == [late.gid]


def test_what_changed_a_moment_before_the_bookmark_is_read_again(open_shop, read):
    shop = open_shop(customers=10, orders=20)
    row = next(iter(shop.store.orders.values()))
    row.updated_at = ago(minutes=3)
    shop.store.moved("Order")
    state = {
        "bookmarks": {
            "orders": {"replication_key": "updatedAt", "replication_key_value": ago(minutes=1)}
        }
    }

    got = read(shop, state, only=("orders",))

    assert got.ids("orders") == [row.gid]


@pytest.mark.parametrize("stream", ["customers", "orders", "abandoned_checkouts"])
def test_rows_with_the_same_time_come_once(open_shop, read, by_pages, gids, stream):
    shop = open_shop(customers=130, orders=250)
    shelves = {
        "customers": ("Customer", shop.store.customers),
        "orders": ("Order", shop.store.orders),
        "abandoned_checkouts": ("AbandonedCheckout", shop.store.checkouts),
    }
    kind, shelf = shelves[stream]
    for row in shelf.values():
        row.updated_at = "2026-05-05T05:05:05Z"
    shop.store.moved(kind)

    got = read(shop, connector=by_pages, only=(stream,))

    assert sorted(got.ids(stream)) == gids(shop.store, stream)


@pytest.mark.parametrize("stream", ["customers", "orders", "products"])
def test_rows_that_move_while_they_are_read_are_missed_by_nobody(
    open_shop, read, by_pages, gids, stream
):
    shop = open_shop(customers=120, orders=120)
    shelf = {
        "customers": shop.store.customers,
        "orders": shop.store.orders,
        "products": shop.store.products,
    }[stream]
    rows = sorted(shelf.values(), key=lambda row: row.updated_at)
    turn = iter(range(0, len(rows) - 20, 17))

    def shift(entry):
        if entry.root == stream and (at := next(turn, None)) is not None:
            for row in (rows[at], rows[at + 13]):
                shop.store.touch(row)

    shop.platform_switches.on_request = shift
    first = read(shop, connector=by_pages, only=(stream,))
    shop.platform_switches.on_request = None
    second = read(shop, first.state, connector=by_pages, only=(stream,))

    assert first.error is None
    ids = first.ids(stream)
    assert len(ids) == len(set(ids))
    newest = {row["id"]: row["updatedAt"] for row in first.rows[stream] + second.rows[stream]}
    assert newest == {row.gid: row.updated_at for row in shelf.values()}
    assert sorted(newest) == gids(shop.store, stream)


@pytest.mark.parametrize("stream", ["customers", "orders", "products", "abandoned_checkouts"])
def test_no_cursor_goes_deeper_than_the_platform_allows(
    open_shop, read, connector_with, gids, monkeypatch, stream
):
    monkeypatch.setattr("tajo_sandbox.shopify.paging.MAX_DEPTH", 40)
    shop = open_shop(customers=130, orders=700)
    connector = connector_with(bulk=None, page_limit=7, depth_limit=40)

    got = read(shop, connector=connector, only=(stream,))

    assert got.error is None
    assert sorted(got.ids(stream)) == gids(shop.store, stream)


@pytest.mark.parametrize("stream", ["customers", "orders"])
def test_more_rows_of_one_time_than_a_cursor_may_walk(
    open_shop, read, connector_with, gids, monkeypatch, stream
):
    monkeypatch.setattr("tajo_sandbox.shopify.paging.MAX_DEPTH", 40)
    shop = open_shop(customers=130, orders=130)
    kind, shelf = {
        "customers": ("Customer", shop.store.customers),
        "orders": ("Order", shop.store.orders),
    }[stream]
    for row in list(shelf.values())[10:110]:
        row.updated_at = "2026-05-05T05:05:05Z"
    shop.store.moved(kind)
    connector = connector_with(bulk=None, page_limit=7, depth_limit=40)

    got = read(shop, connector=connector, only=(stream,))

    assert got.error is None
    assert sorted(got.ids(stream)) == gids(shop.store, stream)


def test_a_deleted_product_comes_as_a_deletion(open_shop, read):
    shop = open_shop(customers=10, orders=10)
    first = read(shop, only=("products",))
    gone = first.ids("products")[3]
    shop.store.delete_product(gone)

    got = read(shop, first.state, only=("products",))

    assert [row["id"] for row in got.gone["products"]] == [gone]
    assert set(got.gone["products"][0]) == {"id", "_sdc_deleted_at", "_tajo_store"}
    assert all(row["_sdc_deleted_at"] is None for row in first.rows["products"])


def test_a_first_load_tells_what_was_deleted_within_the_year(open_shop, read, asked):
    shop = open_shop(customers=10, orders=10)
    gone = next(iter(shop.store.products.values())).gid
    shop.store.delete_product(gone)

    got = read(shop, only=("products",))

    deleted = [row["id"] for row in got.gone["products"]]
    assert gone in deleted
    assert len(deleted) == len(set(deleted))
    assert len(asked(shop, "events")) == 1, "one query"


def test_a_full_table_read_ignores_the_bookmark_and_leaves_it(open_shop, read, select, gids):
    shop = open_shop(customers=30, orders=5)
    first = read(shop, only=("customers",))
    from tap_shopify_tajo import TapShopify  # noqa: PLC0415 - only here

    catalog = select(TapShopify, ("customers",))
    for stream in catalog["streams"]:
        stream["replication_method"] = "FULL_TABLE"

    got = read(shop, first.state, catalog=catalog)

    assert sorted(got.ids("customers")) == gids(shop.store, "customers")
    assert got.state["bookmarks"]["customers"] == first.state["bookmarks"]["customers"]


def test_state_goes_out_while_a_long_window_is_read(open_shop, read, by_pages, monkeypatch):
    monkeypatch.setattr("tajo_connector_sdk.jobs.STATE_ROWS", 40)
    shop = open_shop(customers=200, orders=0)

    got = read(shop, connector=by_pages, only=("customers",))

    half = [state["bookmarks"]["customers"].get("reading") for state in got.states]
    assert [bool(kept) for kept in half] == [True] * 5 + [False]
    assert half[0]["rows"] <= half[1]["rows"]
    assert got.state["bookmarks"]["customers"]["replication_key"] == "updatedAt"


def test_a_run_that_was_cut_off_goes_on_where_it_was(open_shop, read, by_pages, gids, monkeypatch):
    monkeypatch.setattr("tajo_connector_sdk.jobs.STATE_ROWS", 40)
    shop = open_shop(customers=200, orders=0)
    shop.platform_switches.fail("status", status=404, on="customers", skip=6)

    cut = read(shop, connector=by_pages, only=("customers",))
    shop.store.add_customers(2)
    rest = read(shop, cut.state, connector=by_pages, only=("customers",))

    assert cut.error is not None
    assert "replication_key_value" not in cut.state["bookmarks"]["customers"]
    assert len(rest.rows["customers"]) < 150
    assert sorted({*cut.ids("customers"), *rest.ids("customers")}) == gids(shop.store, "customers")


def test_another_selection_does_not_go_on_with_a_half_read_window(
    open_shop, read, by_pages, gids, monkeypatch
):
    monkeypatch.setattr("tajo_connector_sdk.jobs.STATE_ROWS", 40)
    shop = open_shop(customers=200, orders=0)
    shop.platform_switches.fail("status", status=404, on="customers", skip=6)

    cut = read(shop, connector=by_pages, only={"customers": {"email"}})
    rest = read(shop, cut.state, connector=by_pages, only=("customers",))

    assert sorted(rest.ids("customers")) == gids(shop.store, "customers")
