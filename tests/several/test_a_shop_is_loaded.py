"""Shops loaded whole, and once more: who comes, who is blocked, what was bought."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import tap_harness

import tajo_sandbox
from tajo.demo.platforms import PLATFORMS
from tajo_sandbox.store import Store

pytestmark = pytest.mark.usefixtures("clean_shell")


@dataclass(frozen=True)
class Case:
    """What a platform's records say.

    ``email`` is whose an order is (empty: nobody's), ``sums`` what it adds to what was spent,
    ``counts`` whether it is an order that was bought, ``placed`` whether it is one at all, and
    ``denies`` whether the store's state of consent comes out as a no.
    """

    platform: str
    email: Callable
    sums: Callable
    counts: Callable
    placed: Callable
    denies: Callable
    settings: tuple = ()


def of_woocommerce(order):
    if not order["date_paid_gmt"] or order["status"] == "cancelled":
        return Decimal(0)
    return sum(map(Decimal, [order["total"], *(one["total"] for one in order["refunds"])]))


def of_magento(order):
    back = Decimal(order.get("base_total_refunded") or 0)
    return Decimal(order.get("base_total_paid") or 0) - back


CASES = [
    Case(
        "woocommerce",
        email=lambda order: order["billing"]["email"],
        sums=of_woocommerce,
        counts=lambda order: bool(order["date_paid_gmt"]) and order["status"] != "cancelled",
        placed=lambda order: order["status"] != "checkout-draft",
        denies=lambda consent: consent == "UNSUBSCRIBED",
    ),
    Case(
        "magento",
        email=lambda order: order["customer_email"],
        sums=of_magento,
        counts=lambda order: order["state"] in {"processing", "complete", "closed"},
        placed=lambda _: True,
        denies=lambda consent: consent != "SUBSCRIBED",
        settings=(("cart_idle_minutes", 60),),
    ),
]  # fmt: skip


@pytest.fixture(params=CASES, ids=lambda case: case.platform)
def case(request):
    return request.param


@pytest.fixture
def shop(case):
    now = datetime.now(UTC) - timedelta(days=1)
    store = Store.generate(customers=20, orders=40, products=12, seed=4, now=now)
    with tajo_sandbox.running(
        platform=case.platform, store=store, control=False, brevo_switches=tap_harness.ByHand()
    ) as running:
        yield running


@pytest.fixture
def carry(case, shop, tmp_path):
    """A function that reads the shop and loads what was read, both to the end."""
    table = tap_harness.tables()[case.platform]
    given = {**PLATFORMS[case.platform].settings, **dict(case.settings)}

    def run(state=None):
        reading = tap_harness.read(table, {**given, "api_url": shop.platform_url}, state)
        loaded = tap_harness.load(reading.text, shop, tmp_path)
        assert (reading.error, loaded.error) == (None, None)
        return reading

    return run


def test_everybody_arrives_and_whoever_said_no_is_blocked(case, shop, carry, caplog):
    first = carry()

    brevo, rows = shop.brevo, first.rows
    assert "has no field" not in caplog.text  # a field of the mapping that the table lacks
    assert brevo.events == []  # the past starts no automation
    orders = [order for order in rows["orders"] if case.placed(order)]
    assert len(brevo.products) == len(shop.store.products)
    assert len(brevo.orders) == sum(bool(case.email(order)) for order in orders)
    known = {row["email"].lower() for row in rows["customers"]}
    known |= {case.email(order).lower() for order in rows["orders"]} - {""}
    contacts = [contact for contact in brevo.contacts.values() if contact.email]
    assert {contact.email for contact in contacts} == known
    people = [row for row in shop.store.customers.values() if row.email]
    said_no = {row.email.lower() for row in people if case.denies(row.email_consent.state)}
    assert said_no
    assert {contact.email for contact in contacts if contact.email_blacklisted} == said_no


def test_loading_it_again_writes_nothing_also_from_its_beginning(shop, carry):
    first = carry()
    shop.brevo.mark()

    second = carry(first.state)
    assert not any(second.rows.values())
    carry()

    assert shop.brevo.writes() == []


def test_what_was_bought_is_added_up_less_what_went_back(case, shop, carry):
    first = carry()

    spent, count = {}, {}
    for order in first.rows["orders"]:
        if email := case.email(order).lower():
            spent[email] = spent.get(email, 0) + case.sums(order)
            count[email] = count.get(email, 0) + case.counts(order)
    assert max(spent.values()) > 0
    for email in (email for email, orders in count.items() if orders):
        attributes = shop.brevo.contact(email).attributes
        assert Decimal(str(attributes["TOTAL_SPENT"])) == spent[email]
        assert attributes["ORDER_COUNT"] == count[email]
        assert attributes["CURRENCY"] == "EUR"
