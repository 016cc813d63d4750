"""The command: one line and an exit code for every failure, signals, kills, pipes."""

import json
import re
import select
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import tajo_sandbox
from tajo_sandbox.brevo import BrevoSwitches

COMMAND = Path(sys.executable).with_name("target-brevo")
SECRET = "xkeysib-verysecretkey"


@pytest.fixture
def brevo():
    switches = BrevoSwitches(tier="extended", batch_bucket="single")
    with tajo_sandbox.running(platform=None, control=False, brevo_switches=switches) as sandbox:
        yield sandbox


@pytest.fixture
def config(brevo, tmp_path):
    path = tmp_path / "config.json"

    def written(**settings):
        content = {
            "api_key": "xkeysib-sandbox",
            "api_url": brevo.brevo_url,
            "ledger_url": f"sqlite:///{tmp_path}/state/ledger.db",
            **settings,
        }
        path.write_text(json.dumps({k: v for k, v in content.items() if v is not None}))
        return path

    return written


@pytest.fixture
def lines(schema, row):
    now = datetime.now(UTC)

    def made(count, offset=0):
        ahead = (now + timedelta(hours=1)).isoformat()
        yield schema("contacts")
        yield schema("events")
        for i in range(offset, offset + count):
            yield row("contacts", id=f"c{i}", email=f"p{i}@example.org", CITY="Nice")
            yield row("events", id=f"e{i}", email=f"p{i}@example.org", name="seen", at=ahead)
            if i % 50 == 49:
                yield {"type": "STATE", "value": {"at": i + 1}}

    return lambda *args: "".join(json.dumps(line) + "\n" for line in made(*args))


@pytest.fixture
def finished(ended):
    """A function that runs the loader to its end; returns (exit code, output, log)."""

    def run(config, text):
        done = ended(COMMAND, ["--config", config], text)
        return done.returncode, done.stdout, done.stderr

    return run


def test_a_plain_run_ends_with_0_and_its_state(config, brevo, lines, finished):
    code, out, err = finished(config(), lines(100))
    assert code == 0, err
    assert out.splitlines()[-1] == '{"at": 100}'
    assert len(brevo.brevo.contacts) == 100
    assert len(brevo.brevo.events) == 100


@pytest.mark.parametrize(
    ("settings", "text", "code", "words"),
    [
        ({"api_key": None}, "", 2, ("api_key", "not set", "TARGET_BREVO_API_KEY")),
        ({"api_key": ""}, "", 2, ("api_key", "not set")),
        ({"api_key": 7}, "", 2, ("api_key", "string")),
        ({"event_max_age": "a day"}, "", 2, ("event_max_age", "number")),
        ({"event_max_age": -1}, "", 2, ("event_max_age", "negative")),
        ({"max_reject_ratio": 3}, "", 2, ("max_reject_ratio", "0 to 1")),
        ({"api_url": "brevo.com"}, "", 2, ("api_url", "https://api.brevo.com/v3")),
        ({"batch_ages": 3}, "", 2, ("batch_ages", "did you mean 'batch_age_s'?")),
        ({"platform": "shopfy"}, "", 2, ("shopfy", "shopify")),
        ({"platform": "shopify", "mapping": "/nowhere/x.yml"}, "", 2, ("x.yml",)),
        (
            {"platform": "shopify", "mapping": {"streams": {"customers": {"contct": {}}}}},
            "", 2, ("contct", "did you mean 'contact'?"),
        ),
        ({"ledger_url": "nonsense"}, "CONTACTS", 2, ("ledger_url",)),
        ({"api_key": SECRET}, "CONTACTS", 2, ("api_key", "does not know")),
        ({}, "{broken\n", 1, ("input line 1", "not JSON")),
        ({}, '{"type": "RECORD", "stream": "x", "record": {}}\n', 1, ("before its SCHEMA",)),
    ],
)  # fmt: skip
def test_a_failure_is_one_clear_line_and_a_fitting_exit_code(
    config, schema, settings, text, code, words, finished
):
    lines = {"CONTACTS": json.dumps(schema("contacts")) + "\n"}
    got, _, err = finished(config(**settings), lines.get(text, text))
    assert got == code, err
    assert "Traceback" not in err
    errors = [line for line in err.splitlines() if "ERROR" in line]
    assert len(errors) == 1, err
    assert all(word in errors[0] for word in words), errors
    assert SECRET not in err


@pytest.mark.parametrize("content", ["{", "[]", None])
def test_a_config_file_that_is_none_is_told(tmp_path, content, finished):
    path = tmp_path / "c.json"
    if content is not None:
        path.write_text(content)
    code, _, err = finished(path, "")
    assert code == 2
    assert "Traceback" not in err
    assert sum("ERROR" in line for line in err.splitlines()) == 1


def test_rejects_alone_end_with_0_unless_they_are_too_many(config, schema, row, finished):
    rows = [row("contacts", id=str(i), email=f"a..{i}@example.org") for i in range(3)]
    text = "".join(json.dumps(line) + "\n" for line in (schema("contacts"), *rows))
    assert finished(config(), text)[0] == 0
    code, _, err = finished(config(max_reject_ratio=0.5), text)
    assert code == 1
    assert "max_reject_ratio" in err


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("ignored_by_the_parent", [False, True])
def test_a_signal_sends_what_was_read_and_ends_with_128_and_its_number(
    config, brevo, lines, begun, signum, ignored_by_the_parent
):
    deaf = (signum,) if ignored_by_the_parent else ()
    process = begun(COMMAND, ["--config", config()], deaf=deaf)
    process.stdin.write(lines(150))
    process.stdin.flush()
    _wait_for(process.stderr, "Brevo account")
    process.send_signal(signum)
    code, out, err = process.end()
    assert code == 128 + signum, err
    # What left as state is in Brevo.
    for line in out.splitlines():
        at = json.loads(line)["at"]
        assert len(brevo.brevo.contacts) >= at
        assert len(brevo.brevo.events) >= at


