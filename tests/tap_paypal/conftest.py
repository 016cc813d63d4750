"""A PayPal account to read, and a way to read it in this process."""

import contextlib
import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import tap_harness

import tajo_sandbox
from tajo_sandbox.paypal import Switches
from tajo_sandbox.store import Store
from tap_paypal_tajo import PAYPAL

SETTINGS = {"client_id": "sandbox-client", "client_secret": "sandbox-secret",
            "calls_per_minute": 600_000}  # fmt: skip


@pytest.fixture(autouse=True)
def _shell(clean_shell):
    """Settings of the person who runs the tests stay out of them."""


@pytest.fixture
def open_account():
    """A function that runs an account whose history ends a day ago."""
    with contextlib.ExitStack() as stack:

        def opened(customers=12, orders=30, *, products=6, brevo=False, **switches):
            now = datetime.now(UTC) - timedelta(days=1)
            store = Store.generate(customers, orders, seed=5, now=now, products=products)
            running = tajo_sandbox.running(
                platform="paypal",
                store=store,
                brevo=brevo,
                control=False,
                switches=Switches(**switches),
            )
            return stack.enter_context(running)

        yield opened


@pytest.fixture
def read():
    """A function that runs the tap to its end and returns what it wrote."""

    def run(account, state=None, *, only=None, connector=PAYPAL, **more):
        given = {**SETTINGS, "api_url": account.platform_url, **more}
        return tap_harness.read(connector, given, state, only=only)

    return run


@pytest.fixture
def asked():
    """A function that gives the requests that an account has got, by the name of the list."""

    def of(account, name):
        return [entry for entry in account.platform_requests if entry.root == name]

    return of


@pytest.fixture
def small_disputes():
    """The table with two disputes a page."""
    rows = tuple(
        dataclasses.replace(row, paging=dataclasses.replace(row.paging, most=2))
        if row.name == "disputes"
        else row
        for row in PAYPAL.streams
    )
    return dataclasses.replace(PAYPAL, streams=rows)
