"""A dry run decides as the run does, and changes nothing anywhere."""

import hashlib

import pytest


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
