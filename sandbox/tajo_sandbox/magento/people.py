"""Customers as Magento shows them; guests have no account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tajo_sandbox.magento.shapes import place, present, small, stamp

if TYPE_CHECKING:
    from tajo_sandbox.store import Customer


def email_of(row: Customer) -> str:
    """Every account has an address; who left none has one that the shop made up."""
    return row.email or f"account{small('customer', row.number)}@example.net"


def customer(row: Customer) -> dict[str, Any]:
    """A customer. `is_subscribed` is true or false: who never said anything is false as well."""
    number, home = small("customer", row.number), row.address
    addresses: list[dict[str, Any]] = []
    if home:
        region = {"region_code": home.province_code or "", "region": home.province or "",
                  "region_id": 0}  # fmt: skip
        addresses.append({
            "id": small("address", home.number), "customer_id": number, "region": region,
            "region_id": 0, **place(home), "telephone": row.phone or home.phone or "",
            "default_shipping": True, "default_billing": True,
        })  # fmt: skip
    default = str(addresses[0]["id"]) if addresses else None
    return present({
        "id": number, "group_id": 1, "default_billing": default, "default_shipping": default,
        "created_at": stamp(row.created_at), "updated_at": stamp(row.updated_at),
        "created_in": "Default Store View", "email": email_of(row),
        "firstname": row.first_name or "-", "lastname": row.last_name or "-",
        "prefix": "Dr." if number % 7 == 0 else None,
        "dob": "1990-05-17" if number % 3 == 0 else None,
        "taxvat": "DE123456789" if number % 5 == 0 else None, "gender": number % 3,
        "store_id": 1, "website_id": 1, "addresses": addresses, "disable_auto_group_change": 0,
        "extension_attributes": {"is_subscribed": row.email_consent.state == "SUBSCRIBED"},
        "custom_attributes": [{"attribute_code": "locale", "value": row.locale}],
    })  # fmt: skip
