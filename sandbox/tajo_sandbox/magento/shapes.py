"""How this platform writes ids, money and times."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from tajo_sandbox.store.baskets import FIRST_LINE
from tajo_sandbox.store.money import FIRST_REFUND
from tajo_sandbox.store.people import FIRST_ADDRESS, FIRST_CUSTOMER, STEP
from tajo_sandbox.store.sales import FIRST_CHECKOUT, FIRST_ORDER
from tajo_sandbox.store.shelf import FIRST_COLLECTION, FIRST_PRODUCT, FIRST_VARIANT

if TYPE_CHECKING:
    from tajo_sandbox.store import Address

FIRST = {
    "customer": (FIRST_CUSTOMER, STEP, 0), "address": (FIRST_ADDRESS, STEP, 1),
    "order": (FIRST_ORDER, STEP, 1), "line": (FIRST_LINE, STEP, 1),
    "cart": (FIRST_CHECKOUT, STEP, 100), "product": (FIRST_PRODUCT, STEP, 1),
    "variant": (FIRST_VARIANT, STEP, 20_000), "category": (FIRST_COLLECTION, STEP, 3),
    "creditmemo": (FIRST_REFUND, 3, 1),
}  # fmt: skip
"""The store's first number of a kind, the step, and the first id here."""
NUMBER = re.compile(rb'"\\u0001([^"\\]+)"')


def small(kind: str, number: int) -> int:
    """The id of a row of the store on this platform."""
    first, step, offset = FIRST[kind]
    return offset + (number - first) // step


def money(cents: float) -> float:
    """An amount as this platform has it: a number of four decimals at most."""
    return round(cents / 100, 4)


def stamp(at: str | None) -> str | None:
    """A time: UTC, a space in the middle, and no mark of the zone."""
    return at.replace("T", " ").removesuffix("Z")[:19] if at else None


def body_of(said: Any, *, noisy: bool) -> bytes:
    """JSON; `noisy` writes 17 digits of every number that is no whole one."""
    if not noisy:
        return orjson.dumps(said)
    return NUMBER.sub(rb"\1", orjson.dumps(_marked(said)))


def _marked(said: Any) -> Any:
    if isinstance(said, float) and not said.is_integer():
        return f"\u0001{said:.17g}"
    if isinstance(said, dict):
        return {name: _marked(value) for name, value in said.items()}
    return [_marked(one) for one in said] if isinstance(said, list) else said


def place(row: Address) -> dict[str, Any]:
    """What addresses of customers, orders and carts have in common."""
    return {
        "firstname": row.first_name or "", "lastname": row.last_name or "",
        "company": row.company or "", "city": row.city, "postcode": row.zip,
        "country_id": row.country_code, "telephone": row.phone or "",
        "street": [row.address1, *([row.address2] if row.address2 else [])],
    }  # fmt: skip


def present(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what is null: this platform leaves that out."""
    return {name: value for name, value in row.items() if value is not None}
