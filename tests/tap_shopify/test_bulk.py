"""Bulk operations that fail, expire, lie or outlive a crash."""

from datetime import UTC, datetime, timedelta

import pytest

from tajo_connector_sdk.errors import ConfigurationError, ConnectorError, Incomplete, Unavailable


@pytest.fixture
def in_bulk(connector_with):
    """Shopify with everything of more than four rows in bulk."""
    return connector_with(page_limit=1)


def starts(shop):
    return sum(entry.root == "bulkOperationRunQuery" for entry in shop.platform_requests)


# A fault (a job takes up to two of them), how often an operation is started, words of the error.
ENDS = [
    ({"kind": "bulk_failed"}, 2, None),
    ({"kind": "bulk_failed", "times": 4}, 2, "failed (INTERNAL_SERVER_ERROR)"),
    ({"kind": "bulk_failed", "times": 4, "code": "TIMEOUT"}, 2, "failed (TIMEOUT)"),
    ({"kind": "bulk_failed", "code": "ACCESS_DENIED"}, 1, "denies access"),
    ({"kind": "bulk_canceled"}, 1, "was canceled"),
    ({"kind": "bulk_expired"}, 2, None),
    ({"kind": "bulk_expired", "times": 4}, 2, "operation expired"),
    ({"kind": "bulk_link_expired"}, 2, None),
    ({"kind": "bulk_link_expired", "times": 4}, 2, "address has expired"),
    ({"kind": "bulk_link_gone"}, 2, None),
    ({"kind": "bulk_link_html"}, 1, "not JSON"),
    ({"kind": "bulk_link_redirect", "address": "http://169.254.169.254/"}, 1, "HTTP 30"),
    ({"kind": "bulk_link_elsewhere", "address": "http://127.0.0.1:9/x"}, 1, "only https"),
    ({"kind": "bulk_link_elsewhere", "address": "https://localhost:9/x"}, 1, ""),
    ({"kind": "bulk_link_elsewhere", "address": "ftp://files.example/x"}, 1, "only https"),
    ({"kind": "bulk_fewer_lines", "lines": 3}, 1, "the platform counted"),
]


@pytest.mark.parametrize("stream", ["customers", "orders"])
@pytest.mark.parametrize(("fault", "started", "words"), ENDS)
def test_what_a_broken_operation_ends_in(
    open_shop, read, in_bulk, gids, stream, fault, started, words
):
    shop = open_shop(customers=30, orders=40)
    shop.platform_switches.fail(on=stream, **fault)

    got = read(shop, connector=in_bulk, only=(stream,))

    assert starts(shop) == started
    if words is None:
        assert got.error is None
        assert sorted(got.ids(stream)) == gids(shop.store, stream)
        return
    assert isinstance(got.error, ConnectorError)
    assert words in str(got.error)
    assert "replication_key_value" not in got.state["bookmarks"][stream]
    if not isinstance(got.error, Unavailable):
        assert "bulk" not in got.state["bookmarks"][stream]  # the next run starts anew


def test_partial_data_is_never_loaded(open_shop, read, in_bulk):
    shop = open_shop(customers=30, orders=0)
    shop.platform_switches.fail("bulk_failed", on="customers", times=4, partial=True)

    got = read(shop, connector=in_bulk, only=("customers",))

    assert got.rows["customers"] == []
    assert not [entry for entry in shop.platform_requests if entry.what == "bulk"]


@pytest.mark.parametrize("stream", ["customers", "orders", "products"])
def test_lines_that_stand_twice_come_once(open_shop, read, in_bulk, gids, stream):
    shop = open_shop(customers=40, orders=60)
    shop.platform_switches.fail("bulk_duplicate_lines", on=stream, lines=25)

    got = read(shop, connector=in_bulk, only=(stream,))

    assert got.error is None
    assert sorted(got.ids(stream)) == gids(shop.store, stream)
    for row in got.rows["orders"]:
        ids = [line["id"] for line in row["lineItems"]]
        assert len(ids) == len(set(ids))


def test_a_missing_line_is_not_hidden_by_one_that_stands_twice(open_shop, read, in_bulk):
    shop = open_shop(customers=40, orders=0)
    shop.platform_switches.fail("bulk_duplicate_lines", on="customers", lines=5)
    shop.platform_switches.fail("bulk_fewer_lines", on="customers", lines=5)

    got = read(shop, connector=in_bulk, only=("customers",))

    assert isinstance(got.error, Incomplete)


