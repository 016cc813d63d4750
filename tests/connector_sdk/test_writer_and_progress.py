"""Messages go out whole and in time; a person sees where a stream stands, not too often."""

import decimal
import json
import logging
from datetime import UTC, datetime

import pytest
from singer_sdk.singerlib.encoding.simple import RecordMessage, StateMessage

from tajo_connector_sdk.command import terminate
from tajo_connector_sdk.progress import Progress
from tajo_connector_sdk.writer import FLUSH_BYTES, Lines, LineWriter, line_of


class Clock:
    """Seconds that a test sets."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def lines():
    made = Lines(clock=Clock())
    made.sent = []
    made.write = made.sent.append
    return made


def test_records_wait_for_company(lines):
    lines.add(b"a\n")
    lines.add(b"b\n")
    assert lines.sent == []

    lines.flush()
    assert lines.sent == [b"a\nb\n"]
    lines.flush()
    assert len(lines.sent) == 1


def test_a_full_buffer_goes_out(lines):
    lines.add(b"x" * FLUSH_BYTES)

    assert len(lines.sent) == 1


def test_a_record_waits_a_second_at_most(lines):
    lines.add(b"a\n")
    lines.clock.now = 1.0
    lines.add(b"b\n")

    assert lines.sent == [b"a\nb\n"]


def test_state_goes_out_after_the_records_before_it(lines):
    writer = LineWriter()
    writer.lines = lines
    writer.write_records("things", [{"id": 1}], "2026-01-01T00:00:00Z")
    writer.write_message(StateMessage(value={"bookmarks": {}}))

    kinds = [json.loads(line)["type"] for line in b"".join(lines.sent).splitlines()]
    assert kinds == ["RECORD", "STATE"]


def test_a_record_of_the_sdk_is_written_as_one_of_ours(lines):
    writer = LineWriter()
    writer.lines = lines
    at = datetime(2026, 1, 1, tzinfo=UTC)
    writer.write_message(RecordMessage(stream="s", record={"id": 1}, time_extracted=at))
    lines.flush()

    (said,) = lines.sent
    assert json.loads(said)["record"] == {"id": 1}


def test_values_that_json_does_not_know_become_text():
    said = json.loads(line_of({"price": decimal.Decimal("1.10"), "word": "ä"}))

    assert said == {"price": "1.10", "word": "ä"}


def test_a_signal_ends_the_process_at_once(lines):
    with pytest.raises(SystemExit) as ended:
        terminate(lines, 15)

    assert ended.value.code == 143


def test_a_signal_in_the_middle_of_a_line_waits_for_its_end(lines):
    def write(data):
        terminate(lines, 15)
        lines.sent.append(data)

    lines.write = write
    lines.add(b"a\n")
    with pytest.raises(SystemExit) as ended:
        lines.flush()

    assert ended.value.code == 143
    assert lines.sent == [b"a\n"]


@pytest.fixture
def progress(caplog):
    caplog.set_level(logging.INFO)
    return Progress("things", logging.getLogger("tap-acme"), clock=Clock())


def reports(caplog):
    return [record.progress for record in caplog.records if hasattr(record, "progress")]


def test_reports_come_about_twice_a_second(progress, caplog):
    progress.total = 100
    for tenth in range(1, 21):
        progress.clock.now = tenth / 10
        progress.add(5)

    assert reports(caplog) == [["things", n, 100] for n in (25, 50, 75, 100)]


def test_the_end_says_rows_and_seconds(progress, caplog):
    progress.add(3)
    progress.clock.now = 2.0
    progress.end("there are none")

    assert reports(caplog) == [["things", 3, 3]]
    assert caplog.messages[-1] == "things: 3 rows in 2.0 s"


def test_a_stream_without_rows_says_why(progress, caplog):
    progress.end("nothing new since yesterday")

    assert caplog.messages[-1] == "things: 0 rows in 0.0 s: nothing new since yesterday"


def test_more_rows_than_were_counted_never_look_like_too_many(progress, caplog):
    progress.total = 2
    progress.clock.now = 1.0
    progress.add(3)

    assert reports(caplog) == [["things", 3, 3]]


def test_what_is_waited_for_is_said(progress, caplog):
    progress.clock.now = 1.0
    progress.waiting("a bulk operation")

    assert caplog.records[-1].waiting == "a bulk operation"
