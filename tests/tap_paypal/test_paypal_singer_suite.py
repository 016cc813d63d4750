"""singer-sdk's own tests of a tap, against the sandbox."""

from datetime import UTC, datetime, timedelta

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class

import tajo_sandbox
from tajo_sandbox.store import Store
from tap_paypal_tajo import TapPaypal

# The class is made when this module is collected; the address comes with the fixture.
CONFIG = {
    "client_id": "sandbox-client",
    "client_secret": "sandbox-secret",
    "calls_per_minute": 600_000,
    "start_date": "2026-06-01T00:00:00Z",
    "api_url": "http://127.0.0.1:1",
}


@pytest.fixture(scope="module", autouse=True)
def _account():
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with tajo_sandbox.running(
        platform="paypal",
        store=Store.generate(customers=20, orders=60, now=yesterday, products=6),
        brevo=False,
        control=False,
    ) as account:
        CONFIG["api_url"] = account.platform_url
        yield


TestTapPaypal = get_tap_test_class(
    TapPaypal, config=CONFIG, suite_config=SuiteConfig(max_records_limit=20)
)
