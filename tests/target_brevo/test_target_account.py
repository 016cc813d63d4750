"""Attributes, keys and limits of the account."""

import pytest

from tajo_connector_sdk.errors import ConfigurationError, ConnectorError, Unavailable
from tajo_sandbox.brevo.state.attributes import Attribute


def test_missing_attributes_are_created_with_their_types(bench, schema, row):
    bench.load(schema("contacts"), row("contacts", id="1", email="p@example.org", CITY="Nice"))
    kinds = {
        name: bench.account.attributes[name].type for name in ("CITY", "TOTAL_SPENT", "VIP", "BORN")
    }
    assert kinds == {"CITY": "text", "TOTAL_SPENT": "float", "VIP": "boolean", "BORN": "date"}
    assert not bench.account.book.drops


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        (Attribute("TOTAL_SPENT", "normal", "text"), ("TOTAL_SPENT", "as float", "as text")),
        (Attribute("CITY", "normal", "date"), ("CITY", "as text", "as date")),
        (Attribute("VIP", "calculated", formula="1"), ("VIP", "as boolean", "calculated")),
    ],
)
def test_an_attribute_of_another_type_is_refused_before_any_write(
    bench, schema, row, attribute, words
):
    bench.account.attributes[attribute.name] = attribute
    outcome = bench.attempt(schema("contacts"), row("contacts", id="1", email="p@example.org"))
    assert isinstance(outcome.error, ConfigurationError)
    assert all(word in str(outcome.error) for word in words)
    assert bench.account.writes() == []


def test_names_of_attributes_are_found_in_any_case_and_in_the_accounts_language(bench, schema, row):
    for name in ("FIRSTNAME", "LASTNAME"):
        del bench.account.attributes[name]
    bench.account.attributes["PRENOM"] = Attribute("PRENOM", "normal", "text")
    bench.account.attributes["NOM"] = Attribute("NOM", "normal", "text")
    person = row("contacts", id="1", email="p@example.org", FIRSTNAME="Ada", LASTNAME="Lovelace")
    bench.load(schema("contacts"), person)
    assert bench.contact("p@example.org").attributes == {"PRENOM": "Ada", "NOM": "Lovelace"}
    assert "FIRSTNAME" not in bench.account.attributes


def test_attributes_that_may_not_be_created_are_named(bench, schema, row):
    outcome = bench.attempt(
        schema("contacts"), row("contacts", id="1", email="p@example.org"), create_attributes=False
    )
    assert isinstance(outcome.error, ConfigurationError)
    assert "TOTAL_SPENT" in str(outcome.error)
    assert bench.account.writes() == []


@pytest.mark.parametrize(
    ("turn", "exit_code", "words"),
    [
        (lambda b: b.switches.api_keys.clear(), 2, ("api_key", "does not know", "xkeysib-")),
        (lambda b: setattr(b.switches, "unknown_ip", True), 2, ("IP address", "Authorised IPs")),
        (lambda b: b.switches.fail("*", "402", -1), 1, ("402", "plan")),
        (lambda b: b.switches.fail("*", "403", -1), 1, ("403", "permit")),
        (lambda b: b.switches.fail("*", "html-200", -1), 1, ("not JSON", "api_url")),
    ],
    ids=["wrong-key", "unknown-ip", "no-credits", "no-permission", "html"],
)
def test_an_account_that_says_no_stops_the_run_with_what_to_do(
    bench, schema, row, turn, exit_code, words
):
    turn(bench)
    outcome = bench.attempt(schema("contacts"), row("contacts", id="1", email="p@example.org"))
    assert isinstance(outcome.error, ConnectorError)
    assert outcome.error.exit_code == exit_code
    assert all(word in str(outcome.error) for word in words)
    assert "p@example.org" not in str(outcome.error)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v3", "https://127.0.0.1:9/v3"])
def test_a_host_that_does_not_answer_stops_the_run_after_bounded_tries(bench, schema, url):
    outcome = bench.attempt(schema("contacts"), api_url=url)
    assert isinstance(outcome.error, Unavailable)
    assert "127.0.0.1" in str(outcome.error)
    assert bench.clock.seconds < 120


