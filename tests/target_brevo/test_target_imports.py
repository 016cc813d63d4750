"""Imports: polled within the budget, read back, retried once, never overlapping for a person."""

import json

import pytest

from tajo_connector_sdk.errors import BadAnswer, RunError
from target_brevo.contacts import dispatch, imports
from target_brevo.target import TargetBrevo


@pytest.fixture(params=["json", "csv"])
def bench(bench, request):
    """Everything here holds for both forms of imports."""
    bench.settings["import_bodies"] = request.param
    return bench


def sizes(bench):
    """How many rows each import had."""
    return [
        len(each["jsonBody"]) if "jsonBody" in each else each["fileBody"].count("\n")
        for each in bench.bodies("/contacts/import")
    ]


@pytest.fixture
def many(row):
    def made(count, **more):
        return [
            row("contacts", id=f"c{i}", email=f"p{i}@example.org", **more) for i in range(count)
        ]

    return made


def test_state_waits_for_the_completed_process_not_for_the_202(bench, schema, many, state):
    bench.switches.import_seconds = 90.0
    seen = []
    bench.clock.sleep = _watching(
        bench.clock.sleep, lambda: seen.append(bench.capsys.readouterr().out)
    )
    outcome = bench.load(schema("contacts"), *many(50), state({"at": 1}))
    assert outcome.states == [{"at": 1}]
    assert not any(seen), "a state left while the import was open"
    assert bench.clock.seconds >= 90
    assert any("waiting for Brevo's import of 50 contacts" in line for line in outcome.log)


def test_polling_a_slow_import_stays_far_below_the_hourly_limit(bench, schema, many):
    bench.switches.import_seconds = 1800.0
    bench.load(schema("contacts"), *many(50))
    polls = [each for each in bench.account.requests if each.path.startswith("/processes")]
    assert len(polls) < 25
    assert all(each.status == 200 for each in polls)


def looks(bench):
    return [each for each in bench.account.requests if each.path.startswith("/processes")]


def test_an_import_that_is_done_at_once_is_hardly_waited_for(bench, schema, many):
    bench.switches.import_seconds = 0.05
    bench.load(schema("contacts"), *many(3000))
    assert bench.clock.slept[-1] < 0.3


def test_a_run_looks_when_the_import_before_was_done_and_saves_its_looks(bench, schema, many):
    bench.switches.import_seconds = 120.0
    bench.load(schema("contacts"), *many(50))
    learned, began = len(looks(bench)), bench.clock.seconds
    for city in ("Bern", "Chur", "Genf"):
        before = len(looks(bench))
        bench.load(schema("contacts"), *many(50, CITY=city))
        assert len(looks(bench)) - before < learned / 2
    assert bench.clock.seconds - began < 3 * 1.7 * 120


def test_what_has_become_faster_is_seen_to_be(bench, schema, many):
    bench.switches.import_seconds = 60.0
    bench.load(schema("contacts"), *many(50))
    bench.switches.import_seconds = 1.0
    waits = []
    for number in range(12):
        began = bench.clock.seconds
        bench.load(schema("contacts"), *many(50, CITY=f"city {number}"))
        waits.append(bench.clock.seconds - began)
    assert waits[-1] < 2


def test_a_failed_import_is_sent_once_more(bench, schema, many, state):
    bench.switches.failing_imports = 1
    outcome = bench.load(schema("contacts"), *many(50), state({"at": 1}))
    assert outcome.verdicts("contacts", "contact") == {"sent": 50}
    assert outcome.states == [{"at": 1}]
    assert len(bench.bodies("/contacts/import")) == 2


def test_an_import_that_fails_twice_stops_the_run_and_holds_the_state(bench, schema, many, state):
    bench.switches.failing_imports = 2
    lines = [schema("contacts"), *many(50), state({"at": 1})]
    outcome = bench.attempt(*lines)
    assert isinstance(outcome.error, RunError)
    assert outcome.states == []
    assert outcome.summary["undelivered"] == 50
    outcome = bench.load(*lines)
    assert outcome.verdicts("contacts", "contact") == {"sent": 50}


def test_an_expired_file_of_refused_rows_confirms_nothing(bench, schema, many, row, state):
    bench.switches.files_expired = True
    odd = row("contacts", id="odd", email="odd..dots@example.org")
    outcome = bench.attempt(schema("contacts"), *many(50), odd, state({"at": 1}))
    assert isinstance(outcome.error, BadAnswer)
    assert outcome.states == []
    bench.switches.files_expired = False
    outcome = bench.load(schema("contacts"), *many(50), odd, state({"at": 1}))
    assert outcome.verdicts("contacts", "contact") == {"sent": 50, "rejected": 1}
    assert outcome.states == [{"at": 1}]


