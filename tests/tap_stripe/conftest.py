"""An account to read, and ways to read it in this process."""

from datetime import UTC, datetime, timedelta

import pytest
import tap_harness

from tap_stripe_tajo import STRIPE


@pytest.fixture(autouse=True)
def _shell(clean_shell):
    """Keep what a person has exported for the tap out of its tests."""


carry = tap_harness.carry
open_account = tap_harness.opening("stripe", products=6)
read = tap_harness.reads(STRIPE, {"api_key": "rk_test_sandbox"})


@pytest.fixture
def back():
    """A function that dates a state so many days back."""

    def dated(state, days):
        at = (datetime.now(UTC) - timedelta(days=days)).isoformat()
        for kept in state["bookmarks"].values():
            kept["replication_key_value"] = at
        return state

    return dated
