"""The Singer mapper: lines in, lines out, nothing vanishes."""

import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tajo_mapping.errors import BrokenInput, MappingError
from tajo_mapping.mapper import TajoMapping

COMMAND = Path(sys.executable).parent / "tajo-mapping"
CUSTOMERS = {"type": "SCHEMA", "stream": "customers", "key_properties": ["id"]}
OPEN = {"type": "object", "properties": {}}
STATE = '{"type":"STATE",  "value": {"bookmarks": {"customers": 1}}}'


def lines_of(*messages):
    return [one if isinstance(one, str) else json.dumps(one) for one in messages]


def schema(stream, keys=("id",), **more):
    return {"type": "SCHEMA", "stream": stream, "schema": {**OPEN, **more}, "key_properties": keys}


def record(stream, values):
    return {"type": "RECORD", "stream": stream, "record": values}


def mapped(lines, config=None):
    mapper = TajoMapping({"platform": "shopify", **(config or {})})
    out = io.BytesIO()
    code = mapper.run(io.BytesIO("\n".join(lines).encode()), out)
    return code, out.getvalue().decode().splitlines(), mapper.tally.lines()


def shown(lines):
    messages = [json.loads(line) for line in lines]
    return [(one["type"], one.get("stream", "")) for one in messages]


@pytest.fixture
def run_command(ended):
    def run(*arguments, lines=()):
        return ended(COMMAND, arguments, "\n".join(lines))

    return run


@pytest.fixture
def settings(tmp_path):
    def write(config):
        path = tmp_path / "config.json"
        path.write_text(config if isinstance(config, str) else json.dumps(config))
        return path

    return write


def test_records_leave_as_what_brevo_would_get_and_state_keeps_its_place(record_of):
    code, out, summary = mapped(
        lines_of(
            schema("customers"),
            record("customers", record_of("customer")),
            STATE,
            schema("orders"),
            record("orders", record_of("order")),
            STATE,
        )
    )

    assert code == 0
    assert shown(out) == [
        ("SCHEMA", "contacts"), ("RECORD", "contacts"), ("STATE", ""),
        ("SCHEMA", "events"), ("SCHEMA", "orders"),
        ("RECORD", "events"), ("RECORD", "events"), ("RECORD", "orders"), ("STATE", ""),
    ]  # fmt: skip
    assert [line for line in out if '"STATE"' in line] == [STATE, STATE]
    assert json.loads(out[0])["schema"]["x-tajo-brevo"] == 1
    assert json.loads(out[0])["schema"]["properties"]["TOTAL_SPENT"] == {"type": ["number", "null"]}
    assert json.loads(out[1])["record"]["FIRSTNAME"] == "Ada"
    assert "orders -> contact: 1 made = 0 written + 1 filtered + 0 refused" in summary
    assert "orders -> contact: 1 filtered: the order has a customer" in summary
    assert "orders -> event: 2 made = 2 written + 0 filtered + 0 refused" in summary


def test_what_came_out_of_the_mapper_passes_untouched(record_of):
    _, once, _ = mapped(
        lines_of(schema("customers"), record("customers", record_of("customer")), STATE)
    )

    code, twice, _ = mapped(once, {"platform": None})

    assert (code, twice) == (0, once)


def test_a_refused_record_is_counted_and_the_others_go_on(record_of, caplog):
    caplog.set_level(logging.INFO)
    bad = record_of("customer", **{"defaultEmailAddress.emailAddress": "no address"})
    lines = lines_of(
        schema("customers"),
        record("customers", record_of("customer")),
        record("customers", bad),
        record("customers", record_of("customer")),
    )

    code, out, _ = mapped(lines)

    assert code == 1
    assert len(out) == 3
    assert "customers -> contact: 1 refused: not an e-mail address, at shopify.yml: " in caplog.text
    assert "1 refused: they were not written" in caplog.text
    assert "no address" not in caplog.text
    assert mapped(lines, {"allow_refused": True})[0] == 0


