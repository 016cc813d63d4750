"""A dry run decides as the run does, and changes nothing anywhere."""

import hashlib

import pytest

from tajo_sandbox.brevo.api import contacts
from tajo_sandbox.brevo.state.contacts import Change
from target_brevo.brevo import differences


@pytest.fixture
def lines(schema, row, clock, state):
    contacts = [
        row("contacts", id=f"c{i}", email=f"p{i}@example.org", CITY="Nice",
            email_consent=("granted", "denied", None)[i % 3], email_consent_at=clock.text(),
            listed=["News"])
        for i in range(90)
    ]  # fmt: skip
    events = [
        row("events", id=f"e{i}", email=f"p{i}@example.org", name="seen",
            at=clock.text(minutes=1 if i % 2 else -60))
        for i in range(30)
    ]  # fmt: skip
    orders = [
        row("orders", id=f"o{i}", email=f"p{i}@example.org", createdAt=clock.text(),
            updatedAt=clock.text(), status="paid", amount=1, products=[], at=clock.text(minutes=1))
        for i in range(5)
    ]  # fmt: skip
    products = [row("products", id=f"p{i}", name="Cup") for i in range(5)]
    schemas = [schema(name) for name in ("contacts", "events", "orders", "products")]
    return [*schemas, *contacts, *products, *orders, *events, state({"at": 1})]


def test_a_dry_run_writes_neither_to_brevo_nor_to_the_ledger_nor_a_state(bench, lines):
    outcome = bench.load(*lines, dry_run=True)
    assert bench.account.writes() == []
    assert not (bench.folder / "state").exists()
    assert outcome.states == []
    assert outcome.summary["calls"]["writing"] > 0
    assert "dry run" in "".join(outcome.log)


def test_a_dry_run_decides_as_the_run_that_follows(bench, lines):
    dry = bench.load(*lines, dry_run=True)
    real = bench.load(*lines)
    for stream in real.summary["streams"]:
        assert dry.summary["streams"][stream] == real.summary["streams"][stream]
    for figure in ("possible_automation_starts", "notes"):
        assert dry.summary[figure] == real.summary[figure]
    assert dry.summary["calls"]["writing"] == real.summary["calls"]["writing"]


def test_a_dry_run_after_a_run_reads_the_ledger_and_leaves_it_as_it_is(bench, lines):
    bench.load(*lines)
    bench.account.mark()
    files = sorted((bench.folder / "state").iterdir())
    before = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    outcome = bench.load(*lines, dry_run=True)
    assert outcome.verdicts("contacts", "contact") == {"unchanged": 90}
    assert outcome.summary["calls"]["writing"] == 0
    assert bench.account.writes() == []
    after = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    assert after == before


def test_a_dry_run_counts_nobody_as_new_where_contacts_are_deleted_while_all_are_read(
    bench, schema, row, monkeypatch
):
    """Pages of contacts are places: behind one that is deleted all others move up."""
    monkeypatch.setattr(differences, "PAGE", 10)

    def made(address):
        return bench.account.book.create(Change(identifiers={"email": address}), bench.account.at())

    strangers = [made(f"other{number}@example.org") for number in range(2)]
    people = [f"p{number}@example.org" for number in range(60)]
    for address in people:
        made(address)
    matched = contacts._matching

    def matching(call, _):
        if strangers and call.number("offset", 0):
            bench.account.book.delete(strangers.pop())
        return matched(call, bench.account.book.by_id.values())

    monkeypatch.setattr(contacts, "_matching", matching)
    rows = [row("contacts", id=each, email=each, CITY="Nice") for each in people]
    outcome = bench.load(schema("contacts"), *rows, dry_run=True)
    assert not strangers
    assert outcome.summary["forecast"]["would"] == {"update": 60}
