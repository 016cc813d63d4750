"""A stand-in for PayPal's REST APIs, written from the vendor's descriptions."""

from tajo_sandbox.paypal.app import paypal_app
from tajo_sandbox.paypal.switches import ACCOUNT, CLIENT_ID, CLIENT_SECRET, Switches

__all__ = ["ACCOUNT", "CLIENT_ID", "CLIENT_SECRET", "Switches", "paypal_app"]
