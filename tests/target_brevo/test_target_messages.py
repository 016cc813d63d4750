"""Singer lines: what stops a run, what is one reject, and what is told without a value."""

import io
import json
import logging
import signal
from unittest.mock import Mock

import pytest

from target_brevo.intake import NoKey, NoSchema

SECRET = "person@private.example"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (['{"type": "REC'], ("input line 1", "not JSON")),
        (["[1, 2]"], ("input line 1", "no 'type'")),
        (['{"stream": "x"}'], ("input line 1", "no 'type'")),
        ([json.dumps({"type": "STATE"})], ("STATE", "no 'value'")),
        ([json.dumps({"type": "SCHEMA", "stream": "contacts"})], ("contacts", "no 'schema'")),
        (
            [json.dumps({"type": "SCHEMA", "stream": "x", "schema": {"type": "object"}})],
            ("stream x", "no 'properties'"),
        ),
        (
            ['{"type": "SCHEMA", "stream": "x", "schema": {"properties": {"a": {"type": "no"}}}}'],
            ("stream x", "no JSON Schema"),
        ),
        ([json.dumps({"type": "BATCH", "stream": "x"})], ("BATCH", "batch_config")),
        (["\x00\x01"], ("input line 1", "not JSON")),
        (["[" * 5000 + "]" * 5000], ("input line 1",)),
        # Python reads no whole number of more than 4,300 digits.
        ([f'{{"type": "STATE", "value": {"7" * 5000}}}'], ("input line 1", "not JSON")),
    ],
)  # fmt: skip
def test_a_broken_line_stops_the_run_in_one_clear_line(bench, lines, words):
    outcome = bench.attempt(*lines)
    assert outcome.error is not None
    assert all(word in str(outcome.error) for word in words)
    assert "\n" not in str(outcome.error)


@pytest.mark.parametrize("broken", ["{broken", f'{{"type": "RECORD", "record": {"7" * 5000}}}'])
def test_the_lines_before_a_broken_one_keep_their_state(bench, schema, row, state, broken):
    lines = [schema("contacts"), row("contacts", id="1"), state({"at": 1}), broken]
    assert bench.attempt(*lines).states == [{"at": 1}]


# What is left where a platform has cut a text in the middle of an emoji.
@pytest.mark.parametrize(
    ("written", "loaded"),
    [
        (r"Ann \ud83d", "Ann \ufffd"),
        (r"\uDE00 \ud83d\ude00 \uD83D\n", "\ufffd \U0001f600 \ufffd\n"),
        (r"\\ud83d", r"\ud83d"),
    ],
)
def test_half_of_a_character_stops_nothing(bench, schema, row, state, written, loaded):
    line = json.dumps(row("contacts", id="1", email="ann@example.org", CITY="NAME"))
    bob = row("contacts", id="2", email="bob@example.org")
    outcome = bench.load(schema("contacts"), line.replace("NAME", written), bob, state({"at": 1}))
    assert outcome.states == [{"at": 1}]
    assert bench.contact("ann@example.org").attributes["CITY"] == loaded
    assert bench.contact("bob@example.org")


def test_a_record_before_its_schema_stops_the_run(bench, row):
    assert isinstance(bench.attempt(row("contacts", id="1")).error, NoSchema)


def test_a_record_without_its_declared_key_stops_the_run(bench, schema, row):
    outcome = bench.attempt(schema("contacts"), row("contacts", email=SECRET))
    assert isinstance(outcome.error, NoKey)
    assert SECRET not in str(outcome.error)


def test_a_record_that_breaks_its_schema_is_one_reject_without_its_value(bench, schema, row, state):
    outcome = bench.load(
        schema("contacts"),
        row("contacts", id="1", email="p@example.org"),
        row("contacts", id="2", email=SECRET, TOTAL_SPENT="a lot"),
        row("contacts", id="3", email="q@example.org"),
        state({"at": 3}),
    )
    assert outcome.verdicts("contacts", "contact") == {"sent": 2}
    assert outcome.reasons("contacts", "record", "rejected") == {
        "field 'TOTAL_SPENT' breaks its schema (rule 'type')": 1
    }
    assert outcome.states == [{"at": 3}]
    assert SECRET not in "".join(outcome.log)
    assert "a lot" not in "".join(outcome.log)


def test_an_unknown_message_type_is_warned_of_once(bench, schema, row):
    outcome = bench.load(*[{"type": "HEARTBEAT"}] * 3, schema("contacts"), row("contacts", id="1"))
    assert sum("HEARTBEAT" in line for line in outcome.log) == 1


def test_a_stream_without_a_mapping_is_counted_and_warned_of_once(bench, schema, row, state):
    strange = {**schema("events"), "stream": "weather"}
    rows = [row("weather", id=str(i)) for i in range(5)]
    outcome = bench.load(strange, strange, *rows, state({"at": 5}))
    assert outcome.verdicts("weather", "record") == {"filtered": 5}
    assert sum("weather: it has no mapping" in line for line in outcome.log) == 1
    assert outcome.states == [{"at": 5}]
    assert bench.account.requests == []


def test_the_state_leaves_exactly_as_the_tap_wrote_it(bench):
    value = '{"b": 1.10, "a": [1e2, 12345678901234567890123], "u": "\\u00e9", "value": {"x":  2}}'
    line = '{ "value" : ' + value + ', "type": "STATE"}'
    bench.capsys.readouterr()
    target = _target(bench)
    target.process_lines(iter([line]))
    target.process_endofpipe()
    assert bench.capsys.readouterr().out == value + "\n"


