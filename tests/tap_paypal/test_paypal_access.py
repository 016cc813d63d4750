"""Wrong keys, missing permissions, and streams beside the report."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from tajo_connector_sdk import command
from tajo_connector_sdk.errors import ConfigurationError
from tap_paypal_tajo import TapPaypal

PERMISSIONS = [
    ("reporting/search/read", {"transactions"}),
    ("disputes/read-seller", {"disputes"}),
    ("invoicing/invoices/read", {"invoices"}),
    ("subscriptions", {"subscriptions", "subscription_transactions", "plans", "products"}),
]


@pytest.mark.parametrize(("scope", "closed"), PERMISSIONS)
def test_a_missing_permission_closes_its_streams_and_tells_the_nine_hour_rule(
    open_account, read, caplog, scope, closed
):
    account = open_account()
    account.platform_switches.scopes.discard(scope)

    reading = read(account)

    assert reading.error is None
    assert not closed & set(reading.rows)
    assert set(reading.rows) | closed == set(reading.schemas)
    said = [one for one in caplog.messages if "the other streams go on" in one]
    assert {one.partition(":")[0].partition(" ")[0] for one in said} == closed
    assert sum("nine hours" in one for one in said) == 1  # once is enough


def test_a_trial_asks_the_report_for_days_in_which_something_happened(open_account, caplog):
    account = open_account()
    given = {"client_id": "sandbox-client", "client_secret": "sandbox-secret",
             "calls_per_minute": 600_000, "api_url": account.platform_url}  # fmt: skip

    with caplog.at_level(logging.INFO):
        assert command.trial(TapPaypal(config=given)) == 0

    assert "transactions: can be read" in caplog.messages  # no "(no rows yet)" behind it


def test_without_transaction_search_nobody_knows_the_account_and_the_rule_is_told(
    open_account, read
):
    account = open_account()
    account.platform_switches.scopes.discard("reporting/balances/read")

    error = read(account).error

    assert isinstance(error, ConfigurationError)
    assert "nine hours" in str(error)


def test_wrong_credentials_say_that_sandbox_and_live_differ(open_account, read):
    account = open_account()
    account.platform_switches.clients = {"other": "secret"}

    error = read(account).error

    assert error.exit_code == 2
    assert "invalid_client" in str(error)
    assert "sandbox and live" in str(error)


@pytest.mark.parametrize("host", ["paypal.com", "api-m.paypal.com.evil.example", "localhost"])
def test_only_paypals_own_hosts_are_asked(read, host):
    class Nowhere:
        platform_url = ""

    with pytest.raises(ConfigurationError, match="host"):
        read(Nowhere(), host=host)


def test_plans_come_whole_and_details_of_the_others_are_asked_for(open_account, read, asked):
    account = open_account()

    reading = read(account)

    assert len(asked(account, "plans")) == 1
    assert all(row["billing_cycles"] for row in reading.rows["plans"])
    assert all(row["billing_info"] for row in reading.rows["subscriptions"])
    assert all(row["type"] for row in reading.rows["products"])
    assert all(row["disputed_transactions"] for row in reading.rows["disputes"])
    assert len(asked(account, "product")) == len(reading.rows["products"])


def test_a_cancelled_subscription_and_a_new_payment_are_found(open_account, read):
    account = open_account()
    first = read(account, only=["subscriptions", "subscription_transactions"])
    ended = first.rows["subscriptions"][0]["id"]
    account.platform_switches.cancelled[ended] = account.store.now()

    second = read(account, first.state, only=["subscriptions", "subscription_transactions"])

    assert [row["id"] for row in second.rows["subscriptions"]] == [ended]
    assert second.rows["subscriptions"][0]["status"] == "CANCELLED"
    assert second.rows["subscription_transactions"] == []


# When a subscription was cancelled and when the last run was, in days before now; is it asked?
ENDED = [
    pytest.param(None, 0, True, id="not ended"),
    pytest.param(100, 0, True, id="its payments may still go back"),
    pytest.param(200, 0, False, id="over before the last run"),
    pytest.param(200, 25, True, id="over since the last run"),
]


@pytest.mark.parametrize(("cancelled", "last_run", "asks"), ENDED)
def test_payments_are_asked_for_until_nothing_can_change_any_more(
    open_account, read, asked, cancelled, last_run, asks
):
    only = ["subscription_transactions"]
    account = open_account()
    first = read(account, only=only)
    every = len(asked(account, "payments"))
    key = first.rows["subscription_transactions"][0]["subscription_id"]
    if cancelled is not None:
        account.platform_switches.cancelled[key] = days_ago(cancelled)
    scanned = first.state["bookmarks"]["subscription_transactions"]["scan"]
    scanned["at"] = days_ago(last_run)

    second = read(account, first.state, only=only)

    assert second.error is None
    assert every > 2
    assert len(asked(account, "payments")) - every == (every if asks else every - 1)

    before = len(asked(account, "payments"))
    read(account, only=only)  # a full refresh asks for all
    assert len(asked(account, "payments")) - before == every


def test_a_payment_that_is_skipped_is_not_told_as_anything(open_account, read):
    only = ["subscription_transactions"]
    account = open_account()
    first = read(account, only=only)
    key = first.rows["subscription_transactions"][0]["subscription_id"]
    account.platform_switches.cancelled[key] = days_ago(200)

    second = read(account, first.state, only=only)
    third = read(account, second.state, only=only)

    assert {row["subscription_id"] for row in second.rows[only[0]]}.isdisjoint({key})
    assert third.rows[only[0]] == []


def days_ago(days):
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_disputes_are_paged_by_the_link_in_the_answer(open_account, read, asked, small_disputes):
    account = open_account(orders=80)
    whole = read(account, only=["disputes"])

    reading = read(account, only=["disputes"], connector=small_disputes)

    assert reading.error is None
    assert len(asked(account, "disputes")) > 2
    assert {row["dispute_id"] for row in reading.rows["disputes"]} == {
        row["dispute_id"] for row in whole.rows["disputes"]
    }