def test_result_files_are_asked_for_without_the_key(bench, schema, many, row):
    bench.load(schema("contacts"), *many(50), row("contacts", id="odd", email="a..b@example.org"))
    assert bench.account.offences == []


def test_no_contact_is_in_two_open_imports_at_once(bench, schema, many, monkeypatch):
    monkeypatch.setattr("target_brevo.contacts.room.MOST_ROWS", 100)
    monkeypatch.setattr("target_brevo.contacts.room.CHUNK", 50)
    bench.switches.import_seconds = 500.0
    bench.switches.imports_newest_first = True
    outcome = bench.load(schema("contacts"), *many(100, CITY="old"), *many(100, CITY="new"))
    assert {each.attributes["CITY"] for each in bench.account.contacts.values()} == {"new"}
    assert outcome.verdicts("contacts", "contact") == {"sent": 200}


def test_a_version_that_was_overtaken_while_it_waited_is_not_sent(
    bench, schema, many, monkeypatch, clock
):
    monkeypatch.setattr("target_brevo.contacts.room.MOST_ROWS", 100)
    monkeypatch.setattr("target_brevo.contacts.room.CHUNK", 50)
    new = many(100, CITY="new", updated_at=clock.text())
    old = many(100, CITY="old", updated_at=clock.text(days=-1))
    outcome = bench.load(schema("contacts"), *new, *old)
    assert {each.attributes["CITY"] for each in bench.account.contacts.values()} == {"new"}
    assert outcome.verdicts("contacts", "contact") == {"sent": 100, "superseded": 100}


def test_open_imports_are_bounded_while_reading_goes_on(bench, schema, many, monkeypatch):
    monkeypatch.setattr("target_brevo.contacts.room.MOST_ROWS", 500)
    monkeypatch.setattr("target_brevo.contacts.room.CHUNK", 500)
    monkeypatch.setattr("target_brevo.contacts.dispatch.LARGEST_BODY", 30_000)
    bench.switches.import_seconds = 30.0
    most = 0

    def counting(self, *args, **kwargs):
        nonlocal most
        start(self, *args, **kwargs)
        most = max(most, len(self.open))

    start = imports.Imports.start
    monkeypatch.setattr(imports.Imports, "start", counting)
    outcome = bench.load(schema("contacts"), *many(4000))
    assert outcome.verdicts("contacts", "contact") == {"sent": 4000}
    assert most == dispatch.MOST_OPEN


def test_a_body_is_cut_by_bytes(bench, schema, many, monkeypatch):
    monkeypatch.setattr("target_brevo.contacts.dispatch.LARGEST_BODY", 100_000)
    outcome = bench.load(schema("contacts"), *many(500, NOTE="n" * 1000))
    sent = [each.size for each in bench.account.requests if each.path == "/contacts/import"]
    assert outcome.verdicts("contacts", "contact") == {"sent": 500}
    assert max(sent) < 100_000 + 500, "as many rows as there is room for, and what holds for all"
    assert sorted(sent)[1] > 100_000 - 1_500, "all but the last are full"


def test_contacts_of_a_kind_leave_together_however_they_come(bench, schema, many, monkeypatch):
    monkeypatch.setattr("target_brevo.contacts.room.MOST_ROWS", 100)
    monkeypatch.setattr("target_brevo.contacts.room.CHUNK", 50)
    rows = many(1200)
    for place, each in enumerate(rows):
        each["record"]["email_consent"] = ("granted", "denied", None)[place % 3]
        each["record"]["listed"] = ["News"]
    outcome = bench.load(schema("contacts"), *rows)
    assert outcome.verdicts("contacts", "contact") == {"sent": 1200}
    assert sorted(sizes(bench)) == [400, 400, 400]