@pytest.mark.parametrize("kind", ["500", "html-200", "403", "reset"])
def test_no_error_names_the_person_that_was_asked_for(bench, schema, row, kind):
    bench.switches.fail("/contacts/*example.org", kind, times=-1, method="GET")
    outcome = bench.attempt(schema("contacts"), row("contacts", id="1", email="p@example.org"))
    assert outcome.error is not None
    told = f"{outcome.error} {outcome.log}"
    assert "example.org" not in told
    assert "/contacts/…" in told


def test_a_storm_of_429_is_waited_out(bench, schema, row, state):
    bench.switches.fail("/contacts", "429", times=4, method="POST")
    rows = [row("contacts", id=f"c{i}", email=f"p{i}@example.org") for i in range(15)]
    outcome = bench.load(schema("contacts"), *rows, state({"at": 1}))
    assert outcome.verdicts("contacts", "contact") == {"sent": 15}
    assert outcome.states == [{"at": 1}]


def test_an_endless_429_stops_the_run_with_the_state_held(bench, schema, row, state):
    bench.switches.fail("/contacts", "429", times=-1, method="POST")
    outcome = bench.attempt(
        schema("contacts"), row("contacts", id="1", email="p@example.org"), state({"at": 1})
    )
    assert isinstance(outcome.error, Unavailable)
    assert outcome.states == []


@pytest.mark.parametrize("kind", ["425", "500", "502-html", "503", "reset", "truncated"])
def test_a_passing_fault_loses_and_doubles_no_contact(bench, schema, row, state, kind):
    bench.switches.fail("/contacts*", kind, times=2, method="POST")
    rows = [row("contacts", id=f"c{i}", email=f"p{i}@example.org") for i in range(30)]
    for _ in range(3):
        outcome = bench.attempt(schema("contacts"), *rows, state({"at": 1}))
        assert outcome.states == ([] if outcome.error else [{"at": 1}])
        if outcome.error is None:
            break
        bench.clock.move(seconds=60)
    assert outcome.error is None
    assert len(bench.account.contacts) == 30


@pytest.mark.parametrize("path", ["/contacts/attributes/*", "/contacts/lists", "/contacts/folders"])
def test_an_answer_lost_while_setting_up_makes_nothing_twice(bench, schema, row, path):
    bench.switches.fail(path, "reset", method="POST", applied=True)
    bench.load(schema("contacts"), row("contacts", id="1", email="p@example.org", CITY="Nice"))
    names = [each.name for each in bench.account.lists.values()]
    assert len(names) == len(set(names)) == 2
    assert len(bench.account.folders) == 2
    assert bench.contact("p@example.org").attributes == {"CITY": "Nice"}


@pytest.mark.parametrize("tier", ["general", "advanced", "extended"])
def test_a_steady_run_uses_the_allowed_rate_and_is_never_refused(bench, schema, row, tier):
    bench.switches.tier = tier
    rate = {"general": 10, "advanced": 20, "extended": 60}[tier]
    for start in range(0, 120, 20):
        rows = [
            row("contacts", id=f"c{i}", email=f"p{i}@example.org") for i in range(start, start + 20)
        ]
        bench.load(schema("contacts"), *rows)
        bench.clock.move(seconds=1)
    assert sum(bench.account.meter.refused.values()) == 0
    calls = bench.account.meter.granted["contacts"]
    assert calls / rate <= bench.clock.seconds
    assert bench.clock.seconds < 30


def test_two_accounts_and_two_addresses_do_not_share_a_ledger(bench, schema, row):
    lines = [schema("contacts"), row("contacts", id="1", email="p@example.org")]
    bench.load(*lines)
    bench.account.organization_id = "another"
    assert bench.load(*lines).verdicts("contacts", "contact") == {"sent": 1}
    assert bench.load(*lines).verdicts("contacts", "contact") == {"unchanged": 1}