def test_a_note_is_counted(record_of):
    bad = record_of("customer", **{"defaultPhoneNumber.phoneNumber": "12"})

    code, _, summary = mapped(lines_of(schema("customers"), record("customers", bad)))

    assert code == 0
    assert "customers: 1 noted: SMS: not a phone number" in summary


def test_a_stream_without_a_mapping_is_filtered_with_one_warning(caplog):
    code, out, summary = mapped(
        lines_of(
            schema("locations"),
            record("locations", {"id": 1}),
            schema("locations"),
            record("locations", {"id": 2}),
        )
    )

    assert (code, out) == (0, [])
    assert caplog.text.count("no mapping for this stream") == 1
    assert "locations -> record: 2 made = 0 written + 2 filtered + 0 refused" in summary


def test_a_stream_that_the_mapping_leaves_out_is_counted_without_a_warning(caplog):
    feed = {"id": {"type": "string"}, "type": {"type": "string"}}
    lines = lines_of(schema("events", properties=feed), record("events", {"id": "e", "type": "t"}))

    code, out, summary = mapped(lines, {"platform": "stripe"})

    assert (code, out) == (0, [])
    assert [line.message for line in caplog.records if line.levelname == "WARNING"] == []
    assert "events -> record: 1 filtered: the mapping leaves it out" in summary


def test_a_mapped_taps_own_stream_of_one_of_our_names_is_not_taken_for_ours(caplog):
    feed = {"id": {"type": "string"}, "type": {"type": "string"}}
    lines = lines_of(schema("events", properties=feed), record("events", {"id": "e", "type": "t"}))

    code, out, summary = mapped(lines)

    assert (code, out) == (0, [])
    assert "events -> record: 1 filtered: no mapping for this stream" in summary
    assert "without a meaning" not in caplog.text


def test_streams_of_our_own_names_need_no_platform(caplog):
    code, out, _ = mapped(
        lines_of(
            schema("contacts", properties={"id": {}, "SCORE": {"type": "number"}, "shoe": {}}),
            record("contacts", {"id": 1, "email": "a@b.example", "SCORE": "2"}),
        ),
        {"platform": None, "store": "shop-a"},
    )

    assert code == 0
    assert json.loads(out[0])["schema"]["properties"]["SCORE"] == {"type": ["number", "null"]}
    assert json.loads(out[1])["record"]["SCORE"] == 2
    assert json.loads(out[1])["record"]["ext_id"] == "singer:shop-a:1"
    assert "fields without a meaning here: shoe" in caplog.text


def test_a_tap_of_no_platform_of_ours_needs_none_for_our_own_names():
    _, out, _ = mapped(
        lines_of(schema("contacts"), record("contacts", {"id": 1, "email": "a@b.example"})),
        {"platform": "tap_jsonl"},
    )

    assert json.loads(out[1])["record"]["ext_id"] == "jsonl:default:1"


def test_time_extracted_comes_along(record_of):
    message = {**record("customers", record_of("customer")), "time_extracted": "2026-11-24T00:00Z"}

    _, out, _ = mapped(lines_of(schema("customers"), message))

    assert json.loads(out[1])["time_extracted"] == "2026-11-24T00:00Z"


def test_a_mapping_that_does_not_fit_the_schema_stops_before_a_record():
    lines = lines_of(schema("customers", properties={"id": {}, "defaultEmailAddress": {}}))

    with pytest.raises(MappingError, match="unknown field 'fistName'"):
        mapped(lines, {"mapping": {"fistName": "FIRSTNAME"}})


@pytest.mark.parametrize_cases("broken_input.yml")
def test_a_broken_line_stops_after_what_came_before_it(case):
    mapper = TajoMapping({"platform": "shopify"})
    out = io.BytesIO()
    lines = [*lines_of(schema("customers"), STATE), case["line"]]

    with pytest.raises(BrokenInput) as raised:
        mapper.run(io.BytesIO("\n".join(lines).encode()), out)

    assert case["says"] in str(raised.value)
    assert "ada@example.com" not in str(raised.value)
    assert out.getvalue().decode().splitlines()[-1] == STATE


