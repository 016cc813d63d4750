"""Events: once, not from a backfill, one verdict each."""

import pytest

from tajo_sandbox.brevo.state.contacts import Change

AHEAD = {"minutes": 1}


@pytest.fixture
def event(row, clock):
    def made(number, email="p@example.org", name="order_completed", at=None, **properties):
        return row(
            "events", id=f"e{number}", email=email, name=name, at=at or clock.text(**AHEAD),
            properties=properties,
        )  # fmt: skip

    return made


@pytest.fixture
def known(bench):
    for email in ("p@example.org", "q@example.org"):
        bench.account.book.create(Change(identifiers={"email": email}), bench.account.at())


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("count", [1, 10, 11, 250])
def test_events_arrive_once_however_often_they_are_loaded(bench, schema, event, state, count):
    lines = [schema("events"), *[event(i, total=1.5) for i in range(count)], state({"at": 1})]
    outcome = bench.load(*lines)
    assert outcome.verdicts("events", "event") == {"sent": count}
    assert outcome.states == [{"at": 1}]
    assert outcome.summary["possible_automation_starts"] == {"events": count}
    bench.account.mark()
    outcome = bench.load(*lines)
    assert outcome.verdicts("events", "event") == {"unchanged": count}
    assert len(bench.account.events) == count
    assert not bench.account.writes()


@pytest.mark.usefixtures("known")
def test_one_bad_event_of_two_hundred_is_one_reject(bench, schema, event):
    rows = [event(i) for i in range(200)]
    rows[100] = event(100, email="nobody@example.org")
    outcome = bench.load(schema("events"), *rows)
    assert outcome.verdicts("events", "event") == {"sent": 199, "rejected": 1}
    assert outcome.reasons("events", "event", "rejected") == {"Brevo knows no such contact": 1}
    assert len(bench.account.events) == 199


def test_a_batch_that_is_refused_whole_gives_every_row_its_reason(bench, schema, event):
    outcome = bench.load(schema("events"), *[event(i, email="no@example.org") for i in range(50)])
    assert outcome.reasons("events", "event", "rejected") == {"Brevo knows no such contact": 50}


@pytest.mark.usefixtures("known")
def test_a_rejected_event_is_sent_when_its_cause_is_mended(bench, schema, event, row):
    rows = [schema("events"), event(1, email="new@example.org")]
    assert bench.load(*rows).verdicts("events", "event") == {"rejected": 1}
    bench.load(schema("contacts"), row("contacts", id="c", email="new@example.org"))
    outcome = bench.load(*rows)
    assert outcome.verdicts("events", "event") == {"sent": 1}
    assert outcome.summary["rejects_open"] == 0


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("age_hours", "settings", "reason"),
    [
        (0.01, {}, "happened before this store was first synced"),
        (24 * 400, {}, "happened before this store was first synced"),
        (-0.01, {}, None),
    ],
)
def test_a_first_load_sends_no_event_of_the_past(
    bench, schema, event, clock, age_hours, settings, reason
):
    at = clock.text(hours=-age_hours)
    outcome = bench.load(schema("events"), event(1, at=at), **settings)
    if reason is None:
        assert outcome.verdicts("events", "event") == {"sent": 1}
        return
    assert outcome.verdicts("events", "event") == {"filtered": 1}
    [told] = outcome.reasons("events", "event", "filtered")
    assert reason in told
    assert bench.account.events == []
    assert bench.account.automations == []


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(("max_age", "sent"), [(24, False), (72, True)])
def test_a_later_load_sends_no_event_older_than_the_setting(
    bench, schema, event, clock, max_age, sent
):
    bench.load(schema("events"), event(1))
    clock.move(days=10)
    outcome = bench.load(
        schema("events"), event(2, at=clock.text(hours=-30)), event_max_age=max_age
    )
    assert outcome.verdicts("events", "event") == {"sent" if sent else "filtered": 1}


@pytest.mark.usefixtures("known")
def test_a_second_store_in_the_account_has_a_first_day_of_its_own(bench, schema, row, clock):
    def event(store):
        return row("events", id="1", email="p@example.org", name="order_completed",
                   at=clock.text(hours=-1), store=store)  # fmt: skip

    bench.load(schema("events"), event("a"))
    clock.move(days=2)
    outcome = bench.load(schema("events"), event("a"), event("b"))
    assert outcome.verdicts("events", "event") == {"sent": 1, "filtered": 1}
    [sent] = bench.account.events
    assert sent.properties["tajo_key"]


