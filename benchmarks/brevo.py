"""A Brevo on loopback that is never the limit: imports are accepted and completed at once.

It knows the calls of a load of contacts (Brevo API v3, checked 2026-11-24) and holds nobody, so
that whoever loads is new. ``GET /stats`` tells, and forgets, how many writing calls and contacts
came in, and their digest in any order.
"""

import asyncio
import sys
from collections.abc import Iterable, Iterator
from typing import Any, cast

import orjson

from benchmarks.records import digest_of

_LISTS = b"/v3/contacts/lists"


class Office:
    """One account: what it holds, and what was sent to it since the last look."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.writing = 0
        self.processes = 0
        self.lists: list[dict[str, Any]] = []
        self.attributes: dict[str, dict[str, Any]] = {}

    def answer(self, method: bytes, path: bytes, body: bytes) -> tuple[bytes, Any]:
        """Return status line and body of the answer to one request."""
        if path == b"/stats":
            return b"200 OK", self.told()
        if method != b"GET":
            self.writing += 1
            return self.written(path, body)
        return b"200 OK", self.shown(path)

    def written(self, path: bytes, body: bytes) -> tuple[bytes, Any]:
        """Take something in."""
        if path == b"/v3/contacts/import":
            self.bodies.append(body)
            self.processes += 1
            return b"202 Accepted", {"processId": self.processes}
        if path in {_LISTS, b"/v3/contacts/folders"}:
            made = {"id": len(self.lists) + 1, "name": orjson.loads(body)["name"]}
            self.lists.append(made)
            return b"201 Created", made
        name = path.rpartition(b"/")[2].decode()
        self.attributes[name] = {"name": name, "category": "normal", **orjson.loads(body)}
        return b"201 Created", {}

    def shown(self, path: bytes) -> Any:
        """Return what there is at a path."""
        if path.startswith(b"/v3/processes"):
            done = [
                {"id": number, "status": "completed", "name": "IMPORTUSER", "info": {}}
                for number in range(self.processes, max(0, self.processes - 50), -1)
            ]
            last = path.rpartition(b"/")[2]
            return done[self.processes - int(last)] if last.isdigit() else {"processes": done}
        held: dict[bytes, Any] = {
            b"/v3/account": {"organization_id": "bench", "plan": []},
            b"/v3/contacts": {"contacts": [], "count": 0},
            b"/v3/contacts/attributes": {"attributes": list(self.attributes.values())},
            b"/v3/contacts/folders": {"folders": [], "count": 0},
            _LISTS: {"lists": self.lists, "count": len(self.lists)},
        }
        return held[path]

    def told(self) -> dict[str, Any]:
        """Return what came in since the last time."""
        rows = (row for body in self.bodies for row in self.rows(orjson.loads(body)))
        digest = digest_of(rows)
        told = {"writing": self.writing, "contacts": int(digest.partition(":")[0]),
                "digest": digest}  # fmt: skip
        self.bodies.clear()
        self.writing = 0
        return told

    def rows(self, body: dict[str, Any]) -> Iterable[dict[str, Any]]:
        """Return the rows of an import, those of CSV as they would be in JSON."""
        if "jsonBody" in body:
            return cast("list[dict[str, Any]]", body["jsonBody"])
        return self.listed(body["fileBody"])

    def listed(self, text: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of CSV: ``;`` between columns, numbers where the attribute is one."""
        header, *lines = text.split("\n")
        _, *names = header.split(";")
        numbers = {name for name in names if self.attributes.get(name, {}).get("type") == "float"}
        for line in lines:
            email, *cells = line.split(";")
            attributes = {
                name: orjson.loads(cell) if name in numbers else cell
                for name, cell in zip(names, cells, strict=True)
                if cell
            }
            yield {"email": email, "attributes": attributes}


class Connection(asyncio.Protocol):
    """One connection: requests with a length or without a body."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.pending = bytearray()
        self.wanted = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self.pending += data
        while len(self.pending) >= max(self.wanted, 1):
            head, gap, _ = self.pending.partition(b"\r\n\r\n")
            if not gap:
                return
            begin = len(head) + len(gap)
            self.wanted = begin + _length(bytes(head))
            if len(self.pending) < self.wanted:
                return
            body = bytes(self.pending[begin : self.wanted])
            del self.pending[: self.wanted]
            self.wanted = 0
            method, target, _ = bytes(head).split(b" ", 2)
            self.send(*self.office.answer(method, target.partition(b"?")[0], body))

    def send(self, status: bytes, told: Any) -> None:
        """Send an answer."""
        body = orjson.dumps(told)
        self.transport.write(  # type: ignore[attr-defined]
            b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (status, len(body), body)
        )


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


async def serve() -> None:
    """Listen on a free port of loopback, say which, and answer until the caller goes."""
    office = Office()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(office), "127.0.0.1", 0
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve())