@pytest.mark.parametrize_cases("wrong_settings.yml")
def test_a_wrong_setting_ends_in_one_line_and_exit_code_2(case, settings, run_command):
    ended = run_command("--config", settings(case.get("text") or case["config"]))

    assert ended.returncode == 2
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert case["says"] in line


def test_the_command_maps_standard_input(settings, record_of, run_command):
    config = settings({"platform": "tap_shopify_tajo__store_b", "store": "b"})

    ended = run_command(
        "--config",
        config,
        lines=lines_of(schema("customers"), record("customers", record_of("customer")), STATE),
    )

    assert ended.returncode == 0
    assert shown(ended.stdout.splitlines()) == [
        ("SCHEMA", "contacts"), ("RECORD", "contacts"), ("STATE", "")
    ]  # fmt: skip
    assert "customers -> contact: 1 made = 1 written" in ended.stderr


def test_a_broken_line_ends_the_command_in_one_line_and_exit_code_1(settings, run_command):
    ended = run_command("--config", settings({"platform": "shopify"}), lines=["{"])

    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert "input line 1: not JSON" in ended.stderr


def test_a_quiet_tap_holds_nothing_back(settings, record_of):
    config = settings({"platform": "shopify"})
    with subprocess.Popen(
        [COMMAND, "--config", config], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as running:  # fmt: skip
        lines = lines_of(schema("customers"), record("customers", record_of("customer")))
        running.stdin.write("\n".join([*lines, ""]).encode())
        running.stdin.flush()

        assert [json.loads(running.stdout.readline())["type"] for _ in range(2)] == [
            "SCHEMA", "RECORD"
        ]  # fmt: skip
        running.stdin.close()
        assert running.wait(timeout=60) == 0


def test_a_reader_that_ends_early_is_no_traceback(tmp_path, settings, record_of):
    many = lines_of(schema("customers"), *[record("customers", record_of("customer"))] * 500, STATE)
    (tmp_path / "lines").write_text("\n".join(many))
    reading, writing = os.pipe()
    os.close(reading)

    with (tmp_path / "lines").open() as lines, os.fdopen(writing, "wb") as nobody:
        ended = subprocess.run(
            [COMMAND, "--config", settings({"platform": "shopify"})],
            stdin=lines,
            stdout=nobody,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )

    assert (ended.returncode, ended.stderr) == (1, b"")


def test_the_log_takes_the_form_that_meltano_asks_for(tmp_path, settings):
    log = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"it": {"()": "singer_sdk.logging.StructuredFormatter"}},
        "handlers": {
            "err": {
                "class": "logging.StreamHandler",
                "formatter": "it",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"level": "INFO", "handlers": ["err"]},
    }
    (tmp_path / "log.json").write_text(json.dumps(log))

    lines = lines_of(schema("locations"), record("locations", {"id": 1}))

    ended = subprocess.run(
        [COMMAND, "--config", settings({"platform": "shopify"})],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        env={**os.environ, "SINGER_SDK_LOG_CONFIG": str(tmp_path / "log.json")},
        timeout=60,
        check=False,
    )

    told = [json.loads(line) for line in ended.stderr.splitlines()]
    assert told[0]["level"].lower() == "warning"
    assert "locations: no mapping for this stream" in told[0]["message"]


def test_about_and_version_tell_what_it_is(run_command):
    about = json.loads(run_command("--about", "--format", "json").stdout)

    assert about["name"] == "tajo-mapping"
    assert set(about["settings"]["properties"]) == {
        "platform", "mapping", "store", "allow_refused"
    }  # fmt: skip
    assert run_command("--about").stdout.startswith("tajo-mapping ")
    assert run_command("--version").stdout.startswith("tajo-mapping 0.")
    assert run_command("--help").returncode == 0
