"""The stand-in as a web application."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from tajo_sandbox.bigcommerce.endpoints import BY_PATH, Endpoint, Scene
from tajo_sandbox.bigcommerce.limits import Quota
from tajo_sandbox.bigcommerce.pages import answer
from tajo_sandbox.bigcommerce.questions import Refused, asked
from tajo_sandbox.direct import INLINE
from tajo_sandbox.faults import SPOILING, WIRE
from tajo_sandbox.mishaps import json_response, mishap

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tajo_sandbox.bigcommerce.switches import Switches
    from tajo_sandbox.store import Store

LOG_LENGTH = 100_000
TITLES = {
    401: "Unauthorized",
    403: "You don't have a required scope to access the endpoint",
    404: "The requested resource was not found.",
    406: "Not Acceptable",
    429: "You've made too many requests. Please wait and try again.",
}


@dataclass(slots=True)
class Entry:
    """One request in the log; `what` is the list's name, `outcome` also a fault's kind."""

    at: str
    what: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    status: int = 0
    outcome: str = ""


def bigcommerce_app(store: Store, switches: Switches) -> Starlette:
    """The stand-in for one store; its log is `app.state.requests`."""
    stand_in = StandIn(store, switches, Quota(switches), deque(maxlen=LOG_LENGTH))
    app = Starlette(routes=[Route("/stores/{store_hash}{path:path}", stand_in.serve)])
    app.state.requests = stand_in.requests
    return app


@dataclass(slots=True)
class StandIn:
    """Answers the requests to one store."""

    store: Store
    switches: Switches
    quota: Quota
    requests: deque[Entry]

    async def serve(self, request: Request) -> Response:
        """Answer one request, log it, and tell how many may follow."""
        path = request.path_params["path"]
        endpoint = BY_PATH.get(path)
        what = endpoint.name if endpoint else path.rpartition("/")[2]
        entry = Entry(self.store.now(), what, path, dict(request.query_params))
        self.requests.append(entry)
        passes, told = self.quota.take()
        response = await self._answer(request, endpoint, entry, passes=passes)
        if entry.outcome != "status":  # an overloaded platform tells no limits
            response.headers.update(told)
        entry.status = response.status_code
        return response

    async def _answer(
        self, request: Request, endpoint: Endpoint | None, entry: Entry, *, passes: bool
    ) -> Response:
        fault = self.switches.strike(entry.what, *WIRE, rows=_limit(entry.query))
        if fault:
            entry.outcome = fault.kind
            if fault.kind not in SPOILING:
                return mishap(fault, error=refusal)
        if not passes:
            return refused(429)
        if INLINE in request.scope.get("extensions", {}):
            whole = self._permitted(request, endpoint, entry)
        else:
            whole = await run_in_threadpool(self._permitted, request, endpoint, entry)
        return mishap(fault, whole) if fault else whole

    def _permitted(self, request: Request, endpoint: Endpoint | None, entry: Entry) -> Response:
        if self.switches.on_request is not None:
            self.switches.on_request(entry)
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
            question = asked(endpoint.rules, entry.query, self.store.clock())
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


def _limit(query: dict[str, str]) -> int | None:
    said = query.get("limit", "")
    return int(said) if said.isdigit() else None