def test_contacts_that_wait_for_more_of_their_kind_leave_when_they_are_old(
    bench, schema, many, monkeypatch, clock
):
    monkeypatch.setattr("target_brevo.contacts.room.MOST_ROWS", 100)
    monkeypatch.setattr("target_brevo.contacts.room.CHUNK", 50)

    class Slow:
        def __init__(self):
            self.lines = [json.dumps(each) for each in (schema("contacts"), *many(150))]

        def __iter__(self):
            yield from self.lines
            assert not bench.bodies("/contacts/import"), "nothing is old yet"
            clock.seconds += 31
            yield json.dumps(many(1)[0])
            assert len(bench.bodies("/contacts/import")) == 1

    target = TargetBrevo(config=bench.config(), clock=clock.clock)
    target.listen(Slow())
    assert target.summary["streams"]["contacts"]["kinds"]["contact"]["undelivered"] == 0
    assert len(bench.account.contacts) == 150
    target.run.close()


def test_a_fast_load_sends_whole_imports_however_long_it_takes(bench, schema, many, monkeypatch):
    monkeypatch.setattr("target_brevo.contacts.room.CHUNK", 10)
    monkeypatch.setattr("target_brevo.contacts.room.MOST_ROWS", 20)
    monkeypatch.setattr("target_brevo.contacts.dispatch.LARGEST_BODY", 6_000)
    told = [json.dumps(each) for each in (schema("contacts"), *many(900))]

    def tapped():
        for line in told:
            bench.clock.seconds += 0.1
            yield line

    target = TargetBrevo(config=bench.config(), clock=bench.clock.clock)
    target.listen(tapped())
    target.run.close()
    *whole, _ = sizes(bench)
    assert len(bench.account.contacts) == 900
    assert max(whole) < 1.06 * min(whole), "each is as large as an import may be"


def test_a_newer_version_of_who_waits_to_be_sent_is_sent_after_it(bench, schema, many, monkeypatch):
    monkeypatch.setattr("target_brevo.contacts.room.MOST_ROWS", 100)
    monkeypatch.setattr("target_brevo.contacts.room.CHUNK", 50)
    bench.switches.imports_newest_first = True
    outcome = bench.load(
        schema("contacts"), *many(100, CITY="old"), *many(100, CITY="new"), *many(300, CITY="last")
    )
    assert {each.attributes["CITY"] for each in bench.account.contacts.values()} == {"last"}
    assert outcome.line("contacts", "contact")["undelivered"] == 0


def test_an_import_that_a_killed_run_left_open_ends_before_ours_begins(bench, schema, many):
    bench.switches.import_seconds = 100.0
    killed = RuntimeError("killed here")

    sleep = bench.clock.sleep

    def kill(seconds):
        if bench.account.processes:
            raise killed
        sleep(seconds)

    bench.clock.sleep = kill
    outcome = bench.attempt(schema("contacts"), *many(50, CITY="old"))
    assert outcome.error is killed
    bench.clock.sleep = sleep
    bench.switches.imports_newest_first = True
    outcome = bench.load(schema("contacts"), *many(50, CITY="new"))
    assert {each.attributes["CITY"] for each in bench.account.contacts.values()} == {"new"}
    assert any("an earlier run left open" in line for line in outcome.log)


@pytest.mark.parametrize("kind", ["reset", "504"])
def test_an_import_whose_answer_was_lost_never_lands_after_a_later_one(bench, schema, many, kind):
    bench.switches.fail("/contacts/import", kind, applied=True)
    # The one that got no answer takes Brevo long, all others do not.
    bench.switches.import_seconds = 300.0
    sleep = bench.clock.sleep

    def faster(seconds):
        if bench.account.processes:
            bench.switches.import_seconds = 1.0
        sleep(seconds)

    bench.clock.sleep = faster
    bench.load(schema("contacts"), *many(50, CITY="old"))
    bench.load(schema("contacts"), *many(50, CITY="new"))
    bench.account.settle()

    assert {each.attributes["CITY"] for each in bench.account.contacts.values()} == {"new"}


def test_a_duplicate_of_an_own_id_is_sent_without_it(bench, schema, many, row):
    taken = row("contacts", id="x", email="x@example.org", ext_id="mine")
    bench.load(schema("contacts"), taken)
    other = row("contacts", id="y", email="y@example.org", ext_id="mine")
    for lines in (
        [other],
        [*many(50), row("contacts", id="z", email="z@example.org", ext_id="mine")],
    ):
        outcome = bench.load(schema("contacts"), *lines)
        assert outcome.verdicts("contacts", "contact") == {"sent": len(lines)}
    assert bench.contact("x@example.org").ext_id == "mine"
    assert bench.contact("z@example.org").ext_id is None


def _watching(sleep, look):
    def watched(seconds):
        look()
        sleep(seconds)

    return watched
