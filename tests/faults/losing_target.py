"""A loader as the SDK's own pattern makes them, with its sink's batches sent one row after another.

It exists to be seen losing: singer-sdk 0.54.9 drains inside the signal's handler. A SIGTERM in the
middle of a batch re-enters the drain with an empty batch, which succeeds, prints the newest state
and ends with 0, while the rows that were being sent are never sent. Nothing of ours is used.
"""

import requests
from singer_sdk import Target
from singer_sdk import typing as th
from singer_sdk.sinks import BatchSink


class ContactSink(BatchSink):
    """Posts customers as contacts; other streams are taken and let go."""

    max_size = 1000

    def process_batch(self, context):
        """Send a batch, one contact a call."""
        if self.stream_name != "customers":
            return
        with requests.Session() as session:
            session.headers["api-key"] = self.config["api_key"]
            for record in context.get("records", []):
                email = (record.get("defaultEmailAddress") or {}).get("emailAddress")
                if email:
                    body = {"email": email, "updateEnabled": True}
                    answer = session.post(f"{self.config['api_url']}/contacts", json=body)
                    answer.raise_for_status()


class LosingTarget(Target):
    """The stock target: nothing of its termination or of its drain is changed."""

    name = "losing-target"
    config_jsonschema = th.PropertiesList(
        th.Property("api_key", th.StringType, required=True, secret=True),
        th.Property("api_url", th.StringType, required=True),
    ).to_dict()
    default_sink_class = ContactSink


if __name__ == "__main__":
    LosingTarget.cli()
