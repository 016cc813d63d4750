"""The whole way in one process: a store on BigCommerce, the tap, the mapping, the loader, Brevo."""

import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

import tajo_sandbox
from tajo_sandbox.bigcommerce import people, sales
from tajo_sandbox.bigcommerce.numbers import TRANSACTIONAL, four, order_id, rate_of, two
from tajo_sandbox.brevo import DEFAULT_API_KEY, BrevoSwitches
from target_brevo.clock import Clock
from target_brevo.target import TargetBrevo


@dataclass
class Hurry:
    """A minute before the real time, so that orders placed now are news; sleeping is free."""

    slept: float = 0.0
    began: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(minutes=1))

    def now(self):
        return self.began + timedelta(seconds=self.slept)

    def monotonic(self):
        return self.slept

    def sleep(self, seconds):
        self.slept += max(seconds, 0.001)


class Pipe:
    """Loads what the tap reads from one store into one Brevo account, keeping state."""

    def __init__(self, shop, brevo, read, folder, time):
        self.shop, self.brevo, self.read, self.time = shop, brevo, read, time
        self.ledger = f"sqlite:///{folder / 'ledger.db'}"
        self.state = None

    def run(self):
        """Run both once; return the loader's summary."""
        self.brevo.brevo.mark()
        reading = self.read(self.shop, self.state)
        assert reading.error is None
        self.state = reading.state
        config = {
            "api_key": DEFAULT_API_KEY,
            "api_url": self.brevo.brevo_url,
            "ledger_url": self.ledger,
            "platform": "bigcommerce",
        }
        clock = Clock(self.time.now, self.time.monotonic, self.time.sleep)
        target = TargetBrevo(config=config, clock=clock)
        target.listen(io.StringIO(reading.text))
        target.run.close()
        self.brevo.brevo.settle()
        return target.summary

    def contact(self, email):
        return self.brevo.brevo.contact(email)


@pytest.fixture
def pipe(open_shop, read, tmp_path):
    time = Hurry()
    switches = BrevoSwitches(clock=time.monotonic, now=time.now)
    with tajo_sandbox.running(platform=None, control=False, brevo_switches=switches) as brevo:
        yield Pipe(open_shop(customers=25, orders=60, products=8), brevo, read, tmp_path, time)


def counted(order):
    return sales.status(order) in {2, 3, 8, 9, 10, 11, 14} and not order.test


def test_subscribers_say_yes_and_no_for_customers_and_guests(pipe):
    pipe.run()

    said = [shown for _, _, shown in people.subscribers(pipe.shop.store)]
    assert {row["source"] for row in said} == {"storefront", "order"}
    (newsletter,) = [
        each.id for each in pipe.brevo.brevo.lists.values() if each.name == "BigCommerce newsletter"
    ]
    for row in said:
        contact = pipe.contact(row["email"].lower())
        assert contact.email_blacklisted == (row["consents"] == [])
        assert (newsletter in contact.list_ids) == (row["consents"] != [])
    asked = {row["email"].lower() for row in said}
    others = [
        each
        for each in pipe.brevo.brevo.contacts.values()
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
        attributes = pipe.contact(email).attributes
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
    assert pipe.brevo.brevo.events == []

    (placed,) = store.place_orders(1)
    pipe.run()
    pipe.run()
    store.refund(placed)
    pipe.run()
    pipe.run()

    events = pipe.brevo.brevo.events
    assert Counter(each.name for each in events) == {"order_completed": 1, "order_refunded": 1}
    assert events[0].properties["id"] == str(order_id(store.order(placed)))


def test_a_second_run_writes_nothing_and_products_and_orders_are_there(pipe):
    first = pipe.run()

    second = pipe.run()

    store, brevo = pipe.shop.store, pipe.brevo.brevo
    assert brevo.writes() == []
    assert second["calls"]["writing"] == 0
    assert len(brevo.products) == len(store.products)
    assert len(brevo.categories) == len(store.collections)
    wanted = [order for order in store.orders.values() if sales.status(order) and not order.test]
    figures = first["streams"]["orders"]["kinds"]["order"]
    assert figures["sent"] + figures["rejected"] == len(wanted)
    assert len(brevo.orders) == figures["sent"]
    assert first["streams"]["customers"]["kinds"]["contact"]["rejected"] == 0