def test_a_signal_that_is_ignored_while_the_loader_starts_lets_it_deliver_all_and_end_with_0(
    config, brevo, lines
):
    # As a script's background job inherits it: until the loader listens nobody hears it. Then 0 is
    # true, since everything arrived. A real start, as the time before it listens is what counts.
    process = subprocess.Popen(
        [COMMAND, "--config", config()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # noqa: PLW1509 - it sets a signal, no more
    )
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(lines(100), timeout=60)
    assert process.returncode == 0, err
    assert json.loads(out.splitlines()[-1]) == {"at": 100}
    assert len(brevo.brevo.contacts) == len(brevo.brevo.events) == 100


def test_a_grace_time_that_is_over_ends_the_run_without_an_unconfirmed_state(
    config, brevo, lines, begun
):
    brevo.brevo_switches.import_seconds = 600.0
    process = begun(COMMAND, ["--config", config(shutdown_grace_s=0.2)])
    process.stdin.write(lines(150))
    process.stdin.flush()
    _wait_for(process.stderr, "Brevo account")
    process.send_signal(signal.SIGTERM)
    code, out, _ = process.end()
    assert code == 143
    assert out == ""


def test_a_closed_output_ends_the_run_with_1_and_no_traceback(config, lines, begun):
    process = begun(COMMAND, ["--config", config()])
    process.stdout.close()
    process.stdin.write(lines(100))
    process.stdin.close()
    err = process.stderr.read()
    assert process.wait() == 1
    assert "Traceback" not in err
    assert "BrokenPipe" not in err


@pytest.mark.parametrize("after", [0, 5, 11, 13])
def test_killed_in_the_middle_and_run_again_brevo_equals_the_source(
    config, brevo, lines, after, tmp_path, begun, finished
):
    """``after`` writing calls have been answered when the target is killed."""
    text = lines(150)
    process = begun(COMMAND, ["--config", config()])
    process.stdin.write(text)
    process.stdin.close()
    _until(lambda: len(brevo.brevo.writes()) >= after or process.poll() is not None)
    process.send_signal(signal.SIGKILL)
    states = [json.loads(line) for line in process.stdout.read().splitlines()]
    process.wait()
    confirmed = max((state["at"] for state in states), default=0)
    assert len(brevo.brevo.contacts) >= confirmed
    summary = tmp_path / "summary.json"
    code, out, err = finished(config(summary_file=str(summary)), text)
    assert code == 0, err
    assert json.loads(out.splitlines()[-1]) == {"at": 150}
    assert len(brevo.brevo.contacts) == 150
    assert {each.attributes["CITY"] for each in brevo.brevo.contacts.values()} == {"Nice"}
    keys = Counter(event.properties["tajo_key"] for event in brevo.brevo.events)
    assert set(keys.values()) <= {1}, "an event arrived twice"
    unknown = json.loads(summary.read_text())["unknown_outcomes"]
    assert len(keys) + unknown == 150
    brevo.brevo.mark()
    assert finished(config(), text)[0] == 0
    assert brevo.brevo.writes() == []


def test_what_was_refused_is_tried_once_more_on_request(config, ended, schema, row):
    begin = json.dumps(schema("contacts")) + "\n"
    refused = json.dumps(row("contacts", id="1", email="a..1@example.org")) + "\n"
    settings = ["--config", config()]
    ended(COMMAND, settings, begin + refused)
    made = [
        re.findall(
            r"^ *contacts +contact +(\d+)", ended(COMMAND, words, begin).stderr, re.MULTILINE
        )
        for words in (settings, [*settings, "--failed"])
    ]
    assert made == [[], ["1"]]


def test_about_names_every_setting_and_hides_nothing_it_offers():
    found = subprocess.run(
        [COMMAND, "--about", "--format=json"], capture_output=True, text=True, check=True
    )
    about = json.loads(found.stdout)
    names = set(about["settings"]["properties"])
    assert {"api_key", "api_url", "platform", "mapping", "ledger_url", "dry_run"} <= names
    assert about["settings"]["properties"]["api_key"]["secret"] is True


def _wait_for(stream, words):
    seen = ""
    while words not in seen:
        ready, _, _ = select.select([stream], [], [], 30)
        assert ready, seen
        line = stream.readline()
        assert line, seen
        seen += line


def _until(condition):
    deadline = datetime.now(UTC) + timedelta(seconds=60)
    while not condition():
        assert datetime.now(UTC) < deadline
        select.select([], [], [], 0.005)


def test_what_only_a_load_needs_is_not_imported_for_version_and_about():
    asked = "import sys, target_brevo.target; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    late = {"sqlalchemy", "alembic", "cryptography", "jmespath", "jsonschema_rs", "phonenumbers"}
    assert late & set(said.stdout.split()) == set()
