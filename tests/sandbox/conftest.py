"""Stand-ins, started per test; nothing is shared between two of them."""

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

import tajo_sandbox
from tajo_sandbox.brevo import DEFAULT_API_KEY, BrevoAccount, BrevoSwitches

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Clock:
    """Seconds that move only when a test says so."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def move(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Brevo:
    """A running stand-in with a client that holds its key."""

    account: BrevoAccount
    switches: BrevoSwitches
    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def __call__(self, method: str, path: str, body: Any = None, **extra: Any) -> requests.Response:
        headers = {"api-key": DEFAULT_API_KEY, **extra.pop("headers", {})}
        extra.setdefault("timeout", 10)
        return self.session.request(method, self.url + path, json=body, headers=headers, **extra)

    def import_rows(self, *rows: dict[str, Any], **flags: Any) -> dict[str, Any]:
        """Import rows into the first list, let it be done, and return the process."""
        return self._imported({"jsonBody": list(rows), **flags})

    def import_text(self, text: str, **flags: Any) -> dict[str, Any]:
        """Import a text of CSV in the same way."""
        return self._imported({"fileBody": text, **flags})

    def _imported(self, said: dict[str, Any]) -> dict[str, Any]:
        body = {"listIds": [2], "disableNotification": True, **said}
        answer = self("POST", "/contacts/import", body)
        assert answer.status_code == 202, answer.text
        self.account.settle()
        process = self("GET", f"/processes/{answer.json()['processId']}").json()
        return dict(process)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start_brevo() -> Iterator[Callable[..., Brevo]]:
    """Start a stand-in with switches of the test's own; without a clock no limit is ever met."""
    stacks = []

    def start(**switches: Any) -> Brevo:
        switches.setdefault("clock", itertools.count(0, 4000).__next__)
        made = BrevoSwitches(**switches)
        context = tajo_sandbox.running(platform=None, control=False, brevo_switches=made)
        sandbox = context.__enter__()
        client = Brevo(sandbox.brevo, made, sandbox.brevo_url)
        stacks.append((context, client))
        return client

    yield start
    for context, client in reversed(stacks):
        client.session.close()
        context.__exit__(None, None, None)


@pytest.fixture
def brevo(start_brevo: Callable[..., Brevo]) -> Brevo:
    return start_brevo()


@pytest.fixture(scope="session")
def contracts() -> Path:
    """The vendors' API descriptions, where this machine has them."""
    folder = ROOT / os.environ.get("TAJO_CONTRACTS", "../shared/contracts")
    if not folder.is_dir():
        pytest.skip("the vendors' API descriptions are not on this machine (TAJO_CONTRACTS)")
    return folder
