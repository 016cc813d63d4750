"""A shop to read, and a way to read it in this process."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
import tap_harness

import tajo_sandbox
from tajo_sandbox.magento import Switches
from tajo_sandbox.store import Store
from tap_magento_tajo import MAGENTO

SETTINGS = {
    "rest_url": "https://shop.example/rest/all",
    "consumer_key": "ck-sandbox",
    "consumer_secret": "cs-sandbox",
    "access_token": "at-sandbox",
    "access_token_secret": "as-sandbox",
}
KEYS = tuple(SETTINGS)[1:]


@pytest.fixture(autouse=True)
def _shell(clean_shell):
    """Keep what a person has exported for the tap out of its tests."""


@pytest.fixture
def open_shop():
    """A function that runs a shop: rows in its store, or a store of the test's own."""
    with contextlib.ExitStack() as stack:

        def opened(customers=0, orders=0, *, store=None, brevo=False, **switches):
            now = datetime.now(UTC) - timedelta(days=1)
            made = {"customers": customers, "orders": orders, "products": 12}
            running = tajo_sandbox.running(
                platform="magento",
                store=store or Store.generate(**made, now=now),
                brevo=brevo,
                control=False,
                switches=Switches(**switches),
            )
            return stack.enter_context(running)

        yield opened


@pytest.fixture
def read():
    """A function that runs the tap to its end and returns what it wrote; ``keys``: others."""

    def run(shop, state=None, *, connector=MAGENTO, only=None, keys=None, **config):
        given = SETTINGS if keys is None else {"rest_url": SETTINGS["rest_url"], **keys}
        return tap_harness.read(
            connector, {**given, "api_url": shop.platform_url, **config}, state, only=only
        )

    return run


@pytest.fixture
def asked():
    """A function that gives the requests a shop has got for these lists."""

    def of(shop, *roots):
        return [entry for entry in shop.platform_requests if not roots or entry.root in roots]

    return of
