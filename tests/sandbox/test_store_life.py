"""What happens to the store while it is read."""

from datetime import UTC, datetime, timedelta

import pytest

from tajo_sandbox.store import Store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = "2026-11-24T13:30:00Z"


@pytest.fixture
def store():
    made = Store.generate(80, 120, seed=7, now=NOW)
    made.clock = lambda: NOW + timedelta(minutes=90)
    return made


def moved(rows):
    return {row.gid for row in rows.values() if row.updated_at == LATER}


@pytest.mark.parametrize("count", [1, 5, 20])
def test_exactly_so_many_customers_change_and_one_of_them_unsubscribes(store, count):
    before = {row.gid: row.email_consent.state for row in store.customers.values()}
    names = {r.gid: (r.first_name, r.last_name, r.phone) for r in store.customers.values()}
    changed = store.change_customers(count)
    assert len(changed) == len(set(changed)) == count
    assert moved(store.customers) == set(changed)
    left = [
        gid
        for gid in changed
        if (before[gid], store.customer(gid).email_consent.state) == ("SUBSCRIBED", "UNSUBSCRIBED")
    ]
    assert len(left) == 1
    assert store.customer(left[0]).email_consent.updated_at == LATER
    for gid in set(changed) - set(left):
        row = store.customer(gid)
        assert row.email
        assert (row.first_name, row.last_name, row.phone) != names[gid]


def test_more_changes_than_customers_is_an_error_with_both_figures(store):
    with pytest.raises(ValueError, match="100 customers asked for"):
        store.change_customers(100)


def test_orders_are_paid_now_and_move_their_customers_and_products(store):
    counts = {row.number: (row.orders_count, row.spent) for row in store.customers.values()}
    placed = [store.order(gid) for gid in store.place_orders(3)]
    assert len({order.customer for order in placed}) == 3
    for order in placed:
        assert (order.created_at, order.updated_at, order.financial) == (LATER, LATER, "PAID")
        sale = order.transactions[-1]
        assert (sale.what, sale.status, sale.processed_at) == ("SALE", "SUCCESS", LATER)
        assert sale.amount == order.total
        assert (order.test, order.source) == (False, "web")
        customer = store.customers[order.customer]
        count, spent = counts[customer.number]
        assert (customer.orders_count, customer.spent) == (count + 1, spent + order.total)
        assert customer.last_order == order.number
        assert customer.updated_at == LATER
    bought = {line.product for order in placed for line in order.lines}
    assert moved(store.products) == {store.products[number].gid for number in bought}


def test_orders_can_be_unpaid_or_by_guests(store):
    unpaid = store.order(store.place_orders(1, paid=False)[0])
    assert (unpaid.financial, unpaid.transactions, unpaid.received) == ("PENDING", [], 0)
    before = moved(store.customers)
    guests = [store.order(gid) for gid in store.place_orders(4, guest=True)]
    assert {order.customer for order in guests} == {None}
    assert {order.financial for order in guests} == {"PAID"}
    assert moved(store.customers) == before


def test_refunds_whole_and_in_part(store):
    gid = next(gid for gid in store.place_orders(8) if len(store.order(gid).lines) > 1)
    order = store.order(gid)
    bought = sum(line.quantity for line in order.lines)
    part = store.refund(gid, whole=False)
    assert sum(line.current_quantity for line in order.lines) == bought - 1
    assert order.refunded == order.refunds[0].lines[0].amount
    assert order.financial == "PARTIALLY_REFUNDED"
    assert store.find(part) is order.refunds[0]
    store.refund(gid)
    assert (order.financial, order.refunded) == ("REFUNDED", order.total)
    assert all(line.current_quantity == 0 for line in order.lines)
    with pytest.raises(ValueError, match="nothing is left to refund"):
        store.refund(gid)


def test_a_deleted_product_leaves_its_collections_and_a_trace(store):
    collection = next(row for row in store.collections.values() if row.products)
    product = store.products[collection.products[0]]
    store.delete_product(product.gid)
    assert store.find(product.gid) is None
    assert product.number not in collection.products
    trace = list(store.happenings.values())[-1]
    assert (trace.action, trace.subject, trace.created_at) == ("destroy", product.gid, LATER)
    assert trace.number == max(store.happenings)


def test_a_deleted_product_is_not_sold_again(store):
    for product in list(store.products.values())[1:]:
        store.delete_product(product.gid)
    left = next(iter(store.products))
    orders = [store.order(gid) for gid in store.place_orders(10)]
    assert {line.product for order in orders for line in order.lines} == {left}


def test_customers_buy_twice_where_there_are_too_few(store):
    orders = [store.order(gid) for gid in store.place_orders(200)]
    assert len({order.customer for order in orders}) < 80
    nobody = Store.generate(0, 0, seed=1, now=NOW)
    with pytest.raises(ValueError, match="0 have an e-mail address"):
        nobody.place_orders(1)
    assert len(nobody.place_orders(1, guest=True)) == 1


def test_a_deleted_customer_leaves_nothing_but_its_orders(store):
    customer = next(row for row in store.customers.values() if row.orders_count)
    store.delete_customer(customer.gid)
    assert store.find(customer.gid) is None
    assert any(order.customer == customer.number for order in store.orders.values())
    with pytest.raises(KeyError, match="no such customer"):
        store.delete_customer(customer.gid)


def test_checkouts_are_abandoned_and_come_back(store):
    customer = next(row for row in store.customers.values() if row.email)
    gid = store.abandon_checkout(customer.gid)
    checkout = store.find(gid)
    assert (checkout.customer, checkout.updated_at, checkout.completed_at) == (
        customer.number, LATER, None,
    )  # fmt: skip
    store.complete_checkout(gid)
    assert checkout.completed_at == LATER
    assert store.find(store.abandon_checkout(guest=True)).customer is None


@pytest.mark.parametrize("channel", ["email", "sms", "whatsapp"])
def test_consent_changes_per_channel_with_its_time(store, channel):
    row = next(row for row in store.customers.values() if row.email and row.phone)
    for change, state in ((store.subscribe, "SUBSCRIBED"), (store.unsubscribe, "UNSUBSCRIBED")):
        change(row.gid, channel)
        consent = getattr(row, f"{channel}_consent")
        assert (consent.state, consent.updated_at, row.updated_at) == (state, LATER, LATER)


def test_consent_needs_something_to_write_to(store):
    row = next(row for row in store.customers.values() if row.phone is None)
    with pytest.raises(KeyError, match="no phone"):
        store.subscribe(row.gid, "sms")


def test_new_customers_can_be_added(store):
    gids = store.add_customers(3)
    assert moved(store.customers) == set(gids)
    assert len(store.customers) == 83
    one = store.customer(store.add_customers(email="someone@example.com")[0])
    assert (one.email, one.created_at) == ("someone@example.com", LATER)


def test_every_change_moves_the_version_of_its_kind(store):
    changes = {
        "Customer": lambda: store.change_customers(1),
        "Order": lambda: store.place_orders(1),
        "Product": lambda: store.delete_product(next(iter(store.products.values())).gid),
        "AbandonedCheckout": store.abandon_checkout,
        "BasicEvent": lambda: store.delete_product(next(iter(store.products.values())).gid),
    }
    for kind, change in changes.items():
        before = store.version(kind)
        change()
        assert store.version(kind) > before, kind
