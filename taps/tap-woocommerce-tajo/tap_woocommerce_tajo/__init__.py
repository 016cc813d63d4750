"""tap-woocommerce-tajo: WooCommerce's customers, orders, refunds, products, categories, coupons."""

from tajo_connector_sdk.tap import make_tap
from tap_woocommerce_tajo.table import WOOCOMMERCE

TapWoocommerce = make_tap(WOOCOMMERCE)

__all__ = ["WOOCOMMERCE", "TapWoocommerce"]
