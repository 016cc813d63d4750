"""The baseline for WooCommerce: a tap as singer-sdk's template for REST APIs leaves it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from requests.auth import HTTPBasicAuth
from singer_sdk import Stream, Tap
from singer_sdk import typing as th
from singer_sdk.pagination import BasePageNumberPaginator
from singer_sdk.streams import RESTStream

from benchmarks.shop import PATH
from tajo_connector_sdk.fields import schema_of
from tap_woocommerce_tajo.table import ORDERS

TEXT = th.StringType


class Pages(BasePageNumberPaginator):
    """Goes on while the shop says that there are more pages."""

    def has_more(self, response: Any) -> bool:
        """Say whether there is more."""
        return int(response.headers["X-WP-TotalPages"]) > self.current_value


class Orders(RESTStream[int]):
    """Orders, with the schema of our table."""

    name = "orders"
    path = PATH
    primary_keys = ("id",)
    records_jsonpath = "$[*]"
    schema: ClassVar[dict[str, Any]] = schema_of(ORDERS.fields, ("id",))

    @property
    def url_base(self) -> str:
        """The address."""
        return str(self.config["api_url"])

    @property
    def authenticator(self) -> HTTPBasicAuth:
        """The key in a header."""
        return HTTPBasicAuth(self.config["api_key"], "secret")

    def get_new_paginator(self) -> Pages:
        """Return the paginator."""
        return Pages(start_value=1)

    def get_url_params(
        self,
        context: Mapping[str, Any] | None,  # noqa: ARG002 - singer-sdk's signature
        next_page_token: int | None,
    ) -> dict[str, Any]:
        """Return the parameters of a page."""
        return {"per_page": 100, "page": next_page_token or 1, "orderby": "id", "order": "asc"}


class StockShop(Tap):
    """The tap."""

    name = "tap-stock-shop"
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property("api_key", TEXT, required=True, secret=True),
        th.Property("api_url", TEXT, required=True),
    ).to_dict()

    def discover_streams(self) -> list[Stream]:
        """Return the stream."""
        return [Orders(self)]


if __name__ == "__main__":
    StockShop.cli()
