"""Everything that goes wrong on the wire, over real sockets."""

import json
from datetime import UTC, datetime

import pytest
import requests

import tajo_sandbox
from tajo_sandbox.shopify import FAULTS, Direct, Fault, Switches, shopify_app
from tajo_sandbox.store import Store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CUSTOMERS = "{ customers(first: 20) { nodes { id firstName lastName updatedAt } } }"
RUN = """mutation { bulkOperationRunQuery(query: "{ customers { edges { node { id } } } }") {
  bulkOperation { id } userErrors { message } } }"""
WORKING = {"status", "html", "content_type", "truncated", "throttled", "graphql"}


@pytest.fixture(scope="module")
def sandbox():
    store = Store.generate(30, 30, seed=1, now=NOW)
    switches = Switches(bulk_seconds=0)
    with tajo_sandbox.running(
        brevo=False, control=False, store=store, switches=switches
    ) as running:
        yield running


@pytest.fixture
def switches(sandbox):
    yield sandbox.platform_switches
    sandbox.platform_switches.faults.clear()


@pytest.fixture
def ask(sandbox):
    with requests.Session() as session:

        def post(query=CUSTOMERS, **options):
            return session.post(
                f"{sandbox.platform_url}/admin/api/2026-10/graphql.json",
                json={"query": query},
                headers={"X-Shopify-Access-Token": "shpat_sandbox"},
                timeout=options.pop("timeout", 10),
                **options,
            )

        yield post


def test_answers_arrive_over_a_socket(ask):
    answer = ask()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-shopify-api-version"] == "2026-10"
    assert len(answer.json()["data"]["customers"]["nodes"]) == 20


@pytest.mark.parametrize("status", [429, 500, 502, 503, 402, 404, 423])
def test_a_status_can_be_ordered_and_is_over_after_its_times(ask, switches, status):
    switches.fail("status", status=status, times=2, retry_after=2.0)
    for _ in range(2):
        answer = ask()
        assert (answer.status_code, answer.headers["retry-after"]) == (status, "2")
        assert "errors" in answer.json()
    assert ask().status_code == 200


@pytest.mark.parametrize("status", [200, 502])
def test_a_page_of_html_in_place_of_json(ask, switches, status):
    switches.fail("html", status=status)
    answer = ask()
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_half_of_the_json(ask, switches):
    switches.fail("truncated")
    answer = ask()
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()
    assert ask().json()


def test_json_under_a_wrong_content_type(ask, switches):
    switches.fail("content_type")
    answer = ask()
    assert answer.headers["content-type"].startswith("text/plain")
    assert "data" in answer.json()


def test_a_reset_connection(ask, switches):
    switches.fail("reset")
    with pytest.raises(requests.exceptions.ConnectionError):
        ask()
    assert ask().status_code == 200


def test_an_answer_that_breaks_off(ask, switches):
    switches.fail("broken")
    with pytest.raises(
        (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)
    ):
        ask()
    assert ask().status_code == 200


def test_silence_until_the_client_gives_up(ask, switches):
    switches.fail("timeout")
    with pytest.raises(requests.exceptions.ReadTimeout):
        ask(timeout=0.2)
    assert ask().status_code == 200


def test_silence_that_ends_with_a_torn_connection(ask, switches):
    switches.fail("timeout", seconds=0.05)
    with pytest.raises(requests.exceptions.ConnectionError):
        ask()


@pytest.mark.parametrize(
    ("kind", "code"), [("throttled", "THROTTLED"), ("graphql", "INTERNAL_SERVER_ERROR")]
)
def test_errors_of_the_platform_inside_200(ask, switches, kind, code):
    switches.fail(kind)
    answer = ask()
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["extensions"]["code"] == code
    assert "errors" not in ask().json()


