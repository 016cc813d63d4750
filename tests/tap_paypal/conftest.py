"""A PayPal account to read, and a way to read it in this process."""

import dataclasses

import pytest
import tap_harness

from tap_paypal_tajo import PAYPAL

SETTINGS = {"client_id": "sandbox-client", "client_secret": "sandbox-secret",
            "calls_per_minute": 600_000}  # fmt: skip


@pytest.fixture(autouse=True)
def _shell(clean_shell):
    """Settings of the person who runs the tests stay out of them."""


carry = tap_harness.carry
open_account = tap_harness.opening("paypal", customers=12, orders=30, products=6, seed=5)
read = tap_harness.reads(PAYPAL, SETTINGS)


asked = tap_harness.asked


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
