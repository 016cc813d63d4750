"""singer-sdk's own tests of a tap, against the sandbox."""

from datetime import UTC, datetime, timedelta

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class

import tajo_sandbox
from tajo_sandbox.store import Store
from tap_stripe_tajo import TapStripe

# The class is made when this module is collected; the address comes with the fixture.
CONFIG = {"api_url": "http://127.0.0.1:1", "api_key": "rk_test_sandbox"}


@pytest.fixture(scope="module", autouse=True)
def _shop():
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with tajo_sandbox.running(
        platform="stripe",
        store=Store.generate(customers=20, orders=60, products=10, now=yesterday),
        brevo=False,
        control=False,
    ) as shop:
        CONFIG["api_url"] = shop.platform_url
        yield


SUITE = get_tap_test_class(TapStripe, config=CONFIG, suite_config=SuiteConfig(max_records_limit=20))


class TestTapStripe(SUITE):
    # Fields that the table does not declare pass, which the schema says (additionalProperties).
    test_tap_stream_record_schema_matches_transformed_catalog = None
