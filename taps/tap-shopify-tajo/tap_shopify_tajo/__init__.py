"""tap-shopify-tajo: Shopify's customers, orders, products, abandoned checkouts and collections."""

from tajo_connector_sdk.tap import make_tap
from tap_shopify_tajo.table import SHOPIFY

TapShopify = make_tap(SHOPIFY)

__all__ = ["SHOPIFY", "TapShopify"]
