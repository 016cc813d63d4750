"""singer-sdk's own tests of a tap, against the sandbox."""

from datetime import UTC, datetime, timedelta

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class

import tajo_sandbox
from tajo_sandbox.shopify import Switches
from tajo_sandbox.store import Store
from tap_shopify_tajo import TapShopify

# The class is made when this module is collected; the address comes with the fixture.
CONFIG = {
    "shop_url": "demo-store.myshopify.com",
    "api_url": "http://127.0.0.1:1",
    "access_token": "shpat_sandbox",
}


@pytest.fixture(scope="module", autouse=True)
def _shop():
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with tajo_sandbox.running(
        store=Store.generate(customers=30, orders=60, now=yesterday),
        brevo=False,
        control=False,
        switches=Switches(maximum_available=1e9, restore_rate=1e9, bulk_seconds=0.0),
    ) as shop:
        CONFIG["api_url"] = shop.platform_url
        yield


TestTapShopify = get_tap_test_class(
    TapShopify, config=CONFIG, suite_config=SuiteConfig(max_records_limit=20)
)
