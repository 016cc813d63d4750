"""However a run ends and however streams are mixed: what left as state is in Brevo."""

import json
import os

import pytest

from tajo_connector_sdk.errors import ConnectorError
from target_brevo.target import TargetBrevo


@pytest.fixture
def mixed(schema, row, state, clock):
    """Lines of four streams in turn; after each round of ten a STATE that says how many."""

    def made(rounds):
        for stream in ("contacts", "events", "orders", "products"):
            yield schema(stream)
        at = clock.text(minutes=1)
        for number in range(rounds * 10):
            who = {"email": f"p{number}@example.org"}
            yield row("contacts", id=f"c{number}", CITY="Nice", **who)
            yield row("events", id=f"e{number}", name="seen", at=at, properties={}, **who)
            yield row("products", id=f"x{number}", name=f"thing {number}")
            yield row(
                "orders", id=f"o{number}", createdAt=at, updatedAt=at, at=at, status="paid",
                amount=1, products=[], **who,
            )  # fmt: skip
            if number % 10 == 9:
                yield state({"at": number + 1})

    return made


@pytest.fixture
def uncovered(bench):
    """A function that says which states have left before all that they cover was in Brevo."""
    seen = []

    def looked():
        account = bench.account
        held = {
            "contacts": len(account.book.by_id),  # as they are: imports are not completed by it
            "events": len(account.events),
            "products": len(account.products),
            "orders": len(account.orders),
        }
        seen.extend(json.loads(line)["at"] for line in bench.capsys.readouterr().out.splitlines())
        assert seen == sorted(seen), "states leave in their order"
        return [(at, held) for at in seen if min(held.values()) < at]

    looked.seen = seen
    return looked


def test_streams_that_come_mixed_are_confirmed_in_the_order_of_their_states(
    bench, mixed, uncovered, clock
):
    bench.switches.import_seconds = 7.0
    early = []

    def lines():
        for line in mixed(9):
            early.extend(uncovered())
            clock.move(seconds=0.06)
            yield json.dumps(line)

    target = TargetBrevo(config=bench.config(batch_age_s=5), clock=clock.clock)
    target.listen(lines())
    assert early == []
    assert uncovered() == []
    assert len(uncovered.seen) > 2, "it leaves while the run goes on"
    assert uncovered.seen[-1] == 90


@pytest.mark.parametrize("path", ["/events*", "/products*", "/contacts/import"])
@pytest.mark.parametrize("skip", [0, 1])
def test_one_kind_that_cannot_be_sent_ends_the_run_and_holds_every_state_after_it(
    bench, mixed, uncovered, clock, path, skip
):
    fault = bench.switches.fail(path, "500", times=-1, skip=skip)
    target = TargetBrevo(config=bench.config(batch_age_s=5), clock=clock.clock)

    def lines():
        for line in mixed(9):
            clock.move(seconds=0.06)
            yield json.dumps(line)

    with pytest.raises(ConnectorError):
        target.listen(lines())
    target.run.close()
    assert uncovered() == []
    assert uncovered.seen[-1:] != [90]
    fault.times = 0
    outcome = bench.load(*mixed(9))
    assert outcome.states[-1] == {"at": 90}
    account = bench.account
    assert [len(each) for each in (account.contacts, account.products, account.orders)] == [90] * 3
    keys = [event.properties["tajo_key"] for event in account.events]
    assert len(keys) == len(set(keys)) == 90 - outcome.summary["unknown_outcomes"]


@pytest.mark.parametrize("cut", [1, 40, None])
def test_an_input_that_ends_in_the_middle_of_a_line_ends_in_an_error_and_loses_nothing(
    bench, mixed, uncovered, cut
):
    text = "".join(json.dumps(line) + "\n" for line in mixed(2)).encode()
    last = text.splitlines()[-1]
    kept = text[: -len(last) - 1] + (last[:cut] if cut else last)
    reader, writer = os.pipe()
    os.write(writer, kept)
    os.close(writer)
    target = TargetBrevo(config=bench.config(), clock=bench.clock.clock)
    with os.fdopen(reader, "rb") as source:
        if cut and cut < len(last):
            with pytest.raises(ConnectorError, match=r"input line \d+: it is not JSON"):
                target.listen(source)
            target.run.close()
        else:
            target.listen(source)
    assert uncovered() == []
    assert (uncovered.seen[-1:] == [20]) == (cut is None or cut >= len(last))
    assert bench.load(*mixed(2)).states[-1] == {"at": 20}
    assert len(bench.account.contacts) == len(bench.account.events) == 20


@pytest.mark.parametrize("kind", ["403", "429"])
@pytest.mark.parametrize(
    ("path", "few", "skip"),
    [("/events", 8, 3), ("/orders/status", 8, 3), ("/events/batch", 40, 0),
     ("/orders/status/batch", 40, 0)],
)  # fmt: skip
def test_what_a_stopped_run_surely_did_not_send_is_sent_by_the_next_one(
    bench, mixed, path, few, skip, kind
):
    lines = [line for line in mixed(4) if _number(line) < few]
    fault = bench.switches.fail(path, kind, times=-1, skip=skip)
    assert bench.attempt(*lines).error is not None
    fault.times = 0
    bench.clock.move(hours=2)
    outcome = bench.load(*lines, event_max_age=24)
    account = bench.account
    assert outcome.summary["unknown_outcomes"] == 0
    assert len(account.events) == few
    assert len(account.orders) == few
    assert sum(start.kind == "order" for start in account.automations) == few


def _number(line):
    return int(line.get("record", {}).get("id", "x0")[1:])


def test_a_host_where_nobody_listens_is_tried_again_and_then_named(bench, schema, row, state):
    lines = [schema("contacts"), row("contacts", id="c", email="ada@example.org"), state({"at": 1})]

    outcome = bench.attempt(*lines, api_url="http://127.0.0.1:9/v3")

    assert outcome.states == []
    assert isinstance(outcome.error, ConnectorError)
    assert outcome.error.exit_code == 1
    assert "127.0.0.1" in str(outcome.error)
    assert "check api_url" in str(outcome.error)
    assert len(bench.clock.slept) > 1
