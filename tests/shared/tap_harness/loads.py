"""Loads what a tap wrote into the sandbox's Brevo, in a time that passes only while they wait."""

import contextlib
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hand_clock import HandClock

from tajo_sandbox.brevo import DEFAULT_API_KEY, BrevoSwitches
from target_brevo.target import TargetBrevo


@dataclass
class ByHand(BrevoSwitches):
    """Brevo in a time of its own, a little before ours: what happens in a store now is news."""

    hand: HandClock | None = None

    def __post_init__(self):
        self.hand = HandClock(start=datetime.now(UTC) - timedelta(minutes=1))
        self.clock, self.now = self.hand.monotonic, self.hand.now


@dataclass
class Loaded:
    """What a load left: the loader's summary, its states, its error."""

    summary: dict[str, Any]
    states: list[dict[str, Any]]
    error: Exception | None = None


def load(lines, sandbox, folder, **settings):
    """Load what a tap wrote; ``folder`` keeps the ledger between loads."""
    given = {
        "api_key": DEFAULT_API_KEY,
        "api_url": sandbox.brevo_url,
        "ledger_url": f"sqlite:///{folder / 'ledger.db'}",
        "platform": sandbox.platform,
        **settings,
    }
    target = TargetBrevo(config=given, clock=sandbox.brevo_switches.hand.clock)
    out, error = io.StringIO(), None
    try:
        with contextlib.redirect_stdout(out):
            target.listen(io.StringIO(lines))
    except Exception as raised:  # noqa: BLE001 - the tests look at it
        error = raised
        target.sum_up()
    target.run.close()
    sandbox.brevo.settle()
    return Loaded(target.summary, [json.loads(line) for line in out.getvalue().splitlines()], error)
