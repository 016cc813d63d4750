"""The baseline: a target as singer-sdk's template for batches leaves it, posting to Brevo."""

from typing import Any, ClassVar

import requests
from singer_sdk import Target
from singer_sdk import typing as th
from singer_sdk.sinks import BatchSink

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


class Contacts(BatchSink):
    """Contacts, 5,000 at a time."""

    max_size = 5_000

    def process_batch(self, context: dict[str, Any]) -> None:
        """Post a batch."""
        rows = [contact(record) for record in context["records"]]
        answer = requests.post(
            f"{self.config['api_url']}/contacts/import",
            json={"listIds": [1], "jsonBody": rows},
            headers={"api-key": self.config["api_key"]},
            timeout=60,
        )
        answer.raise_for_status()


def contact(record: dict[str, Any]) -> dict[str, Any]:
    """Return what becomes of a record, by hand; the same fields as ``mapping.yml``."""
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


class StockTarget(Target):
    """The target."""

    name = "target-stock"
    default_sink_class = Contacts
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property("api_key", th.StringType, required=True, secret=True),
        th.Property("api_url", th.StringType, required=True),
    ).to_dict()


if __name__ == "__main__":
    StockTarget.cli()
