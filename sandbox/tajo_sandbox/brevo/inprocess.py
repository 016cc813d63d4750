"""Brevo without a socket: for tests that make thousands of calls."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

from starlette.types import Message, Scope

from tajo_sandbox.brevo.api.gateway import Gateway
from tajo_sandbox.brevo.state.account import BrevoAccount
from tajo_sandbox.brevo.switches import DEFAULT_API_KEY
from tajo_sandbox.direct import Heard


class Direct:
    """Calls one account through its gateway, on the caller's own thread."""

    def __init__(self, account: BrevoAccount, api_key: str = DEFAULT_API_KEY) -> None:
        self._account = account
        self._gateway = Gateway(account, account.switches)
        self._api_key = api_key

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Heard:
        """Make one call; ``path`` is below ``/v3`` and may have a query.

        Raises:
            ConnectionResetError: A fault left the call without an answer.
        """
        sent = {"host": "127.0.0.1", "api-key": self._api_key, **(headers or {})}
        messages: list[Message] = []
        run(self._call(_scope(method, path, sent), body, messages), self._patient())
        return _heard(messages)

    def exchange(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Heard | None:
        """Make one call; return as much of an answer as came before the connection was cut.

        None where nothing came. What is missing shows by the ``content-length``.
        """
        sent = {"host": "127.0.0.1", "api-key": self._api_key, **(headers or {})}
        messages: list[Message] = []
        try:
            run(self._call(_scope(method, path, sent), body, messages), self._patient())
        except ConnectionResetError:
            return _heard(messages) if messages else None
        return _heard(messages)

    def _patient(self) -> bool:
        """Whether something may really wait, so that an event loop is needed."""
        return bool(self._account.switches.faults or self._account.switches.latency_seconds)

    async def _call(self, scope: Scope, body: bytes, messages: list[Message]) -> None:
        unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return unread.pop() if unread else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            messages.append(message)

        await self._gateway(scope, receive, send)


def run(call: Coroutine[Any, Any, None], patient: bool) -> None:
    """Run a call to its end; one that never waits needs no event loop, and is faster by far."""
    if patient:
        asyncio.run(call)
        return
    try:
        call.send(None)
    except StopIteration:
        return
    call.close()
    raise RuntimeError("sandbox: a call waited for something although no fault was set")


def _scope(method: str, path: str, headers: Mapping[str, str]) -> Scope:
    place, _, query = path.partition("?")
    return {
        "type": "http",
        "method": method,
        "path": f"/v3{place}",
        "raw_path": f"/v3{place}".encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "extensions": {"tajo.abort": _reset},
    }


def _reset() -> None:
    raise ConnectionResetError("sandbox: the connection was cut, as a fault says")


def _heard(messages: list[Message]) -> Heard:
    start = messages[0]
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return Heard(start["status"], headers, body)