@pytest.mark.usefixtures("known")
def test_the_same_key_in_two_stores_is_two_events(bench, schema, row, clock):
    rows = [
        row("events", id="1", email="p@example.org", name="order_completed",
            at=clock.text(**AHEAD), store=store)
        for store in ("a", "b")
    ]  # fmt: skip
    assert bench.load(schema("events"), *rows).verdicts("events", "event") == {"sent": 2}
    assert len({each.properties["tajo_key"] for each in bench.account.events}) == 2


def test_an_event_waits_for_the_import_that_makes_its_contact(bench, schema, row, event):
    bench.switches.import_seconds = 40.0
    contacts = [row("contacts", id=f"c{i}", email=f"p{i}@example.org") for i in range(50)]
    outcome = bench.load(
        schema("contacts"), schema("events"), *contacts,
        *[event(i, email=f"p{i}@example.org") for i in range(50)],
    )  # fmt: skip
    assert outcome.verdicts("events", "event") == {"sent": 50}


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("count", [1, 30])
def test_events_applied_without_an_answer_are_found_and_not_sent_twice(bench, schema, event, count):
    path = "/events" if count == 1 else "/events/batch"
    bench.switches.fail(path, "reset", method="POST", applied=True)
    outcome = bench.load(schema("events"), *[event(i) for i in range(count)])
    assert outcome.verdicts("events", "event") == {"sent": count}
    assert len(bench.account.events) == count


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("kind", ["reset", "500", "502-html"])
def test_events_lost_without_an_answer_are_reported_and_not_sent_twice(bench, schema, event, kind):
    bench.switches.fail("/events/batch", kind, method="POST")
    rows = [schema("events"), *[event(i) for i in range(30)]]
    outcome = bench.load(*rows)
    assert outcome.summary["unknown_outcomes"] == 30
    assert outcome.verdicts("events", "event") == {"rejected": 30}
    assert bench.load(*rows).verdicts("events", "event") == {"rejected": 30}
    assert bench.account.events == []


@pytest.mark.usefixtures("known")
def test_a_refusal_that_says_later_is_no_unknown_outcome(bench, schema, event):
    bench.switches.fail("/events/batch", "429", times=3, method="POST")
    outcome = bench.load(schema("events"), *[event(i) for i in range(30)])
    assert outcome.verdicts("events", "event") == {"sent": 30}
    assert len(bench.account.events) == 30


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"name": "two words"}, "letters, digits"),
        ({"at": "yesterday"}, "not a time"),
        ({"properties": {"blob": "x" * 60_000}}, "larger than 50 KB"),
    ],
)
def test_an_event_that_brevo_cannot_take_is_refused_before_it_is_sent(
    bench, schema, row, clock, record, reason
):
    good = {"id": "1", "email": "p@example.org", "name": "seen", "at": clock.text(**AHEAD)}
    outcome = bench.load(schema("events"), row("events", **(good | record)))
    [told] = outcome.reasons("events", "event", "rejected")
    assert reason in told
    assert not bench.bodies("/events")


@pytest.mark.usefixtures("known")
def test_events_are_packed_by_bytes_as_well(bench, schema, event):
    rows = [event(i, blob="x" * 20_000) for i in range(60)]
    outcome = bench.load(schema("events"), *rows)
    assert outcome.verdicts("events", "event") == {"sent": 60}
    sizes = [each.size for each in bench.account.requests if each.path == "/events/batch"]
    assert len(sizes) == 3
    assert max(sizes) < 512 * 1024


@pytest.mark.usefixtures("known")
def test_few_events_spare_the_hourly_bucket_and_follow_the_headers(bench, schema, event):
    bench.load(schema("events"), *[event(i) for i in range(10)])
    assert not bench.bodies("/events/batch")
    bench.switches.batch_bucket = "single"
    bench.clock.move(seconds=2)
    bench.load(schema("events"), *[event(100 + i) for i in range(450)])
    assert [len(body["events"]) for body in bench.bodies("/events/batch")] == [200, 200, 50]


@pytest.mark.usefixtures("known")
def test_when_the_hourly_bucket_is_used_up_events_go_one_by_one(bench, schema, event):
    bench.load(schema("events"), *[event(i) for i in range(20)])
    bench.account.meter._windows["other", 3600].used = 100
    outcome = bench.load(schema("events"), *[event(100 + i) for i in range(60)])
    assert outcome.error is None
    assert len(bench.account.events) == 80
