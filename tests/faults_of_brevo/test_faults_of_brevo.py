"""Brevo's faults as a table: each meets contacts, events and orders.

Whatever breaks: bounded tries, then either through or a stop in one line; the state never runs
ahead; and once the fault is over the next run ends with Brevo equal to the shop.
"""

from dataclasses import dataclass
from typing import Literal

import pytest

from tajo_connector_sdk.errors import ConnectorError

PATHS = {
    "contacts": "/contacts/import",
    "events": "/events/batch",
    "orders": "/orders/status/batch",
}
MOST_CALLS = 70
LONGEST_S = 4 * 3600.0


@dataclass(frozen=True)
class Fault:
    """What goes wrong, how often (-1: for good), and how the run that meets it may end.

    ``applied``: Brevo has done what was asked, and only its answer is spoilt. ``everywhere``: every
    call meets it, not only the one that writes.
    """

    what: str
    kind: str
    times: int
    ends: Literal["through", "stopped", "either"]
    applied: bool = False
    everywhere: bool = False


FAULTS = [
    Fault("connection refused twice", "refused", 2, "through"),
    Fault("connection refused for good", "refused", 10_000, "stopped", everywhere=True),
    Fault("reset before it was applied", "reset", 1, "through"),
    Fault("reset after it was applied", "reset", 1, "through", applied=True),
    Fault("reset in the middle of the answer", "reset-mid-body", 1, "through", applied=True),
    Fault("reset for good", "reset", -1, "either"),
    Fault("no answer in time", "timeout", 1, "through"),
    Fault("no answer in time, though applied", "timeout", 1, "through", applied=True),
    Fault("no answer in time anywhere, for good", "timeout", -1, "stopped", everywhere=True),
    Fault("truncated JSON", "truncated", 1, "either", applied=True),
    Fault("a longer body was promised", "wrong-length", 1, "through", applied=True),
    Fault("gzip that is none", "broken-gzip", 1, "either", applied=True),
    Fault("no body", "empty", 1, "either", applied=True),
    Fault("text instead of JSON", "no-json", 1, "either", applied=True),
    Fault("another content type", "wrong-type", 1, "through", applied=True),
    Fault("byte after byte", "slow-drip", 1, "through", applied=True),
    Fault("a byte every half minute", "trickle", 20, "either"),
    Fault("a byte every half minute for good", "trickle", 10_000, "either"),
    Fault("a page with 200", "html-200", 1, "stopped"),
    Fault("a page with 200 anywhere, for good", "html-200", -1, "stopped", everywhere=True),
    Fault("a login page", "login-302", 1, "stopped"),
    Fault("a redirect to another host", "elsewhere-302", 1, "stopped"),
    Fault("400", "400", 1, "either"),
    Fault("401, unknown address", "401-ip", -1, "stopped", everywhere=True),
    Fault("401 in the middle", "401-ip", 1, "stopped"),
    Fault("402", "402", 1, "stopped"),
    Fault("403 for good", "403", -1, "stopped"),
    Fault("404", "404", 1, "stopped"),
    Fault("405", "405", 1, "stopped"),
    Fault("406", "406", 1, "stopped"),
    Fault("413", "413", 1, "stopped"),
    Fault("422", "422", 1, "stopped"),
    Fault("425 twice", "425", 2, "through"),
    Fault("425 for good", "425", -1, "stopped"),
    Fault("429 three times", "429", 3, "through"),
    Fault("429 without headers", "429-bare", 2, "through"),
    Fault("429 with a page", "429-html", 2, "through"),
    Fault("429 for good", "429", -1, "stopped"),
    Fault("limits that are no numbers", "strange-limits", -1, "through", applied=True),
    Fault("a clock of the year 2000", "skewed-date", -1, "through", True, everywhere=True),
    Fault("500 once", "500", 1, "through"),
    Fault("500 once, though applied", "500", 1, "through", applied=True),
    Fault("500 for good", "500", -1, "either"),
    Fault("500 anywhere, for good", "500", -1, "stopped", everywhere=True),
    Fault("502 with a page", "502-html", 2, "through"),
    Fault("503 twice", "503", 2, "through"),
    Fault("503 for good", "503", -1, "stopped"),
    Fault("504 once, though applied", "504", 1, "through", applied=True),
]


def _break(world, fault, path):
    if fault.kind == "refused":
        world.way.refusing = fault.times
        return
    if fault.kind == "trickle":
        world.way.dawdling = fault.times
        return
    where = "*" if fault.everywhere else path
    method = None if fault.everywhere else "POST"
    world.switches.fail(where, fault.kind, fault.times, method=method, applied=fault.applied)


def _mend(world):
    world.switches.faults.clear()
    world.way.refusing = world.way.dawdling = 0
    world.clock.seconds += 7200


@pytest.mark.parametrize("subject", PATHS)
@pytest.mark.parametrize("fault", FAULTS, ids=[each.what for each in FAULTS])
def test_a_fault_is_survived_or_stops_the_run_and_loses_and_doubles_nothing(
    world, lines, missing, doubled, fault, subject
):
    _break(world, fault, PATHS[subject])
    began = world.clock.seconds
    struck = world.run(lines(subject))
    assert fault.ends == "either" or (struck.error is not None) == (fault.ends == "stopped")
    _is_a_clear_end(struck.error)
    assert len(world.account.requests) <= MOST_CALLS
    assert world.clock.seconds - began <= LONGEST_S
    told = struck.summary["unknown_outcomes"] + struck.summary.get("rejects_open", 0)
    if struck.states:
        assert missing(subject) == 0 or told >= missing(subject)
    _mend(world)
    calm = world.run(lines(subject))
    assert calm.error is None
    assert len(calm.states) == 1
    # What cannot be known is reported, and is all that may be missing.
    assert missing(subject) == 0 or calm.summary["rejects_open"] >= missing(subject)
    assert doubled() == 0


def _is_a_clear_end(error):
    if error is None:
        return
    assert isinstance(error, ConnectorError)
    assert "\n" not in str(error)
    assert error.exit_code in (1, 2)
    assert error.do


UNSURE = ["reset", "timeout", "500", "502-html", "504", "reset-mid-body"]


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("kind", UNSURE)
@pytest.mark.parametrize("subject", ["events", "orders"])
def test_what_is_sent_again_where_it_is_not_found_ends_with_everything_there(
    world, lines, missing, doubled, subject, kind, applied
):
    world.settings["on_unknown_event"] = "resend"
    world.switches.fail(PATHS[subject], kind, 1, method="POST", applied=applied)
    ended = world.run(lines(subject))
    assert ended.error is None
    assert missing(subject) == 0
    # Whether an order started its automations is the one thing that nobody can look up.
    assert doubled() == 0 or (subject == "orders" and applied)
