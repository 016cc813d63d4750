"""A shop to read, as https and as plain http, and a way to read it in this process."""

import pytest
import tap_harness

from tap_woocommerce_tajo import WOOCOMMERCE

SETTINGS = {
    "site_url": "https://shop.example",
    "consumer_key": "ck_sandbox",
    "consumer_secret": "cs_sandbox",
    "consent_meta_keys": "marketing_opt_in,_newsletter.accepted",
}


class BehindTLS(tap_harness.Hasty):
    """Stands for the proxy that ends TLS before the shop and says so."""

    def send(self, method, url, *, headers=None, **rest):
        plain = url.replace("https://", "http://", 1)
        told = {**(headers or {}), "X-Forwarded-Proto": "https"}
        return super().send(method, plain, headers=told, **rest)

    def __init__(self, policy):
        origins = frozenset(one.replace("https:", "http:") for one in policy.origins)
        super().__init__(type(policy)(policy.origins | origins))


@pytest.fixture(autouse=True)
def _shell(clean_shell):
    """Keep what a person has exported for the tap out of its tests."""


carry = tap_harness.carry
open_shop = tap_harness.opening("woocommerce", products=12)


@pytest.fixture
def read():
    """A function that runs the tap to its end and returns what it wrote; ``tls``: as https."""

    def run(shop, state=None, *, connector=WOOCOMMERCE, tls=False, only=None, **config):
        url = shop.platform_url.replace("http:", "https:") if tls else shop.platform_url
        session = BehindTLS if tls else tap_harness.Hasty
        given = {**SETTINGS, "api_url": url, **config}
        return tap_harness.read(connector, given, state, only=only, session=session)

    return run


asked = tap_harness.asked
