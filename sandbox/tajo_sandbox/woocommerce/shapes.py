"""How this platform writes ids, money and times."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tajo_sandbox.store.people import FIRST_CUSTOMER, STEP
from tajo_sandbox.store.sales import FIRST_CHECKOUT, FIRST_ORDER
from tajo_sandbox.store.shelf import FIRST_COLLECTION, FIRST_PRODUCT, FIRST_VARIANT

if TYPE_CHECKING:
    from tajo_sandbox.store import Address

FIRST = {
    "customer": (FIRST_CUSTOMER, 1), "order": (FIRST_ORDER, 100_000),
    "draft": (FIRST_CHECKOUT, 900_000), "product": (FIRST_PRODUCT, 1_000),
    "variation": (FIRST_VARIANT, 20_000), "category": (FIRST_COLLECTION, 15),
}  # fmt: skip
"""The store's first number of a kind, and what it is called here: posts share one row of ids."""


def small(kind: str, number: int) -> int:
    """The id of a row of the store on this platform."""
    first, offset = FIRST[kind]
    return offset + (number - first) // STEP


def money(cents: int) -> str:
    """An amount as text with two decimals."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def escaped(title: str) -> str:
    """A term's name, and a product's as WordPress keeps it for whoever may not write HTML."""
    return title.replace("&", "&amp;")


def stamps(zone_hours: int, **times: str | None) -> dict[str, Any]:
    """Each time twice: in the site's zone, and with `_gmt`; both without a mark of the zone."""
    made: dict[str, Any] = {}
    for name, text in times.items():
        made[name], made[f"{name}_gmt"] = None, None
        if text:
            at = datetime.fromisoformat(text).replace(tzinfo=None)
            made[name] = (at + timedelta(hours=zone_hours)).isoformat()
            made[f"{name}_gmt"] = at.isoformat()
    return made


def address(row: Address | None, phone: str | None, email: str | None = None) -> dict[str, str]:
    """An address; nothing is null here, what is not known is empty. A phone number is free text."""
    made = {
        "first_name": (row and row.first_name) or "", "last_name": (row and row.last_name) or "",
        "company": (row and row.company) or "", "address_1": (row and row.address1) or "",
        "address_2": (row and row.address2) or "", "city": (row and row.city) or "",
        "state": (row and row.province_code) or "", "postcode": (row and row.zip) or "",
        "country": (row and row.country_code) or "",
    }  # fmt: skip
    told = {} if email is None else {"email": email}
    return made | told | {"phone": phone or (row and row.phone) or ""}


def links(base: str, path: str, number: int) -> dict[str, Any]:
    """The links that stand in every row."""
    allow = {"allow": ["GET", "POST", "PUT", "PATCH", "DELETE"]}
    return {
        "_links": {
            "self": [{"href": f"{base}{path}/{number}", "targetHints": allow}],
            "collection": [{"href": f"{base}{path}"}],
        }
    }
