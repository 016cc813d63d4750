"""The commands for people, called in this process, against a stand-in that needs no socket."""

import contextlib
import io
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from brevo_in_process import Wire
from hand_clock import HandClock

from tajo_sandbox.brevo import DEFAULT_API_KEY, BrevoAccount, BrevoSwitches
from tajo_sandbox.brevo.inprocess import Direct
from target_brevo.brevo import client as brevo_client
from target_brevo.target import TargetBrevo

URL = "http://127.0.0.1:9/v3"
Message = dict[str, Any]


@dataclass
class Said:
    """What a command printed, its exit code, and its errors' lines."""

    code: int
    out: str
    errors: list[str]
    calls: list[str]

    @property
    def facts(self) -> Any:
        return json.loads(self.out)


@dataclass
class Desk:
    """One Brevo account, one ledger on disk, and the two ways to the command line."""

    account: BrevoAccount
    switches: BrevoSwitches
    wire: Wire
    clock: HandClock
    folder: Path
    caplog: pytest.LogCaptureFixture
    settings: dict[str, Any] = field(default_factory=dict)

    def config(self, **settings: Any) -> dict[str, Any]:
        plain = {
            "api_key": DEFAULT_API_KEY,
            "api_url": URL,
            "ledger_url": f"sqlite:///{self.folder / 'state' / 'ledger.db'}",
        }
        return {**plain, **self.settings, **settings}

    def load(self, *messages: Message, **settings: Any) -> dict[str, Any]:
        """Load messages; return the run's summary."""
        lines = "".join(json.dumps(each) + "\n" for each in messages)
        self.clock.seconds += 1
        target = TargetBrevo(config=self.config(**settings), clock=self.clock.clock)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                target.listen(io.StringIO(lines))
        finally:
            target.run.close()
        return target.summary

    def run(self, *words: str, config: bool = True, **settings: Any) -> Said:
        """Run the command line with ``words``, the settings in a file before them."""
        path = self.folder / "config.json"
        path.write_text(json.dumps(self.config(**settings)))
        args = ["--config", str(path), *words] if config else list(words)
        self.caplog.clear()
        before = len(self.wire.calls)
        out, code = io.StringIO(), 0
        with contextlib.redirect_stdout(out):
            try:
                TargetBrevo.get_singer_command().main(args, obj=self.clock.clock)
            except SystemExit as ended:
                code = int(ended.code or 0)
        errors = [each.getMessage() for each in self.caplog.records if each.levelname == "ERROR"]
        return Said(code, out.getvalue(), errors, self.wire.calls[before:])


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def desk(clock, tmp_path, caplog, monkeypatch) -> Desk:
    switches = clock.switches(tier="extended", import_seconds=5.0)
    account = BrevoAccount(switches)
    wire = Wire(account, Direct(account))
    monkeypatch.setattr(brevo_client, "HttpSession", lambda *_args, **_named: wire)
    caplog.set_level(logging.INFO, logger="target-brevo")
    return Desk(account, switches, wire, clock, tmp_path, caplog)


@pytest.fixture
def lines() -> Callable[..., list[Message]]:
    """Return SCHEMA and RECORD lines of one of our own streams (contacts, events, orders, …)."""

    def made(stream: str, *records: dict[str, Any]) -> list[Message]:
        names = dict.fromkeys(name for record in records for name in record)
        schema = {"type": "object", "properties": {name: {} for name in names}}
        head = {"type": "SCHEMA", "stream": stream, "key_properties": ["id"], "schema": schema}
        return [head, *({"type": "RECORD", "stream": stream, "record": r} for r in records)]

    return made
