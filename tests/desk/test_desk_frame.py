"""The command line beside the loader: settings from everywhere, and near misses of words."""

import json

import pytest

from tajo_sandbox.brevo import DEFAULT_API_KEY


@pytest.fixture
def refused(desk, lines):
    desk.load(*lines("contacts", {"id": "c1", "email": "no address"}))
    return desk


def test_a_command_finds_its_settings_before_it_behind_it_and_in_the_environment(
    refused, monkeypatch
):
    before = refused.run("rejects", "list")
    behind = refused.run("rejects", "list", "--config", str(refused.folder / "config.json"))
    for name, value in refused.config().items():
        monkeypatch.setenv(f"TARGET_BREVO_{name.upper()}", value)
    around = refused.run("rejects", "list", config=False)

    assert before.code == behind.code == around.code == 0
    assert before.out.count("contact ") == 1
    assert before.out == behind.out == around.out


def test_a_command_that_only_reads_the_ledger_calls_nobody(refused):
    assert refused.run("rejects", "list").calls == []


def test_a_ledger_that_met_no_account_asks_brevo_whose_key_it_is(desk):
    assert desk.run("rejects", "list").calls == ["GET /account"]


@pytest.mark.parametrize(
    ("words", "near"),
    [(("rejcts", "list"), "'rejects'"), (("rejects", "lsit"), "'list'")],
)
def test_an_unknown_command_is_told_the_nearest(desk, words, near):
    said = desk.run(*words)

    assert said.code == 2
    assert len(said.errors) == 1
    assert f"did you mean {near}?" in said.errors[0]


def test_a_wrong_setting_ends_a_command_as_it_ends_the_loader(desk):
    said = desk.run("rejects", "list", event_max_age="a day")

    assert said.code == 2
    assert "event_max_age" in said.errors[0]


def test_no_key_is_told_and_a_key_is_never_shown(desk):
    assert "api_key" in desk.run("rejects", "list", api_key=None).errors[0]
    said = desk.run("rejects", "list", api_key="xkeysib-verysecret")
    assert said.code == 2
    assert "verysecret" not in said.out + "".join(said.errors)
    assert DEFAULT_API_KEY not in said.out


def test_the_loader_still_loads_when_no_command_is_named(desk, lines):
    messages = lines("contacts", {"id": "c1", "email": "a@example.org"})
    path = desk.folder / "lines.singer"
    path.write_text("".join(json.dumps(line) + "\n" for line in messages))

    assert desk.run("--input", str(path)).code == 0
    assert desk.account.contact("a@example.org") is not None
