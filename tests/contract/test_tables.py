"""What every table keeps to: a new tap is covered by existing in ``taps/``."""

import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from tajo.plugins import plugins
from tajo_connector_sdk.incremental import Scanned
from tajo_connector_sdk.redaction import redact
from tajo_mapping.compiled import compile_mapping

ROOT = Path(__file__).resolve().parents[2]


def room(connector):
    return ROOT / "taps" / f"tap-{connector.name}-tajo"


def extractor(connector):
    listed = yaml.safe_load((ROOT / "meltano.yml").read_text())["plugins"]["extractors"]
    return next(each for each in listed if each["name"] == room(connector).name)


def test_names_are_plain_words_and_topics_have_one_stream_each(connector):
    names = [row.name for row in connector.streams]
    topics = Counter(topic for row in connector.streams for topic in row.topics)

    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []
    assert [topic for topic, times in topics.items() if times > 1] == []
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", connector.checked)


def test_settings_say_where_their_value_is_found(connector):
    assert [one.name for one in connector.settings if len(one.description) < 30] == []


def test_nothing_that_a_table_says_is_taken_for_a_secret(connector):
    said = [*getattr(connector.transport, "hints", {}).values(), connector.screen]
    said += [connector.approval, *(row.access for row in connector.streams)]
    said += [one.right for one in connector.settings]

    assert [text for text in said if redact(text) != text] == []


def test_the_readme_lists_the_streams_of_the_table(connector):
    readme = (room(connector) / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("| stream |") :].partition("\n\n")[0]
    listed = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", table, flags=re.MULTILINE)

    assert [name for name, _, _ in listed] == [row.name for row in connector.streams]
    for (name, keys, changes), row in zip(listed, connector.streams, strict=True):
        assert re.findall(r"`(\w+)`", keys) == list(row.key), name
        assert not row.bookmark or f"`{row.bookmark}`" in changes, name


def test_the_behaviour_page_is_numbered_and_names_tests_that_exist(connector):
    page = (room(connector) / "BEHAVIOR.md").read_text(encoding="utf-8")
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", page, flags=re.MULTILINE)]
    named = re.findall(r"([\w/]+\.py)(?:::(\w+))?", page)
    folder = ROOT / "tests" / f"tap_{connector.name}"

    assert numbers == list(range(1, len(numbers) + 1))
    assert named
    for path, test in named:
        file = folder / path if "/" not in path else ROOT / path
        assert file.is_file(), path
        assert not test or f"def {test}(" in file.read_text(encoding="utf-8"), test


def test_meltano_knows_the_tap_by_its_table(connector):
    plugin = next(each for each in plugins() if each.name == room(connector).name)
    entry = extractor(connector)

    assert entry["executable"] == f".venv/bin/{plugin.name}"
    assert (ROOT / "mapping" / f"{entry['load_schema']}.yml").is_file()
    assert {one.name for one in connector.all_settings} <= set(plugin.schema["properties"])
    assert plugin.setting_groups == connector.setting_groups


def test_the_mapping_speaks_of_every_stream(connector):
    """What becomes of it, or null for nothing: no run has to wonder aloud about one."""
    mapping = compile_mapping(connector.name)

    names = {row.name for row in connector.streams}
    assert names == {*mapping.streams, *mapping.left_out}


def test_a_table_is_a_page(connector):
    """A page is 150 lines: past it, the SDK lacks a word."""
    lines = (room(connector) / f"tap_{connector.name}_tajo" / "table.py").read_text().splitlines()

    assert len(lines) <= 150


def test_every_record_fits_its_schema_and_names_its_store(first):
    for stream, rows in first.rows.items():
        check = Draft202012Validator(first.schemas[stream]["schema"])
        faults = [error.message for row in rows for error in check.iter_errors(row)]
        assert faults == [], stream
        assert {bool(row["_tajo_store"]) for row in rows} == {True}, stream


