"""The stand-in as a web application."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tajo_sandbox.direct import INLINE
from tajo_sandbox.faults import SPOILING, WIRE
from tajo_sandbox.mishaps import PAGE, Half, json_response, mishap
from tajo_sandbox.shopify.desk import Desk, Entry
from tajo_sandbox.shopify.engine import Answer, Ask, Engine
from tajo_sandbox.shopify.errors import internal, throttled
from tajo_sandbox.shopify.grants import grant
from tajo_sandbox.shopify.switches import Offence, Switches

if TYPE_CHECKING:
    from starlette.requests import Request

    from tajo_sandbox.shopify.jobs import Job
    from tajo_sandbox.shopify.switches import Fault
    from tajo_sandbox.store import Store

TOKEN = "x-shopify-access-token"  # noqa: S105 -- the name of a header
WRONG_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"  # noqa: S105 -- an error text
VERSION = re.compile(r"^\d{4}-\d{2}$")
EXPIRED = (
    "<?xml version='1.0' encoding='UTF-8'?><Error><Code>ExpiredToken</Code>"
    "<Message>Invalid argument.</Message><Details>The provided token has expired.</Details></Error>"
)
GONE = (
    "<?xml version='1.0' encoding='UTF-8'?><Error><Code>NoSuchKey</Code>"
    "<Message>The specified key does not exist.</Message></Error>"
)


def shopify_app(store: Store, switches: Switches | None = None) -> Starlette:
    """The Shopify stand-in for one store.

    It serves `POST /admin/api/{version}/graphql.json`, `POST /admin/oauth/access_token` and the
    results of bulk operations at `/bulk/`. Readable on `app.state`: `requests` (the log, see
    `desk.Entry`), `desk` (bucket, jobs, webhooks), `switches`, `store`.

    Args:
        store: what the shop holds; it may be changed while it is served.
        switches: how the stand-in behaves; settable at any time.
    """
    desk = Desk(store, switches or Switches())
    counter = Counter(desk)
    app = Starlette(
        routes=[
            Route("/admin/api/{version}/graphql.json", counter.graphql, methods=["POST"]),
            Route("/admin/oauth/access_token", counter.oauth, methods=["POST"]),
            Route("/bulk/{name}", counter.download, methods=["GET"]),
        ],
        exception_handlers={404: _not_found},
    )
    app.state.desk = desk
    app.state.requests = desk.requests
    app.state.switches = desk.switches
    app.state.store = store
    return app


async def _not_found(_request: Request, _error: Exception) -> Response:
    return json_response({"errors": "Not Found"}, 404)


class Counter:
    """Takes requests in and hands answers out."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.engine = Engine()

    @property
    def switches(self) -> Switches:
        """How the stand-in behaves now."""
        return self.desk.switches

    def answering(self, asked: str) -> str:
        """The version that answers: the one asked for, else the oldest or newest supported."""
        known = self.switches.versions
        if self.switches.answer_version:
            return self.switches.answer_version
        if asked in known:
            return asked
        return known[0] if asked < known[0] else known[-1]

    async def graphql(self, request: Request) -> Response:
        """Answer a GraphQL request."""
        body = await request.body()
        asked = request.path_params["version"]
        if not VERSION.match(asked) and asked != "unstable":
            return json_response({"errors": "Not Found"}, 404)
        entry = self.desk.log("graphql")
        entry.version = self.answering(asked)
        response = await self._answer(request, body, entry)
        response.headers["x-shopify-api-version"] = entry.version
        response.headers["x-request-id"] = f"{len(self.desk.requests):08x}-sandbox"
        entry.status = response.status_code
        if self.switches.slow_seconds:
            await asyncio.sleep(self.switches.slow_seconds)
        return response

    async def _answer(self, request: Request, body: bytes, entry: Entry) -> Response:
        ask = _ask(body)
        if ask is not None:
            entry.root = self.engine.root_of(ask)
            entry.operation, entry.variables = ask.operation or "", ask.variables
            entry.query = ask.query
        fault = self.switches.strike(entry.root, *WIRE)
        if fault and not fault.applied and fault.kind not in SPOILING:
            entry.outcome = fault.kind
            return mishap(fault)
        response = await self._permitted(request, ask, entry)
        if fault:
            entry.outcome = fault.kind
            return mishap(fault, response)
        return response

    async def _permitted(self, request: Request, ask: Ask | None, entry: Entry) -> Response:
        if not self.switches.permits(request.headers.get(TOKEN)):
            entry.outcome = "unauthorized"
            return json_response({"errors": WRONG_TOKEN}, 401)
        if ask is None:
            entry.outcome = "bad_request"
            problem = {"query": "Required parameter missing or invalid"}
            return json_response({"errors": problem}, 400)
        base = str(request.base_url).rstrip("/")
        if INLINE in request.scope.get("extensions", {}):
            answer = self._run(ask, entry, base)
        else:
            answer = await run_in_threadpool(self._run, ask, entry, base)
        entry.outcome = answer.outcome
        entry.requested, entry.actual = answer.requested, answer.actual
        return json_response(answer.body)

    def _run(self, ask: Ask, entry: Entry, base: str) -> Answer:
        if self.switches.on_request is not None:
            self.switches.on_request(entry)
        fault = self.switches.strike(entry.root, "throttled", "graphql")
        if fault is not None:
            return self._failed(fault)
        return self.engine.run(ask, self.desk.view(entry.version, base))

    def _failed(self, fault: Fault) -> Answer:
        error = throttled() if fault.kind == "throttled" else internal()
        body: dict[str, Any] = {"errors": [error.formatted]}
        if fault.kind == "throttled":
            body["extensions"] = {"cost": self.desk.bucket.report(100, None)}
        return Answer(body, error.code)

    async def oauth(self, request: Request) -> Response:
        """Answer a request for an access token."""
        entry = self.desk.log("oauth")
        fault = self.switches.strike("oauth", *WIRE, fallback=False)
        if fault and not fault.applied and fault.kind not in SPOILING:
            entry.outcome = fault.kind
            return mishap(fault)
        content_type = request.headers.get("content-type", "")
        response, entry.outcome = grant(self.desk, await request.body(), content_type)
        entry.status = response.status_code
        return mishap(fault, response) if fault else response

    async def download(self, request: Request) -> Response:
        """Hand out the result of a bulk operation; it asks for no token and wants none."""
        name = request.path_params["name"]
        entry = self.desk.log("bulk", name)
        if TOKEN in request.headers or "authorization" in request.headers:
            offence = Offence("an access token was sent to a bulk result", request.url.path)
            self.switches.offences.append(offence)
        fault = self.switches.strike("bulk", *WIRE, fallback=False)
        response = mishap(fault) if fault else await self._file(name)
        entry.status = response.status_code
        entry.outcome = fault.kind if fault else HTTPStatus(response.status_code).phrase
        return response

    async def _file(self, name: str) -> Response:
        number, _, partial = name.removesuffix(".jsonl").partition(".")
        job = self.desk.jobs.all.get(int(number)) if number.isdecimal() else None
        if job is None or not job.done.is_set() or not job.path.exists():
            return Response(GONE, 404, media_type="application/xml")
        if partial:
            text = await run_in_threadpool(job.path.read_bytes)
            lines = text.splitlines(keepends=True)
            return Response(b"".join(lines[: len(lines) // 2]), media_type="application/jsonl")
        return await _result(job)


async def _result(job: Job) -> Response:
    """The file of a finished job, or what its faults make of the request for it."""
    redirect = job.fault("bulk_link_redirect")
    if redirect:
        return RedirectResponse(redirect.address, 302)
    if job.fault("bulk_link_expired"):
        return Response(EXPIRED, 403, media_type="application/xml")
    if job.fault("bulk_link_gone"):
        return Response(GONE, 404, media_type="application/xml")
    if job.fault("bulk_link_html"):
        return HTMLResponse(PAGE)
    if job.fault("bulk_link_broken"):
        return Half(await run_in_threadpool(job.path.read_bytes), media_type="application/jsonl")
    return FileResponse(job.path, media_type="application/jsonl")


def _ask(body: bytes) -> Ask | None:
    """The request a body holds, None when it is not the JSON that is wanted."""
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(sent, dict) or not isinstance(sent.get("query"), str):
        return None
    variables, operation = sent.get("variables") or {}, sent.get("operationName")
    if not isinstance(variables, dict):
        return None
    return Ask(sent["query"], variables, operation if isinstance(operation, str) else None)
