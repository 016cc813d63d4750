"""Events and live orders whose outcome cannot be known: reported, or sent again."""

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tajo_sandbox.brevo.state.contacts import Change
from tajo_sandbox.brevo.switches import Fault
from target_brevo.target import TargetBrevo


@pytest.fixture
def event(row, clock):
    def made(number):
        return row("events", id=f"e{number}", email="p@example.org", name="order_completed",
                   at=clock.text(minutes=1))  # fmt: skip

    return made


@pytest.fixture
def order(row, clock):
    def made(number):
        at = clock.text(minutes=1)
        return row("orders", id=f"o{number}", email="p@example.org", createdAt=at, updatedAt=at,
                   updated_at=at, at=at, status="paid", amount=10.5,
                   products=[{"productId": "p1", "price": 10.5, "quantity": 1}])  # fmt: skip

    return made


@pytest.fixture(autouse=True)
def buyer(bench):
    bench.account.book.create(Change(identifiers={"email": "p@example.org"}), bench.account.at())


def keys(bench):
    return [each.properties["tajo_key"] for each in bench.account.events]


def lives(bench):
    return [start.name for start in bench.account.automations if start.kind == "order"]


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(("setting", "arrived"), [(None, 0), ("report", 0), ("resend", 1)])
def test_an_event_that_got_no_answer_and_is_not_found_is_reported_or_sent_again(
    bench, schema, event, state, count, setting, arrived
):
    path = "/events" if count == 1 else "/events/batch"
    bench.switches.fail(path, "reset", method="POST")
    settings = {"on_unknown_event": setting} if setting else {}
    outcome = bench.load(schema("events"), *map(event, range(count)), state(1), **settings)
    assert len(bench.account.events) == len(set(keys(bench))) == arrived * count
    assert outcome.summary["unknown_outcomes"] == (0 if arrived else count)
    assert outcome.verdicts("events", "event") == {"sent" if arrived else "rejected": count}
    assert outcome.states == [1]


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("setting", ["report", "resend"])
def test_an_event_that_was_applied_without_an_answer_is_found_and_never_sent_again(
    bench, schema, event, count, setting
):
    path = "/events" if count == 1 else "/events/batch"
    bench.switches.fail(path, "reset", method="POST", applied=True)
    outcome = bench.load(schema("events"), *map(event, range(count)), on_unknown_event=setting)
    assert len(bench.account.events) == count
    assert outcome.verdicts("events", "event") == {"sent": count}


def test_what_was_reported_is_sent_when_the_setting_says_so_later(bench, schema, event):
    bench.switches.fail("/events", "reset", method="POST")
    bench.load(schema("events"), event(1))
    outcome = bench.load(schema("events"), event(1), on_unknown_event="resend")
    assert outcome.verdicts("events", "event") == {"sent": 1}
    assert len(bench.account.events) == 1
    assert outcome.summary["rejects_open"] == 0


def test_events_that_get_no_answer_twice_stop_the_run_and_hold_its_state(
    bench, schema, event, state
):
    bench.switches.fail("/events", "reset", times=2, method="POST")
    lines = [schema("events"), event(1), state(1)]
    stopped = bench.attempt(*lines, on_unknown_event="resend")
    assert stopped.error.exit_code == 1
    assert "sent twice without an answer" in str(stopped.error)
    assert stopped.states == []
    outcome = bench.load(*lines, on_unknown_event="resend")
    assert outcome.states == [1]
    assert len(bench.account.events) == 1


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(("setting", "live"), [("report", 0), ("resend", 1)])
def test_a_live_order_that_got_no_answer_is_sent_again_as_historical_or_as_live(
    bench, schema, order, count, setting, live
):
    path = "/orders/status" if count == 1 else "/orders/status/batch"
    bench.switches.fail(path, "reset", method="POST")
    outcome = bench.load(schema("orders"), *map(order, range(count)), on_unknown_event=setting)
    assert len(bench.account.orders) == count
    assert len(lives(bench)) == live * count
    assert outcome.verdicts("orders", "order") == {"sent": count}


def test_a_setting_that_is_neither_is_told_the_right_words(bench):
    with pytest.raises(ConfigValidationError) as raised:
        TargetBrevo(config=bench.config(on_unknown_event="retry"))
    [line] = raised.value.errors
    assert "'on_unknown_event'" in line
    assert "report" in line


@pytest.mark.parametrize("arrived", [True, False], ids=["arrived", "did not arrive"])
@pytest.mark.parametrize("later", ["too old by then", "nothing", "a contact"])
def test_what_a_stopped_run_left_without_an_answer_is_told_by_the_next_run_whatever_it_loads(
    bench, schema, event, row, later, arrived
):
    bench.load(schema("events"))
    sent = event(1)
    for method in ("POST", "GET"):
        fault = Fault("/events", "reset", times=-1, method=method, applied=arrived)
        bench.switches.faults.append(fault)
    assert bench.attempt(schema("events"), sent).error is not None
    assert len(bench.account.events) == arrived
    bench.switches.faults.clear()
    bench.clock.move(hours=30)
    lines = {
        "too old by then": [schema("events"), sent],
        "nothing": [schema("events")],
        "a contact": [schema("contacts"), row("contacts", id="c", email="c@example.org")],
    }

    outcome = bench.load(*lines[later])

    assert outcome.summary["unknown_outcomes"] == (0 if arrived else 1)
    found = "events of an earlier run without an answer were found"
    assert (found in outcome.summary["notes"]) is arrived
    assert bench.load(*lines[later]).summary["unknown_outcomes"] == 0
