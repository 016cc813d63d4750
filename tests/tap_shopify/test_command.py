"""The command line: one clear line for each bad input, the right exit code, and no secret."""

import contextlib
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tajo_connector_sdk.http import HttpSession
from tap_shopify_tajo import SHOPIFY, TapShopify

GOOD = {"shop_url": "demo-store.myshopify.com", "access_token": "shpat_sandbox"}
TAP = str(Path(sys.executable).with_name("tap-shopify-tajo"))
SCOPES = {  # of every stream and every field that a scope guards
    scope for row in SHOPIFY.streams for scope in (*row.scopes, *row.needs.values())
}
SECRETS = ("shpat_", "sandbox-secret", "hunter2", "@example.")


@pytest.fixture
def command(tmp_path, caplog, monkeypatch):
    """A function that runs the tap's command in this process; returns (exit code, error lines)."""
    monkeypatch.setattr(
        TapShopify, "session", lambda _, policy: HttpSession(policy, sleep=lambda _: None)
    )

    def run(config, *args, state=None, catalog=None):
        caplog.clear()
        arguments = list(args)
        for name, content in (("config", config), ("state", state), ("catalog", catalog)):
            if content is not None:
                path = tmp_path / f"{name}.json"
                path.write_text(content if isinstance(content, str) else json.dumps(content))
                arguments += [f"--{name}", str(path)]
        with caplog.at_level(logging.DEBUG), pytest.raises(SystemExit) as ended:
            TapShopify.get_singer_command().main(arguments, standalone_mode=True)
        errors = [
            record.getMessage()
            for record in caplog.records
            if record.levelno >= logging.ERROR and not record.name.startswith("tajo_sandbox")
        ]
        return ended.value.code, errors

    return run


# What is wrong with the files, exit code, words of the one line.
FILES = [
    ({"config": "{"}, 2, "not JSON (line 1, column 2)"),
    ({"config": "[]"}, 2, "JSON, but list"),
    ({"config": GOOD, "state": "no state"}, 2, "state file"),
    ({"config": GOOD, "state": []}, 2, "JSON, but list"),
    ({"config": GOOD, "state": {"bookmarks": []}}, 2, "no bookmarks by stream"),
    ({"config": GOOD, "state": {"bookmarks": {"orders": 5}}}, 2, "no bookmarks by stream"),
    ({"config": GOOD, "catalog": "<html>"}, 2, "catalog file"),
    (
        {
            "config": GOOD,
            "state": {
                "bookmarks": {
                    "orders": {"replication_key": "updatedAt", "replication_key_value": "soon"}
                }
            },
        },
        2,
        "bookmarks.orders.replication_key_value",
    ),
    (
        {"config": GOOD, "state": {"bookmarks": {"orders": {"bulk": "yes"}}}},
        2,
        "bookmarks.orders.bulk",
    ),
    (
        {"config": GOOD, "state": {"bookmarks": {"orders": {"reading": {"at": 5}}}}},
        2,
        "bookmarks.orders.reading",
    ),
]

# Settings besides the good ones (None: left out), exit code, words.
SETTINGS = [
    ({"shop_url": None}, "setting shop_url: missing"),
    ({"access_token": None}, "access_token or client_id and client_secret"),
    ({"access_token": None, "client_id": "x"}, "settings client_secret: missing"),
    ({"access_token": ""}, "missing"),
    ({"acess_token": "hunter2"}, "did you mean 'access_token'?"),
    ({"start_date": "last week"}, "setting start_date: not a time"),
    ({"start_date": 20260101}, "wrong kind, int"),
    ({"allow_partial_history": "hunter2"}, "wrong kind, str"),
    ({"api_version": "hunter2"}, "setting api_version"),
    ({"api_url": "127.0.0.1:8081"}, "setting api_url: not an address"),
    ({"api_url": "https://user:hunter2@example.com"}, "setting api_url: not an address"),
    ({"api_url": "http://127.0.0.1:99999"}, "setting api_url: not an address"),
    ({"shop_url": "https://demo-store.myshopify.com"}, "without https://"),
    ({"shop_url": "demo-store"}, "my-store.myshopify.com"),
    ({"stream_maps": {"customers": {"x": "a +"}}}, "settings or catalog"),
]

