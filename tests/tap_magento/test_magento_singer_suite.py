"""singer-sdk's own tests of a tap, against the sandbox."""

from datetime import UTC, datetime, timedelta

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class

import tajo_sandbox
from tajo_sandbox.store import Store
from tap_magento_tajo import TapMagento

# The class is made when this module is collected; the address comes with the fixture.
CONFIG = {
    "rest_url": "https://shop.example/rest/all",
    "api_url": "http://127.0.0.1:1",
    "consumer_key": "ck-sandbox",
    "consumer_secret": "cs-sandbox",
    "access_token": "at-sandbox",
    "access_token_secret": "as-sandbox",
}


@pytest.fixture(scope="module", autouse=True)
def _shop():
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with tajo_sandbox.running(
        platform="magento",
        store=Store.generate(customers=20, orders=60, products=10, now=yesterday),
        brevo=False,
        control=False,
    ) as shop:
        CONFIG["api_url"] = shop.platform_url
        yield


SUITE = get_tap_test_class(
    TapMagento, config=CONFIG, suite_config=SuiteConfig(max_records_limit=20)
)


class TestTapMagento(SUITE):
    # Fields that the table does not declare pass, which the schema says (additionalProperties).
    test_tap_stream_record_schema_matches_transformed_catalog = None
