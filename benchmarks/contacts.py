"""What becomes of a record by hand, and the same as stream maps; the fields of ``mapping.yml``."""

from typing import Any

NAMES = {
    "FIRSTNAME": "name", "LASTNAME": "business_name", "SMS": "phone", "WHATSAPP": "phone",
    "BALANCE": "balance", "POINTS": "points", "RATING": "rating", "CURRENCY": "currency",
}  # fmt: skip

# The same as stream maps of the tap, for the pipe.
MAPS = {
    "email": "email.lower()", **NAMES, "CITY": "address['city']", "COUNTRY": "address['country']",
    "LANGUAGES": "', '.join(preferred_locales)", "EXT_ID": "id",
    "__else__": None, "__key_properties__": ["EXT_ID"],
}  # fmt: skip


def contact(record: dict[str, Any]) -> dict[str, Any]:
    """Return what becomes of a record, or the contact that maps made of one."""
    if "EXT_ID" in record:
        return {
            "email": record["email"],
            "attributes": {name: record[name] for name in MAPS if name.isupper()},
        }
    attributes = {name: record[field] for name, field in NAMES.items()}
    attributes["CITY"] = record["address"]["city"]
    attributes["COUNTRY"] = record["address"]["country"]
    attributes["LANGUAGES"] = ", ".join(record["preferred_locales"])
    attributes["RATING"] = float(record["rating"])  # a Decimal is no JSON
    attributes["EXT_ID"] = record["id"]
    return {"email": record["email"].lower(), "attributes": attributes}
