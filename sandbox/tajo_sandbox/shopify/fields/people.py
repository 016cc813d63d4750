"""Customers, their consent and their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tajo_sandbox.shopify.fields.money import Money
from tajo_sandbox.shopify.fields.table import Entry, Table, no, nothing, yes

if TYPE_CHECKING:
    from tajo_sandbox.shopify.view import View
    from tajo_sandbox.store import Address, Customer


def guarded(attribute: str) -> Entry:
    """A field of protected customer data: null without the platform's approval."""

    def read(row: object, view: View) -> Any:
        return getattr(row, attribute) if view.protected else None

    return read


def name(row: Customer | Address, view: View) -> str | None:
    """First and last name in one."""
    parts = (row.first_name, row.last_name) if view.protected else ()
    return " ".join(part for part in parts if part) or None


def display_name(row: Customer, view: View) -> str:
    """The name, else the e-mail address or phone number; empty where it is protected."""
    return name(row, view) or (row.email or row.phone or "" if view.protected else "")


def _postal(row: Address, _view: View, arguments: dict[str, Any]) -> list[str]:
    lines = [row.address1, f"{row.zip} {row.city}", row.country]
    if arguments["withCompany"] and row.company:
        lines.insert(0, row.company)
    return lines if _view.protected else []


_CONSENT: dict[str, Entry] = {
    "optInLevel": "level",
    "collectedFrom": lambda consent, _: "SHOPIFY" if consent.updated_at else None,
}

PEOPLE: Table = {
    "Customer": {
        "firstName": guarded("first_name"),
        "lastName": guarded("last_name"),
        "displayName": display_name,
        "numberOfOrders": lambda row, _: str(row.orders_count),
        "amountSpent": lambda row, view: Money(row.spent, view.store.currency),
        "defaultEmailAddress": lambda row, view: row if view.protected and row.email else None,
        "defaultPhoneNumber": lambda row, view: row if view.protected and row.phone else None,
        "defaultAddress": "address",
        "addressesV2": lambda row, _: [row.address] if row.address else [],
        "lastOrder": lambda row, view: view.order(row.last_order),
        "canDelete": lambda row, _: row.orders_count == 0,
        "dataSaleOptOut": no,
        "multipassIdentifier": nothing,
        "lifetimeDuration": lambda row, _: f"since {row.created_at[:10]}",
    },
    "CustomerEmailAddress": {
        "emailAddress": "email",
        "marketingState": "email_consent.state",
        "marketingOptInLevel": "email_consent.level",
        "marketingUpdatedAt": "email_consent.updated_at",
        "validFormat": yes,
    },
    "CustomerPhoneNumber": {
        "phoneNumber": "phone",
        "smsMarketingConsent": "sms_consent",
        "whatsAppMarketingConsent": "whatsapp_consent",
    },
    "CustomerSmsMarketingConsent": _CONSENT,
    "CustomerWhatsAppMarketingConsent": _CONSENT,
    "MailingAddress": {
        "firstName": guarded("first_name"),
        "lastName": guarded("last_name"),
        "name": name,
        "address1": guarded("address1"),
        "address2": guarded("address2"),
        "zip": guarded("zip"),
        "phone": guarded("phone"),
        "countryCodeV2": "country_code",
        "formatted": _postal,
        "coordinatesValidated": no,
        "latitude": nothing,
        "longitude": nothing,
    },
}
