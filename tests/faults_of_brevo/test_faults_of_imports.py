"""Faults of the import's process and of its files of refused rows."""

from dataclasses import dataclass

import pytest

from tajo_connector_sdk.errors import ConnectorError

ODD = "odd..dots@example.org"
PAGE = b"<html><head><title>Sign in</title></head>\n<body>Sign in</body></html>\n"
LONG = 17 * 1024 * 1024

FILES = {
    "other columns": b"NAME;REASON\nsomebody;invalid\n",
    "another delimiter": b"EMAIL,REASON\nodd..dots@example.org,invalid\n",
    "a page in its place": PAGE,
    "nothing": b"",
    "a row that names nobody": b"EMAIL;CITY\n;x\n",
    "strangers": b"EMAIL\nstranger@example.org\n",
    "far more rows than were sent": b"EMAIL\n" + b"".join(
        b"s%d@example.org\n" % number for number in range(20_000)
    ),
    "a line without an end": b"EMAIL\n" + b"x" * LONG,
}  # fmt: skip


@dataclass(frozen=True)
class ProcessFault:
    """What Brevo's process does: ``failing`` imports, seconds it takes, and faults of its polls."""

    what: str
    failing: int = 0
    seconds: float = 1.0
    polls: tuple[str, int] | None = None
    stops: bool = True


PROCESSES = [
    ProcessFault("failed once", failing=1, stops=False),
    ProcessFault("failed for good", failing=99),
    ProcessFault("stuck", seconds=1e9),
    ProcessFault("slow", seconds=1800, stops=False),
    ProcessFault("gone", polls=("404", -1)),
    ProcessFault("not to be read for a while", polls=("503", 3), stops=False),
    ProcessFault("a page for good", polls=("html-200", -1)),
    ProcessFault("no body", polls=("empty", 1)),
    ProcessFault("throttled", polls=("429", 4), stops=False),
    ProcessFault("no answer in time", polls=("timeout", 2), stops=False),
]


def _lines(lines):
    found = lines("contacts")
    found.insert(1, {"type": "RECORD", "stream": "contacts", "record": {"id": "odd", "email": ODD}})
    return found


def _calm(world, lines, missing):
    world.clock.seconds += 7200
    calm = world.run(_lines(lines))
    assert calm.error is None
    assert len(calm.states) == 1
    assert missing("contacts") == 0
    assert calm.summary["rejects_open"] == 1


def _stopped(ended):
    assert isinstance(ended.error, ConnectorError)
    assert "\n" not in str(ended.error)
    assert ODD not in str(ended.error)
    assert ended.error.do
    assert ended.states == []


@pytest.mark.parametrize("what", FILES)
def test_a_file_of_refused_rows_that_cannot_be_read_stops_the_run(world, lines, missing, what):
    world.way.files.append(FILES[what])
    _stopped(world.run(_lines(lines)))
    world.way.files.clear()
    _calm(world, lines, missing)


def test_a_file_of_refused_rows_whose_address_has_run_out_stops_the_run(world, lines, missing):
    world.switches.files_expired = True
    _stopped(world.run(_lines(lines)))
    world.switches.files_expired = False
    _calm(world, lines, missing)


@pytest.mark.parametrize("fault", PROCESSES, ids=[each.what for each in PROCESSES])
def test_an_import_that_goes_wrong_is_sent_again_or_stops_the_run(world, lines, missing, fault):
    world.switches.failing_imports = fault.failing
    world.switches.import_seconds = fault.seconds
    if fault.polls:
        world.switches.fail("/processes*", fault.polls[0], fault.polls[1], method="GET")
    struck = world.run(_lines(lines))
    if fault.stops:
        _stopped(struck)
    else:
        assert struck.error is None
        assert missing("contacts") == 0
    polls = sum(each.path.startswith("/processes") for each in world.account.requests)
    assert polls <= 60
    world.switches.faults.clear()
    world.switches.failing_imports, world.switches.import_seconds = 0, 1.0
    for process in world.account.processes.values():
        process.status = "completed" if process.status != "failed" else process.status
    _calm(world, lines, missing)
