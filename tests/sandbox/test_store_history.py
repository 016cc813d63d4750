"""The store that a seed makes: the same every time, and lifelike."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tajo_sandbox.store import Store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LAST = "2026-11-24T12:00:00Z"


@pytest.fixture(scope="module")
def store():
    return Store.generate(1000, 2500, seed=1, now=NOW)


def everything(store):
    return (store.customers, store.orders, store.checkouts, store.products, store.drafts,
            store.collections, store.happenings)  # fmt: skip


def test_the_same_seed_makes_the_same_store_and_another_another():
    first, second = (Store.generate(50, 80, seed=9, now=NOW) for _ in range(2))
    assert everything(first) == everything(second)
    assert everything(first) != everything(Store.generate(50, 80, seed=10, now=NOW))


@pytest.mark.parametrize(("customers", "orders"), [(0, 0), (1, 0), (0, 7), (3, 1), (200, 10)])
def test_any_size_can_be_made(customers, orders):
    store = Store.generate(customers, orders, seed=1, now=NOW)
    assert (len(store.customers), len(store.orders)) == (customers, orders)
    assert (len(store.products), len(store.drafts)) == (60, 12)


def test_large_stores_stay_lean():
    store = Store.generate(20_000, 0, seed=1, now=NOW)
    assert not hasattr(next(iter(store.customers.values())), "__dict__")
    assert len({row.email for row in store.customers.values() if row.email}) > 18_000


def test_all_times_lie_in_the_past_and_no_change_before_its_creation(store):
    for rows in (store.customers, store.orders, store.checkouts, store.products, store.drafts):
        for row in rows.values():
            assert row.created_at <= row.updated_at < LAST
    for order in store.orders.values():
        moments = [move.created_at for move in order.transactions]
        moments += [refund.created_at for refund in order.refunds]
        moments += [order.cancelled_at or "", order.closed_at or ""]
        assert max(moments) <= order.updated_at
    span = NOW - timedelta(days=731)
    assert min(row.created_at for row in store.orders.values()) >= f"{span:%Y-%m-%d}"


def test_the_store_has_the_odd_things_that_stores_have(store):
    customers, orders = list(store.customers.values()), list(store.orders.values())
    guests = [row for row in orders if row.customer is None]
    assert 0.15 < len(guests) / len(orders) < 0.25
    assert len({row.currency for row in orders}) >= 5
    phones = Counter(row.phone for row in customers if row.phone)
    assert phones.most_common(1)[0][1] >= 2
    mails = [row.email for row in customers if row.email]
    assert len(mails) < len(customers)
    assert any("+" in mail for mail in mails)
    assert any(mail != mail.lower() for mail in mails)
    assert any(not mail.isascii() for mail in mails)
    assert any(row.phone is None for row in customers)
    assert any(row.email is None for row in guests)
    ties = Counter(row.updated_at for row in customers)
    assert ties.most_common(1)[0][1] >= 5


def test_every_state_of_consent_and_payment_occurs(store):
    customers, orders = store.customers.values(), store.orders.values()
    assert {row.email_consent.state for row in customers} == {
        "SUBSCRIBED", "NOT_SUBSCRIBED", "UNSUBSCRIBED", "PENDING", "INVALID",
    }  # fmt: skip
    channel = {"NEVER_SUBSCRIBED", "SUBSCRIBED", "UNSUBSCRIBED", "PENDING", "REDACTED"}
    assert {row.sms_consent.state for row in customers} == channel
    assert {row.whatsapp_consent.state for row in customers} == channel
    assert {row.financial for row in orders} == {
        "PAID", "PARTIALLY_PAID", "PARTIALLY_REFUNDED", "REFUNDED",
        "PENDING", "AUTHORIZED", "VOIDED",
    }  # fmt: skip
    assert any(row.test for row in orders)
    assert any(row.cancelled_at for row in orders)
    assert any(row.discount_codes for row in orders)
    kinds = {move.what for row in orders for move in row.transactions}
    assert kinds == {"SALE", "AUTHORIZATION", "CAPTURE", "REFUND", "VOID"}
    checkouts = store.checkouts.values()
    assert any(row.completed_at for row in checkouts)
    assert any(row.customer is None for row in checkouts)


def test_addresses_of_people_are_only_at_domains_kept_for_examples(store):
    mails = [row.email for row in store.customers.values() if row.email]
    mails += [row.email for row in store.orders.values() if row.email]
    domains = {mail.rpartition("@")[2] for mail in mails}
    assert domains == {"example.com", "example.org", "example.net"}


def test_money_adds_up(store):
    spent = Counter()
    for order in store.orders.values():
        priced = sum(line.unit_price * line.quantity for line in order.lines)
        assert order.subtotal == priced - order.discounts
        assert order.discounts == sum(line.discount for line in order.lines)
        assert 0 <= order.refunded <= order.received <= order.total
        assert (order.financial == "REFUNDED") == (0 < order.received == order.refunded)
        if order.customer and not order.test and order.cancelled_at is None:
            spent[order.customer] += order.received - order.refunded
    assert all(row.spent == spent[row.number] for row in store.customers.values())


def test_customers_know_their_orders(store):
    counts = Counter(row.customer for row in store.orders.values() if row.customer)
    for customer in store.customers.values():
        assert customer.orders_count == counts[customer.number]
        if customer.last_order:
            last = store.orders[customer.last_order]
            assert (last.customer, last.updated_at <= customer.updated_at) == (
                customer.number,
                True,
            )
            assert last.created_at >= customer.created_at


def test_numbers_are_unique_within_their_kind(store):
    refunds = list(store.refunds())
    lines = [line.number for row in store.orders.values() for line in row.lines]
    moves = [move.number for row in store.orders.values() for move in row.transactions]
    back = [line.number for refund in refunds for line in refund.lines]
    for numbers in (lines, moves, back, [row.number for row in refunds]):
        assert len(set(numbers)) == len(numbers)
    assert len({variant.number for variant in store.variants()}) == len(list(store.variants()))


def test_deleted_products_left_a_trace_in_the_timeline(store):
    gone = [row for row in store.happenings.values() if row.action == "destroy"]
    assert len(gone) == 3
    assert not any(store.find(row.subject) for row in gone)
