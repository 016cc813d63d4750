"""A Stripe-like API on loopback that is never the limit: records serialised once, raw sockets.

The key says which account answers, so that one server serves every case:
``sk_<records>_<latency in ms>_<requests a second, 0 for any>``. ``GET /stats`` tells, and forgets,
what was asked of it.
"""

import asyncio
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import orjson

from benchmarks.records import NEWEST, STEP_S, record


@dataclass
class Account:
    """One account's limit, and what it was asked. Requests count in any one second."""

    records: int
    latency_s: float
    per_second: int
    requests: int = 0
    refused: int = 0
    served: int = 0
    began: float = 0.0
    ended: float = 0.0
    latest: deque[float] = field(default_factory=deque)

    def admits(self, now: float) -> bool:
        """Say whether the limit has room for a request."""
        while self.latest and now - self.latest[0] >= 1.0:
            self.latest.popleft()
        if self.per_second and len(self.latest) >= self.per_second:
            return False
        self.latest.append(now)
        self.began, self.ended = self.began or now, now
        return True


class Shelf:
    """The records, serialised once."""

    def __init__(self, most: int) -> None:
        self.rows = [orjson.dumps(record(number)) for number in range(most)]
        self.accounts: dict[str, Account] = {}

    def account(self, key: str) -> Account:
        """Return the account that a key opens."""
        if key not in self.accounts:
            records, latency, rate = (int(part) for part in key.split("_")[1:])
            self.accounts[key] = Account(records, latency / 1000, rate)
        return self.accounts[key]

    def page(self, account: Account, query: dict[str, list[str]]) -> bytes:
        """Return one page, newest first."""
        begin, end = 0, account.records
        if bound := query.get("created[lt]"):
            begin = max(begin, (NEWEST - int(bound[0])) // STEP_S + 1)
        if bound := query.get("created[gte]"):
            end = min(end, (NEWEST - int(bound[0])) // STEP_S + 1)
        if after := query.get("starting_after"):
            begin = max(begin, int(after[0][4:]) + 1)
        stop = min(end, begin + int(query.get("limit", ["10"])[0]))
        rows = self.rows[begin:stop]
        account.served += len(rows)
        more = b"true" if stop < end else b"false"
        return (
            b'{"object":"list","url":"/v1/customers","has_more":'
            + more + b',"data":[' + b",".join(rows) + b"]}"
        )  # fmt: skip

    def stats(self) -> bytes:
        """Return what was asked of each account since the last time."""
        told = {
            key: {
                "requests": one.requests,
                "refused": one.refused,
                "served": one.served,
                "asking_s": one.ended - one.began,
            }
            for key, one in self.accounts.items()
        }
        self.accounts.clear()
        return orjson.dumps(told)


class Connection(asyncio.Protocol):
    """One connection; requests have no body, so an empty line ends each."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self.pending += data
        while b"\r\n\r\n" in self.pending:
            head, _, self.pending = self.pending.partition(b"\r\n\r\n")
            self.answer(head.decode("latin-1"))

    def answer(self, head: str) -> None:
        """Answer one request, after the account's latency."""
        first, _, rest = head.partition("\r\n")
        path, _, text = first.split(" ")[1].partition("?")
        if path == "/stats":
            self.send(b"200 OK", self.shelf.stats())
            return
        key = next(
            line.rpartition(" ")[2]
            for line in rest.split("\r\n")
            if line.lower().startswith("authorization:")
        )
        account = self.shelf.account(key)
        account.requests += 1
        if not account.admits(time.monotonic()):
            account.refused += 1
            status, body = b"429 Too Many Requests\r\nRetry-After: 1", b"{}"
        else:
            status, body = b"200 OK", self.shelf.page(account, parse_qs(text))
        if account.latency_s:
            loop = asyncio.get_running_loop()
            loop.call_later(account.latency_s, self.send, status, body)
        else:
            self.send(status, body)

    def send(self, status: bytes, body: bytes) -> None:
        """Send an answer."""
        self.transport.write(  # type: ignore[attr-defined]
            b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (status, len(body), body)
        )


async def serve(most: int) -> None:
    """Listen on a free port of loopback, say which, and answer until the caller goes."""
    shelf = Shelf(most)
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(shelf), "127.0.0.1", 0
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
