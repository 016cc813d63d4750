"""The baseline: a tap as singer-sdk's template for REST APIs leaves it, one stream."""

from collections.abc import Mapping
from typing import Any, ClassVar

import requests
from singer_sdk import Stream, Tap
from singer_sdk import typing as th
from singer_sdk.authenticators import BearerTokenAuthenticator
from singer_sdk.pagination import BaseAPIPaginator
from singer_sdk.streams import RESTStream

TEXT, WHOLE = th.StringType, th.IntegerType
ADDRESS = th.ObjectType(
    th.Property("city", TEXT), th.Property("country", TEXT), th.Property("line1", TEXT),
    th.Property("line2", TEXT), th.Property("postal_code", TEXT), th.Property("state", TEXT),
)  # fmt: skip


class LastId(BaseAPIPaginator[str | None]):
    """Goes on after the last row."""

    def __init__(self) -> None:
        super().__init__(None)

    def get_next(self, response: requests.Response) -> str | None:
        """Return the last row's id."""
        data = response.json()["data"]
        return data[-1]["id"] if data else None

    def has_more(self, response: requests.Response) -> bool:
        """Say whether there is more."""
        return bool(response.json()["has_more"])


class Customers(RESTStream[str | None]):
    """Customers."""

    name = "customers"
    path = "/v1/customers"
    primary_keys = ("id",)
    records_jsonpath = "$.data[*]"
    schema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property("id", TEXT, required=True), th.Property("object", TEXT),
        th.Property("created", WHOLE), th.Property("email", TEXT), th.Property("name", TEXT),
        th.Property("phone", TEXT), th.Property("currency", TEXT), th.Property("balance", WHOLE),
        th.Property("delinquent", th.BooleanType), th.Property("livemode", th.BooleanType),
        th.Property("description", TEXT), th.Property("default_source", TEXT),
        th.Property("default_currency", TEXT), th.Property("discount", TEXT),
        th.Property("invoice_prefix", TEXT), th.Property("next_invoice_sequence", WHOLE),
        th.Property("preferred_locales", th.ArrayType(TEXT)), th.Property("tax_exempt", TEXT),
        th.Property("test_clock", TEXT), th.Property("address", ADDRESS),
        th.Property(
            "shipping",
            th.ObjectType(th.Property("address", ADDRESS), th.Property("name", TEXT)),
        ),
        th.Property(
            "invoice_settings",
            th.ObjectType(
                th.Property("custom_fields", TEXT), th.Property("footer", TEXT),
                th.Property("rendering", TEXT),
            ),
        ),
        th.Property("metadata", th.ObjectType(additional_properties=True)),
        th.Property(
            "tax", th.ObjectType(th.Property("automatic", TEXT), th.Property("ip", TEXT))
        ),
        th.Property("account", TEXT), th.Property("cash_balance", TEXT),
        th.Property("points", WHOLE), th.Property("rating", th.NumberType),
        th.Property("business_name", TEXT), th.Property("individual_name", TEXT),
    ).to_dict()  # fmt: skip

    @property
    def url_base(self) -> str:
        """The address."""
        return str(self.config["api_url"])

    @property
    def authenticator(self) -> BearerTokenAuthenticator:
        """The key in a header."""
        return BearerTokenAuthenticator(token=self.config["api_key"])

    def get_new_paginator(self) -> LastId:
        """Return the paginator."""
        return LastId()

    def get_url_params(
        self,
        context: Mapping[str, Any] | None,  # noqa: ARG002 - singer-sdk's signature
        next_page_token: str | None,
    ) -> dict[str, Any]:
        """Return the parameters of a page."""
        params: dict[str, Any] = {"limit": 100}
        if next_page_token:
            params["starting_after"] = next_page_token
        return params


class StockTap(Tap):
    """The tap."""

    name = "tap-stock"
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property("api_key", TEXT, required=True, secret=True),
        th.Property("api_url", TEXT, required=True),
    ).to_dict()

    def discover_streams(self) -> list[Stream]:
        """Return the stream."""
        return [Customers(self)]


if __name__ == "__main__":
    StockTap.cli()
