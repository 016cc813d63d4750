"""Running the sandbox: in Python, as a command, and through its control page."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

import tajo_sandbox
from tajo_sandbox.brevo import BrevoSwitches
from tajo_sandbox.store import Store

COMMAND = Path(sys.executable).with_name("tajo-sandbox")
ANY_PORTS = ("--port", "0", "--platform-port", "0", "--brevo-port", "0")
READY = re.compile(
    r"ready: shopify (http://127\.0\.0\.1:\d+)  brevo (http://127\.0\.0\.1:\d+/v3)"
    r"  control (http://127\.0\.0\.1:\d+)\n"
)
KEY = {"api-key": "xkeysib-sandbox"}


def get(url, **extra):
    return requests.get(url, timeout=10, **extra)


def post(url, **extra):
    return requests.post(url, timeout=10, **extra)


@pytest.fixture
def serve():
    """Start the command and wait for its ready line; give the process and the addresses."""
    started = []

    def start(*options):
        process = subprocess.Popen(
            [str(COMMAND), "serve", "--customers", "20", "--orders", "30", *ANY_PORTS, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "error"},
        )
        started.append(process)
        ready, _, _ = select.select([process.stdout], [], [], 30)
        line = process.stdout.readline() if ready else ""
        found = READY.fullmatch(line)
        assert found, (line, process.poll())
        return process, found.groups()

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_both_sides_and_the_page_run_on_ports_of_their_own():
    with tajo_sandbox.running(customers=5, orders=5) as sandbox:
        urls = (sandbox.platform_url, sandbox.brevo_url, sandbox.control_url)
        assert len({url.split(":")[2] for url in urls}) == 3
        assert get(f"{sandbox.brevo_url}/account", headers=KEY).status_code == 200
        shop = f"{sandbox.platform_url}/admin/api/2026-10/graphql.json"
        token = {"X-Shopify-Access-Token": "shpat_sandbox"}
        answer = post(shop, json={"query": "{ shop { name } }"}, headers=token)
        assert answer.json()["data"]["shop"]["name"]
        assert len(sandbox.platform_requests) == 1
        assert len(sandbox.store.customers) == 5


def test_a_side_can_be_left_out():
    with tajo_sandbox.running(platform=None, control=False) as sandbox:
        assert (sandbox.platform_url, sandbox.control_url, sandbox.store) == ("", "", None)
        assert sandbox.brevo_url
    with tajo_sandbox.running(customers=1, orders=1, brevo=False) as sandbox:
        assert sandbox.brevo_url == ""
        assert sandbox.platform_url


def test_a_store_of_the_callers_own_is_served():
    store = Store.generate(customers=3, orders=2, seed=9)
    with tajo_sandbox.running(store=store) as sandbox:
        assert sandbox.store is store


def test_nothing_is_left_running_even_when_a_caller_hangs():
    before = set(threading.enumerate())
    with tajo_sandbox.running(customers=1, orders=1) as sandbox:
        sandbox.brevo_switches.fail("/account", "timeout")
        url = f"{sandbox.brevo_url}/account"
        with requests.Session() as hanging, pytest.raises(requests.Timeout):
            hanging.get(url, headers=KEY, timeout=0.05)
        with socket.create_connection(("127.0.0.1", urlsplit(url).port)) as idle:
            idle.send(b"GET /v3/account HTTP/1.1\r\n")
    assert set(threading.enumerate()) <= before
    with pytest.raises(requests.ConnectionError):
        get(url)


def test_a_port_in_use_is_one_clear_error():
    with tajo_sandbox.running(platform=None, control=False) as sandbox:
        port = str(urlsplit(sandbox.brevo_url).port)
        done = subprocess.run(
            [str(COMMAND), "serve", *ANY_PORTS, "--brevo-port", port],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert f"port {port}" in done.stderr
    assert "choose another" in done.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("serve", "--customers", "many"), "should be a whole number"),
        (("serve", "--port", "99999", "--customers", "1", "--orders", "1"), "port 99999"),
        (("serve", "--costumers", "5"), "--costumers"),
        ((), "COMMAND"),
    ],
)
def test_wrong_options_end_with_code_2_and_no_traceback(options, says):
    done = subprocess.run(
        [str(COMMAND), *options], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_help_names_the_credentials_and_the_ports():
    done = subprocess.run(
        [str(COMMAND), "serve", "--help"], capture_output=True, text=True, timeout=60, check=True
    )
    for word in ("shpat_sandbox", "sandbox-client", "sandbox-secret", "xkeysib-sandbox", "8082"):
        assert word in done.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_says_once_that_it_is_ready_and_ends_cleanly(serve, number):
    process, (_, brevo, control) = serve()
    assert get(f"{brevo}/account", headers=KEY).status_code == 200
    assert get(f"{control}/state.json").json()["store"]["customers"] == 20
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")


def test_own_credentials_are_taken_beside_the_documented_ones(serve):
    _, (shopify, brevo, _) = serve("--api-key", "xkeysib-mine", "--platform-key", "shpat_mine")
    for key in ("xkeysib-mine", "xkeysib-sandbox"):
        assert get(f"{brevo}/account", headers={"api-key": key}).status_code == 200
    shop = f"{shopify}/admin/api/2026-10/graphql.json"
    for token in ("shpat_mine", "shpat_sandbox"):
        headers = {"X-Shopify-Access-Token": token}
        assert post(shop, json={"query": "{ shop { name } }"}, headers=headers).ok


@pytest.fixture
def sandbox():
    with tajo_sandbox.running(
        customers=40, orders=60, brevo_switches=BrevoSwitches(tier="extended")
    ) as running:
        yield running


def test_the_page_is_one_file_that_fetches_nothing_from_elsewhere(sandbox):
    answer = get(sandbox.control_url)
    assert answer.headers["content-type"].startswith("text/html")
    assert not re.findall(r"(?:src|href)=[\"'](?!data:)", answer.text)
    assert not re.findall(r"https?://", answer.text)
    assert "prefers-color-scheme: dark" in answer.text


def test_the_state_counts_what_is_there(sandbox):
    url = sandbox.brevo_url
    contact = {"email": "a@example.com", "listIds": [2], "emailBlacklisted": True}
    post(f"{url}/contacts", json={**contact, "attributes": {"NOPE": 1}}, headers=KEY)
    rows = [{"email": "b@example.com"}, {"email": "broken"}]
    post(f"{url}/contacts/import", json={"jsonBody": rows, "listIds": [2]}, headers=KEY)
    sandbox.brevo.settle()
    event = {"event_name": "seen", "identifiers": {"email_id": "a@example.com"}}
    post(f"{url}/events", json=event, headers=KEY)
    get(f"{url}/contacts", headers=KEY)
    state = get(f"{sandbox.control_url}/state.json").json()
    assert (state["store"]["customers"], state["store"]["orders"]) == (40, 60)
    brevo = state["brevo"]
    assert (brevo["contacts"], brevo["email_blocked"], brevo["events"]) == (2, 1, {"seen": 1})
    assert [each["contacts"] for each in brevo["lists"]] == [2]
    assert brevo["refused_rows"] == {"invalid_emails": 1}
    assert brevo["automations"] == {"list": 2, "event": 1}
    assert (brevo["writes"], brevo["reads"]) == (3, 1)
    assert [each["attribute"] for each in brevo["dropped"]] == ["NOPE"]
    assert brevo["limits"]["contacts"][0]["limit"] == 60
    assert len(brevo["requests"]) == 4
    contacts = get(f"{sandbox.control_url}/brevo/contacts.json?limit=1").json()
    assert [each["email"] for each in contacts] == ["b@example.com"]
    events = get(f"{sandbox.control_url}/brevo/events.json").json()
    assert [each["event_name"] for each in events] == ["seen"]
    assert get(f"{sandbox.control_url}/brevo/orders.json").json() == []


def test_the_mark_starts_counting_anew(sandbox):
    post(f"{sandbox.brevo_url}/contacts", json={"email": "a@example.com"}, headers=KEY)
    assert post(f"{sandbox.control_url}/brevo/mark").ok
    brevo = get(f"{sandbox.control_url}/state.json").json()["brevo"]
    assert (brevo["writes"], brevo["reads"], brevo["contacts"]) == (0, 0, 1)


def test_the_store_lives_by_the_levers(sandbox):
    changed = post(f"{sandbox.control_url}/store/change?customers=5").json()["changed"]
    placed = post(f"{sandbox.control_url}/store/orders?count=3").json()["placed"]
    assert (len(set(changed)), len(set(placed))) == (5, 3)
    assert len(sandbox.store.orders) == 63
    leavers = [
        each
        for each in sandbox.store.customers.values()
        if each.gid in changed and each.email_consent.state == "UNSUBSCRIBED"
    ]
    assert leavers


def test_switches_are_set_from_another_process(sandbox):
    url = f"{sandbox.control_url}/switches/brevo"
    fault = {"path": "/account", "kind": "503", "times": 1}
    assert post(url, json={"import_seconds": 2, "tier": "advanced", "faults": [fault]}).ok
    assert sandbox.brevo_switches.import_seconds == 2.0
    assert get(f"{sandbox.brevo_url}/account", headers=KEY).status_code == 503
    assert get(f"{sandbox.brevo_url}/account", headers=KEY).status_code == 200
    assert post(f"{sandbox.control_url}/switches/shopify", json={"protected_data": False}).ok
    assert sandbox.platform_switches.protected_data is False


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("/switches/brevo", b'{"tiers": "advanced"}', "did you mean 'tier'"),
        ("/switches/brevo", b"{", "switches"),
        ("/switches/brevo", b"[]", "switches"),
        ("/switches/shopify", b'{"protected": true}', "protected_data"),
        ("/switches/stripe", b"{}", "shopify or brevo"),
        ("/store/change?customers=-1", b"", "whole number"),
        ("/store/change?customers=4000", b"", "4000"),
    ],
)
def test_a_wrong_lever_is_one_line_with_the_right_word(sandbox, path, body, says):
    answer = post(f"{sandbox.control_url}{path}", data=body)
    assert answer.status_code == 400
    assert says in answer.json()["error"]


def test_levers_of_a_store_need_a_store():
    with tajo_sandbox.running(platform=None) as sandbox:
        answer = post(f"{sandbox.control_url}/store/change?customers=1")
        assert answer.status_code == 400
        assert get(f"{sandbox.control_url}/state.json").json()["store"] is None
