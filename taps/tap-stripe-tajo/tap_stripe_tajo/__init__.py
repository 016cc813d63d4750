"""tap-stripe-tajo: Stripe's customers, subscriptions, invoices, payments, goods and checkouts."""

from tajo_connector_sdk.tap import make_tap
from tap_stripe_tajo.table import STRIPE

TapStripe = make_tap(STRIPE)

__all__ = ["STRIPE", "TapStripe"]
