"""A shop and a payment account of the same people, and Brevo accounts to load them into."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
import tap_harness

import tajo_sandbox
from tajo_sandbox.shopify import Switches
from tajo_sandbox.store import Store
from tap_shopify_tajo import SHOPIFY
from tap_stripe_tajo import STRIPE


@pytest.fixture
def both_orders():
    """Which of the two is loaded first."""
    return {"shop first": ["shopify", "stripe"], "payments first": ["stripe", "shopify"]}


@pytest.fixture(scope="module")
def texts():
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
            tajo_sandbox.running(
                store=Store.generate(0, 0, products=0),
                control=False,
                brevo_switches=tap_harness.ByHand(),
            )
        )


@pytest.fixture
def load_all():
    """A function that loads what these taps have written (by name), one after the other."""

    def load(brevo, folder, names, written, **settings):
        folder.mkdir(exist_ok=True)
        for name in names:
            loaded = tap_harness.load(written[name], brevo, folder, platform=name, **settings)
            assert loaded.error is None

    return load
