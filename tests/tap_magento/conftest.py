"""A shop to read, and a way to read it in this process."""

import pytest
import tap_harness

from tap_magento_tajo import MAGENTO

SETTINGS = {
    "rest_url": "https://shop.example/rest/all",
    "consumer_key": "ck-sandbox",
    "consumer_secret": "cs-sandbox",
    "access_token": "at-sandbox",
    "access_token_secret": "as-sandbox",
}
KEYS = tuple(SETTINGS)[1:]


@pytest.fixture(autouse=True)
def _shell(clean_shell):
    """Keep what a person has exported for the tap out of its tests."""


carry = tap_harness.carry
open_shop = tap_harness.opening("magento", products=12)


@pytest.fixture
def read():
    """A function that runs the tap to its end and returns what it wrote; ``keys``: others."""

    def run(shop, state=None, *, connector=MAGENTO, only=None, keys=None, **config):
        given = SETTINGS if keys is None else {"rest_url": SETTINGS["rest_url"], **keys}
        return tap_harness.read(
            connector, {**given, "api_url": shop.platform_url, **config}, state, only=only
        )

    return run


asked = tap_harness.asked
