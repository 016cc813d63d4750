"""The whole way in this process: shop, tap, mapping, loader, Brevo."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tajo_sandbox.store import Store
from tajo_sandbox.woocommerce.shapes import small


@pytest.fixture
def shop(open_shop):
    now = datetime.now(UTC) - timedelta(days=1)
    store = Store.generate(customers=20, orders=40, products=12, seed=4, now=now)
    return open_shop(store=store, brevo=True)


def test_an_order_in_the_trash_leaves_its_buyers_sums_and_counts_again_when_it_is_back(shop, carry):
    first = carry(shop)
    trash, store = shop.platform_switches.gone_orders, shop.store
    paid, placed = defaultdict(list), Counter()
    for row in first.rows["orders"]:
        placed[row["billing"]["email"].lower()] += 1
        if row["date_paid_gmt"] and row["status"] != "cancelled" and row["billing"]["email"]:
            paid[row["billing"]["email"].lower()].append(row)
    several = next(email for email, rows in paid.items() if len(rows) > 1)
    single = next(email for email, rows in paid.items() if len(rows) == placed[email] == 1)
    before = {email: held(shop, email) for email in (several, single)}
    numbers = {small("order", order.number): order.number for order in store.orders.values()}
    gone = {row["id"] for row in (paid[several][0], *paid[single])}
    trash.update({numbers[each]: store.now() for each in gone})

    second = carry(shop, first.state)

    left = [Decimal(value) for row in paid[several][1:]
            for value in (row["total"], *(one["total"] for one in row["refunds"]))]  # fmt: skip
    assert held(shop, several) == (sum(left), len(paid[several]) - 1)
    assert held(shop, single) == (0, 0)
    names = {email: shop.brevo.contact(email).attributes.get("FIRSTNAME") for email in before}
    assert all(names.values())

    shop.brevo.mark()
    carry(shop, second.state)
    assert shop.brevo.writes() == []
    trash.clear()
    for order in store.orders.values():
        if small("order", order.number) in gone:
            store.touch(order)
    carry(shop, second.state)
    assert {email: held(shop, email) for email in before} == before


def held(shop, email):
    attributes = shop.brevo.contact(email).attributes
    spent, count = attributes.get("TOTAL_SPENT"), attributes.get("ORDER_COUNT")
    return None if spent is None else Decimal(str(spent)), count


def test_new_orders_refunds_and_changes_reach_brevo_once(shop, carry):
    first = carry(shop)
    store = shop.store
    placed = store.place_orders(3)
    store.refund(placed[0], whole=False)
    unpaid = store.place_orders(1, paid=False)
    store.change_customers(4)

    second = carry(shop, first.state)

    names = sorted(event.name for event in shop.brevo.events)
    assert names == ["cart_updated"] + ["order_completed"] * 3 + ["order_refunded"]
    assert len(unpaid) == 1
    carry(shop, second.state)
    assert len(shop.brevo.events) == 5


@pytest.mark.parametrize("loaded", [True, False])
def test_an_order_whose_person_was_erased_makes_nobody_and_takes_nothing(shop, carry, loaded):
    orders = [row for row in shop.store.orders.values() if row.email and row.customer]
    erased = shop.platform_switches.erased_orders
    first = carry(shop) if loaded else None
    buyers = {row.email.lower() for row in orders[:5]}
    before = {email: held(shop, email) for email in buyers} if loaded else {}
    shop.brevo.mark()
    erased.update({row.number: shop.store.now() for row in orders[:5]})

    second = carry(shop, first.state if first else None)

    assert sum(row["billing"]["email"] == "deleted@site.invalid" for row in second.rows["orders"])
    assert shop.brevo.contact("deleted@site.invalid") is None
    assert not [one for one in shop.brevo.orders.values() if "deleted@" in str(one)]
    assert {email: held(shop, email) for email in before} == before
    assert shop.brevo.writes() == [] or not loaded
