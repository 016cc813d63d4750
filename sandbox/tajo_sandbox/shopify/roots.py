"""What the root fields of queries and mutations answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tajo_sandbox.shopify.bulk import InvalidBulkQuery, Planner
from tajo_sandbox.shopify.desk import Webhook
from tajo_sandbox.shopify.dialect import moment, number, word
from tajo_sandbox.shopify.errors import access_denied, bad_request
from tajo_sandbox.shopify.fields.sales import refund_of
from tajo_sandbox.shopify.listings import ZONE
from tajo_sandbox.shopify.lists import searched
from tajo_sandbox.shopify.paging import MAX_PAGE, Page, Sorting, cut
from tajo_sandbox.shopify.projection import SCOPE_OF

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLSchema

    from tajo_sandbox.shopify.view import View

    Arguments = dict[str, Any]
    Root = Callable[[View, Arguments], Any]

LISTS = {
    "customers": "customersCount",
    "orders": "ordersCount",
    "products": "productsCount",
    "productVariants": "productVariantsCount",
    "collections": "collectionsCount",
    "abandonedCheckouts": "abandonedCheckoutsCount",
    "draftOrders": "draftOrdersCount",
    "events": "eventsCount",
}
"""Root lists and the fields that count them."""

COUNT_SCOPES = {
    "customersCount": "read_customers",
    "ordersCount": "read_orders",
    "productsCount": "read_products",
    "productVariantsCount": "read_products",
    "collectionsCount": "read_products",
    "abandonedCheckoutsCount": "read_orders",
    "draftOrdersCount": "read_draft_orders",
}
SINGLES = ("customer", "order", "product", "productVariant", "collection", "draftOrder")


def roots(schema: GraphQLSchema) -> dict[str, Root]:
    """The resolver of every root field by name."""
    table: dict[str, Root] = {}
    for name, counter in LISTS.items():
        table[name] = _page(name)
        table[counter] = _count(name)
    for name in SINGLES:
        kind = name[0].upper() + name[1:]
        table[name] = lambda view, arguments, kind=kind: _found(view, arguments["id"], kind)  # type: ignore[misc]
    return {
        **table,
        "refund": lambda view, arguments: _found(view, arguments["id"], "Refund"),
        "node": lambda view, arguments: _node(view, arguments["id"]),
        "nodes": _nodes,
        "customerByIdentifier": _identified,
        "shop": lambda view, _: view.store,
        "currentAppInstallation": lambda view, _: view,
        "publicApiVersions": _versions,
        "bulkOperation": lambda view, arguments: view.desk.jobs.look(arguments["id"]),
        "bulkOperations": _operations,
        "bulkOperationRunQuery": lambda view, arguments: _run(schema, view, arguments),
        "bulkOperationCancel": _cancel,
        "webhookSubscriptions": _subscriptions,
        "webhookSubscriptionCreate": _subscribe,
        "webhookSubscriptionDelete": _unsubscribe,
    }


def _page(name: str) -> Root:
    def read(view: View, arguments: Arguments) -> Page:
        return view.desk.lists.page(name, view, arguments)

    return read


def _count(name: str) -> Root:
    def read(view: View, arguments: Arguments) -> dict[str, Any]:
        return view.desk.lists.count(name, view, arguments)

    return read


def _found(view: View, gid: str, kind: str) -> Any:
    if not gid.startswith(f"gid://shopify/{kind}/"):
        raise bad_request(f"Invalid global id '{gid}'")
    return _node(view, gid)


def _node(view: View, gid: str) -> Any:
    """The object with this id; None when there is none, or the caller may not see it."""
    if not gid.startswith("gid://shopify/"):
        raise bad_request(f"Invalid global id '{gid}'")
    if "/BulkOperation/" in gid:
        return view.desk.jobs.look(gid)
    row: Any = view.store.find(gid)
    if row is None:
        return None
    scope = SCOPE_OF.get(row.kind)
    if scope and scope not in view.scopes:
        raise access_denied(row.kind[0].lower() + row.kind[1:], scope)
    if row.kind == "Order":
        return view.order(row.number)
    return refund_of(row, view) if row.kind == "Refund" else row


def _nodes(view: View, arguments: Arguments) -> list[Any]:
    if len(arguments["ids"]) > MAX_PAGE:
        raise bad_request(f"The input array size of ids is greater than the maximum {MAX_PAGE}.")
    return [_node(view, gid) for gid in arguments["ids"]]


def _identified(view: View, arguments: Arguments) -> Any:
    wanted = arguments["identifier"]
    if wanted.get("id"):
        return _found(view, wanted["id"], "Customer")
    mail, phone = (wanted.get("emailAddress") or "").casefold(), wanted.get("phoneNumber")
    for row in view.store.customers.values():
        if (mail and (row.email or "").casefold() == mail) or (phone and row.phone == phone):
            return row
    return None


def _versions(view: View, _arguments: Arguments) -> list[dict[str, Any]]:
    known = [
        {"handle": handle, "displayName": handle, "supported": True}
        for handle in view.desk.switches.versions
    ]
    return [*known, {"handle": "unstable", "displayName": "Unstable", "supported": False}]


def _operations(view: View, arguments: Arguments) -> Page:
    fields = {
        "status": word(lambda look: look.status),
        "operation_type": word(lambda _look: "query"),
        "id": number(lambda look: look.number),
        "created_at": moment(lambda look: look.created_at, ZONE, view.store.clock),
    }
    looks = searched(view.desk.jobs.looks(), fields, arguments.get("query"))
    newest_first = {**arguments, "reverse": not arguments.get("reverse")}
    return cut(looks, Sorting("CREATED_AT", lambda look: look.created_at), newest_first)


def _problem(message: str, code: str, field: list[str] | None = None) -> dict[str, Any]:
    error = {"code": code, "message": message, "field": field}
    return {"bulkOperation": None, "userErrors": [error]}


def _run(schema: GraphQLSchema, view: View, arguments: Arguments) -> dict[str, Any]:
    jobs, switches = view.desk.jobs, view.desk.switches
    try:
        plan = Planner(schema, arguments["query"]).plan()
    except InvalidBulkQuery as problem:
        return _problem(str(problem), "INVALID", ["query"])
    if jobs.running() >= switches.bulk_limit:
        return _problem("Bulk operations limit reached. Please try again later.", "LIMIT_REACHED")
    job = jobs.start(arguments["query"], plan, view, grouped=arguments["groupObjects"])
    return {"bulkOperation": job.look(job.started, "CREATED"), "userErrors": []}


def _cancel(view: View, arguments: Arguments) -> dict[str, Any]:
    job = view.desk.jobs.find(arguments["id"])
    if job is None:
        problem = {"field": ["id"], "message": "Bulk operation does not exist"}
        return {"bulkOperation": None, "userErrors": [problem]}
    moment_ = view.desk.switches.clock()
    if job.status(moment_) not in {"CREATED", "RUNNING"}:
        problem = {"field": ["id"], "message": "A bulk operation that is done cannot be canceled"}
        return {"bulkOperation": job.look(moment_), "userErrors": [problem]}
    job.canceled = True
    return {"bulkOperation": job.look(moment_, "CANCELING"), "userErrors": []}


def _subscriptions(view: View, arguments: Arguments) -> Page:
    topics = arguments.get("topics")
    rows = [row for row in view.desk.webhooks.values() if not topics or row.topic in topics]
    return cut(rows, Sorting("CREATED_AT", lambda row: row.created_at), arguments)


def _subscribe(view: View, arguments: Arguments) -> dict[str, Any]:
    wanted = arguments["webhookSubscription"]
    uri = wanted.get("uri") or ""
    if not uri.startswith(("https://", "pubsub://", "arn:aws:events:")):
        message = "Address must be an https URL, a pubsub:// URI or an EventBridge ARN"
        problem = {"field": ["webhookSubscription", "uri"], "message": message}
        return {"webhookSubscription": None, "userErrors": [problem]}
    row = Webhook(
        number=next(view.desk.numbers),
        topic=arguments["topic"],
        uri=uri,
        format=wanted.get("format") or "JSON",
        filter=wanted.get("filter"),
        name=wanted.get("name"),
        include_fields=wanted.get("includeFields") or [],
        metafield_namespaces=wanted.get("metafieldNamespaces") or [],
        created_at=view.store.now(),
    )
    view.desk.webhooks[row.number] = row
    return {"webhookSubscription": row, "userErrors": []}


def _unsubscribe(view: View, arguments: Arguments) -> dict[str, Any]:
    number_ = arguments["id"].rpartition("/")[2]
    row = view.desk.webhooks.pop(int(number_), None) if number_.isdecimal() else None
    if row is None:
        problem = {"field": ["id"], "message": "Webhook subscription does not exist"}
        return {"deletedWebhookSubscriptionId": None, "userErrors": [problem]}
    return {"deletedWebhookSubscriptionId": row.gid, "userErrors": []}
