"""The report: windows, what lags, what comes late, what stands twice."""

from datetime import UTC, datetime, timedelta

import pytest

from tajo_connector_sdk.incremental import read_time

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TRANSACTIONS = ["transactions"]


def windows(requests):
    return [(read_time(one.params["start_date"]), read_time(one.params["end_date"]))
            for one in requests]  # fmt: skip


def bookmark(reading):
    return read_time(reading.state["bookmarks"]["transactions"]["replication_key_value"])


def keys(reading):
    return {(row["account_number"], row["transaction_id"], row["transaction_event_code"],
             row["transaction_initiation_date"])
            for row in reading.rows["transactions"]}  # fmt: skip


def older(reading, days):
    """A state as a run so many days ago would have left it."""
    state = reading.state
    at = (datetime.now(UTC) - days * DAY).isoformat()
    state["bookmarks"]["transactions"] |= {"replication_key_value": at, "again": at}
    return state


def paid(store, number=-1):
    return list(store.orders.values())[number].transactions[-1]


def paypal_id(move):
    return f"7X{move.number:015X}"


def test_the_whole_history_is_read_in_windows_of_a_month_at_most(open_account, read, asked):
    account = open_account()

    reading = read(account, only=TRANSACTIONS)

    spans = windows(asked(account, "transactions"))
    assert reading.error is None
    assert max(high - low for low, high in spans) <= 31 * DAY
    assert [low for low, _ in spans[1:]] == [high for _, high in spans[:-1]]
    assert datetime.now(UTC) - spans[0][0] > 3 * 365 * DAY - 3 * DAY
    queries = [one.params for one in asked(account, "transactions")]
    assert {one["balance_affecting_records_only"] for one in queries} == {"N"}
    assert {one["fields"] for one in queries} == {"all"}


def test_a_window_with_too_many_rows_is_halved_until_it_fits(open_account, read, asked):
    account = open_account(orders=60)
    whole = read(account, only=TRANSACTIONS)
    account.platform_switches.largest = 3
    before = len(asked(account, "transactions"))

    reading = read(account, only=TRANSACTIONS)

    assert reading.error is None
    assert keys(reading) == keys(whole)
    again = asked(account, "transactions")[before:]
    refused = [one for one in again if one.outcome == "RESULTSET_TOO_LARGE"]
    assert refused
    assert len(refused) < len(again) / 2


def test_a_minute_with_too_many_rows_stops_the_run_instead_of_losing_them(
    open_account, read, asked
):
    account = open_account()
    account.platform_switches.largest = 0

    reading = read(account, only=TRANSACTIONS, start_date="2026-11-01T00:00:00Z")

    low, high = windows(asked(account, "transactions"))[-1]
    assert "too large" in str(reading.error)
    assert timedelta(minutes=1) <= high - low < timedelta(minutes=2)


def test_records_that_move_no_money_are_read_and_an_id_may_stand_twice(open_account, read):
    account = open_account()

    rows = read(account, only=TRANSACTIONS).rows["transactions"]

    ids = [row["transaction_id"] for row in rows]
    assert len(ids) > len(set(ids))
    assert {"T0006", "T9900", "T1107"} <= {row["transaction_event_code"] for row in rows}
    assert {row["account_number"] for row in rows} == {"XZXSPECPDZHZU"}
    assert all(row["transaction_initiation_date"].endswith("Z") for row in rows)


def test_the_bookmark_stays_behind_the_last_refresh_of_the_report(open_account, read):
    account = open_account(lag_seconds=3 * 3600)
    account.store.place_orders(1)

    first = read(account, only=TRANSACTIONS)
    account.platform_switches.lag_seconds = 0
    second = read(account, first.state, only=TRANSACTIONS)

    assert datetime.now(UTC) - bookmark(first) >= 3 * HOUR
    new = keys(second) - keys(first)
    assert paypal_id(paid(account.store)) in {key[1] for key in new}


def test_a_transaction_that_shows_late_is_read_by_the_next_runs(open_account, read):
    account = open_account()
    account.store.place_orders(1)
    paid(account.store).created_at = f"{datetime.now(UTC) - 2 * DAY:%Y-%m-%dT%H:%M:%SZ}"
    late = paypal_id(paid(account.store))
    account.platform_switches.held.add(late)

    first = read(account, only=TRANSACTIONS)
    account.platform_switches.held.clear()
    second = read(account, first.state, only=TRANSACTIONS)

    assert late not in {key[1] for key in keys(first)}
    assert late in {key[1] for key in keys(second)}


def test_a_payment_that_completes_later_is_read_again_although_its_window_is_over(
    open_account, read
):
    account = open_account()
    account.store.place_orders(1)
    move = paid(account.store)
    move.status = "PENDING"
    first = read(account, only=TRANSACTIONS)

    move.status = "SUCCESS"
    second = read(account, first.state, only=TRANSACTIONS)

    def status(reading):
        found = [row for row in reading.rows["transactions"]
                 if row["transaction_id"] == paypal_id(move)]  # fmt: skip
        return found[0]["transaction_info"]["transaction_status"]

    assert (status(first), status(second)) == ("P", "S")


@pytest.mark.parametrize(("days", "back"), [(1, 3), (8, 31)])
def test_three_days_are_read_again_each_run_and_a_month_each_week(
    open_account, read, asked, days, back
):
    account = open_account()
    first = read(account, only=TRANSACTIONS)
    state = older(first, days)
    known = read_time(state["bookmarks"]["transactions"]["replication_key_value"])
    before = len(asked(account, "transactions"))

    again = read(account, state, only=TRANSACTIONS)

    spans = windows(asked(account, "transactions")[before:])
    assert again.error is None
    assert abs(spans[0][0] - (known - back * DAY)) <= timedelta(seconds=1)
    marks = [read_time(each["bookmarks"]["transactions"]["replication_key_value"])
             for each in again.states]  # fmt: skip
    assert marks == sorted(marks)
    assert marks[0] >= known


def test_a_beginning_that_the_report_does_not_reach_yet_is_waited_for(open_account, read):
    account = open_account(lag_seconds=6 * 3600)
    start = (datetime.now(UTC) - HOUR).isoformat()

    reading = read(account, only=TRANSACTIONS, start_date=start)

    assert reading.error is None
    assert reading.rows["transactions"] == []
    assert "replication_key_value" not in str(reading.states)


def test_fewer_rows_than_the_report_counts_end_in_an_error(open_account, read):
    account = open_account()
    account.platform_switches.lost = 1

    reading = read(account, only=TRANSACTIONS)

    assert "fewer than the platform counts" in str(reading.error)


def test_the_token_is_asked_for_once_and_again_when_it_dies(open_account, read, asked):
    account = open_account()
    read(account)
    assert len(asked(account, "oauth")) == 1

    def kill(entry):
        if entry.root == "plans" and len(asked(account, "oauth")) == 2:
            account.platform_switches.issued.clear()

    account.platform_switches.on_request = kill
    again = read(account)

    assert again.error is None
    assert len(asked(account, "oauth")) == 3
