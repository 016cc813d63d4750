"""A stand-in for BigCommerce's REST API, written from the vendor's OpenAPI descriptions."""

from tajo_sandbox.bigcommerce.app import bigcommerce_app
from tajo_sandbox.bigcommerce.switches import STORE_HASH, TOKEN, Switches

__all__ = ["STORE_HASH", "TOKEN", "Switches", "bigcommerce_app"]
