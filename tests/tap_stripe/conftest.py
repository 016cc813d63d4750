"""An account to read, and ways to read it in this process."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
import tap_harness

import tajo_sandbox
from tajo_sandbox.store import Store
from tajo_sandbox.stripe import Switches
from tap_stripe_tajo import STRIPE


@pytest.fixture(autouse=True)
def _shell(clean_shell):
    """Keep what a person has exported for the tap out of its tests."""


@pytest.fixture
def open_account():
    """A function that runs an account: rows in its store, or a store of the test's own."""
    with contextlib.ExitStack() as stack:

        def opened(customers=0, orders=0, *, age_days=1, brevo=False, **switches):
            now = datetime.now(UTC) - timedelta(days=age_days)
            store = Store.generate(customers=customers, orders=orders, products=6, now=now)
            running = tajo_sandbox.running(
                platform="stripe", store=store, brevo=brevo, control=False,
                switches=Switches(**switches),
            )  # fmt: skip
            return stack.enter_context(running)

        yield opened


@pytest.fixture
def read():
    """A function that runs the tap to its end and returns what it wrote."""

    def run(account, state=None, *, connector=STRIPE, only=None, **config):
        given = {"api_url": account.platform_url, "api_key": "rk_test_sandbox", **config}
        return tap_harness.read(connector, given, state, only=only)

    return run


@pytest.fixture
def back():
    """A function that dates a state so many days back."""

    def dated(state, days):
        at = (datetime.now(UTC) - timedelta(days=days)).isoformat()
        for kept in state["bookmarks"].values():
            kept["replication_key_value"] = at
        return state

    return dated
