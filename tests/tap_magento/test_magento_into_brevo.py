"""The whole way in this process: shop, tap, mapping, loader, Brevo."""

from datetime import UTC, datetime, timedelta

import pytest

from tajo_sandbox.store import Store
from tajo_sandbox.store.rows import Consent


@pytest.fixture
def shop(open_shop):
    now = datetime.now(UTC) - timedelta(days=1)
    store = Store.generate(customers=20, orders=40, products=12, seed=4, now=now)
    return open_shop(store=store, brevo=True)


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


def test_a_shop_without_the_newsletter_says_nothing_and_everybody_arrives(open_shop, carry):
    now = datetime.now(UTC) - timedelta(days=1)
    store = Store.generate(customers=20, orders=4, products=12, seed=4, now=now)
    shop = open_shop(store=store, brevo=True, bare=True)

    carried = carry(shop)

    assert carried.error is None
    assert carried.loaded.summary["rejects_open"] == 0
    assert len(shop.brevo.products) > 0
    for row in carried.rows["customers"]:
        assert shop.brevo.contact(row["email"].lower()).email_blacklisted is False
