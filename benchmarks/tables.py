"""The tables of this project that are measured, each with the stream that is read."""

from tajo_connector_sdk.table import Connector, Stream
from tap_stripe_tajo.table import CUSTOMERS, STRIPE
from tap_woocommerce_tajo.table import ORDERS, WOOCOMMERCE

TABLES: dict[str, tuple[Connector, Stream]] = {
    "stripe": (STRIPE, CUSTOMERS),
    "woocommerce": (WOOCOMMERCE, ORDERS),
}
