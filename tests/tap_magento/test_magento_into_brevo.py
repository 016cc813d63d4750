"""The whole way in this process: shop, tap, mapping, loader, Brevo."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tajo_sandbox.store import Store
from tajo_sandbox.store.rows import Consent


@pytest.fixture
def shop(open_shop):
    now = datetime.now(UTC) - timedelta(days=1)
    store = Store.generate(customers=20, orders=40, products=12, seed=4, now=now)
    return open_shop(store=store, brevo=True)


def test_a_shop_is_loaded_and_loaded_again_without_a_writing_call(shop, carry, caplog):
    first = carry(shop)
    assert "has no field" not in caplog.text  # a field of the mapping that the table lacks

    brevo = shop.brevo
    assert len(brevo.products) == len(shop.store.products)
    assert brevo.events == []  # the past starts no automation
    assert len(brevo.orders) == len(shop.store.orders)
    known = {row["email"].lower() for row in first.rows["customers"]}
    known |= {row["customer_email"].lower() for row in first.rows["orders"]}
    assert {contact.email for contact in brevo.contacts.values() if contact.email} == known
    blocked = {contact.email for contact in brevo.contacts.values() if contact.email_blacklisted}
    assert blocked == {
        row["email"].lower()
        for row in first.rows["customers"]
        if not row["extension_attributes"]["is_subscribed"]
    }

    brevo.mark()
    second = carry(shop, first.state)
    assert not any(second.rows.values())
    assert brevo.writes() == []
    carry(shop)
    assert brevo.writes() == []


def test_what_was_bought_is_added_up_less_what_went_back(shop, carry):
    first = carry(shop)

    spent, count = {}, {}
    for row in first.rows["orders"]:
        email = row["customer_email"].lower()
        paid = Decimal(row.get("base_total_paid") or 0)
        paid -= Decimal(row.get("base_total_refunded") or 0)
        spent[email] = spent.get(email, 0) + paid
        counts = row["state"] in {"processing", "complete", "closed"}
        count[email] = count.get(email, 0) + counts
    for email, amount in spent.items():
        attributes = shop.brevo.contact(email).attributes
        assert Decimal(str(attributes["TOTAL_SPENT"])) == amount
        assert attributes["ORDER_COUNT"] == count[email]
        assert attributes["CURRENCY"] == "EUR"


def test_new_orders_refunds_and_carts_reach_brevo_once(shop, carry):
    first = carry(shop)
    store = shop.store
    placed = store.place_orders(3)
    store.refund(placed[0], whole=False)
    store.abandon_checkout()
    store.change_customers(4)

    second = carry(shop, first.state, cart_idle_minutes=0)

    events = shop.brevo.events
    names = sorted(event.name for event in events)
    assert names == ["cart_updated"] + ["order_completed"] * 3 + ["order_refunded"]
    carry(shop, second.state, cart_idle_minutes=0)
    assert len(shop.brevo.events) == 5


def test_who_leaves_the_newsletter_unseen_is_blocked_at_the_next_comparison(shop, carry):
    """The link in a newsletter leaves the customer's updated_at as it was."""
    first = carry(shop)
    customers = shop.store.customers.values()
    leaver = next(one for one in customers if one.email_consent.state == "SUBSCRIBED" and one.email)
    assert shop.brevo.contact(leaver.email.lower()).email_blacklisted is False
    leaver.email_consent = Consent("UNSUBSCRIBED")

    state = first.state
    del state["bookmarks"]["customers"]["again"]
    carry(shop, state)

    assert shop.brevo.contact(leaver.email.lower()).email_blacklisted is True
