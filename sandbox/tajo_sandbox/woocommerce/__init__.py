"""A stand-in for a WooCommerce shop, written from its docs, its source and a recorded shop."""

from tajo_sandbox.woocommerce.app import woocommerce_app
from tajo_sandbox.woocommerce.switches import DEFAULT_KEY, DEFAULT_SECRET, Switches

__all__ = ["DEFAULT_KEY", "DEFAULT_SECRET", "Switches", "woocommerce_app"]
