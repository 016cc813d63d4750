"""What changed since the last run: by events, and read again by id."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.incremental import Feed
from tap_stripe_tajo import STRIPE


def by_id(account, root):
    return [e for e in account.platform_requests if e.root == root and e.path.count("/") > 2]


def test_what_events_name_is_read_again_in_the_pinned_version(open_account, read):
    account = open_account(9, 4)
    first = read(account)
    changed = account.store.change_customers(2)

    second = read(account, first.state)

    wanted = {f"cus_{account.store.customer(gid).number}" for gid in changed}
    assert set(second.ids("customers")) == wanted
    told = {row["id"]: row for row in second.rows["customers"]}
    assert all(told[one]["metadata"].get("stale") is None for one in wanted)
    assert len(by_id(account, "customers")) == 2
    assert {e.version for e in by_id(account, "customers")} == {"2026-10-28.endive"}
    stale = [row for row in second.rows["events"] if row["type"] == "customer.updated"]
    assert {row["data"]["object"]["metadata"]["stale"] for row in stale} == {"yes"}


def test_an_absence_longer_than_the_events_reach_reads_everything_aloud(
    open_account, read, back, caplog
):
    account = open_account(6, 4)
    first = read(account)
    lists = listed(account)

    again = read(account, back(first.state, days=29.1))

    for stream in lists:
        assert f"{stream}: events tell of the last 29 days only" in caplog.text
        assert sorted(again.ids(stream)) == sorted(first.ids(stream)), stream
    assert listed(account) == {stream: count + 1 for stream, count in lists.items()}

    caplog.clear()
    third = read(account, again.state)
    assert "events tell of" not in caplog.text
    assert third.rows["customers"] == []
    assert listed(account) == {stream: count + 1 for stream, count in lists.items()}


def test_what_was_deleted_in_an_absence_longer_than_the_events_reach_is_told_by_nobody(
    open_account, read, back, caplog
):
    account = open_account(6, 4)
    first = read(account)
    account.store.delete_customer(next(iter(account.store.customers.values())).gid)

    again = read(account, back(first.state, days=29.1), only=["customers"])

    assert "what was deleted meanwhile is not told" in caplog.text
    assert again.gone["customers"] == []
    assert len(again.rows["customers"]) == len(first.rows["customers"]) - 1


def test_an_absence_within_the_events_reach_is_read_by_events(open_account, read, back, caplog):
    account = open_account(6, 4)
    first = read(account)
    lists = listed(account)
    changed = account.store.change_customers(1)
    gone = list(account.store.customers.values())[-1]
    account.store.delete_customer(gone.gid)

    again = read(account, back(first.state, days=28.9))

    assert "events tell of" not in caplog.text
    assert f"cus_{account.store.customer(changed[0]).number}" in again.ids("customers")
    assert [row["id"] for row in again.gone["customers"]] == [f"cus_{gone.number}"]
    assert listed(account) == lists


def listed(account):
    """How often each stream that is told of by events was listed."""
    paths = {row.path: row.name for row in STRIPE.streams if isinstance(row.incremental, Feed)}
    asked = Counter(paths.get(entry.path) for entry in account.platform_requests)
    return {name: asked[name] for name in paths.values()}


@pytest.mark.parametrize("late", [1, 9])
def test_an_event_that_is_listed_late_is_read_by_the_next_run(open_account, read, late):
    """It bears a time before the bookmark: without the overlap nobody would ask for it again."""
    account = open_account(6, 4)
    first = read(account)
    account.store.clock = lambda: datetime.now(UTC) - timedelta(minutes=late)
    changed = account.store.change_customers(1)
    account.store.clock = lambda: datetime.now(UTC)

    second = read(account, first.state)

    assert second.ids("customers") == [f"cus_{account.store.customer(changed[0]).number}"]


def test_an_event_within_the_overlap_is_read_again(open_account, read):
    account = open_account(6, 4)
    account.store.change_customers(1)
    first = read(account)

    assert len(read(account, first.state).ids("customers")) == 1


def test_what_was_deleted_is_told(open_account, read, caplog):
    account = open_account(6, 4)
    first = read(account)
    gone = next(iter(account.store.customers.values()))
    account.store.delete_customer(gone.gid)

    second = read(account, first.state)

    assert [row["id"] for row in second.gone["customers"]] == [f"cus_{gone.number}"]
    assert "customers: email" not in caplog.text


def test_a_stream_without_permission_is_left_out_aloud(open_account, read, caplog):
    account = open_account(6, 4, closed={"charges"})

    reading = read(account)

    assert reading.error is None
    assert reading.rows["charges"] == []
    assert reading.rows["customers"]
    assert "charges: the platform denies access to it (HTTP 403, it needs Charges: read" in (
        caplog.text
    )


def test_without_the_permission_for_events_changes_wait_and_are_not_lost(open_account, read):
    account = open_account(6, 4)
    first = read(account)
    account.store.change_customers(1)
    account.platform_switches.closed = {"events"}

    second = read(account, first.state)
    account.platform_switches.closed = set()
    third = read(account, second.states[-1] if second.states else first.state)

    assert second.rows["customers"] == []
    assert len(third.rows["customers"]) == 1


def test_a_checkout_that_was_left_is_told_when_it_expires(open_account, read, back):
    account = open_account(6, 4)
    first = read(account)
    account.store.abandon_checkout()
    waiting = read(account, first.state)
    account.store.clock = lambda: datetime.now(UTC) - timedelta(hours=3)
    account.store.abandon_checkout()
    account.store.clock = lambda: datetime.now(UTC)
    lists = listed(account)

    second = read(account, back(waiting.state, days=0.2))

    assert waiting.rows["checkout_sessions"] == []
    assert [one["status"] for one in second.rows["checkout_sessions"]] == ["expired"]
    assert second.rows["checkout_sessions"][0]["after_expiration"]["recovery"]["url"]
    assert listed(account) == lists  # by its event


@pytest.mark.parametrize("skip", [0, 1])
def test_an_answer_of_nothing_ends_no_list(open_account, read, skip):
    account = open_account(350, 2)
    account.platform_switches.fail("empty", on="customers", skip=skip)

    reading = read(account, only=["customers"])

    assert reading.error is not None
    assert "nothing in it" in str(reading.error)
    assert not [one for one in reading.states if one["bookmarks"]["customers"]]
    assert len(read(account, only=["customers"]).ids("customers")) == 350


def test_an_answer_of_nothing_is_no_deletion(open_account, read):
    account = open_account(6, 2)
    first = read(account, only=["customers"])
    account.store.change_customers(1)
    account.platform_switches.fail("empty", on="customers")

    second = read(account, first.state, only=["customers"])

    assert second.gone["customers"] == []
    assert "nothing in it" in str(second.error)
    assert len(read(account, first.state, only=["customers"]).ids("customers")) == 1


def test_a_page_of_a_proxy_is_no_deletion(open_account, read):
    account = open_account(6, 2)
    first = read(account, only=["customers"])
    account.store.change_customers(1)
    account.platform_switches.fail("html", on="customers", status=404)

    second = read(account, first.state, only=["customers"])

    assert second.gone["customers"] == []
    assert "HTTP 404" in str(second.error)


def test_a_bookmark_ahead_of_the_platforms_time_reads_everything_aloud(
    open_account, read, back, caplog
):
    account = open_account(6, 2)
    first = read(account, only=["customers"])

    again = read(account, back(first.state, days=-2), only=["customers"])

    assert again.error is None
    assert sorted(again.ids("customers")) == sorted(first.ids("customers"))
    known = again.state["bookmarks"]["customers"]["replication_key_value"]
    assert datetime.fromisoformat(known) < datetime.now(UTC) + timedelta(minutes=1)
    said = [one.getMessage() for one in caplog.records]
    assert [line for line in said if "after the platform's own time" in line]
    assert read(account, again.state, only=["customers"]).ids("customers") == []


def test_live_data_are_read_whole_after_a_trial_in_test_mode(open_account, read, caplog):
    account = open_account(6, 2)
    account.platform_switches.keys.add("rk_live_sandbox")
    first = read(account, only=["customers"])

    live = read(account, first.state, only=["customers"], api_key="rk_live_sandbox")
    later = read(account, live.state, only=["customers"], api_key="rk_live_sandbox")

    assert sorted(live.ids("customers")) == sorted(first.ids("customers"))
    assert [one for one in caplog.records if "another store's" in one.getMessage()]
    assert later.ids("customers") == []


def test_a_key_that_may_not_read_the_account_is_told_so(open_account, read):
    account = open_account(2, 2, closed={"account"})

    error = read(account).error

    assert isinstance(error, ConfigurationError)
    assert "the key may not read the account" in str(error)
    assert "Developers > API keys" in str(error)
