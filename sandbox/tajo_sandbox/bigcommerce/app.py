"""The stand-in as a web application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.routing import Route

from tajo_sandbox.bigcommerce.endpoints import BY_PATH, Endpoint, Scene
from tajo_sandbox.bigcommerce.limits import Quota
from tajo_sandbox.bigcommerce.pages import answer
from tajo_sandbox.bigcommerce.questions import Refused, asked
from tajo_sandbox.counter import Counter, Entry
from tajo_sandbox.mishaps import json_response

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tajo_sandbox.bigcommerce.switches import Switches
    from tajo_sandbox.store import Store

TITLES = {
    401: "Unauthorized",
    403: "You don't have a required scope to access the endpoint",
    404: "The requested resource was not found.",
    406: "Not Acceptable",
    429: "You've made too many requests. Please wait and try again.",
}


def bigcommerce_app(store: Store, switches: Switches) -> Starlette:
    """The stand-in for one store; its log is `app.state.requests`."""
    stand_in = StandIn(store, switches, Quota(switches), Counter(switches, refusal))
    app = Starlette(routes=[Route("/stores/{store_hash}{path:path}", stand_in.serve)])
    app.state.requests = stand_in.counter.requests
    return app


@dataclass(slots=True)
class StandIn:
    """Answers the requests to one store."""

    store: Store
    switches: Switches
    quota: Quota
    counter: Counter

    async def serve(self, request: Request) -> Response:
        """Answer one request, log it, and tell how many may follow."""
        path = request.path_params["path"]
        endpoint = BY_PATH.get(path)
        what = endpoint.name if endpoint else path.rpartition("/")[2]
        entry = Entry(self.store.now(), what, path, dict(request.query_params))
        passes, told = self.quota.take()
        response = await self.counter.serve(
            request,
            entry,
            lambda: self._permitted(request, endpoint, entry),
            rows=entry.number("limit"),
            instead=None if passes else refused(429),
        )
        if entry.outcome != "status":  # an overloaded platform tells no limits
            response.headers.update(told)
        return response

    def _permitted(self, request: Request, endpoint: Endpoint | None, entry: Entry) -> Response:
        if barred := self._barred(request, endpoint):
            return refused(barred)
        if entry.path == "/v2/time":
            return json_response({"time": int(self.store.clock().timestamp())})
        if endpoint is None:
            return refused(404)
        return self._listed(endpoint, entry, f"{request.base_url}stores/{self.switches.store_hash}")

    def _barred(self, request: Request, endpoint: Endpoint | None) -> int:
        """The status of a refusal; 0 lets the request in."""
        if request.headers.get("x-auth-token") not in self.switches.tokens:
            return 401
        if request.path_params["store_hash"] != self.switches.store_hash:
            return 403  # another's store is refused in the words of a missing scope
        if "application/json" not in request.headers.get("accept", ""):
            return 406  # V2 would answer XML
        return 0 if endpoint is None or self.switches.permits(endpoint.scope) else 403

    def _listed(self, endpoint: Endpoint, entry: Entry, address: str) -> Response:
        try:
            question = asked(endpoint.rules, entry.params, self.store.clock())
        except Refused as wrong:
            entry.outcome = wrong.title
            return refused(wrong.status, wrong.title)
        base = f"{address}{entry.path[:3]}"
        with self.store.lock:
            return answer(endpoint, Scene(self.store, self.switches, question, base))


def refusal(status: int, title: str = "") -> dict[str, Any]:
    """The body of a refusal."""
    return {"status": status, "title": title or TITLES.get(status, "Error"), "type": "about:blank"}


def refused(status: int, title: str = "") -> Response:
    """A refusal."""
    return json_response(refusal(status, title), status)
