"""Answers that go wrong on the wire: resets, silence, halves, pages of HTML."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import HTMLResponse, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from tajo_sandbox.faults import Fault

FLUSHED = 0.02
"""Seconds in which the first half of an answer leaves the machine."""
PAGE = (
    "<!DOCTYPE html><html><head><title>Something went wrong</title></head>"
    "<body><h1>There's been an error</h1><p>We're on it.</p></body></html>"
)
TOO_MANY = (
    "Exceeded 2 calls per second for api client. "
    "Reduce request rates to resume uninterrupted service."
)
MESSAGES = {
    402: "Unavailable Shop",
    403: "Forbidden",
    404: "Not Found",
    423: "Locked",
    429: TOO_MANY,
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(body), status, headers, media_type="application/json")


class Reset(Response):
    """No answer: the connection is torn down."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cut the connection; without a server behind, raise what a client would see."""
        del receive, send
        await cut(scope)


class Silence(Response):
    """No answer for a while, then the connection is torn down."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the client to leave, at most the seconds given."""
        del send
        try:
            async with asyncio.timeout(self.seconds):
                while (await receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            await cut(scope)


class Half(Response):
    """The first half of an answer under the length of the whole."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send half of the body and tear the connection down."""
        del receive
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        half = bytes(self.body[: len(self.body) // 2])
        await send(start)
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await asyncio.sleep(FLUSHED)
        await cut(scope)


async def cut(scope: Scope) -> None:
    """Tear down the connection behind a request, by the server's own offer to do so.

    Raises:
        ConnectionResetError: there is no connection behind it (in-process calls).
    """
    offer = scope.get("extensions", {}).get("tajo.abort")
    if offer is None:
        raise ConnectionResetError("the stand-in tore down the connection, as its fault says")
    offer()
    await asyncio.sleep(0)


def refused(status: int) -> Any:
    """The body of a refusal, where a platform has no form of its own for it."""
    return {"errors": MESSAGES.get(status, "Error")}


def mishap(
    fault: Fault, whole: Response | None = None, error: Callable[[int], Any] = refused
) -> Response:
    """The answer that a fault makes of a request.

    `whole` is what would have been answered, `error` gives the platform's body for a status.
    """
    if fault.kind == "status":
        headers = {} if fault.retry_after is None else {"retry-after": f"{fault.retry_after:g}"}
        return json_response(error(fault.status), fault.status, headers)
    if fault.kind == "html":
        return HTMLResponse(PAGE, fault.status)
    if fault.kind == "empty":
        return Response(b"", media_type="application/json")
    if fault.kind == "timeout":
        return Silence(fault.seconds)
    if fault.kind == "reset":
        return Reset()
    return _spoiled(fault, bytes(whole.body) if whole else b"{}")


def _spoiled(fault: Fault, body: bytes) -> Response:
    """An answer that arrives, but not as it should."""
    if fault.kind == "broken":
        return Half(body, media_type="application/json")
    if fault.kind == "truncated":
        return Response(body[: len(body) // 2], media_type="application/json")
    return Response(body, media_type="text/plain")
