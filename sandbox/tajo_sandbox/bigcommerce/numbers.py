"""Ids, money and times as BigCommerce writes them.

The store's rows have numbers of another platform; here they are small running numbers.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from tajo_sandbox.store.baskets import FIRST_LINE
from tajo_sandbox.store.money import FIRST_REFUND
from tajo_sandbox.store.people import FIRST_ADDRESS, FIRST_CUSTOMER, STEP
from tajo_sandbox.store.sales import FIRST_NAME
from tajo_sandbox.store.shelf import FIRST_COLLECTION, FIRST_PRODUCT, FIRST_VARIANT

if TYPE_CHECKING:
    from tajo_sandbox.store import Order

_FIRST = {
    "customer": FIRST_CUSTOMER,
    "address": FIRST_ADDRESS,
    "product": FIRST_PRODUCT - STEP,
    "variant": FIRST_VARIANT,
    "category": FIRST_COLLECTION - STEP,
    "line": FIRST_LINE,
}
TRANSACTIONAL = frozenset({"GBP", "USD"})
"""Currencies that buyers pay in; all others are only shown to them."""


def small(kind: str, number: int) -> int:
    """The id of a row of the store."""
    return (number - _FIRST[kind]) // STEP


def order_id(order: Order) -> int:
    """The id of an order, the first one is 100."""
    return order.index - FIRST_NAME + 100


def refund_id(number: int) -> int:
    """The id of a refund."""
    return (number - FIRST_REFUND) // 3


def rate_of(order: Order) -> float:
    """Units of the currency that an order was paid in for one of the store's."""
    return order.rate if order.currency in TRANSACTIONAL else 1.0


def four(cents: int, rate: float = 1.0) -> str:
    """Money as V2 has it: `12.5000`."""
    return f"{round(cents * rate) / 100:.4f}"


def two(cents: int, rate: float = 1.0) -> float:
    """Money as V3 has it: a number."""
    return round(cents * rate) / 100


@lru_cache(4096)
def mail(at: str) -> str:
    """A time as V2 has it (RFC 2822)."""
    return format_datetime(datetime.fromisoformat(at))


def offset(at: str) -> str:
    """A time as the catalog has it: `2018-08-24T14:41:00+00:00`."""
    return at.replace("Z", "+00:00")
