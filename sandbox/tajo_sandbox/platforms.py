"""The platforms that the sandbox can stand in for: one row each.

A stand-in shows the store (``tajo_sandbox.store``: persons, goods, orders) in its platform's own
shapes. Its application keeps a log of requests on ``app.state.requests``; its switches have what
``faults.Faults`` has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tajo_sandbox import bigcommerce, magento, paypal, shopify, stripe, woocommerce
from tajo_sandbox.faults import unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.applications import Starlette

    from tajo_sandbox.store import Store


@dataclass(frozen=True, slots=True)
class Platform:
    """One stand-in.

    ``domain`` is the store's name on the platform, ``app`` makes the web application of a store
    and switches, ``credentials`` are what its switches accept from the start, in words, and
    ``accept`` lets them accept a further key. ``own_products`` are products that it shows beside
    those of the store.
    """

    name: str
    label: str
    domain: str
    app: Callable[[Store, Any], Starlette]
    switches: Callable[[], Any]
    credentials: str
    accept: Callable[[Any, str], None]
    own_products: int = 0


SHOPIFY = Platform(
    name="shopify",
    label="Shopify",
    domain="demo-store.myshopify.com",
    app=shopify.shopify_app,
    switches=shopify.Switches,
    credentials="access token shpat_sandbox, or client id sandbox-client with secret "
    "sandbox-secret",
    accept=lambda switches, key: switches.tokens.add(key),
)
WOOCOMMERCE = Platform(
    name="woocommerce",
    label="WooCommerce",
    domain="shop.example",
    app=woocommerce.woocommerce_app,
    switches=woocommerce.Switches,
    credentials="consumer key ck_sandbox with secret cs_sandbox",
    accept=lambda switches, key: switches.keys.update({key: woocommerce.DEFAULT_SECRET}),
)
BIGCOMMERCE = Platform(
    name="bigcommerce",
    label="BigCommerce",
    domain="demo-store.example.com",
    app=bigcommerce.bigcommerce_app,
    switches=bigcommerce.Switches,
    credentials=f"store hash {bigcommerce.STORE_HASH}, access token {bigcommerce.TOKEN}",
    accept=lambda switches, key: switches.tokens.add(key),
)
PAYPAL = Platform(
    name="paypal",
    label="PayPal",
    domain="demo-store.example.com",
    app=paypal.paypal_app,
    switches=paypal.Switches,
    credentials=f"client id {paypal.CLIENT_ID} with secret {paypal.CLIENT_SECRET}",
    accept=lambda switches, key: switches.clients.update({paypal.CLIENT_ID: key}),
)
STRIPE = Platform(
    name="stripe",
    label="Stripe",
    domain="acct_demo1Store",
    app=stripe.stripe_app,
    switches=stripe.Switches,
    credentials="api key rk_test_sandbox",
    accept=lambda switches, key: switches.keys.add(key),
    own_products=1,  # the club that members subscribe to
)
MAGENTO = Platform(
    name="magento",
    label="Magento",
    domain="shop.example",
    app=magento.magento_app,
    switches=magento.Switches,
    credentials="consumer ck-sandbox with secret cs-sandbox, token at-sandbox with as-sandbox",
    accept=lambda switches, key: switches.tokens.update({key: "as-sandbox"}),
)
PLATFORMS = {row.name: row for row in (SHOPIFY, WOOCOMMERCE, BIGCOMMERCE, PAYPAL, STRIPE, MAGENTO)}


def platform(name: str) -> Platform:
    """The row of a platform.

    Raises:
        ValueError: there is no stand-in of that name.
    """
    if name not in PLATFORMS:
        raise ValueError(unknown("platform", name, PLATFORMS))
    return PLATFORMS[name]
