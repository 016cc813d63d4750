"""The mapping alone, in µs of CPU a record: as one function, as plain makers, as SDK maps.

``mapping-plain`` are eight plain fields of a Shopify customer, beside the SDK's stream maps doing
the same without what they have no words for; ``mapping-whole`` is the customer by ``shopify.yml``,
three consents included, beside the plain makers of the same mapping, and ``mapping-sdk`` the same
beside SDK maps of its attributes: no consent, no lists, no phone numbers, no refusals.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from singer_sdk.mapper import CustomStreamMap

from tajo_mapping.compiled import compile_mapping

TURNS, RECORDS = 9, 1_000
CUSTOMER: Mapping[str, Any] = {
    "id": "gid://shopify/Customer/71", "_tajo_store": "shop.example",
    "createdAt": "2025-03-01T08:00:00Z", "updatedAt": "2026-11-20T10:00:00Z",
    "state": "ENABLED", "locale": "fr", "note": None, "tags": ["vip", "wholesale"],
    "firstName": "Ada", "lastName": "Byron", "displayName": "Ada Byron", "numberOfOrders": "3",
    "amountSpent": {"amount": "120.50", "currencyCode": "EUR"},
    "defaultEmailAddress": {
        "emailAddress": "ada@example.com", "marketingState": "SUBSCRIBED",
        "marketingUpdatedAt": "2026-01-02T03:04:05Z",
    },
    "defaultPhoneNumber": {
        "phoneNumber": "+33612345678",
        "smsMarketingConsent": {"state": "SUBSCRIBED", "updatedAt": "2026-01-02T03:04:05Z"},
        "whatsAppMarketingConsent": {"state": "UNSUBSCRIBED", "updatedAt": "2026-02-03T00:00:00Z"},
    },
    "defaultAddress": {"city": "Lyon", "countryCodeV2": "FR"},
    "lastOrder": {"id": "gid://shopify/Order/9", "createdAt": "2026-11-19T23:30:00Z"},
}  # fmt: skip
PLAIN = {
    "id": "ext_id", "firstName": "FIRSTNAME", "lastName": "LASTNAME", "displayName": "FULL_NAME",
    "state": "STATE", "locale": "LANGUAGE", "note": "NOTE", "defaultAddress.city": "CITY",
}  # fmt: skip
_PLATFORM = {
    "platform": "bench",
    "main": "customers",
    "streams": {
        "customers": {
            "contact": {"field_mapping": {**PLAIN, "defaultEmailAddress.emailAddress": "email"}}
        }
    },
}
SDK_PLAIN = {
    "EMAIL": "defaultEmailAddress['emailAddress'].lower()", "EXT_ID": "id",
    "FIRSTNAME": "firstName", "LASTNAME": "lastName", "FULL_NAME": "displayName",
    "STATE": "state", "LANGUAGE": "locale", "NOTE": "note", "CITY": "defaultAddress['city']",
}  # fmt: skip
SDK_WHOLE = {
    "EMAIL": "defaultEmailAddress['emailAddress'].lower()", "EXT_ID": "id",
    "FIRSTNAME": "firstName", "LASTNAME": "lastName", "LANGUAGE": "locale",
    "SMS": "defaultPhoneNumber['phoneNumber']", "TOTAL_SPENT": "float(amountSpent['amount'])",
    "CURRENCY": "amountSpent['currencyCode']", "ORDER_COUNT": "int(numberOfOrders)",
    "LAST_ORDER_DATE": "lastOrder['createdAt']", "CITY": "defaultAddress['city']",
    "COUNTRY": "defaultAddress['countryCodeV2']", "TAGS": "', '.join(tags)",
}  # fmt: skip
Step = Callable[[dict[str, Any]], Any]


def sdk(maps: Mapping[str, str]) -> Step:
    """Return the SDK's stream maps of these expressions."""
    schema = {"type": "object", "properties": {name: {} for name in CUSTOMER}}
    made = CustomStreamMap(
        "customers", {}, {}, schema, ["EXT_ID"],
        {**maps, "__else__": None, "__key_properties__": ["EXT_ID"]}, None,
    )  # fmt: skip
    return made.transform


def both(name: str) -> tuple[Step, Step, float]:
    """Return the two steps of a case, and the most µs that ours may take."""
    if name == "mapping-plain":
        plain = compile_mapping("bench", overlay=_PLATFORM).bind("customers", "shop")
        return sdk(SDK_PLAIN), plain.operations, 2.0
    whole = compile_mapping("shopify").bind("customers", "shop")
    return (sdk(SDK_WHOLE) if name == "mapping-sdk" else whole.plain), whole.operations, 10.0


CASES = ("mapping-plain", "mapping-whole", "mapping-sdk")


def spent(step: Step) -> float:
    """Return the CPU seconds of many records."""
    begun = time.process_time()
    for _ in range(RECORDS):
        step(dict(CUSTOMER))
    return time.process_time() - begun


def measured(name: str) -> list[str]:
    """Return the line of a case: the best of several turns, for the disturbed ones are longer."""
    theirs, ours, most = both(name)
    whole = theirs(dict(CUSTOMER)) == ours(dict(CUSTOMER)) or theirs.__name__ == "transform"
    turns = [(spent(theirs), spent(ours), spent(len)) for _ in range(TURNS)]
    loop = min(turn[2] for turn in turns)
    one, other = ((min(turn[side] for turn in turns) - loop) * 1e6 / RECORDS for side in (0, 1))
    return [
        name, f"{one:.1f} us", f"{other:.1f} us", f"x{one / other:.2f}", f"<= {most:g} us",
        "yes" if other <= most else "NO", "", "", "whole" if whole else "NOT WHOLE",
        f"{TURNS} / {TURNS}",
    ]  # fmt: skip
