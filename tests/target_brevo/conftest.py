"""A stand-in for Brevo per test, a clock that both sides share, and Singer lines made short."""

import contextlib
import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from hand_clock import HandClock

import tajo_sandbox
from tajo_sandbox.brevo import DEFAULT_API_KEY, BrevoAccount, BrevoSwitches
from target_brevo.target import TargetBrevo

Message = dict[str, Any]

ANY = ["string", "number", "boolean", "null", "array"]
FIELDS = {
    "contacts": {
        "id": {"type": "string"},
        "email": {"type": ["string", "null"]},
        "FIRSTNAME": {"type": ["string", "null"]},
        "LASTNAME": {"type": ["string", "null"]},
        "SMS": {"type": ["string", "null"]},
        "CITY": {"type": ["string", "null"]},
        "NOTE": {"type": ["string", "null"]},
        "TOTAL_SPENT": {"type": ["number", "null"]},
        "VIP": {"type": ["boolean", "null"]},
        "BORN": {"type": ["string", "null"], "format": "date"},
        "email_consent": {"type": ["string", "null"]},
        "email_consent_at": {"type": ["string", "null"]},
        "sms_consent": {"type": ["string", "null"]},
        "listed": {"type": ["array", "null"]},
        "updated_at": {"type": ["string", "null"]},
    },
    "events": {"id": {"type": "string"}, "email": {"type": ["string", "null"]}},
    "orders": {"id": {"type": "string"}},
    "products": {"id": {"type": "string"}},
    "categories": {"id": {"type": "string"}},
}


@dataclass
class Outcome:
    """What one run of the target left behind."""

    states: list[Any]
    summary: dict[str, Any]
    log: list[str]
    error: BaseException | None = None

    def line(self, stream: str, kind: str) -> dict[str, Any]:
        return self.summary["streams"][stream]["kinds"][kind]

    def verdicts(self, stream: str, kind: str) -> dict[str, int]:
        line = self.line(stream, kind)
        names = ("sent", "unchanged", "superseded", "rejected", "filtered")
        return {name: line[name] for name in names if line[name]}

    def reasons(self, stream: str, kind: str, verdict: str) -> dict[str, int]:
        return self.line(stream, kind).get("reasons", {}).get(verdict, {})


@dataclass
class Bench:
    """A Brevo account and a way to load lines into it; ``settings`` hold for every load."""

    account: BrevoAccount
    switches: BrevoSwitches
    url: str
    clock: HandClock
    folder: Path
    caplog: pytest.LogCaptureFixture
    capsys: pytest.CaptureFixture[str]
    settings: dict[str, Any] = field(default_factory=dict)

    def config(self, **settings: Any) -> dict[str, Any]:
        plain = {
            "api_key": DEFAULT_API_KEY,
            "api_url": self.url,
            "ledger_url": f"sqlite:///{self.folder / 'state' / 'ledger.db'}",
        }
        return {**plain, **self.settings, **settings}

    def load(self, *messages: Message | str, **settings: Any) -> Outcome:
        """Load messages; raise what the run raises."""
        outcome = self.attempt(*messages, **settings)
        if outcome.error is not None:
            raise outcome.error
        return outcome

    def attempt(self, *messages: Message | str, **settings: Any) -> Outcome:
        """Load messages; give back what the run raised."""
        self.capsys.readouterr()
        self.caplog.clear()
        self.caplog.set_level(logging.INFO, logger="target-brevo")
        lines = (each if isinstance(each, str) else json.dumps(each) for each in messages)
        target = TargetBrevo(config=self.config(**settings), clock=self.clock.clock)
        error = None
        try:
            target.listen(io.StringIO("\n".join(lines) + "\n"))
        except Exception as raised:  # noqa: BLE001 - the test looks at it
            error = raised
            target.sum_up()
        target.run.close()
        states = [orjson.loads(line) for line in self.capsys.readouterr().out.splitlines()]
        log = [record.getMessage() for record in self.caplog.records]
        return Outcome(states, target.summary, log, error)

    def contact(self, email: str) -> Any:
        found = self.account.contact(email)
        assert found is not None, f"no contact {email}"
        return found

    def bodies(self, path: str) -> list[Any]:
        """The bodies of calls that arrived at ``path``."""
        calls = [each for each in self.account.requests if each.path == path and each.body]
        return [orjson.loads(each.body) for each in calls if each.method != "GET"]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def start_bench(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[HandClock], Bench]]:
    """Start an account of its own; both sides go by the clock that it is given."""
    with contextlib.ExitStack() as stack:

        def start(clock: HandClock) -> Bench:
            switches = clock.switches()
            running = tajo_sandbox.running(platform=None, control=False, brevo_switches=switches)
            sandbox = stack.enter_context(running)
            folder = tmp_path / f"bench{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            url = sandbox.brevo_url
            return Bench(sandbox.brevo, switches, url, clock, folder, caplog, capsys)

        yield start


@pytest.fixture
def bench(start_bench: Callable[[HandClock], Bench], clock: HandClock) -> Bench:
    return start_bench(clock)


@pytest.fixture
def schema() -> Callable[..., Message]:
    def made(stream: str, **more: Mapping[str, Any]) -> Message:
        return {
            "type": "SCHEMA",
            "stream": stream,
            "key_properties": ["id"],
            "schema": {"type": "object", "properties": {**FIELDS[stream], **more}},
        }

    return made


@pytest.fixture
def row() -> Callable[..., Message]:
    def made(stream: str, **record: Any) -> Message:
        return {"type": "RECORD", "stream": stream, "record": record}

    return made


@pytest.fixture
def state() -> Callable[[Any], Message]:
    return lambda value: {"type": "STATE", "value": value}
