"""One web application on one loopback port, in a thread of its own.

uvicorn's protocol is driven directly: its own server takes a third of a second to stop and owns
the process's signals, both too much for a test that starts a stand-in per case.
"""

import asyncio
import socket
import struct
import threading
from types import TracebackType
from typing import Any, Self, cast

from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

HOST = "127.0.0.1"
BACKLOG = 256
LINGER_NOTHING = struct.pack("ii", 1, 0)
START_SECONDS = 10.0
STOP_SECONDS = 5.0


class CuttingProtocol(HttpToolsProtocol):
    """HTTP/1.1 that lets an application cut its connection: ``extensions["tajo.abort"]``."""

    def on_message_begin(self) -> None:
        """Offer the cut to the request that begins."""
        super().on_message_begin()
        scope = cast("dict[str, Any]", self.scope)
        scope["extensions"] = {"tajo.abort": self.cut}

    def cut(self) -> None:
        """Reset the connection: the other side sees no orderly end."""
        if self.transport.is_closing():
            return
        sock = self.transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOTHING)
        self.transport.abort()


class PortTaken(Exception):
    """The port is in use or not allowed."""


def bound(port: int) -> socket.socket:
    """A listening loopback socket; port 0 takes any free one.

    Raises:
        PortTaken: It cannot be had.
    """
    # The protocol is named because asyncio turns Nagle's delay (40 ms an answer) off only then.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
        sock.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        sock.close()
        raise PortTaken(
            f"port {port}: cannot listen there ({error}); a free port is needed; "
            "stop what uses it or choose another, 0 takes any free one"
        ) from None
    return sock


class Site:
    """A running application; ``url`` is where it listens. Use it as a context manager."""

    def __init__(self, app: ASGIApp, sock: socket.socket, name: str) -> None:
        self.url = f"http://{HOST}:{sock.getsockname()[1]}"
        self._app = app
        self._sock = sock
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"sandbox {name}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            raise TimeoutError(f"sandbox: {self.url} did not start within {START_SECONDS:.0f} s")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        config = Config(
            self._app,
            http=CuttingProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
        )
        config.load()
        state = ServerState()
        server = await self._loop.create_server(
            lambda: CuttingProtocol(config, state, app_state={}), sock=self._sock
        )
        self._ready.set()
        await self._stop.wait()
        # A server that is closed while it takes a connection leaks that connection (CPython 3.11):
        # first take no more, then end those that are there, then close.
        self._loop.remove_reader(self._sock)
        await self._hang_up(state)
        server.close()

    async def _hang_up(self, state: ServerState) -> None:
        """End every connection; a handler that waits for its client sees it gone.

        Tasks count too: a connection that is just being taken is known to nobody else yet.
        """
        while state.connections or len(asyncio.all_tasks()) > 1:
            for connection in list(state.connections):
                transport = getattr(connection, "transport", None)
                if transport is not None:
                    transport.abort()
            await asyncio.sleep(0.005)
