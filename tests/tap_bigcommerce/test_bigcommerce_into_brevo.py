"""The whole way in one process: a store on BigCommerce, the tap, the mapping, the loader, Brevo."""

import dataclasses
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from tajo_sandbox.bigcommerce import people, sales
from tajo_sandbox.bigcommerce.numbers import TRANSACTIONAL, four, order_id, rate_of, two


@dataclasses.dataclass
class Pipe:
    """What a store's tap reads is loaded into its Brevo account, keeping state."""

    shop: Any
    carry: Any
    state: Any = None

    @property
    def brevo(self):
        return self.shop.brevo

    def run(self):
        """Run both once; return the loader's summary."""
        self.brevo.mark()
        reading = self.carry(self.shop, self.state)
        self.state = reading.state
        return reading.loaded.summary


@pytest.fixture
def pipe(open_shop, carry):
    return Pipe(open_shop(customers=25, orders=60, products=8, brevo=True), carry)


def counted(order):
    return sales.status(order) in {2, 3, 8, 9, 10, 11, 14} and not order.test


def test_subscribers_say_yes_and_no_for_customers_and_guests(pipe):
    pipe.run()

    said = [shown for _, _, shown in people.subscribers(pipe.shop.store)]
    assert {row["source"] for row in said} == {"storefront", "order"}
    (newsletter,) = [
        each.id for each in pipe.brevo.lists.values() if each.name == "BigCommerce newsletter"
    ]
    for row in said:
        contact = pipe.brevo.contact(row["email"].lower())
        assert contact.email_blacklisted == (row["consents"] == [])
        assert (newsletter in contact.list_ids) == (row["consents"] != [])
    asked = {row["email"].lower() for row in said}
    others = [
        each
        for each in pipe.brevo.contacts.values()
        if each.email and each.email.lower() not in asked
    ]
    assert others
    assert {(each.email_blacklisted, newsletter in each.list_ids) for each in others} == {
        (False, False)
    }


def test_orders_add_up_by_currency_and_start_events_once(pipe):
    pipe.run()
    store = pipe.shop.store

    # An order counts for the address that was given in it.
    by_email = {}
    for order in store.orders.values():
        if order.email and counted(order):
            by_email.setdefault(order.email.lower(), []).append(order)
    assert max(map(len, by_email.values())) > 1
    for email, orders in by_email.items():
        attributes = pipe.brevo.contact(email).attributes
        assert attributes["ORDER_COUNT"] == len(orders)
        currency = attributes["CURRENCY"]
        paid_in = [o.currency if o.currency in TRANSACTIONAL else store.currency for o in orders]
        assert currency in paid_in
        if len(set(paid_in)) == 1:
            amounts = [Decimal(four(order.total, rate_of(order))) for order in orders]
            amounts += [
                -Decimal(str(two(refund.amount, rate_of(order))))
                for order in orders
                for refund in order.refunds
            ]
            assert Decimal(str(attributes["TOTAL_SPENT"])) == sum(amounts)
    assert pipe.brevo.events == []

    (placed,) = store.place_orders(1)
    pipe.run()
    pipe.run()
    store.refund(placed)
    pipe.run()
    pipe.run()

    events = pipe.brevo.events
    assert Counter(each.name for each in events) == {"order_completed": 1, "order_refunded": 1}
    assert events[0].properties["id"] == str(order_id(store.order(placed)))


def test_a_second_run_writes_nothing_and_products_and_orders_are_there(pipe):
    first = pipe.run()

    second = pipe.run()

    store, brevo = pipe.shop.store, pipe.brevo
    assert brevo.writes() == []
    assert second["calls"]["writing"] == 0
    assert len(brevo.products) == len(store.products)
    assert len(brevo.categories) == len(store.collections)
    wanted = [order for order in store.orders.values() if sales.status(order) and not order.test]
    figures = first["streams"]["orders"]["kinds"]["order"]
    assert figures["sent"] + figures["rejected"] == len(wanted)
    assert len(brevo.orders) == figures["sent"]
    assert first["streams"]["customers"]["kinds"]["contact"]["rejected"] == 0