def test_every_field_of_the_table_is_one_that_the_platform_has(connector, first):
    """A field that no row bears is a slip of the pen, or one that the platform calls otherwise."""
    for row in connector.streams:
        seen = {name for record in first.rows[row.name] for name in record}
        assert seen, f"the stand-in has no rows of {row.name}"
        assert sorted(set(row.fields) - seen) == [], row.name


def test_keys_are_unique_and_bookmarks_are_there(connector, first):
    for row in connector.streams:
        keys = Counter(tuple(record[name] for name in row.key) for record in first.rows[row.name])
        assert [key for key, times in keys.items() if times > 1] == [], row.name
        assert all(record[row.bookmark] for record in first.rows[row.name] if row.bookmark)


def test_small_pages_end_and_hold_the_same_rows(stage, first, small_pages):
    again = stage.read(connector=small_pages(stage.connector))

    assert again.error is None
    for row in stage.connector.streams:
        names = row.key
        wanted = sorted(str([one[name] for name in names]) for one in first.rows[row.name])
        assert sorted(str([one[name] for name in names]) for one in again.rows[row.name]) == wanted


def test_a_second_run_finds_nothing_new(stage, first):
    again = stage.read(first.state)

    assert again.error is None
    for row in stage.connector.streams:
        if row.bookmark or isinstance(row.incremental, Scanned):
            overlap = [] if row.lookback <= timedelta(hours=1) else first.rows[row.name]
            assert [one for one in again.rows[row.name] if one not in overlap] == [], row.name


def test_a_state_bears_a_bookmark_of_each_stream_and_nobodys_address(stage, first):
    bookmarks = first.state["bookmarks"]

    for row in stage.connector.streams:
        if row.bookmark:
            assert bookmarks[row.name]["replication_key_value"], row.name
    assert "@" not in json.dumps(first.state)


# What the platform answers, how often, exit code, words of the one line.
ERRORS = [
    ("status", {"status": 401, "times": 99}, 2, "HTTP 401"),
    ("status", {"status": 404, "times": 99}, 2, "HTTP 404"),
    ("status", {"status": 500, "times": 999}, 1, "HTTP 500"),
    ("status", {"status": 503, "times": 999}, 1, ""),
    ("html", {"status": 200, "times": 999}, 1, "not JSON"),
    ("html", {"status": 502, "times": 999}, 1, "HTTP 502"),
    ("reset", {"times": 999}, 1, "broke"),
    ("truncated", {"times": 999}, 1, "not JSON"),
    ("broken", {"times": 999}, 1, "broke"),
]


@pytest.mark.parametrize(("kind", "details", "code", "says"), ERRORS)
def test_a_failing_platform_ends_the_run_in_one_clear_line(
    stage, failing, caplog, kind, details, code, says
):
    failing(kind, **details)

    with caplog.at_level("DEBUG"):
        error = stage.read().error

    assert error is not None
    assert error.exit_code == code
    assert says in str(error)
    assert "\n" not in str(error)
    said = "".join(record.getMessage() for record in caplog.records) + str(error)
    assert [secret for secret in stage.secrets if secret in said] == []
    assert "went wrong" not in said  # the body of the answer


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("status", {"status": 429, "retry_after": 1, "times": 1}),
        ("status", {"status": 503, "times": 1}),
        ("reset", {"times": 1}),
    ],
)
def test_what_passes_by_itself_is_waited_out(stage, first, failing, kind, details):
    failing(kind, **details)

    again = stage.read()

    assert again.error is None
    counts = [{name: len(one.rows[name]) for name in first.schemas} for one in (again, first)]
    assert counts[0] == counts[1]


def test_no_log_holds_a_secret_or_a_person(stage, caplog):
    with caplog.at_level("DEBUG"):
        stage.read()

    said = "".join(record.getMessage() for record in caplog.records)
    assert [secret for secret in stage.secrets if secret in said] == []
    people = {each.email for each in stage.sandbox.store.customers.values() if each.email}
    assert [email for email in people if email in said] == []
