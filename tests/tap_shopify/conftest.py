"""A shop to read, and a way to read it in this process."""

import dataclasses

import pytest
import tap_harness

from tap_shopify_tajo import SHOPIFY

SETTINGS = {"shop_url": "demo-store.myshopify.com", "access_token": "shpat_sandbox"}
# A shop that meters nobody, and whose bulk operations are ready when they are asked for.
SWIFT = {"maximum_available": 1e9, "restore_rate": 1e9, "bulk_seconds": 0.0}


@pytest.fixture(autouse=True)
def _shell(clean_shell):
    """Keep what a person has exported for the tap out of its tests."""


open_shop = tap_harness.opening("shopify", SWIFT)


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


read = tap_harness.reads(SHOPIFY, SETTINGS)


@pytest.fixture
def select():
    return tap_harness.selection


asked = tap_harness.asked


@pytest.fixture
def gids():
    """A function that gives the ids of a stream's rows in a store."""

    kinds = {row.name: row.kind for row in SHOPIFY.streams}

    def of(store, stream):
        return sorted(row.gid for row in store.shelf(kinds[stream]).values())

    return of
