"""singer-sdk's own tests of a tap, for every table and against its stand-in."""

import pytest
import tap_harness
from singer_sdk.testing import SuiteConfig, get_tap_test_class
from singer_sdk.testing.runners import TapTestRunner

from tajo.demo.platforms import PLATFORMS
from tajo_connector_sdk.tap import make_tap

# A limit would stop at the first window of time, which may hold nothing.
WHOLE = SuiteConfig(max_records_limit=None)
# Nobody is asked while tests are collected: the streams are named by the table alone.
NOBODY = {"api_url": "http://127.0.0.1:1"}
# What the shop adds to its rows passes, which the schema says (additionalProperties).
OPEN = {"magento", "stripe", "woocommerce"}


def suite(connector):
    """singer-sdk's tests of one table, as a class that pytest collects."""
    tap_class = make_tap(connector)
    known = get_tap_test_class(
        tap_class,
        config={**PLATFORMS[connector.name].settings, **NOBODY},
        suite_config=WHOLE,
        parse_env_config=False,
    )

    @pytest.mark.parametrize("connector", [connector.name], indirect=True)
    class Suite(known):
        @pytest.fixture(scope="class")
        @classmethod
        def runner(cls, stage):
            config = {**stage.settings, "api_url": stage.sandbox.platform_url}
            made = TapTestRunner(tap_class, config, WHOLE, parse_env_config=False)
            made.sync_all()
            return made

        if connector.name in OPEN:
            test_tap_stream_record_schema_matches_transformed_catalog = None

    return Suite


for _name, _table in tap_harness.tables().items():
    globals()[f"Test{_name.title()}"] = suite(_table)
