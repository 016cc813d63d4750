"""The stand-in as a web application."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from tajo_sandbox import counter
from tajo_sandbox.magento.asking import Invalid, Question, question
from tajo_sandbox.magento.door import LIVES, Caller, Door, Refused
from tajo_sandbox.magento.lists import Item, Lists, store_configs
from tajo_sandbox.magento.shapes import body_of
from tajo_sandbox.magento.switches import Switches
from tajo_sandbox.mishaps import json_response

if TYPE_CHECKING:
    from starlette.requests import Request

    from tajo_sandbox.store import Store

# Path behind /V1, name of the list, what an integration must be granted for it.
LISTS = {
    "customers/search": ("customers", "Magento_Customer::customer"),
    "orders": ("orders", "Magento_Sales::actions_view"),
    "creditmemos": ("creditmemos", "Magento_Sales::sales_creditmemo"),
    "products": ("products", "Magento_Catalog::products"),
    "categories/list": ("categories", "Magento_Catalog::categories"),
    "carts/search": ("carts", "Magento_Cart::manage"),
    "store/storeConfigs": ("stores", "Magento_Backend::store"),
}
FIELDS = re.compile(r"items\[([\w,]+)\]")
ENDS_EMPTY = frozenset({"products", "categories"})
"""Lists whose page behind the last one is empty; the others give the last one again."""
INTERNAL = "Internal Error. Details are available in Magento log file. Report ID: webapi-5f1a"
MESSAGES = {401: "The signature is invalid. Verify and try again.", 404: "Request does not match "
            "any route.", 500: INTERNAL, 503: "Service Temporarily Unavailable"}  # fmt: skip


@dataclass(slots=True)
class Entry(counter.Entry):
    """One request in the log; `way` is how it was let in: `oauth`, `bearer`, `ims`, or empty."""

    way: str = ""


def magento_app(store: Store, switches: Switches | None = None) -> Starlette:
    """The Magento stand-in for one store.

    It serves the searches that the tap's streams are made of, under `/rest/<code>/V1` as the PaaS
    edition does and under `/<tenant>/V1` as the SaaS edition does, and gives tokens at
    `…/ims/token/v3`. Readable on `app.state`: `requests` (the log, see `Entry`), `switches`,
    `store`.

    Args:
        store: what the shop holds; it may be changed while it is served.
        switches: how the stand-in behaves; settable at any time.
    """
    stand_in = StandIn(store, switches or Switches())
    app = Starlette(
        routes=[
            Route("/{before:path}/ims/token/v3", stand_in.token, methods=["POST"]),
            Route("/{path:path}", stand_in.answer, methods=["GET"]),
        ]
    )
    app.state.requests = stand_in.counter.requests
    app.state.switches = stand_in.switches
    app.state.store = store
    return app


def failed(status: int, message: str = "", **parameters: str) -> dict[str, Any]:
    """The body of any refusal."""
    said: dict[str, Any] = {"message": message or MESSAGES.get(status, "Error")}
    return said | ({"parameters": parameters} if parameters else {})


class StandIn:
    """Answers the requests to one shop."""

    def __init__(self, store: Store, switches: Switches) -> None:
        self.store = store
        self.switches = switches
        self.door = Door(switches)
        self.counter = counter.Counter(switches, failed)

    async def token(self, request: Request) -> Response:
        """A token of Adobe IMS."""
        form = dict(parse_qsl((await request.body()).decode()))
        entry = Entry(self.store.now(), "token", request.url.path)
        self.counter.requests.append(entry)
        token = self.door.token(form)
        if not token:
            entry.status, entry.outcome = 400, "refused"
            return json_response({"error": "invalid_client", "error_description": "no"}, 400)
        entry.status = 200
        said = {"access_token": token, "token_type": "bearer", "expires_in": LIVES}
        return json_response(said)

    async def answer(self, request: Request) -> Response:
        """One search."""
        before, _, path = request.url.path.partition("/V1/")
        code = before.strip("/").rpartition("rest/")[2]
        known = LISTS.get(path) if code else None
        entry = Entry(self.store.now(), known[0] if known else "", request.url.path,
                      dict(request.query_params))  # fmt: skip
        return await self.counter.serve(
            request,
            entry,
            lambda: self._permitted(request, entry, known[1] if known else None),
            rows=entry.number("searchCriteria[pageSize]"),
        )

    def _permitted(self, request: Request, entry: Entry, resource: str | None) -> Response:
        if resource is None:
            return json_response(failed(404), 404)
        url = f"{request.url.scheme}://{request.url.netloc}{request.url.path}"
        try:
            entry.way = self.door.opened(
                Caller(request.method, url, request.url.query, request.headers)
            )
            if not entry.way or entry.root in self.switches.closed:
                return self._refused(entry, 401, "The consumer isn't authorized to access "
                                     "%resources.", resources=resource)  # fmt: skip
            if entry.root == "stores":
                return json_response(store_configs(str(request.base_url)))
            return self._shown(entry, request.url.query)
        except Refused as wrong:
            return self._refused(entry, 401, str(wrong))
        except Invalid as wrong:
            return self._refused(entry, 400, str(wrong))

    def _refused(self, entry: Entry, status: int, message: str, **said: str) -> Response:
        entry.outcome = "refused"
        return json_response(failed(status, message, **said), status)

    def _shown(self, entry: Entry, query: str) -> Response:
        switches = self.switches
        asked = question(parse_qsl(query, keep_blank_values=True), limits=switches.limits)
        with self.store.lock:
            items = getattr(Lists(self.store), entry.root)()
            salt = asked.page * 40_503 + asked.size * 97 if switches.shuffles else 0
            found = asked.chosen(items, salt)
            page = self._page(entry.root, asked, found)
            if len({one.id for one in page}) < len(page):
                text = "" if switches.masked else "Item with the same ID already exists."
                return self._refused(entry, 500, text)
            rows = [one.show() for one in page]
        bare: dict[str, Any] = {"extension_attributes": []} if switches.bare else {}
        rows = [{**row, **bare} if bare.keys() <= row.keys() else row for row in rows]
        if wanted := FIELDS.match(entry.params.get("fields", "")):
            names = wanted[1].split(",")
            rows = [{name: row[name] for name in names if name in row} for row in rows]
        said = {
            "items": rows,
            "search_criteria": asked.told(),
            "total_count": len(found) + switches.overcounts,
        }
        return Response(body_of(said, noisy=switches.noisy), media_type="application/json")

    def _page(self, name: str, asked: Question, found: list[Item]) -> list[Item]:
        """The rows of a page; one that is subscribed twice takes two places, and counts once."""
        if name == "customers":
            places = [one for one in found for _ in range(1 + (one.id in self.switches.twice))]
        else:
            places = found
        if not asked.size:
            return places
        last, page = max(1, -(-len(found) // asked.size)), asked.page
        if page > last and name not in ENDS_EMPTY:
            page = last
        return places[(page - 1) * asked.size : page * asked.size]
