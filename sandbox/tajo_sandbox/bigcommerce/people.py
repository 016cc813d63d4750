"""Customers and subscribers as BigCommerce V3 shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tajo_sandbox.bigcommerce.numbers import order_id, small

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tajo_sandbox.store import Address, Customer, Order, Store

Json = dict[str, Any]
INSIDE = 10
"""Addresses and attributes that come inside a customer at most."""
EVERY = 20
GUESTS = 500_000
"""Above this, ids of subscribers without an account."""


def addresses(customer: Customer, many: int) -> list[Json]:
    """Every address of a customer; each twentieth customer has `many`."""
    if customer.address is None:
        return []
    count = many if small("customer", customer.number) % EVERY == 0 else 1
    first = small("address", customer.address.number) * 100
    return [_address(customer, customer.address, first + n, n) for n in range(count)]


def _address(customer: Customer, at: Address, number: int, place: int) -> Json:
    return {
        "id": number,
        "customer_id": small("customer", customer.number),
        "first_name": at.first_name or "-",
        "last_name": at.last_name or "-",
        "company": at.company or "",
        "address1": at.address1 if place == 0 else f"{at.address1}, door {place}",
        "address2": at.address2 or "",
        "city": at.city,
        "state_or_province": at.province or "",
        "postal_code": at.zip,
        "country": at.country,
        "country_code": at.country_code,
        "phone": at.phone or "",
        "address_type": "residential",
    }


def attributes(customer: Customer, many: int) -> list[Json]:
    """Every attribute value of a customer, one for each of their tags."""
    number = small("customer", customer.number)
    values = list(customer.tags) or ["none"]
    if number % EVERY == 0:
        values = [f"value {n}" for n in range(many)]
    return [
        {
            "id": number * 100 + n,
            "attribute_id": n + 1,
            "attribute_value": value,
            "customer_id": number,
            "date_created": customer.created_at,
            "date_modified": customer.updated_at,
        }
        for n, value in enumerate(values)
    ]


def customer(row: Customer, include: set[str], many: int) -> Json:
    """One customer, with what `include` names; lists inside are cut at ten."""
    number = small("customer", row.number)
    places, marks = addresses(row, many), attributes(row, many)
    made = {
        "id": number,
        "email": row.email or "",
        "first_name": row.first_name or "",
        "last_name": row.last_name or "",
        "company": row.address.company or "" if row.address else "",
        "phone": row.phone or "",
        "registration_ip_address": "",
        "notes": row.note or "",
        "tax_exempt_category": "E" if row.tax_exempt else "",
        "customer_group_id": 0,
        "date_created": row.created_at,
        "date_modified": row.updated_at,
        "address_count": len(places),
        "attribute_count": len(marks),
        "authentication": {"force_password_reset": False},
        "accepts_product_review_abandoned_cart_emails": number % 2 == 0,
        "origin_channel_id": 2 if number % 5 == 0 else 1,
        "channel_ids": [1, 2] if number % 5 == 0 else [1],
    }
    parts = {
        "addresses": places[:INSIDE],
        "attributes": marks[:INSIDE],
        "storecredit": [{"amount": 43.15 if number % 10 == 0 else 0}],
        "formfields": [],
    }
    names = {"storecredit": "store_credit_amounts", "formfields": "form_fields"}
    return made | {names.get(name, name): parts[name] for name in include if name in parts}


def subscribers(store: Store) -> Iterator[tuple[int, str, Json]]:
    """Every subscriber: id, when it changed, how it is shown. E-mail addresses are unique."""
    taken = set()
    for row in store.customers.values():
        if row.email and row.email_consent.state in {"SUBSCRIBED", "UNSUBSCRIBED"}:
            taken.add(row.email.lower())
            number = small("customer", row.number)
            at = row.email_consent.updated_at or row.created_at
            names = (row.first_name or "", row.last_name or "")
            yes = row.email_consent.state == "SUBSCRIBED"
            yield number, at, _subscriber(number, row.email, names, at, yes=yes)
    for order in store.orders.values():
        if order.customer is None and order.email and order.accepts_marketing:
            if order.email.lower() in taken:
                continue
            taken.add(order.email.lower())
            number, at = GUESTS + order_id(order), order.created_at
            shown = _subscriber(number, order.email, ("", ""), at, yes=True, order=order)
            yield number, at, shown


def _subscriber(
    number: int,
    email: str,
    names: tuple[str, str],
    at: str,
    *,
    yes: bool,
    order: Order | None = None,
) -> Json:
    return {
        "id": number,
        "email": email,
        "first_name": names[0],
        "last_name": names[1],
        "source": "order" if order else "storefront",
        "order_id": order_id(order) if order else None,
        "channel_id": 1,
        "consents": ["marketing_newsletter"] if yes else [],
        "date_modified": at,
        "date_created": at,
    }
