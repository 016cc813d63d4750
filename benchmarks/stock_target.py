"""The baseline: a target as singer-sdk's template for batches leaves it, posting to Brevo."""

from typing import Any, ClassVar

import requests
from singer_sdk import Target
from singer_sdk import typing as th
from singer_sdk.sinks import BatchSink

from benchmarks.contacts import contact


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
