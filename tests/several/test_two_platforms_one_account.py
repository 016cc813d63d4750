"""A shop and a payment account that know the same people, loaded into one Brevo account."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
import tap_harness

import tajo_sandbox
from tajo_sandbox.shopify import Switches
from tajo_sandbox.store import Store
from tap_shopify_tajo import SHOPIFY
from tap_stripe_tajo import STRIPE

ORDERS = {"shop first": ("shopify", "stripe"), "payments first": ("stripe", "shopify")}
SAME = ("TOTAL_SPENT", "CURRENCY", "ORDER_COUNT", "LAST_ORDER_DATE", "FIRSTNAME")


@pytest.fixture
def texts(clean_shell):  # noqa: ARG001 - it keeps what a person has exported out
    """What each tap writes of stores that hold the same people."""
    now = datetime.now(UTC) - timedelta(days=1)
    swift = Switches(maximum_available=1e9, restore_rate=1e9, bulk_seconds=0.0)
    shop = {"shop_url": "demo-store.myshopify.com", "access_token": "shpat_sandbox"}
    made = {}
    for connector, given, switches in (
        (SHOPIFY, shop, {"switches": swift}),
        (STRIPE, {"api_key": "rk_test_sandbox"}, {}),
    ):
        store = Store.generate(customers=8, orders=14, products=4, now=now)
        with tajo_sandbox.running(
            platform=connector.name, store=store, brevo=False, control=False, **switches
        ) as running:
            reading = tap_harness.read(connector, {"api_url": running.platform_url, **given})
        assert reading.error is None
        made[connector.name] = reading
    return made


@pytest.fixture
def open_brevo():
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(
            tajo_sandbox.running(store=Store.generate(0, 0, products=0), control=False)
        )


def load(texts, brevo, folder, names):
    folder.mkdir(exist_ok=True)
    for name in names:
        loaded = tap_harness.load(texts[name].text, brevo, folder, platform=name)
        assert loaded.error is None


def held(brevo):
    return {contact.email: contact for contact in brevo.brevo.contacts.values() if contact.email}


def shared(texts):
    shop = {(row["defaultEmailAddress"] or {}).get("emailAddress") for row in
            texts["shopify"].rows["customers"]}  # fmt: skip
    paying = {row["email"] for row in texts["stripe"].rows["customers"]}
    return {email.lower() for email in shop & paying if email}


def test_whoever_is_loaded_first_a_person_of_both_is_one_contact_with_the_same_attributes(
    texts, open_brevo, tmp_path
):
    both, ends = shared(texts), {}
    assert len(both) > 3
    for case, names in ORDERS.items():
        brevo, folder = open_brevo(), tmp_path / case
        load(texts, brevo, folder, names)
        load(texts, brevo, folder, names)
        contacts = held(brevo)
        emails = [contact.email for contact in brevo.brevo.contacts.values() if contact.email]
        assert len(emails) == len(set(emails))
        assert both <= contacts.keys()
        assert {str(contacts[email].ext_id).split(":")[0] for email in both} == {names[0]}
        ends[case] = {
            email: {name: contacts[email].attributes.get(name) for name in SAME} for email in both
        }
        brevo.brevo.mark()
        load(texts, brevo, folder, names)
        load(texts, brevo, folder, reversed(names))
        assert brevo.brevo.writes() == []
    assert ends["shop first"] == ends["payments first"]
