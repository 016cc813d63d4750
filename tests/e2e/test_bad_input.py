"""Whatever is wrong ends in one clear message, a fitting exit code, and nothing lost or leaked."""

import json
from pathlib import Path

import pytest
import requests
import yaml

import tajo_sandbox

CASES = yaml.safe_load(Path(__file__).with_name("cases").joinpath("bad_input.yml").read_text())
SECRETS = ("shpat_wrong", "shpat_sandbox", "xkeysib-wrong", "xkeysib-sandbox", "sandbox-secret")
PERSON = {"email": "ada.canary@example.org", "name": "Canary-Ada"}
CUSTOMER = {
    "id": "gid://shopify/Customer/1",
    "legacyResourceId": "1",
    "firstName": PERSON["name"],
    "defaultEmailAddress": {"emailAddress": PERSON["email"]},
}


def cases(plugin):
    return [pytest.param(case, id=case["name"]) for case in CASES[plugin]]


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def settings(given, **usual):
    merged = {**usual, **(given or {})}
    return json.dumps({name: value for name, value in merged.items() if value is not None})


@pytest.fixture(scope="module")
def schema(ended):
    """What the tap says of its customers."""
    catalog = json.loads(ended("tap-shopify-tajo", ["--discover"]).stdout)
    return next(row["schema"] for row in catalog["streams"] if row["stream"] == "customers")


def told(case, done):
    """Check what was printed against a case."""
    assert done.returncode == case["exit"], done.stderr
    assert [word for word in case["says"] if word not in done.stderr] == [], done.stderr
    assert "Traceback" not in done.stderr
    leaks = (*SECRETS, *PERSON.values())
    assert [secret for secret in leaks if secret in done.stdout + done.stderr] == []
    if case["exit"]:
        last = done.stderr.strip().splitlines()[-1]
        assert any(word in last for word in case["says"]), "the last line is the message"


@pytest.mark.parametrize("case", cases("tap-shopify-tajo"))
def test_the_tap_says_what_is_wrong(case, tmp_path, ended):
    size = {"customers": 1200, "orders": 0} if case.get("bulk") else {"customers": 5, "orders": 5}
    with tajo_sandbox.running(brevo=False, control=False, **size) as sandbox:
        sandbox.platform_switches.apply(case.get("shopify", {}))
        config = case.get("raw_config") or settings(
            case.get("config"),
            shop_url="demo-store.myshopify.com",
            access_token="shpat_sandbox",
            api_url=sandbox.platform_url,
        )
        arguments = ["--config", written(tmp_path / "config.json", config)]
        for name in ("state", "catalog"):
            if name in case:
                arguments += [f"--{name}", written(tmp_path / f"{name}.json", case[name])]
        done = ended("tap-shopify-tajo", arguments)

    told(case, done)
    assert '"bookmarks":{"customers":{"replication_key_value"' not in done.stdout


@pytest.mark.parametrize("case", cases("target-brevo"))
def test_the_target_says_what_is_wrong(case, tmp_path, schema, ended):
    with tajo_sandbox.running(platform=None, control=False) as sandbox:
        sandbox.brevo_switches.apply(case.get("brevo", {}))
        if "attribute" in case:
            name, kind = case["attribute"]["name"], case["attribute"]["type"]
            headers = {"api-key": "xkeysib-sandbox"}
            address = f"{sandbox.brevo_url}/contacts/attributes/normal/{name}"
            requests.post(address, json={"type": kind}, headers=headers, timeout=10)
        ledger = tmp_path / "ledger.db"
        if "ledger" in case:
            written(ledger, case["ledger"] * 100)
        config = settings(
            case.get("config"),
            api_key="xkeysib-sandbox",
            api_url=sandbox.brevo_url,
            platform="shopify",
            ledger_url=f"sqlite:///{ledger}",
        )
        lines = case.get("lines") or [
            json.dumps(message)
            for message in (
                {
                    "type": "SCHEMA",
                    "stream": "customers",
                    "schema": schema,
                    "key_properties": ["id"],
                },
                {"type": "RECORD", "stream": "customers", "record": case.get("record", CUSTOMER)},
                {"type": "STATE", "value": {"bookmarks": {"customers": {"seen": 1}}}},
            )
        ]
        arguments = ["--config", written(tmp_path / "config.json", config)]
        done = ended("target-brevo", arguments, "\n".join(lines) + "\n")

    told(case, done)
    assert bool(done.stdout.strip()) == (case["exit"] == 0), "state covers what was delivered"
