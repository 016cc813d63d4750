"""A stand-in for the Shopify Admin API, written from the vendor's schema and documentation."""

from tajo_sandbox.shopify.app import shopify_app
from tajo_sandbox.shopify.inprocess import Direct
from tajo_sandbox.shopify.switches import FAULTS, Fault, Switches

__all__ = ["FAULTS", "Direct", "Fault", "Switches", "shopify_app"]
