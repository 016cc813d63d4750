"""What the demo has to know of a platform beyond its table: one row each.

The settings are those that the sandbox's stand-in lets in; ``api_url`` comes beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform on the demo's stage.

    ``settings`` are the tap's. ``refuses``: somebody who says no in the store is blocked in
    Brevo, because the platform bears consent.
    """

    name: str
    label: str
    settings: Mapping[str, Any]
    refuses: bool = True

    @property
    def tap(self) -> str:
        """The command of the tap."""
        return f"tap-{self.name}-tajo"


SHOPIFY = Platform(
    "shopify",
    "Shopify",
    {"shop_url": "demo-store.myshopify.com", "access_token": "shpat_sandbox"},
)
WOOCOMMERCE = Platform(
    "woocommerce",
    "WooCommerce",
    {
        "site_url": "https://shop.example",
        "consumer_key": "ck_sandbox",
        "consumer_secret": "cs_sandbox",
        "consent_meta_keys": "marketing_opt_in,_newsletter.accepted",
    },
)
BIGCOMMERCE = Platform(
    "bigcommerce", "BigCommerce", {"store_hash": "sandbox1", "access_token": "bc_sandbox"}
)
PAYPAL = Platform(
    "paypal",
    "PayPal",
    {
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "calls_per_minute": 60_000,
    },
    refuses=False,
)
STRIPE = Platform("stripe", "Stripe", {"api_key": "rk_test_sandbox"}, refuses=False)
MAGENTO = Platform(
    "magento",
    "Magento",
    {
        "rest_url": "https://shop.example/rest/all",
        "consumer_key": "ck-sandbox",
        "consumer_secret": "cs-sandbox",
        "access_token": "at-sandbox",
        "access_token_secret": "as-sandbox",
        "cart_idle_minutes": 0,
    },
)
PLATFORMS = {row.name: row for row in (SHOPIFY, WOOCOMMERCE, BIGCOMMERCE, PAYPAL, STRIPE, MAGENTO)}


def plugin_settings(
    platform_url: str, brevo_url: str, platform: Platform = SHOPIFY
) -> dict[str, str]:
    """Return the variables that point the plugins at the stand-ins, with the sandbox's own keys."""
    tap = platform.tap.upper().replace("-", "_")
    given = {f"{tap}_{name.upper()}": str(value) for name, value in platform.settings.items()}
    return {
        **given,
        f"{tap}_API_URL": platform_url,
        "TARGET_BREVO_API_KEY": "xkeysib-sandbox",
        "TARGET_BREVO_API_URL": brevo_url,
    }