@pytest.mark.parametrize("number", ["12345678901234567890.5", "1234567890123456789012345"])
def test_a_number_that_json_would_round_is_refused_not_rounded(bench, schema, number):
    record = '{"type": "RECORD", "stream": "contacts", "record": {"id": "1", "email": "p@example.org", "TOTAL_SPENT": %s}}'  # noqa: E501 - one line of input
    outcome = bench.load(schema("contacts"), record % number)
    line = outcome.summary["streams"]["contacts"]["kinds"]
    assert sum(each["rejected"] for each in line.values()) == 1
    assert not bench.account.contacts


def test_meltanos_test_stream_checks_the_key_and_writes_nothing(bench):
    lines = [
        {"type": "SCHEMA", "stream": "meltano_test_stream", "key_properties": ["id"],
         "schema": {"properties": {"id": {"type": "integer"}}}},
        {"type": "RECORD", "stream": "meltano_test_stream", "record": {"id": 1}},
        {"type": "STATE", "value": {"bookmarks": {}}},
        {"type": "ACTIVATE_VERSION", "stream": "meltano_test_stream", "version": 1},
    ]  # fmt: skip
    outcome = bench.load(*lines)
    assert bench.account.requests[0].path == "/account"
    assert {each.method for each in bench.account.requests} == {"GET"}
    # Meltano takes these words anywhere in the output for a failure.
    assert not any("error" in line.lower() or "exception" in line.lower() for line in outcome.log)
    bench.switches.api_keys.clear()
    assert bench.attempt(*lines).error.exit_code == 2


def test_a_stream_with_no_rows_says_how_far_the_tap_has_read(bench, schema, state):
    bookmarks = {
        "contacts": {"replication_key": "x", "replication_key_value": "2026-11-01T00:00:00Z"}
    }
    outcome = bench.load(schema("contacts"), schema("events"), state({"bookmarks": bookmarks}))
    streams = outcome.summary["streams"]
    # Not that nothing is new: the stream may have been closed to the tap, or the tap have failed.
    assert streams["contacts"]["why_none"] == "the tap has read up to 2026-11-01T00:00:00Z"
    assert streams["events"]["why_none"] == "the tap sent none"


def test_the_summary_adds_up_and_is_written_as_json(bench, schema, row, clock):
    path = bench.folder / "out" / "summary.json"
    outcome = bench.load(
        schema("contacts"), schema("events"),
        row("contacts", id="1", email="p@example.org"),
        row("contacts", id="1", email="p@example.org", CITY="Nice"),
        row("contacts", id="2", email="a..b@example.org"),
        row("contacts", id="3"),
        row("events", id="1", email="p@example.org", name="seen", at=clock.text(days=-9)),
        summary_file=str(path),
    )  # fmt: skip
    summary = json.loads(path.read_text())
    assert summary["streams"] == outcome.summary["streams"]
    for of_stream in summary["streams"].values():
        for line in of_stream["kinds"].values():
            verdicts = ("sent", "unchanged", "superseded", "rejected", "filtered")
            assert line["made"] == sum(line[name] for name in verdicts)
    assert outcome.verdicts("contacts", "contact") == {
        "sent": 1, "superseded": 1, "rejected": 1, "filtered": 1,
    }  # fmt: skip
    [record] = [r for r in bench.caplog.records if hasattr(r, "summary")]
    assert record.levelno == logging.INFO
    assert record.summary["calls"]["writing"] == len(bench.account.writes())


def test_progress_is_told_at_most_twice_a_second(bench, clock):
    ticking = _target(bench)
    told = []
    for _ in range(200):
        clock.seconds += 0.05
        ticking.run.record("contacts", b"")
        ticking.run.tick()
    told = [r.progress for r in bench.caplog.records if hasattr(r, "progress")]
    assert 15 <= len(told) <= 21
    assert told[-1][0] == "contacts"


def test_a_quiet_tap_does_not_hold_records_back(bench, schema, row, state, clock):
    target = _target(bench)
    lines = [schema("contacts"), row("contacts", id="1", email="p@example.org"), state({"at": 1})]
    target.process_lines(iter(json.dumps(line) for line in lines))
    assert not bench.account.contacts
    bench.capsys.readouterr()
    for _ in range(80):
        clock.seconds += 0.5
        target.run.tick()
    assert len(bench.account.contacts) == 1
    assert json.loads(bench.capsys.readouterr().out) == {"at": 1}
    target.run.close()


def test_after_a_signal_no_further_record_is_taken_also_of_those_that_came_at_once(
    bench, schema, row, state, monkeypatch
):
    monkeypatch.setattr("target_brevo.termination.Timer", Mock())
    target = _target(bench)
    taken = []

    def struck(stream, _line):
        taken.append(stream)
        if len(taken) == 3:
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(target.run, "record", struck)
    rows = [row("contacts", id=str(number), email="p@example.org") for number in range(9)]
    lines = [json.dumps(each) for each in (schema("contacts"), *rows, state({"at": 1}))]
    counts = target.process_lines(io.StringIO("\n".join(lines)))
    assert len(taken) == 3
    assert (counts["RECORD"], counts["STATE"]) == (3, 0)
    target.run.close()


def _target(bench):
    from target_brevo.target import TargetBrevo  # noqa: PLC0415 - by the tests that drive it

    bench.caplog.clear()
    bench.caplog.set_level(logging.INFO, logger="target-brevo")
    return TargetBrevo(config=bench.config(), clock=bench.clock.clock)