def test_work_can_be_done_although_its_answer_is_lost(ask, sandbox, switches):
    before = len(sandbox.platform_app.state.desk.jobs.all)
    switches.fail("reset", on="bulkOperationRunQuery", applied=True)
    with pytest.raises(requests.exceptions.ConnectionError):
        ask(RUN)
    assert len(sandbox.platform_app.state.desk.jobs.all) == before + 1
    switches.fail("reset", on="bulkOperationRunQuery")
    with pytest.raises(requests.exceptions.ConnectionError):
        ask(RUN)
    assert len(sandbox.platform_app.state.desk.jobs.all) == before + 1


def test_a_fault_can_wait_and_can_be_for_one_root_field(ask, switches):
    switches.fail("status", on="customers", skip=1)
    assert ask("{ shop { name } }").status_code == 200
    assert ask().status_code == 200
    assert ask("{ shop { name } }").status_code == 200
    assert ask().status_code == 500
    assert ask().status_code == 200


def test_downloads_and_grants_have_faults_of_their_own(ask, sandbox, switches):
    gid = ask(RUN).json()["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"]
    poll = ask(f'{{ bulkOperation(id: "{gid}") {{ url status }} }}').json()["data"]["bulkOperation"]
    assert poll["url"].startswith(f"{sandbox.platform_url}/bulk/")
    switches.fail("status", on="bulk", status=503)
    assert requests.get(poll["url"], timeout=5).status_code == 503
    switches.fail("reset", on="bulk")
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(poll["url"], timeout=5)
    lines = requests.get(poll["url"], timeout=5).text.splitlines()
    assert [json.loads(line).keys() for line in lines] == [{"id"}] * 30
    switches.fail("status", on="oauth", status=500)
    grant = requests.post(f"{sandbox.platform_url}/admin/oauth/access_token", timeout=5)
    assert grant.status_code == 500


def test_a_result_file_that_breaks_off(ask, switches):
    switches.fail("bulk_link_broken")
    gid = ask(RUN).json()["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"]
    url = ask(f'{{ bulkOperation(id: "{gid}") {{ url }} }}').json()["data"]["bulkOperation"]["url"]
    with pytest.raises(
        (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)
    ):
        requests.get(url, timeout=5)


def test_faults_stand_in_the_log(ask, sandbox, switches):
    switches.fail("html", status=502)
    ask()
    entry = sandbox.platform_requests[-1]
    assert (entry.outcome, entry.status, entry.root) == ("html", 502, "customers")


def test_switches_can_be_set_from_plain_json():
    switches = Switches()
    switches.apply(
        json.loads(
            '{"scopes": ["read_orders"], "bulk_seconds": 0, "protected_data": false, '
            '"faults": [{"kind": "status", "status": 429, "times": 3, "on": "orders"}]}'
        )
    )
    assert (switches.scopes, switches.protected_data) == ({"read_orders"}, False)
    assert switches.faults == [Fault("status", status=429, times=3, on="orders")]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"scope": []}, "did you mean scopes?"),
        ({"clock": 1}, "no switch is called 'clock'"),
        ({"faults": [{"kind": "bulk_fail"}]}, "did you mean bulk_failed?"),
    ],
)
def test_an_unknown_switch_or_fault_is_named_with_the_nearest_right_word(values, says):
    switches = Switches()
    with pytest.raises(ValueError, match="called") as caught:
        switches.apply({"bulk_seconds": 9.0, **values})
    assert says in str(caught.value)
    assert switches.bulk_seconds == 0.3


def test_in_process_calls_meet_a_torn_connection_as_an_exception():
    store = Store.generate(5, 5, seed=1, now=NOW)
    shop = Direct(shopify_app(store, Switches(faults=[Fault("reset")])))
    with pytest.raises(ConnectionResetError):
        shop.query("{ shop { name } }")
    assert shop.query("{ shop { name } }")["data"]


def test_every_kind_of_fault_is_described():
    assert len(FAULTS) >= 20
    assert all(len(text) > 10 for text in FAULTS.values())


def test_answers_can_be_slow(ask, switches):
    switches.slow_seconds = 0.4
    with pytest.raises(requests.exceptions.ReadTimeout):
        ask(timeout=0.1)
    switches.slow_seconds = 0.0
    assert ask().status_code == 200