# A fault of the shop or of the access, settings, exit code, words.
FAULTS = [
    ({}, {"access_token": "shpat_hunter2"}, 2, "HTTP 401"),
    ({}, {"access_token": None, "client_id": "sandbox-client", "client_secret": "hunter2"}, 2,
     "client_id and client_secret: the platform gave no token"),
    ({"shop_permitted": False},
     {"access_token": None, "client_id": "sandbox-client", "client_secret": "sandbox-secret"}, 2,
     "same organisation"),
    ({"scopes": SCOPES - {"read_customers"}}, {}, 2, "lacks read_customers"),
    ({"scopes": SCOPES}, {}, 2, "read_all_orders"),
    ({"fault": {"kind": "html", "status": 200, "times": 9}}, {}, 1, "is not JSON"),
    ({"fault": {"kind": "html", "status": 404, "times": 9}}, {}, 2, "no shop of that name"),
    ({"fault": {"kind": "status", "status": 402, "times": 9}}, {}, 1, "frozen"),
    ({"fault": {"kind": "status", "status": 503, "times": 99}}, {}, 1, "HTTP 503 on try 6 of 6"),
    ({"fault": {"kind": "reset", "times": 99}}, {}, 1, "the connection broke on try 6 of 6"),
    ({"fault": {"kind": "truncated", "times": 9}}, {}, 1, "is not JSON"),
    ({"fault": {"kind": "graphql", "times": 9}}, {}, 1, "a failure of its own"),
    ({"fault": {"kind": "status", "status": 500, "times": 99, "on": "orders"}}, {}, 1, "HTTP 500"),
]  # fmt: skip


def checked(errors, code, wanted, words):
    assert code == wanted, errors
    assert len(errors) == 1, errors
    assert words in errors[0]
    assert "\n" not in errors[0]
    assert not [secret for secret in SECRETS if secret in errors[0]]


@pytest.mark.parametrize(("files", "wanted", "words"), FILES)
def test_a_bad_file_ends_in_one_clear_line(command, open_shop, files, wanted, words):
    shop = open_shop(customers=3, orders=3)
    config = files["config"]
    given = {**config, "api_url": shop.platform_url} if isinstance(config, dict) else config

    code, errors = command(given, **{k: v for k, v in files.items() if k != "config"})

    checked(errors, code, wanted, words)


@pytest.mark.parametrize(("settings", "words"), SETTINGS)
def test_a_bad_setting_ends_in_one_clear_line(command, settings, words):
    given = {name: value for name, value in {**GOOD, **settings}.items() if value is not None}

    code, errors = command(given)

    checked(errors, code, 2, words)


@pytest.mark.parametrize(("switches", "settings", "wanted", "words"), FAULTS)
def test_a_fault_of_the_other_side_ends_in_one_clear_line(
    command, open_shop, capsys, caplog, switches, settings, wanted, words
):
    given = dict(switches)
    fault = given.pop("fault", None)
    shop = open_shop(customers=5, orders=5, **given)
    if fault:
        shop.platform_switches.fail(**fault)
    config = {**GOOD, "api_url": shop.platform_url, **settings}

    code, errors = command({name: value for name, value in config.items() if value})

    checked(errors, code, wanted, words)
    said = capsys.readouterr().err + caplog.text
    assert not [secret for secret in SECRETS if secret in said]


def test_a_host_where_nobody_listens_is_named(command, capsys):
    code, errors = command({**GOOD, "api_url": "http://127.0.0.1:9"})

    checked(errors, code, 1, "nothing listens there")
    assert "127.0.0.1" in errors[0]
    assert "check api_url" in errors[0]
    assert "replication_key_value" not in capsys.readouterr().out


def test_a_missing_file_is_named(command):
    code, errors = command(None, "--config", "/nowhere/config.json")

    checked(errors, code, 2, "config file /nowhere/config.json: No such file or directory")


def test_a_fault_of_our_own_is_told_without_the_data_it_met(command, open_shop, monkeypatch):
    shop = open_shop(customers=5, orders=0)

    def broken(*_):
        raise ValueError("somebody@example.org")

    monkeypatch.setattr("tajo_connector_sdk.streams.now_text", broken)

    code, errors = command({**GOOD, "api_url": shop.platform_url})

    checked(errors, code, 1, "internal error, ValueError in test_command.py line")


