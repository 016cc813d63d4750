"""The main paths of a load on a ledger in either database."""

import pytest

from target_brevo.delivery.events import EventRoom

KINDS = {
    "contacts": "contact", "events": "event", "orders": "order",
    "products": "product", "categories": "category",
}  # fmt: skip


class Killed(Exception):
    """The run ends here; its connections are closed, as the system does it for a process."""


@pytest.fixture
def lines(schema, row, state, clock):
    """A load of everything; ``city`` is what changes of one contact."""
    at = clock.text(minutes=1)

    def made(city="Nice"):
        yield schema("contacts")
        for number in range(40):
            email = f"p{number}@example.org"
            yield row("contacts", id=f"c{number}", email=email, CITY=city if number else "Nice",
                      email_consent="denied" if number == 3 else "granted")  # fmt: skip
        yield row("contacts", id="bad", email="no address")
        yield schema("categories")
        yield row("categories", id="k1", name="Shoes")
        yield schema("products")
        yield row("products", id="s1", name="Boot")
        yield schema("orders")
        for number in range(3):
            yield row("orders", id=f"o{number}", email="p1@example.org", createdAt=at, updatedAt=at,
                      status="paid", amount=10.5,
                      products=[{"productId": "s1", "price": 10.5, "quantity": 1}])  # fmt: skip
        yield schema("events")
        for number in range(12):
            yield row("events", id=f"e{number}", email="p2@example.org", name="seen", at=at)
        yield state({"at": 1})

    return made


def verdicts(outcome):
    return {stream: outcome.verdicts(stream, kind) for stream, kind in KINDS.items()}


def test_a_load_its_replay_and_a_change_on_either_database(bench, lines, ledger_url):
    first = bench.load(*lines(), ledger_url=ledger_url)
    assert verdicts(first) == {
        "contacts": {"sent": 40, "rejected": 1}, "events": {"sent": 12}, "orders": {"sent": 3},
        "products": {"sent": 1}, "categories": {"sent": 1},
    }  # fmt: skip
    assert first.states == [{"at": 1}]
    again = bench.load(*lines(), ledger_url=ledger_url)
    assert again.verdicts("contacts", "contact") == {"unchanged": 40, "rejected": 1}
    assert verdicts(again)["events"] == {"unchanged": 12}
    assert verdicts(again)["orders"] == {"unchanged": 3}
    rehearsed = bench.load(*lines("Lyon"), ledger_url=ledger_url, dry_run=True)
    changed = bench.load(*lines("Lyon"), ledger_url=ledger_url)
    assert changed.verdicts("contacts", "contact") == {"sent": 39, "unchanged": 1, "rejected": 1}
    assert verdicts(rehearsed) == verdicts(changed)
    assert len(bench.account.events) == 12
    assert bench.contact("p3@example.org").email_blacklisted


def test_a_run_that_is_killed_before_it_notes_the_answer_is_put_right_on_either_database(
    bench, lines, ledger_url, monkeypatch
):
    def killed(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(EventRoom, "_accepted", killed)
        assert isinstance(bench.attempt(*lines(), ledger_url=ledger_url).error, Killed)
    assert len(bench.account.events) == 12
    outcome = bench.load(*lines(), ledger_url=ledger_url)
    assert outcome.states == [{"at": 1}]
    assert verdicts(outcome)["events"] == {"unchanged": 12}
    assert len(bench.account.events) == 12
    assert len({each.properties["tajo_key"] for each in bench.account.events}) == 12
