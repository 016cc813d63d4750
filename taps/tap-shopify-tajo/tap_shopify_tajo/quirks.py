"""What Shopify does that no row of a table can say: pure functions, one for each fact.

Pages and dates: Shopify Admin GraphQL 2026-10 (schema and shopify.dev, checked 2026-11-24).
"""

from collections.abc import Mapping
from typing import Any

from tajo_connector_sdk.bulk import Operation, Started, Status
from tajo_connector_sdk.graphql import Fault, Search
from tajo_connector_sdk.incremental import time_text
from tajo_connector_sdk.pacing import Cost
from tajo_connector_sdk.table import Deletions
from tajo_connector_sdk.transport import Account

IDENTITY = """
query Identity {
  shop { myshopifyDomain }
  currentAppInstallation { accessScopes { handle } }
}
"""
BULK_RUN = """
mutation Run($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { id status }
    userErrors { code }
  }
}
"""
BULK_POLL = """
query Poll($id: ID!) { bulkOperation(id: $id) { id status errorCode objectCount url } }
"""
# What to do about a refusal, by HTTP status, and about a token that was not given.
HINTS = {
    401: "the access_token is not (or no longer) this shop's: compare it with the app's "
    "API credentials, and shop_url with the shop",
    402: "the shop is frozen until its bill is paid",
    403: "the shop or the app is blocked: look at the app's page in Shopify admin",
    404: "no shop of that name: compare shop_url with Settings > Domains",
    423: "the shop is locked: ask Shopify support",
}
NOT_LET_IN = {
    "shop_not_permitted": "app and shop have to be in the same organisation "
    "(dev.shopify.com > Stores); for a shop elsewhere use an access_token",
}
# Codes in errors[].extensions.code (shopify.dev, GraphQL Admin API reference, status and errors).
FAULTS = {
    "THROTTLED": Fault.THROTTLED,
    "MAX_COST_EXCEEDED": Fault.TOO_COSTLY,
    "ACCESS_DENIED": Fault.DENIED,
    "INTERNAL_SERVER_ERROR": Fault.LATER,
    "TIMEOUT": Fault.LATER,
}
# BulkOperationStatus (schema); CANCELING ends in CANCELED.
STATUSES = {
    "CREATED": Status.RUNNING,
    "RUNNING": Status.RUNNING,
    "CANCELING": Status.RUNNING,
    "COMPLETED": Status.DONE,
    "FAILED": Status.FAILED,
    "CANCELED": Status.CANCELED,
    "EXPIRED": Status.EXPIRED,
}
# BulkOperationUserErrorCode (schema): no room among the operations of this app and shop.
NO_ROOM = frozenset({"LIMIT_REACHED", "OPERATION_IN_PROGRESS"})


def search(wanted: Search) -> str:
    """Write a filter in Shopify's search syntax.

    Times are quoted and bear a Z (a time without a zone is read in the shop's); an unbounded side
    is left out (an empty value is an internal error there).
    """
    terms = list(wanted.terms)
    if wanted.window and wanted.window.low:
        terms.append(f"{wanted.name}:>='{time_text(wanted.window.low)}'")
    if wanted.window:
        terms.append(f"{wanted.name}:<'{time_text(wanted.window.high)}'")
    if wanted.above:
        terms.append(f"id:>{number_of(wanted.above)}")
    return " ".join(terms)


def number_of(gid: str) -> str:
    """Return the number in ``gid://shopify/Order/123?...``, which filters by id want."""
    return gid.rpartition("/")[2].partition("?")[0]


def kind_of(gid: str) -> str:
    """Return the type in ``gid://shopify/Order/123``, which tells children of a bulk file apart."""
    return gid.rpartition("/")[0].rpartition("/")[2]


def account(data: Mapping[str, Any]) -> Account:
    """Read the identity query; who may write may read (access scopes page)."""
    granted = {scope["handle"] for scope in data["currentAppInstallation"]["accessScopes"]}
    reads = {f"read_{handle.removeprefix('write_')}" for handle in granted}
    return Account(store=data["shop"]["myshopifyDomain"], scopes=frozenset(granted | reads))


def cost(said: Mapping[str, Any]) -> Cost | None:
    """Read ``extensions.cost``: what was asked for, and the state of the leaky bucket."""
    told = (said.get("extensions") or {}).get("cost") or {}
    bucket = told.get("throttleStatus")
    if not bucket:
        return None
    return Cost(
        requested=float(told.get("requestedQueryCost") or 0),
        available=float(bucket["currentlyAvailable"]),
        maximum=float(bucket["maximumAvailable"]),
        restore=float(bucket["restoreRate"]),
    )


def fault(error: Mapping[str, Any]) -> Fault:
    """Say what an error of an answer means; Shopify sends it with HTTP 200."""
    return FAULTS.get(str((error.get("extensions") or {}).get("code")), Fault.OTHER)


def bulk_started(data: Mapping[str, Any]) -> Started:
    """Read the answer to ``bulkOperationRunQuery``."""
    said = data.get("bulkOperationRunQuery") or {}
    errors = said.get("userErrors") or []
    codes = tuple(str(error.get("code") or "INVALID") for error in errors)
    operation = said.get("bulkOperation") or {}
    return Started(operation.get("id"), busy=bool(NO_ROOM.intersection(codes)), errors=codes)


def bulk_state(data: Mapping[str, Any]) -> Operation | None:
    """Read the answer to ``bulkOperation(id)``; None when Shopify knows it no more.

    ``objectCount`` is an UnsignedInt64, that is text. ``partialDataUrl`` is left alone: partial
    data is never loaded.
    """
    said = data.get("bulkOperation")
    if not said:
        return None
    return Operation(
        id=said["id"],
        status=STATUSES.get(said["status"], Status.RUNNING),
        objects=int(said.get("objectCount") or 0),
        url=said.get("url"),
        code=str(said.get("errorCode") or ""),
        denied=said.get("errorCode") == "ACCESS_DENIED",
    )


def deletions_of(subject: str) -> Deletions:
    """Return where the deletions of products and collections are told (kept for one year)."""
    return Deletions(
        "events",
        filters=(f"subject_type:{subject}", "action:destroy"),
        filter="created_at",
        sort="CREATED_AT",
        at="createdAt",
        selection="action createdAt ... on BasicEvent { subjectId }",
        read=deletion,
    )


def deletion(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Read an event of a deletion: the id of what is gone, or None for any other event."""
    subject = event.get("subjectId")
    return {"id": subject} if event.get("action") == "destroy" and subject else None