def test_the_test_option_says_which_streams_can_be_read(command, open_shop, caplog):
    shop = open_shop(customers=5, orders=5, scopes=SCOPES - {"read_customers"})

    code, errors = command({**GOOD, "api_url": shop.platform_url}, "--test")

    said = [record.getMessage() for record in caplog.records]
    assert code == 2
    assert "products: can be read" in said
    assert "customers: the scope read_customers is missing" in errors[0]
    asking = [
        row for row in SHOPIFY.streams if "read_customers" in (*row.scopes, *row.needs.values())
    ]
    assert len(errors) == len(asking)  # orders and abandoned checkouts ask for their customer too


def test_the_test_option_is_content_with_a_shop_that_can_be_read(command, open_shop, caplog):
    shop = open_shop(customers=5, orders=5)

    code, errors = command({**GOOD, "api_url": shop.platform_url}, "--test")

    assert (code, errors) == (0, [])
    assert "orders: can be read" in caplog.text


@pytest.mark.parametrize("args", [["--discover"], ["--about", "--format", "json"]])
def test_what_the_tap_is_can_be_asked_without_settings_or_network(capsys, args):
    with pytest.raises(SystemExit) as ended:
        TapShopify.get_singer_command().main(args)

    assert ended.value.code in {0, None}
    json.loads(capsys.readouterr().out)


def test_a_secret_is_marked_as_one():
    properties = TapShopify.config_jsonschema["properties"]

    marked = {name for name, fact in properties.items() if fact.get("secret")}
    assert marked == {"client_secret", "access_token"}
    assert all(fact["description"] for fact in properties.values())


@pytest.fixture
def start(tmp_path):
    """A function that starts the tap as a process of its own; its log goes to tmp_path / log."""
    with contextlib.ExitStack() as stack:

        def started(shop, *, stdout=subprocess.PIPE):
            config = tmp_path / "config.json"
            config.write_text(json.dumps({**GOOD, "api_url": shop.platform_url}))
            log = stack.enter_context((tmp_path / "log").open("wb"))
            command = [TAP, "--config", str(config)]
            env = {**os.environ, "LOGLEVEL": "DEBUG"}
            process = subprocess.Popen(command, stdout=stdout, stderr=log, env=env)
            return stack.enter_context(process)

        yield started


def test_no_person_and_no_secret_in_the_log_of_a_run_that_fails(open_shop, start, tmp_path):
    shop = open_shop(customers=40, orders=40)
    shop.platform_switches.fail("html", on="products", status=200, times=9)

    process = start(shop)
    out, _ = process.communicate(timeout=60)

    log = (tmp_path / "log").read_text()
    people = {row.email for row in shop.store.customers.values() if row.email}
    assert process.returncode == 1
    assert log.count("ERROR") == 1
    assert "Traceback" not in log
    assert "shpat_sandbox" not in log
    assert not [email for email in people if email in log]
    assert out  # the streams before were read


def test_a_reader_that_dies_ends_the_tap_quietly(open_shop, start, tmp_path):
    shop = open_shop(customers=300, orders=300)

    process = start(shop)
    process.stdout.readline()
    process.stdout.close()

    assert process.wait(timeout=60) == 1
    log = (tmp_path / "log").read_text()
    assert "ERROR" not in log
    assert "Exception" not in log


def test_sigterm_ends_the_tap_with_whole_lines(open_shop, start):
    shop = open_shop(customers=300, orders=300, slow_seconds=0.3)

    process = start(shop)
    first = process.stdout.readline()
    process.terminate()
    rest = process.stdout.read()

    assert process.wait(timeout=60) == 143
    for line in (first + rest).splitlines():
        json.loads(line)


def test_a_tap_that_is_killed_waits_for_the_same_operation_afterwards(open_shop, start, read, gids):
    shop = open_shop(customers=1200, orders=0, bulk_seconds=1.0)

    process = start(shop)
    for line in process.stdout:
        message = json.loads(line)
        if message["type"] == "STATE" and "bulk" in message["value"]["bookmarks"]["customers"]:
            process.kill()
            break
    process.stdout.read()
    process.wait(timeout=60)
    got = read(shop, message["value"], only=("customers",), session=None)

    started = [entry for entry in shop.platform_requests if entry.root == "bulkOperationRunQuery"]
    assert process.returncode == -9
    assert sorted(got.ids("customers")) == gids(shop.store, "customers")
    assert len(started) == 1
