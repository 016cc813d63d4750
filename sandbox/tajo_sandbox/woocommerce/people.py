"""Customers as WooCommerce shows them: accounts of WordPress; guests have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tajo_sandbox.woocommerce.shapes import address, links, small, stamps

if TYPE_CHECKING:
    from tajo_sandbox.store import Customer

MARKETING = "marketing_opt_in"
"""The key under which this shop's plugin keeps the newsletter consent."""
SAID = {"SUBSCRIBED": "yes", "UNSUBSCRIBED": "no"}
ADMINISTRATOR = 1


def email_of(row: Customer) -> str:
    """Every account has an address; who left none has one that the shop made up."""
    return row.email or f"account{small('customer', row.number)}@example.net"


def customer(row: Customer, base: str, zone: int) -> dict[str, Any]:
    """A customer; the consent stands in `meta_data`, and only where a yes or no was said."""
    number = small("customer", row.number)
    said = SAID.get(row.email_consent.state)
    meta: list[dict[str, Any]] = [
        {"id": number * 10, "key": "wc_last_active", "value": "1795478400"}
    ]
    if said:
        meta.append({"id": number * 10 + 1, "key": MARKETING, "value": said})
    return {
        "id": number,
        **stamps(zone, date_created=row.created_at, date_modified=row.updated_at),
        "email": email_of(row), "first_name": row.first_name or "",
        "last_name": row.last_name or "", "role": "customer", "username": f"user{number}",
        "billing": address(row.address, row.phone, email_of(row)),
        "shipping": address(row.address, None),
        "is_paying_customer": row.spent > 0,
        "avatar_url": f"https://secure.gravatar.com/avatar/{number:032x}?s=96&d=mm&r=g",
        "meta_data": meta, **links(base, "/customers", number),
    }  # fmt: skip


def administrator(base: str, zone: int, opened: str) -> dict[str, Any]:
    """Who runs the shop: an account without a time of change."""
    return {
        "id": ADMINISTRATOR, **stamps(zone, date_created=opened, date_modified=None),
        "email": "admin@example.com", "first_name": "", "last_name": "", "role": "administrator",
        "username": "admin", "billing": address(None, None, ""), "shipping": address(None, None),
        "is_paying_customer": False,
        "avatar_url": "https://secure.gravatar.com/avatar/0?s=96&d=mm&r=g", "meta_data": [],
        **links(base, "/customers", ADMINISTRATOR),
    }  # fmt: skip
