"""Two runs on one ledger, whichever database it is in: nothing is sent twice, nothing is lost."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import tajo_sandbox
from tajo_sandbox.brevo import DEFAULT_API_KEY, BrevoSwitches
from tajo_sandbox.brevo.state.contacts import Change
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.database import open_database
from target_brevo.ledger.sendings import Sending

PERSON = "p@example.org"
TARGET = Path(sys.executable).with_name("target-brevo")


def order(row, at, number):
    return row(
        "orders", id=f"o{number}", email=PERSON, createdAt=at, updatedAt=at, status="paid",
        amount=10, products=[{"productId": "p", "price": 10, "quantity": 1}],
    )  # fmt: skip


def event(row, at, number):
    return row("events", id=f"e{number}", email=PERSON, name="seen", at=at)


def sent_live(account):
    """The ids of orders that arrived as live ones."""
    bodies = [(each.path, json.loads(each.body)) for each in account.writes() if each.body]
    found = [body["id"] for path, body in bodies if path == "/orders/status"]
    batches = [body for path, body in bodies if path == "/orders/status/batch"]
    return found + [
        each["id"] for body in batches if not body["historical"] for each in body["orders"]
    ]


def settled(ledger, key):
    with ledger.database.begin() as connection:
        ledger.sendings.outcome(connection, [key], "accepted", "2026-11-24T12:00:01Z")


def withdrawn(ledger, key):
    with ledger.database.begin() as connection:
        ledger.sendings.withdraw(connection, [key])


def killed(ledger, key):
    del key
    ledger.database.close()


ENDS = {
    # What the other run does: verdicts of ours, events in Brevo from ours.
    settled: ({"unchanged": 1}, 0),
    withdrawn: ({"sent": 1}, 1),
    killed: ({"rejected": 1}, 0),
}


@pytest.fixture
def rival(bench, ledger_url):
    """Another run on the same ledger, which stays alive."""
    ledger = Ledger.of(open_database(ledger_url), bench.url, bench.account.organization_id)
    yield ledger
    ledger.database.close()


@pytest.fixture
def taken(bench, rival, clock):
    """Let the rival hold what was sent last, until it ends that while ours waits."""

    def hold(kind, ends):
        with rival.database.begin() as connection:
            (key,) = connection.exec_driver_sql("SELECT key FROM sendings").scalars()
            connection.exec_driver_sql("DELETE FROM sendings")
            connection.exec_driver_sql("DELETE FROM fingerprints")
        bench.account.events.clear()
        bench.account.mark()
        at, sleep = clock.text(), clock.sleep
        assert rival.sendings.claim([Sending(key, kind, "seen", at, "pending", at)], {}) == {key}

        def slept(seconds):
            sleep(seconds)
            if len(clock.slept) == 3:
                ends(rival, key)

        clock.slept.clear()
        clock.sleep = slept

    return hold


@pytest.mark.parametrize("ends", ENDS, ids=lambda each: each.__name__)
def test_an_event_that_another_run_is_sending_is_waited_for(
    bench, schema, row, clock, ledger_url, taken, ends
):
    bench.account.book.create(Change(identifiers={"email": PERSON}), bench.account.at())
    lines = [schema("events"), event(row, clock.text(minutes=1), 1)]
    bench.load(*lines, ledger_url=ledger_url)
    taken("event", ends)
    outcome = bench.load(*lines, ledger_url=ledger_url)
    verdicts, sent = ENDS[ends]
    assert outcome.verdicts("events", "event") == verdicts
    assert len(bench.account.events) == sent
    assert len(clock.slept) >= 3


@pytest.mark.parametrize("ends", [settled, killed], ids=lambda each: each.__name__)
def test_a_live_order_that_another_run_is_sending_is_not_sent_live_again(
    bench, schema, row, clock, ledger_url, taken, ends
):
    bench.load(schema("contacts"), row("contacts", id="1", email=PERSON), ledger_url=ledger_url)
    lines = [schema("orders"), order(row, clock.text(minutes=1), 1)]
    bench.load(*lines, ledger_url=ledger_url)
    assert sent_live(bench.account) == ["o1"]
    taken("order", ends)
    outcome = bench.load(*lines, ledger_url=ledger_url)
    assert outcome.verdicts("orders", "order") == {"sent": 1}
    assert sent_live(bench.account) == []
    assert len(clock.slept) >= 3


def test_of_two_runs_that_saw_the_same_one_gets_it(ledger_url):
    one, two = (Ledger.of(open_database(ledger_url), "http://x/v3", "org") for _ in range(2))
    wanted = [Sending(key, "event", "seen", "t", "pending", "t") for key in "abc"]
    seen = two.sendings.held(["a", "b", "c"])
    assert one.sendings.claim(wanted[:2], {}) == {"a", "b"}
    assert two.sendings.claim(wanted, seen) == {"c"}
    with one.database.begin() as connection:
        one.sendings.outcome(connection, ["a"], "unknown", "t")
    seen = two.sendings.held(["a"])
    assert two.sendings.claim(wanted[:1], seen) == {"a"}
    assert one.sendings.claim(wanted[:1], seen) == set()
    for each in (one, two):
        each.database.close()


def test_two_processes_with_the_same_input_send_it_once(tmp_path, schema, row, ledger_url):
    switches = BrevoSwitches(latency_seconds=0.05)
    at = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    lines = [schema("contacts"), row("contacts", id="1", email=PERSON)]
    lines += [schema("events"), *[event(row, at, number) for number in range(25)]]
    lines += [schema("orders"), *[order(row, at, number) for number in range(8)]]
    text = "".join(json.dumps(line) + "\n" for line in lines).encode()
    with tajo_sandbox.running(platform=None, control=False, brevo_switches=switches) as sandbox:
        config = {"api_key": DEFAULT_API_KEY, "api_url": sandbox.brevo_url}
        (tmp_path / "config.json").write_text(json.dumps({**config, "ledger_url": ledger_url}))
        words = [TARGET, "--config", tmp_path / "config.json"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        runs = [subprocess.Popen(words, **pipes) for _ in range(2)]
        for each in runs:
            each.stdin.write(text)
            each.stdin.flush()
        for each in runs:
            _, told = each.communicate(timeout=120)
            assert each.returncode == 0, told.decode()
        account = sandbox.brevo
        assert len(account.events) == 25
        assert sorted(sent_live(account)) == [f"o{number}" for number in range(8)]
        assert len(account.lists) == len({each.name for each in account.lists.values()})
        assert sum(account.meter.refused.values()) == 0
    assert not list(tmp_path.glob("state/*.run-*"))


def test_two_runs_that_put_a_person_on_lists_at_once_both_know_of_it(
    bench, schema, row, clock, ledger_url
):
    declared = schema("contacts", store={"type": "string"}, deletion={"type": "string"})

    def people(store, **said):
        clock.move(seconds=1)
        said = {"store": store, "updated_at": clock.text(), **said}
        return [row("contacts", id=f"{store}{i}", **{"email": f"p{i}@x.org", **said})
                for i in range(40)]  # fmt: skip

    granted = {"email_consent": "granted", "email_consent_at": clock.text()}
    ours = people("one", listed=["One"], **granted)
    theirs = people("two", listed=["Two"], **granted)
    sleep, begun = clock.sleep, []

    def other_run(seconds):
        if bench.account.processes and not begun:
            begun.append(seconds)
            bench.load(declared, *theirs, ledger_url=ledger_url)
        sleep(seconds)

    bench.switches.import_seconds = 5.0
    clock.sleep = other_run
    bench.load(declared, *ours, ledger_url=ledger_url)
    clock.sleep = sleep
    assert begun
    assert len(bench.account.members("One")) == len(bench.account.members("Two")) == 40

    gone = [each for store in ("one", "two") for each in people(store, deletion="unlink")]
    bench.load(declared, *gone, ledger_url=ledger_url, max_deletes="100%")

    assert bench.account.members("One") == bench.account.members("Two") == set()
