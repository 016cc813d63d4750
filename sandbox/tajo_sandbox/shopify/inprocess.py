"""Asking the Shopify stand-in without a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from tajo_sandbox import direct
from tajo_sandbox.shopify.switches import DEFAULT_TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp


class Direct(direct.Direct):
    """A client that calls the stand-in straight.

    Args:
        app: the application.
        token: sent as access token unless None.
        version: API version asked for by `query`.
    """

    def __init__(
        self, app: ASGIApp, token: str | None = DEFAULT_TOKEN, version: str = "2026-10"
    ) -> None:
        key = {} if token is None else {"x-shopify-access-token": token}
        super().__init__(app, {"content-type": "application/json", **key})
        self.version = version

    def query(self, text: str, variables: Mapping[str, Any] | None = None) -> Any:
        """Ask GraphQL; gives the JSON of the answer, errors and all."""
        body = orjson.dumps({"query": text, "variables": dict(variables or {})})
        return self.send("POST", f"/admin/api/{self.version}/graphql.json", body).json()
