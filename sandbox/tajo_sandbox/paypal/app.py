"""The stand-in as a web application."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.routing import Route

from tajo_sandbox.counter import Counter, Entry
from tajo_sandbox.mishaps import json_response
from tajo_sandbox.paypal.endpoints import Endpoint, Scene, endpoint_of
from tajo_sandbox.paypal.questions import Refused
from tajo_sandbox.paypal.switches import SERVICES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tajo_sandbox.paypal.switches import Switches
    from tajo_sandbox.store import Store

NAMES = {
    400: ("INVALID_REQUEST", "Request is not well-formed or violates schema."),
    401: ("AUTHENTICATION_FAILURE", "Authentication failed due to missing or bad credentials."),
    403: ("NOT_AUTHORIZED", "Authorization failed due to insufficient permissions."),
    404: ("RESOURCE_NOT_FOUND", "The specified resource does not exist."),
    429: ("RATE_LIMIT_REACHED", "Too many requests. Blocked due to rate limiting."),
    500: ("INTERNAL_SERVER_ERROR", "An internal server error has occurred."),
}
TOKEN = "/v1/oauth2/token"  # noqa: S105 -- an address


def paypal_app(store: Store, switches: Switches) -> Starlette:
    """The stand-in for one account; its log is `app.state.requests`."""
    stand_in = StandIn(store, switches, Counter(switches, refusal))
    app = Starlette(routes=[Route("/{path:path}", stand_in.serve, methods=["GET", "POST"])])
    app.state.requests = stand_in.counter.requests
    return app


@dataclass(slots=True)
class StandIn:
    """Answers the requests to one account."""

    store: Store
    switches: Switches
    counter: Counter

    async def serve(self, request: Request) -> Response:
        """Answer one request and log it."""
        path = request.url.path
        endpoint = endpoint_of(path)
        what = "oauth" if path == TOKEN else endpoint.name if endpoint else path
        entry = Entry(self.store.now(), what, path, dict(request.query_params))
        form = await request.body() if path == TOKEN else b""
        response = await self.counter.serve(
            request,
            entry,
            lambda: self._permitted(request, endpoint, entry, form),
            fallback=what != "oauth",
        )
        response.headers["paypal-debug-id"] = f"{len(self.counter.requests):013x}"
        return response

    def _permitted(
        self, request: Request, endpoint: Endpoint | None, entry: Entry, form: bytes
    ) -> Response:
        if entry.root == "oauth":
            return self._token(request, form)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not self.switches.permits(token):
            return refused(401)
        if endpoint is None or request.method != "GET":
            return refused(404)
        if endpoint.scope not in self.switches.scopes:
            return refused(403)
        try:
            endpoint.rules.check(entry.params)
            scene = Scene(
                self.store, self.switches, entry.params, entry.path, str(request.base_url),
                request.headers.get("prefer", ""),
            )  # fmt: skip
            with self.store.lock:
                found = endpoint.answer(scene)
        except Refused as wrong:
            entry.outcome = wrong.name
            return json_response(refusal(wrong.status, wrong.name, wrong.message), wrong.status)
        return refused(404) if found is None else json_response(found)

    def _token(self, request: Request, form: bytes) -> Response:
        said = request.headers.get("authorization", "").removeprefix("Basic ")
        user, _, secret = base64.b64decode(said).decode().partition(":")
        if request.method != "POST" or form != b"grant_type=client_credentials":
            return json_response({"error": "unsupported_grant_type"}, 400)
        if self.switches.clients.get(user) != secret:
            return json_response(
                {"error": "invalid_client", "error_description": "Client Authentication failed"},
                401,
            )
        return json_response(
            {
                "scope": " ".join(f"{SERVICES}/{one}" for one in sorted(self.switches.scopes)),
                "access_token": self.switches.issue(),
                "token_type": "Bearer",
                "app_id": "APP-80W284485P519543T",
                "expires_in": self.switches.token_seconds,
            }
        )


def refusal(status: int, name: str = "", message: str = "") -> dict[str, Any]:
    """The body of a refusal."""
    usual = NAMES.get(status, ("ERROR", "something went wrong"))
    return {
        "name": name or usual[0],
        "message": message or usual[1],
        "debug_id": "f1",
        "details": [],
    }


def refused(status: int) -> Response:
    """A refusal."""
    return json_response(refusal(status), status)
