"""A Brevo whose answers break, behind the loader's real HTTP session but without a socket."""

import contextlib
import io
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
import urllib3
from brevo_in_process import memory_ledger
from hand_clock import HandClock
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from tajo_connector_sdk import http
from tajo_sandbox.brevo import DEFAULT_API_KEY, BrevoAccount, BrevoSwitches
from tajo_sandbox.brevo.api import faults
from tajo_sandbox.brevo.inprocess import Direct
from tajo_sandbox.brevo.state.contacts import Change
from tajo_sandbox.direct import Heard
from target_brevo import rooms
from target_brevo.target import TargetBrevo

BUYER = "buyer@example.org"
COUNT = 24
EXPIRED = Heard(403, {}, b"<Error>expired</Error>")


class Way:
    """The way to the stand-in, in the place of urllib3's pools: what breaks on it breaks as there.

    ``refusing`` connections are refused; ``files`` stand in the place of the files of refused rows.
    """

    def __init__(self, account: BrevoAccount) -> None:
        self.account = account
        self.direct = Direct(account)
        self.refusing = 0
        self.dawdling = 0
        self.dawdle: Callable[[], None] = lambda: None
        self.files: list[bytes] = []

    def to(self, url: str) -> tuple["Way", str]:
        return self, url

    def urlopen(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        **_named: Any,
    ) -> urllib3.HTTPResponse:
        if self.refusing:
            self.refusing -= 1
            raise ProtocolError("Connection refused")
        path = url.removeprefix("http://127.0.0.1")
        if path.startswith("/files/"):
            return _raw(self._file(path.rpartition("/")[2]), method)
        heard = self.direct.exchange(method, path.removeprefix("/v3"), body or b"", headers)
        if heard is not None and self.dawdling and method == "POST":
            self.dawdling -= 1
            return _raw(heard, method, Trickle(heard.body, self.dawdle))
        if heard is not None:
            return _raw(heard, method)
        if self.account.switches.faults[0].kind == "timeout":
            raise ReadTimeoutError(urllib3.HTTPConnectionPool("127.0.0.1"), path, "timed out")
        raise ProtocolError("Connection reset by peer")

    def _file(self, name: str) -> Heard:
        body = self.account.files.get(name)
        if body is None or self.account.switches.files_expired:
            return EXPIRED
        return Heard(200, {}, self.files[0] if self.files else body)


class Trickle(io.BytesIO):
    """A body of which every byte takes its time."""

    def __init__(self, body: bytes, wait: Callable[[], None]) -> None:
        super().__init__(body)
        self._wait = wait

    def read1(self, size: int | None = -1, /) -> bytes:
        del size
        self._wait()
        return super().read1(1)


def _raw(heard: Heard, method: str, body: io.BytesIO | None = None) -> urllib3.HTTPResponse:
    return urllib3.HTTPResponse(
        body=body or io.BytesIO(heard.body),
        headers=heard.headers,
        status=heard.status,
        preload_content=False,
        request_method=method,
    )


@dataclass
class Ended:
    """How a run ended."""

    states: list[Any]
    error: BaseException | None
    log: list[str]
    summary: dict[str, Any]


@dataclass
class World:
    """An account, a ledger, and what the shop says: one kind of thing, ``COUNT`` of them."""

    account: BrevoAccount
    switches: BrevoSwitches
    way: Way
    clock: HandClock
    caplog: pytest.LogCaptureFixture
    settings: dict[str, Any] = field(default_factory=dict)

    def run(self, lines: Iterable[dict[str, Any]]) -> Ended:
        text = "".join(json.dumps(each) + "\n" for each in lines)
        self.clock.seconds += 60
        self.caplog.clear()
        config = {
            "api_key": DEFAULT_API_KEY,
            "api_url": "http://127.0.0.1/v3",
            "ledger_url": "sqlite://",
            **self.settings,
        }
        target = TargetBrevo(config=config, clock=self.clock.clock)
        error, out = None, io.StringIO()
        with contextlib.redirect_stdout(out):
            try:
                target.listen(io.StringIO(text))
            except Exception as raised:  # noqa: BLE001 - the test looks at it
                error = raised
                target.sum_up()
        target.run.close()
        states = [orjson.loads(line) for line in out.getvalue().splitlines()]
        log = [each.getMessage() for each in self.caplog.records]
        return Ended(states, error, log, target.summary)


@pytest.fixture
def world(caplog, monkeypatch) -> World:
    clock = HandClock()
    switches = clock.switches(tier="extended", timeout_seconds=0.0)
    account = BrevoAccount(switches)
    account.book.create(Change({"email": BUYER}), account.at())
    way = Way(account)
    way.dawdle = lambda: clock.sleep(30.0)
    monkeypatch.setattr(http, "Roads", lambda _policy, _pool_size: way)
    monkeypatch.setattr(faults, "DRIP_SECONDS", 0.0)
    caplog.set_level(logging.INFO, logger="target-brevo")
    memory_ledger().empty()  # in memory: what breaks here is Brevo, not the disk
    monkeypatch.setattr(rooms, "open_database", lambda _url: memory_ledger())
    return World(account, switches, way, clock, caplog)


def _schema(stream: str) -> dict[str, Any]:
    fields = {"id": {"type": "string"}, "CITY": {"type": ["string", "null"]}}
    schema = {"type": "object", "properties": fields}
    return {"type": "SCHEMA", "stream": stream, "key_properties": ["id"], "schema": schema}


def _record(subject: str, number: int, at: str) -> dict[str, Any]:
    if subject == "contacts":
        return {"id": f"c{number}", "email": f"p{number}@example.org", "CITY": f"city {number}"}
    if subject == "events":
        return {"id": f"e{number}", "email": BUYER, "name": "order_completed", "at": at}
    return {
        "id": f"o{number}", "email": BUYER, "at": at, "createdAt": at, "updatedAt": at,
        "updated_at": at, "status": "paid", "amount": 10.5,
        "products": [{"productId": "p1", "price": 10.5, "quantity": 1}],
    }  # fmt: skip


@pytest.fixture
def lines(world) -> Callable[[str], list[dict[str, Any]]]:
    """Return what the tap writes of one kind of thing, a state behind it."""
    # Later than any mending, so that it is news to whichever run comes to it first.
    at = world.clock.text(hours=12)

    def made(subject: str) -> list[dict[str, Any]]:
        return [
            _schema(subject),
            *(
                {"type": "RECORD", "stream": subject, "record": _record(subject, number, at)}
                for number in range(COUNT)
            ),
            {"type": "STATE", "value": {"bookmarks": subject}},
        ]

    return made


@pytest.fixture
def missing(world) -> Callable[[str], int]:
    """Return how many of the shop's things Brevo does not hold as they are."""

    def counted(subject: str) -> int:
        if subject == "contacts":
            held = [world.account.contact(f"p{n}@example.org") for n in range(COUNT)]
            return sum(
                contact is None or contact.attributes.get("CITY") != f"city {n}"
                for n, contact in enumerate(held)
            )
        if subject == "events":
            return COUNT - len({each.properties["tajo_key"] for each in world.account.events})
        return COUNT - len(world.account.orders)

    return counted


@pytest.fixture
def doubled(world) -> Callable[[], int]:
    """Return how many things that have a key are there, or have started something, twice."""

    def counted() -> int:
        keys = [each.properties["tajo_key"] for each in world.account.events]
        live = [start.name for start in world.account.automations if start.kind == "order"]
        emails = [each.email for each in world.account.contacts.values()]
        return sum(len(each) - len(set(each)) for each in (keys, live, emails))

    return counted
