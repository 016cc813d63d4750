"""Errors as the platform words them, each with the code that tells a client what to do."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

DOCS = "https://shopify.dev/api/usage"


class Refused(GraphQLError):
    """A request that the stand-in answers with an error, its `code` in `extensions`."""

    def __init__(self, message: str, code: str, **extensions: Any) -> None:
        super().__init__(message, extensions={"code": code, **extensions})

    @property
    def code(self) -> str:
        """The machine-readable code."""
        return str((self.extensions or {}).get("code"))


def bad_request(message: str) -> Refused:
    """Arguments that cannot be served."""
    return Refused(message, "BAD_REQUEST")


def internal() -> Refused:
    """The platform's own failure, also what an empty filter value ends in."""
    return Refused(
        "Internal error. Looks like something went wrong on our end.\n"
        "Request ID: 00000000-0000-4000-8000-000000000000 (include this in support requests).",
        "INTERNAL_SERVER_ERROR",
        requestId="00000000-0000-4000-8000-000000000000",
    )


def access_denied(field: str, scope: str) -> Refused:
    """The token lacks a scope."""
    required = f"`{scope}` access scope."
    return Refused(
        f"Access denied for {field} field. Required access: {required}",
        "ACCESS_DENIED",
        documentation=f"{DOCS}/access-scopes",
        requiredAccess=required,
    )


def throttled() -> Refused:
    """The bucket does not hold what the query asks for; try again later."""
    return Refused("Throttled", "THROTTLED", documentation=f"{DOCS}/rate-limits")


def too_expensive(cost: int, limit: int) -> Refused:
    """One query asks for more than any query may; waiting does not help."""
    return Refused(
        f"Query cost is {cost}, which exceeds the single query max cost limit ({limit}).",
        "MAX_COST_EXCEEDED",
        cost=cost,
        maxCost=limit,
        documentation=f"{DOCS}/rate-limits",
    )
