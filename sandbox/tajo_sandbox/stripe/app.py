"""The stand-in as a web application."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.routing import Route

from tajo_sandbox import counter
from tajo_sandbox.mishaps import MESSAGES, json_response
from tajo_sandbox.stripe.asking import USUAL, Invalid, Question, expanded, question
from tajo_sandbox.stripe.book import LISTS, Book
from tajo_sandbox.stripe.people import Desk
from tajo_sandbox.stripe.shapes import Inner, listed
from tajo_sandbox.stripe.switches import Switches

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tajo_sandbox.store import Store

ACCOUNT = "acct_demo1Store"
VERSION = "2026-10-28.endive"
# Shown only where they are asked for (docs.stripe.com/api/expanding_objects).
INCLUDABLE = {"payments", "line_items"}
INSIDE = ("items", "lines", "payments", "line_items")
INNER = (
    "/v1/invoices/{of}/lines", "/v1/checkout/sessions/{of}/line_items", "/v1/subscription_items",
)  # fmt: skip
UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD = 401, 403, 404, 400


@dataclass(slots=True)
class Entry(counter.Entry):
    """One request in the log: `pairs` is its query as it came, `version` the API version asked."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    version: str = ""


def stripe_app(store: Store, switches: Switches | None = None) -> Starlette:
    """The Stripe stand-in for one store.

    It serves the lists that the tap's streams are made of under `/v1`, single rows of them, and
    the rest of lists inside them. Readable on `app.state`: `requests` (the log, see `Entry`),
    `switches`, `store`, and `desk` to change subscriptions.

    Args:
        store: what the account holds; it may be changed while it is served.
        switches: how the stand-in behaves; settable at any time.
    """
    stand_in = StandIn(store, switches or Switches())
    routes = [Route("/v1/account", stand_in.handler("account"), methods=["GET"])]
    for name in (*LISTS, "events"):
        path = f"/v1/{name}"
        routes.append(Route(path, stand_in.handler(name), methods=["GET"]))
        routes.append(Route(f"{path}/{{id}}", stand_in.handler(name), methods=["GET"]))
    routes += [Route(path, stand_in.handler("inner"), methods=["GET"]) for path in INNER]
    app = Starlette(routes=routes, exception_handlers={404: _no_route})
    app.state.requests, app.state.switches = stand_in.counter.requests, stand_in.switches
    app.state.store, app.state.desk = store, stand_in.book.desk
    return app


async def _no_route(request: Request, _error: Exception) -> Response:
    text = f"Unrecognized request URL (GET: {request.url.path})."
    return json_response(error(text), NOT_FOUND)


def error(message: str, **facts: Any) -> dict[str, Any]:
    """The body of any refusal."""
    return {"error": {"type": "invalid_request_error", "message": message, **facts}}


def failed(status: int) -> dict[str, Any]:
    """The body of a failure that a test asks for."""
    return {"error": {"type": "api_error", "message": MESSAGES.get(status, "Error")}}


