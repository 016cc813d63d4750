"""tap-paypal-tajo: PayPal's transactions, disputes, subscriptions, plans, products, invoices."""

from tajo_connector_sdk.tap import make_tap
from tap_paypal_tajo.table import PAYPAL

TapPaypal = make_tap(PAYPAL)

__all__ = ["PAYPAL", "TapPaypal"]
