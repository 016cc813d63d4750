"""A Stripe-like API on loopback that is never the limit: records serialised once, raw sockets.

The key says which account answers, so that one server serves every case:
``sk_<records>_<latency in ms>_<requests a second, 0 for any>``. Under WooCommerce's path it is a
shop (``shop.py``), under Stripe's an account whose events are none. ``GET /stats`` tells, and
forgets, what was asked of it.
"""

import asyncio
import sys
import time
from base64 import b64decode
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import orjson

from benchmarks.records import NEWEST, STEP_S, record
from benchmarks.shop import PATH, Orders


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
        self.orders = Orders(most)
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

    def answer(
        self, path: str, account: Account, query: dict[str, list[str]]
    ) -> tuple[bytes, bytes]:
        """Return status (with headers of its own) and body of what lies at a path."""
        if path == PATH:
            body, told, rows = self.orders.page(account.records, query)
            account.served += rows
            return b"200 OK\r\n" + told.removesuffix(b"\r\n"), body
        if path == "/v1/account":
            return b"200 OK", b'{"id":"acct_bench","object":"account"}'
        if path == "/v1/events":
            return b"200 OK", b'{"object":"list","has_more":false,"data":[]}'
        return b"200 OK", self.page(account, query)

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
        query = parse_qs(text)
        account = self.shelf.account(_key(rest))
        account.requests += 1
        if not account.admits(time.monotonic()):
            account.refused += 1
            status, body = b"429 Too Many Requests\r\nRetry-After: 1", b"{}"
        else:
            status, body = self.shelf.answer(path, account, query)
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


def _key(head: str) -> str:
    """Return the key of a request: a bearer's, Basic's user, or OAuth 1.0a's consumer."""
    line = next(each for each in head.split("\r\n") if each.lower().startswith("authorization:"))
    _, kind, said = line.split(" ", 2)
    if kind == "OAuth":
        return said.partition('oauth_consumer_key="')[2].partition('"')[0]
    if kind == "Basic":
        return b64decode(said).decode().partition(":")[0]
    return said


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