class StandIn:
    """Answers the requests to one account."""

    def __init__(self, store: Store, switches: Switches) -> None:
        self.store, self.switches = store, switches
        self.book = Book(store, Desk(store))
        with store.lock:
            self.book.look()
        self.counter = counter.Counter(switches, failed)

    def handler(self, name: str) -> Any:
        """The endpoint of one list."""

        async def answer(request: Request) -> Response:
            query = request.query_params
            entry = Entry(
                self.store.now(), name, request.url.path, dict(query), pairs=query.multi_items(),
                version=request.headers.get("stripe-version", ""),
            )  # fmt: skip
            rows = entry.number("limit") or USUAL
            return await self.counter.serve(
                request, entry, lambda: self._permitted(request, entry), rows=rows
            )

        return answer

    def _permitted(self, request: Request, entry: Entry) -> Response:
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        if key not in self.switches.keys:
            return self._refused(entry, UNAUTHORIZED, error("Invalid API Key provided"))
        if entry.version and entry.version != VERSION:
            return self._refused(entry, BAD, error("Invalid Stripe API version"))
        if entry.root in self.switches.closed:
            text = "The provided key does not have the required permissions for this endpoint"
            return self._refused(entry, FORBIDDEN, error(text))
        try:
            with self.store.lock:
                self.book.look()
                return json_response(self._shown(request.path_params, entry))
        except Invalid as wrong:
            return self._refused(entry, BAD, error(wrong.why, param=wrong.name))
        except KeyError:
            missing = error("No such object", code="resource_missing", param="id")
            return self._refused(entry, NOT_FOUND, missing)

    def _refused(self, entry: Entry, status: int, body: dict[str, Any]) -> Response:
        entry.outcome = body["error"]["type"]
        return json_response(body, status)

    def _shown(self, where: dict[str, str], entry: Entry) -> Any:
        if entry.root == "account":
            return {"id": ACCOUNT, "object": "account", "country": "DE", "type": "standard"}
        if entry.root == "inner":
            return self._inner(where.get("of") or entry.params["subscription"], entry)
        if "id" in where:
            return self._one(where["id"], entry)
        asked = question(entry.root, entry.pairs)
        rows = self.book.events() if entry.root == "events" else [
            *self.book.lists[entry.root].values()
        ]  # fmt: skip
        found = [row for row in rows if holds(asked, row, entry.root)]
        found.sort(key=lambda row: (row["created"], row["id"]), reverse=True)
        page, more = paged(found, asked.after, asked.limit)
        shown = [self._whole(row, asked.expand, entry.version) for row in page]
        return listed(shown, f"/v1/{entry.root}", more=more)

    def _one(self, made: str, entry: Entry) -> Any:
        thing = self.book.gone.get(made) or self.book.lists[entry.root][made]
        if thing.get("deleted"):
            return {name: thing[name] for name in ("id", "object", "deleted")}
        return self._whole(thing, expanded(entry.pairs), entry.version)

    def _inner(self, made: str, entry: Entry) -> Any:
        thing = self.book.find(made)
        if thing is None:
            raise KeyError(made)
        name = next(one for one in ("items", "lines", "line_items") if one in thing)
        after, limit = entry.params.get("starting_after", ""), int(entry.params.get("limit", "10"))
        page, more = paged(thing[name], after, limit)
        return listed(page, entry.path, more=more)

    def _whole(self, row: dict[str, Any], expand: tuple[str, ...], version: str) -> dict[str, Any]:
        made = copy(row)
        for name in INSIDE:
            if name in INCLUDABLE and name not in expand:
                made.pop(name, None)
            elif isinstance(rows := made.get(name), Inner):
                page = rows[: self.switches.inner]
                made[name] = listed(page, rows.url, more=len(rows) > len(page))
        for path in expand:
            name, _, deeper = path.partition(".")
            if name not in INSIDE and isinstance(of := made.get(name), str | dict):
                made[name] = self._expanded(of, deeper)
        return made if version == VERSION else old(made)

    def _expanded(self, of: str | dict[str, Any], deeper: str) -> Any:
        found = of if isinstance(of, dict) else self.book.find(of)
        if found is None:  # long deleted: nothing but the id is left
            return {"id": of, "object": "customer", "deleted": True}
        found = {name: value for name, value in found.items() if name != "at"}
        if deeper and isinstance(found.get(deeper), str):
            found[deeper] = self._expanded(found[deeper], "")
        return found


def holds(asked: Question, row: dict[str, Any], root: str) -> bool:
    """Whether a row is asked for; cancelled subscriptions only where all are."""
    if not asked.low <= row["created"] < asked.high:
        return False
    if asked.types and row["type"] not in asked.types:
        return False
    if root == "subscriptions" and asked.status != "all":
        return bool(row["status"] == asked.status or (not asked.status and not row["ended_at"]))
    return True


def paged(rows: list[Any], after: str, limit: int) -> tuple[list[Any], bool]:
    """The rows after the one of this id.

    Raises:
        Invalid: there is no such row.
    """
    begin = 0
    if after:
        found = [place for place, row in enumerate(rows) if row["id"] == after]
        if not found:
            raise Invalid("starting_after", "No such object")
        begin = found[0] + 1
    return rows[begin : begin + limit], len(rows) > begin + limit


def old(row: dict[str, Any]) -> dict[str, Any]:
    """An object as versions before 2025 showed it, for requests that pin none."""
    if row.get("object") == "invoice":
        of = row.pop("parent")["subscription_details"]
        row |= {"subscription": of["subscription"], "paid": row["status"] == "paid"}
    if row.get("object") == "subscription":
        first = row["items"]["data"][0]
        for name in ("current_period_start", "current_period_end"):
            row[name] = first[name]
        row["items"] = row["items"] | {"data": [
            {name: value for name, value in item.items() if not name.startswith("current_")}
            for item in row["items"]["data"]
        ]}  # fmt: skip
    return row
