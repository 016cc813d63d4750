"""Asking a stand-in without a socket: for benchmarks, and tests that ask thousands of times."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message


INLINE = "tajo.inline"
"""Extension of a request that is answered in the thread that asks, with no other one made."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer: status, headers with lower-case names, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.body)


class Direct:
    """A client that calls an ASGI application straight.

    Args:
        app: the application.
        headers: sent with every request, names in lower case.
    """

    def __init__(self, app: ASGIApp, headers: Mapping[str, str] | None = None) -> None:
        self.app = app
        self.headers = {"host": "127.0.0.1:8081", **(headers or {})}

    def send(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Heard:
        """Send one request; `target` is its path, with a query where it has one.

        Raises:
            ConnectionResetError: the stand-in tore the connection down, as a fault told it.
        """
        return asyncio.run(self._send(method, target, body, {**self.headers, **(headers or {})}))

    async def _send(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str]
    ) -> Heard:
        messages: list[Message] = []
        unread = [{"type": "http.request", "body": body, "more_body": False}]
        path, _, query = target.partition("?")

        async def receive() -> Message:
            if not unread:
                await asyncio.Event().wait()  # the client stays on until it is answered
            return unread.pop()

        async def send(message: Message) -> None:
            messages.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8081),
            "extensions": {INLINE: {}},
        }
        await self.app(scope, receive, send)
        start = messages[0]
        text = b"".join(message.get("body", b"") for message in messages[1:])
        names = {name.decode(): value.decode() for name, value in start["headers"]}
        return Heard(start["status"], names, text)
