"""A BigCommerce store to read, and a way to read it in this process."""

import contextlib
import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import tap_harness

import tajo_sandbox
from tajo_sandbox.bigcommerce import Switches
from tajo_sandbox.store import Store
from tap_bigcommerce_tajo import BIGCOMMERCE

SETTINGS = {"store_hash": "sandbox1", "access_token": "bc_sandbox"}


@pytest.fixture(autouse=True)
def _shell(clean_shell):
    """Settings of the person who runs the tests stay out of them."""


@pytest.fixture
def open_shop():
    """A function that runs a store on BigCommerce, one day old."""
    with contextlib.ExitStack() as stack:

        def opened(customers=20, orders=30, *, products=6, **switches):
            now = datetime.now(UTC) - timedelta(days=1)
            store = Store.generate(customers, orders, seed=3, now=now, products=products)
            running = tajo_sandbox.running(
                platform="bigcommerce",
                store=store,
                brevo=False,
                control=False,
                switches=Switches(**switches),
            )
            return stack.enter_context(running)

        yield opened


@pytest.fixture(scope="session")
def in_pages():
    """A function that gives the table pages of so many rows."""

    def less(row, most):
        return row.paging and dataclasses.replace(row.paging, most=most)

    def changed(most):
        facts = BIGCOMMERCE.transport
        return dataclasses.replace(
            BIGCOMMERCE,
            transport=dataclasses.replace(facts, paging=less(facts, most)),
            streams=tuple(
                dataclasses.replace(row, paging=less(row, most)) for row in BIGCOMMERCE.streams
            ),
        )

    return changed


@pytest.fixture
def read():
    """A function that runs the tap to its end and returns what it wrote."""

    def run(
        shop, state=None, *, connector=BIGCOMMERCE, only=None, session=tap_harness.Hasty, **more
    ):
        given = {**SETTINGS, "api_url": shop.platform_url, **more}
        return tap_harness.read(connector, given, state, only=only, session=session)

    return run


@pytest.fixture
def asked():
    """A function that gives the queries that a store has got, by the name of the list."""

    def of(shop, name):
        return [entry.params for entry in shop.platform_requests if entry.root == name]

    return of
