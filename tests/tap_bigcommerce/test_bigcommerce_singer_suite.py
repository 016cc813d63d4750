"""singer-sdk's own tests of a tap, against the sandbox."""

from datetime import UTC, datetime, timedelta

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class

import tajo_sandbox
from tajo_sandbox.store import Store
from tap_bigcommerce_tajo import TapBigcommerce

# The class is made when this module is collected; the address comes with the fixture.
CONFIG = {"store_hash": "sandbox1", "access_token": "bc_sandbox", "api_url": "http://127.0.0.1:1"}


@pytest.fixture(scope="module", autouse=True)
def _shop():
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with tajo_sandbox.running(
        platform="bigcommerce",
        store=Store.generate(customers=20, orders=60, now=yesterday),
        brevo=False,
        control=False,
    ) as shop:
        CONFIG["api_url"] = shop.platform_url
        yield


TestTapBigcommerce = get_tap_test_class(
    TapBigcommerce, config=CONFIG, suite_config=SuiteConfig(max_records_limit=20)
)
