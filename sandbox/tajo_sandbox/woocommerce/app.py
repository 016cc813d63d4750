"""The stand-in as a web application."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tajo_sandbox import counter
from tajo_sandbox.mishaps import MESSAGES, PAGE, json_response
from tajo_sandbox.woocommerce.asking import USUAL, Invalid, Question, invalid_param, question
from tajo_sandbox.woocommerce.keys import Caller, Door
from tajo_sandbox.woocommerce.lists import Lists, chosen
from tajo_sandbox.woocommerce.switches import Switches

if TYPE_CHECKING:
    from starlette.requests import Request

    from tajo_sandbox.store import Store

API = "/wp-json/wc/v3"
# Path, name of the list, whether one row of it can be read by id.
LISTS = (
    ("/customers", "customers"), ("/orders", "orders"), ("/orders/{parent:int}/refunds", "refunds"),
    ("/products/categories", "categories"), ("/products/{parent:int}/variations", "variations"),
    ("/products", "products"), ("/coupons", "coupons"),
)  # fmt: skip


@dataclass(slots=True)
class Entry(counter.Entry):
    """One request in the log; `way` is how it was let in: `basic`, `query`, `oauth`, or empty."""

    way: str = ""


def woocommerce_app(store: Store, switches: Switches | None = None) -> Starlette:
    """The WooCommerce stand-in for one store.

    It serves the lists that the tap's streams are made of under `/wp-json/wc/v3`, and single rows
    of them. Readable on `app.state`: `requests` (the log, see `Entry`), `switches`, `store`.

    Args:
        store: what the shop holds; it may be changed while it is served.
        switches: how the stand-in behaves; settable at any time.
    """
    stand_in = StandIn(store, switches or Switches())
    routes = []
    for path, name in LISTS:
        routes.append(Route(f"{API}{path}", stand_in.handler(name), methods=["GET"]))
        routes.append(Route(f"{API}{path}/{{id:int}}", stand_in.handler(name), methods=["GET"]))
    app = Starlette(routes=routes, exception_handlers={404: _no_route})
    app.state.requests = stand_in.counter.requests
    app.state.switches = stand_in.switches
    app.state.store = store
    return app


async def _no_route(_request: Request, _error: Exception) -> Response:
    text = "No route was found matching the URL and request method."
    return json_response(error("rest_no_route", text, 404), 404)


def error(code: str, message: str, status: int) -> dict[str, Any]:
    """The body of any refusal."""
    return {"code": code, "message": message, "data": {"status": status}}


def failed(status: int) -> dict[str, Any]:
    """The body of a failure that a test asks for."""
    return error("internal_server_error", MESSAGES.get(status, "Error"), status)


class StandIn:
    """Answers the requests to one shop."""

    def __init__(self, store: Store, switches: Switches) -> None:
        self.store = store
        self.switches = switches
        self.door = Door(switches)
        self.counter = counter.Counter(switches, failed)

    def handler(self, name: str) -> Any:
        """The endpoint of one list."""

        async def answer(request: Request) -> Response:
            entry = Entry(self.store.now(), name, request.url.path, dict(request.query_params))
            rows, slow = entry.number("per_page") or USUAL, None
            if 0 < self.switches.slow_above < rows:
                entry.outcome, slow = "slow", HTMLResponse(PAGE, 504)
            response = await self.counter.serve(
                request, entry, lambda: self._permitted(request, entry), rows=rows, instead=slow
            )
            response.headers["date"] = format_datetime(self.store.clock(), usegmt=True)
            return response

        return answer

    def _permitted(self, request: Request, entry: Entry) -> Response:
        entry.way = self.door.opened(
            Caller(
                request.method,
                f"{request.url.scheme}://{request.url.netloc}{request.url.path}",
                request.url.query,
                request.headers.get("authorization", ""),
                request.headers.get("x-forwarded-proto", request.url.scheme) == "https",
            )
        )
        denied = error("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.", 401)
        if not entry.way:
            return self._refused(entry, denied)
        if entry.root in self.switches.closed:
            return self._refused(entry, denied | {"data": {"status": 403}})
        try:
            with self.store.lock:
                return self._shown(request, entry)
        except Invalid as wrong:
            return self._refused(entry, invalid_param(wrong))
        except KeyError:
            return self._refused(entry, error("woocommerce_rest_invalid_id", "Invalid ID.", 404))

    def _refused(self, entry: Entry, body: dict[str, Any]) -> Response:
        entry.outcome = body["code"]
        return json_response(body, body["data"]["status"])

    def _shown(self, request: Request, entry: Entry) -> Response:
        switches = self.switches
        base = f"{str(request.base_url).rstrip('/')}{API}"
        lists, where = Lists(self.store, switches, base), request.path_params
        rows = getattr(lists, entry.root)
        items = rows(where["parent"]) if "parent" in where else rows()
        if "id" in where:
            found = {one.id: one for one in items}
            return json_response(found[where["id"]].show())
        heeded = {
            name: value
            for name, value in entry.params.items()
            if not (switches.ignores_filters and name.startswith("modified_"))
        }
        asked = question(entry.root, heeded, zone=switches.zone_hours, gmt=not switches.ignores_gmt)
        found_all = chosen(items, asked, shuffles=switches.shuffles)
        begin = (asked.page - 1) * asked.per_page
        page = [one.show() for one in found_all[begin : begin + asked.per_page]]
        if wanted := entry.params.get("_fields"):
            page = [{name: row[name] for name in wanted.split(",") if name in row} for row in page]
        return json_response(page, 200, self._headers(request, entry, asked, len(found_all)))

    @staticmethod
    def _headers(request: Request, entry: Entry, asked: Question, total: int) -> dict[str, str]:
        pages = -(-total // asked.per_page)
        address = f"{request.url.scheme}://{request.url.netloc}{request.url.path}"
        links = []
        for rel, page in (("prev", min(asked.page - 1, pages)), ("next", asked.page + 1)):
            if 1 <= page <= pages:
                query = urlencode({**entry.params, "page": str(page)})
                links.append(f'<{address}?{query}>; rel="{rel}"')
        told = {"link": ", ".join(links)} if links else {}
        return {
            "x-wp-total": str(total),
            "x-wp-totalpages": str(pages),
            "allow": "GET, POST",
        } | told
