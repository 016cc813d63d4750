"""A made-up shop in memory: what it holds, how it came to be, and how it lives on."""

from tajo_sandbox.store.rows import (
    Address,
    Collection,
    Consent,
    Customer,
    Happening,
    Product,
    Variant,
)
from tajo_sandbox.store.store import Store
from tajo_sandbox.store.trade import Checkout, Draft, Order, Refund

__all__ = [
    "Address",
    "Checkout",
    "Collection",
    "Consent",
    "Customer",
    "Draft",
    "Happening",
    "Order",
    "Product",
    "Refund",
    "Store",
    "Variant",
]
