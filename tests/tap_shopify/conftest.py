"""A shop to read, and a way to read it in this process."""

import contextlib
import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import tap_harness

import tajo_sandbox
from tajo_sandbox.shopify import Switches
from tajo_sandbox.store import Store
from tap_shopify_tajo import SHOPIFY


@pytest.fixture(autouse=True)
def _shell(clean_shell):
    """Keep what a person has exported for the tap out of its tests."""


@pytest.fixture
def open_shop():
    """A function that runs a shop: rows in its store, or a store of the test's own."""
    with contextlib.ExitStack() as stack:

        def opened(customers=0, orders=0, *, store=None, age_days=1, **switches):
            now = datetime.now(UTC) - timedelta(days=age_days)
            store = store or Store.generate(customers=customers, orders=orders, now=now)
            given = {"maximum_available": 1e9, "restore_rate": 1e9, "bulk_seconds": 0.0}
            running = tajo_sandbox.running(
                store=store,
                brevo=False,
                control=False,
                switches=Switches(**{**given, **switches}),
            )
            return stack.enter_context(running)

        yield opened


@pytest.fixture
def connector_with():
    """A function that gives Shopify's table with other facts of its transport."""

    def changed(**facts):
        return dataclasses.replace(
            SHOPIFY, transport=dataclasses.replace(SHOPIFY.transport, **facts)
        )

    return changed


@pytest.fixture
def by_pages(connector_with):
    """Shopify without bulk operations, in small pages."""
    return connector_with(bulk=None, page_limit=20)


@pytest.fixture
def read():
    """A function that runs a tap to its end and returns what it wrote."""

    def run(shop, state=None, *, connector=SHOPIFY, hasty=True, catalog=None, only=None, **config):
        given = {
            "shop_url": "demo-store.myshopify.com",
            "api_url": shop.platform_url,
            "access_token": "shpat_sandbox",
            **config,
        }
        session = tap_harness.Hasty if hasty else None
        return tap_harness.read(
            connector, given, state, catalog=catalog, only=only, session=session
        )

    return run


@pytest.fixture
def select():
    return tap_harness.selection


@pytest.fixture
def asked():
    """A function that gives the requests a shop has got, by root field."""

    def of(shop, *roots):
        return [entry for entry in shop.platform_requests if entry.root in roots]

    return of


@pytest.fixture
def gids():
    """A function that gives the ids of a stream's rows in a store."""

    kinds = {row.name: row.kind for row in SHOPIFY.streams}

    def of(store, stream):
        return sorted(row.gid for row in store.shelf(kinds[stream]).values())

    return of
