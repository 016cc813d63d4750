"""tap-bigcommerce-tajo: BigCommerce's customers, subscribers, orders, refunds and catalog."""

from tajo_connector_sdk.tap import make_tap
from tap_bigcommerce_tajo.table import BIGCOMMERCE

TapBigcommerce = make_tap(BIGCOMMERCE)

__all__ = ["BIGCOMMERCE", "TapBigcommerce"]
