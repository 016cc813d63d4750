"""Shapes of the pinned version, and lists that are whole."""

from tajo_sandbox.stripe.book import LISTS


def test_every_request_pins_the_version(open_account, read):
    account = open_account(6, 4)
    reading = read(account)

    assert {entry.version for entry in account.platform_requests} == {"2026-10-28.endive"}
    assert all(row["parent"]["subscription_details"] for row in reading.rows["invoices"])


def test_subscriptions_of_all_statuses_are_read_with_periods_on_items(open_account, read):
    account = open_account(24, 4)
    rows = read(account).rows["subscriptions"]

    assert {row["status"] for row in rows} >= {"active", "trialing", "past_due", "canceled"}
    periods = [item["current_period_end"] for row in rows for item in row["items"]]
    assert periods
    assert all(one.endswith("Z") for one in periods)
    assert not any("current_period_end" in row for row in rows)


def test_lists_inside_rows_are_whole(open_account, read):
    reading = read(open_account(24, 8, inner=1))

    assert max(len(row["items"]) for row in reading.rows["subscriptions"]) == 12
    assert max(len(row["lines"]) for row in reading.rows["invoices"]) == 12
    many = next(row for row in reading.rows["subscriptions"] if len(row["items"]) == 12)
    full = sum((100 + n) * item["quantity"] for n, item in enumerate(many["items"]))
    assert many["mrr"] in {full, 0}


def test_as_many_rows_are_read_as_the_account_holds(open_account, read):
    account = open_account(24, 130)
    reading = read(account)

    held = account.store
    names = {name.replace("/", "_"): name for name in LISTS}
    assert set(reading.rows) - {"events"} <= set(names)
    assert len(reading.rows["customers"]) == len(held.customers)
    assert len(reading.rows["charges"]) == len(held.orders) + len(reading.rows["invoices"])
    assert len(set(reading.ids("charges"))) == len(reading.rows["charges"])
