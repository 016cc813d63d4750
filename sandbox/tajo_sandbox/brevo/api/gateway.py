"""The way of a call through Brevo: key, limits, body, handler, log, and the faults between."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import orjson
from starlette.types import Receive, Scope, Send

from tajo_sandbox.brevo.answers import Answer, Refusal, absent
from tajo_sandbox.brevo.api.call import Call
from tajo_sandbox.brevo.api.faults import UNKNOWN_IP, Wire
from tajo_sandbox.brevo.api.table import Operation, matching
from tajo_sandbox.brevo.limits import bucket_of
from tajo_sandbox.brevo.state.account import BrevoAccount
from tajo_sandbox.brevo.state.journal import Request
from tajo_sandbox.brevo.switches import BrevoSwitches, FaultKind

LARGEST_BODY = 16 * 1024 * 1024


@dataclass(slots=True)
class Arrival:
    """A request as it came in, before anything is known of it."""

    method: str
    raw_path: str
    query: str
    headers: dict[str, str]
    body: bytes
    begun: float


class Gateway:
    """The ASGI application of ``/v3``."""

    def __init__(self, account: BrevoAccount, switches: BrevoSwitches) -> None:
        self._account = account
        self._switches = switches

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        arrival = await arrived(scope, receive)
        if arrival is None:
            return
        wire = Wire(scope, receive, send)
        if self._switches.latency_seconds:
            await asyncio.sleep(self._switches.latency_seconds)
        fault = self._switches.fault_for(arrival.method, arrival.raw_path)
        headers: dict[str, str] = {}
        if fault is not None and not fault.applied:
            status = await self._spoil(wire, arrival, fault.kind, None, headers)
            self._log(arrival, status, fault.kind)
            return
        answer = self._answer(arrival, headers)
        self._log(arrival, answer.status, fault.kind if fault else None)
        if fault is None:
            await wire.answer(answer, headers)
        else:
            await self._spoil(wire, arrival, fault.kind, answer, headers)

    async def _spoil(
        self,
        wire: Wire,
        arrival: Arrival,
        kind: FaultKind,
        answer: Answer | None,
        headers: dict[str, str],
    ) -> int:
        if not headers and self._switches.rate_limit_headers:
            bucket = bucket_of(arrival.method, arrival.raw_path, self._switches)
            headers.update(self._account.meter.peek(bucket).headers())
        return await wire.spoilt(kind, answer, headers, self._switches)

    def _answer(self, arrival: Arrival, headers: dict[str, str]) -> Answer:
        try:
            with self._account.lock:
                self._account.advance()
                self._check_key(arrival)
                self._meter(arrival, headers)
                operation, values = found(arrival)
                call = Call(
                    account=self._account,
                    path=values,
                    query=parse_qs(arrival.query, keep_blank_values=True),
                    body=read_body(operation, arrival.body),
                    base_url=f"http://{arrival.headers.get('host', '127.0.0.1')}",
                )
                return operation.handler(call)
        except Refusal as refusal:
            return refusal.answer()

    def _check_key(self, arrival: Arrival) -> None:
        if arrival.headers.get("api-key") not in self._switches.api_keys:
            raise Refusal(401, "unauthorized", "Key not found")
        if self._switches.unknown_ip:
            raise Refusal(401, "unauthorized", UNKNOWN_IP)

    def _meter(self, arrival: Arrival, headers: dict[str, str]) -> None:
        bucket = bucket_of(arrival.method, arrival.raw_path, self._switches)
        reading = self._account.meter.take(bucket)
        if self._switches.rate_limit_headers:
            headers.update(reading.headers())
        if not reading.allowed:
            raise Refusal(429, "too_many_requests", "The rate limit is exceeded")

    def _log(self, arrival: Arrival, status: int, fault: str | None) -> None:
        with self._account.lock:
            self._account.journal.add(
                Request(
                    method=arrival.method,
                    path=arrival.raw_path,
                    query=arrival.query,
                    status=status,
                    at=self._account.at(),
                    size=len(arrival.body),
                    body=arrival.body or None,
                    bucket=bucket_of(arrival.method, arrival.raw_path, self._switches),
                    seconds=time.perf_counter() - arrival.begun,
                    fault=fault,
                )
            )


async def arrived(scope: Scope, receive: Receive) -> Arrival | None:
    """Read a request whole; None where its sender went away before the end of it."""
    begun = time.perf_counter()
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size <= LARGEST_BODY:
            parts.append(part)
        more = message.get("more_body", False)
    path = scope.get("raw_path", scope["path"].encode()).decode("ascii", "replace")
    return Arrival(
        method=scope["method"],
        raw_path=path.partition("?")[0].removeprefix("/v3") or "/",
        query=scope["query_string"].decode("latin-1"),
        headers={
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        },
        body=b"".join(parts),
        begun=begun,
    )


def found(arrival: Arrival) -> tuple[Operation, dict[str, str]]:
    """The operation that a request means.

    Raises:
        Refusal: 404 for an unknown path, 405 for an unknown method.
    """
    rows = list(matching(arrival.raw_path))
    for operation, values in rows:
        if operation.method == arrival.method:
            return operation, values
    if rows:
        raise Refusal(405, "method_not_allowed", "Method not allowed")
    raise absent("The path does not exist")


def read_body(operation: Operation, raw: bytes) -> Any:
    """The JSON body, held against its shape.

    Raises:
        Refusal: It is too large, no JSON, or of another shape.
    """
    if operation.body is None:
        return {}
    if operation.largest is not None and len(raw) > operation.largest:
        raise Refusal(operation.too_large, "bad_request", "Request body is too large")
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Refusal(400, "invalid_parameter", "Request body is not valid JSON") from None
    problem = operation.body.problem(body, "body")
    if problem:
        code = "missing_parameter" if problem.endswith("is missing") else "invalid_parameter"
        raise Refusal(400, code, problem)
    return body