@pytest.mark.parametrize("stream", ["customers", "orders"])
def test_a_file_that_breaks_off_is_read_again(open_shop, read, in_bulk, gids, stream):
    shop = open_shop(customers=400, orders=400)
    shop.platform_switches.fail("broken", on="bulk")

    got = read(shop, connector=in_bulk, only=(stream,))

    assert got.error is None
    assert sorted(got.ids(stream)) == gids(shop.store, stream)
    assert starts(shop) == 1


def test_no_room_is_waited_for(open_shop, read, in_bulk, gids):
    shop = open_shop(customers=30, orders=40, bulk_limit=1)

    got = read(shop, connector=in_bulk)

    assert got.error is None
    assert sorted(got.ids("orders")) == gids(shop.store, "orders")


def test_an_operation_is_taken_up_after_a_crash(open_shop, read, in_bulk, gids):
    shop = open_shop(customers=30, orders=40)
    shop.platform_switches.fail("status", status=503, on="bulk", times=50)
    cut = read(shop, connector=in_bulk, only=("customers",))
    kept = cut.state["bookmarks"]["customers"]["bulk"]
    kept["to"] = (
        datetime.now(UTC) - timedelta(hours=1)
    ).isoformat()  # as if the crash had been a while ago
    shop.platform_switches.faults.clear()
    late = shop.store.add_customers(2)

    rest = read(shop, cut.state, connector=in_bulk, only=("customers",))

    assert isinstance(cut.error, Unavailable)
    assert set(kept) == {"id", "from", "to", "query"}
    assert starts(shop) == 1
    # the operation's rows, and in a second window what came after it was started
    assert sorted(rest.ids("customers")) == gids(shop.store, "customers")
    assert set(late) <= set(rest.ids("customers"))
    assert "bulk" not in rest.state["bookmarks"]["customers"]


def test_an_operation_of_another_question_is_not_taken_up(open_shop, read, in_bulk, gids):
    shop = open_shop(customers=30, orders=0)
    shop.platform_switches.fail("status", status=503, on="bulk", times=50)
    cut = read(shop, connector=in_bulk, only={"customers": {"firstName"}})
    shop.platform_switches.faults.clear()

    rest = read(shop, cut.state, connector=in_bulk, only=("customers",))

    assert starts(shop) == 2
    assert sorted(rest.ids("customers")) == gids(shop.store, "customers")
    assert "defaultEmailAddress" in rest.rows["customers"][0]


def test_an_operation_that_the_platform_forgot_is_started_anew(open_shop, read, in_bulk, gids):
    shop = open_shop(customers=30, orders=0)
    shop.platform_switches.fail("status", status=503, on="bulk", times=50)
    cut = read(shop, connector=in_bulk, only=("customers",))
    shop.platform_switches.faults.clear()
    cut.state["bookmarks"]["customers"]["bulk"]["id"] = "gid://shopify/BulkOperation/1"

    rest = read(shop, cut.state, connector=in_bulk, only=("customers",))

    assert rest.error is None
    assert starts(shop) == 2
    assert sorted(rest.ids("customers")) == gids(shop.store, "customers")


def test_customers_of_today_are_in_a_bulk_file(open_shop, read, in_bulk, gids):
    shop = open_shop(customers=30, orders=0)
    shop.store.change_customers(10)

    got = read(shop, connector=in_bulk, only=("customers",))

    assert sorted(got.ids("customers")) == gids(shop.store, "customers")


def test_a_denied_operation_is_a_matter_of_settings(open_shop, read, in_bulk):
    shop = open_shop(customers=30, orders=0)
    shop.platform_switches.fail("bulk_failed", on="customers", code="ACCESS_DENIED")

    got = read(shop, connector=in_bulk, only=("customers",))

    assert isinstance(got.error, ConfigurationError)


def test_a_bulk_file_that_holds_the_whole_day_is_cut_to_the_time(open_shop, read, in_bulk):
    shop = open_shop(customers=30, orders=0)
    rows = list(shop.store.customers.values())
    for hour, row in enumerate(rows[:20]):
        row.updated_at = f"2026-05-05T{hour:02}:00:00Z"
    shop.store.moved("Customer")
    start = "2026-05-05T12:00:00Z"

    got = read(shop, connector=in_bulk, only=("customers",), start_date=start)

    wanted = [row.gid for row in rows if row.updated_at >= start]
    assert starts(shop) == 1
    assert sorted(got.ids("customers")) == sorted(wanted)
