"""What changed since the last run: by events, and read again by id."""

from datetime import UTC, datetime, timedelta


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

    again = read(account, back(first.state, days=40))

    assert sorted(again.ids("customers")) == sorted(first.ids("customers"))
    assert "customers: events tell of the last 29 days only" in caplog.text


def test_an_event_within_the_overlap_is_read_again(open_account, read):
    account = open_account(6, 4)
    account.store.change_customers(1)
    first = read(account)

    assert len(read(account, first.state).ids("customers")) == 1


def test_what_was_deleted_is_told(open_account, read):
    account = open_account(6, 4)
    first = read(account)
    gone = next(iter(account.store.customers.values()))
    account.store.delete_customer(gone.gid)

    second = read(account, first.state)

    assert [row["id"] for row in second.gone["customers"]] == [f"cus_{gone.number}"]


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


def test_a_checkout_that_was_left_is_told_when_it_expires(open_account, read):
    account = open_account(6, 4)
    first = read(account)
    account.store.abandon_checkout()

    second = read(account, first.state)
    account.store.clock = lambda: datetime.now(UTC) + timedelta(hours=2)
    account.store.touch(next(iter(account.store.customers.values())))

    assert second.rows["checkout_sessions"] == []
    left = [one for one in read(account).rows["checkout_sessions"] if one["status"] == "expired"]
    assert all(one["after_expiration"]["recovery"]["url"] for one in left)
    assert left
