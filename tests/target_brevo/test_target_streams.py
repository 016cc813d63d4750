"""Whose records are taken: mapped streams, our own streams, a stranger's, two stores."""

import pytest

from tajo_mapping import canonical
from tajo_mapping.operations import Consent, Contact, Event, Source

ACME = {
    "platform": "acme",
    "streams": {
        "people": {
            "contact": {
                "field_mapping": {"mail": "email", "first": "FIRSTNAME", "spent": "SPENT"},
            }
        }
    },
    "attributes": {"SPENT": "float"},
}
PEOPLE = {
    "type": "SCHEMA",
    "stream": "people",
    "key_properties": ["id"],
    "schema": {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "mail": {"type": ["string", "null"]},
            "first": {"type": ["string", "null"]},
            "spent": {"type": ["string", "null"]},
        },
    },
}


def test_a_mapping_of_ones_own_makes_any_taps_stream_contacts(bench, row):
    rows = [
        row("people", id=i, mail=f" P{i}@Example.org", first="Ada", spent="10.50") for i in range(3)
    ]
    outcome = bench.load(PEOPLE, *rows, mapping=ACME)
    assert outcome.verdicts("people", "contact") == {"sent": 3}
    contact = bench.contact("p1@example.org")
    assert contact.attributes == {"FIRSTNAME": "Ada", "SPENT": 10.5}
    assert contact.ext_id == "acme:default:1"


def test_a_value_that_cannot_become_its_type_is_one_reject_that_names_the_line(bench, row):
    rows = [row("people", id=i, mail=f"p{i}@example.org", spent="1") for i in range(3)]
    rows[1]["record"]["spent"] = "much"
    outcome = bench.load(PEOPLE, *rows, mapping=ACME)
    assert outcome.verdicts("people", "contact") == {"sent": 2, "rejected": 1}
    [reason] = outcome.reasons("people", "contact", "rejected")
    assert "SPENT" in reason
    assert "much" not in reason


def test_a_field_that_the_stream_does_not_have_is_told_before_the_first_request(bench, row):
    mapping = {
        "platform": "acme",
        "streams": {"people": {"contact": {"field_mapping": {"mial": "email"}}}},
    }
    outcome = bench.attempt(PEOPLE, row("people", id=1), mapping=mapping)
    assert "did you mean 'mail'" in str(outcome.error)
    assert outcome.error.exit_code == 2
    assert bench.account.requests == []


def test_what_our_mapper_writes_arrives_as_it_was_meant(bench, clock):
    contact = Contact(
        source=Source("shopify", "store", "customers", "gid://shopify/Customer/1", clock.text()),
        email="p@example.org",
        ext_id="shopify:store:1",
        attributes={"TOTAL_SPENT": 0, "CITY": "Nice"},
        consent={"email": Consent("granted", clock.text())},
        mailing_lists=("News",),
    )
    event = Event(
        Source("shopify", "store", "orders", "o1"), "order_completed", "o1",
        clock.text(minutes=1), "p@example.org", None, {"total": 1.5},
    )  # fmt: skip
    lines = []
    for operation in (contact, event):
        stream, record = canonical.to_record(operation)
        types = {"TOTAL_SPENT": "float", "CITY": "text"}
        lines += [
            canonical.schema_message(stream, types),
            {"type": "RECORD", "stream": stream, "record": record},
        ]
    outcome = bench.load(*lines, platform="tap_shopify")
    assert outcome.verdicts("contacts", "contact") == {"sent": 1}
    assert outcome.verdicts("events", "event") == {"sent": 1}
    found = bench.contact("p@example.org")
    assert found.ext_id == "shopify:store:1"
    assert found.attributes == {"TOTAL_SPENT": 0, "CITY": "Nice"}
    assert bench.account.members("News") == {"p@example.org"}


@pytest.mark.parametrize("platform", [None, "tap_nobody_knows", "tap_csv__store_b"])
def test_a_strangers_tap_needs_no_mapping_for_streams_of_our_names(bench, schema, row, platform):
    outcome = bench.load(
        schema("contacts", favourite={"type": "string"}),
        row("contacts", id="1", email="p@example.org", favourite="blue"),
        platform=platform,
    )
    assert outcome.verdicts("contacts", "contact") == {"sent": 1}
    assert sum("without a meaning here: favourite" in line for line in outcome.log) == 1


FEED = {
    "type": "SCHEMA",
    "stream": "events",
    "key_properties": ["id"],
    "schema": {"properties": {"id": {"type": "string"}, "type": {"type": "string"}}},
}


def test_a_stream_of_a_mapped_tap_is_its_own_although_it_bears_one_of_our_names(bench, row):
    outcome = bench.load(FEED, row("events", id="e1", type="made"), mapping=ACME)

    assert outcome.reasons("events", "record", "filtered") == {"the stream has no mapping": 1}
    assert [line for line in outcome.log if "without a meaning" in line] == []
    assert bench.account.requests == []


def test_our_streams_need_no_mapping_beside_those_of_a_mapped_tap(bench, schema, row):
    contact = row("contacts", id="1", email="p@example.org")
    outcome = bench.load(schema("contacts"), contact, mapping=ACME)

    assert outcome.verdicts("contacts", "contact") == {"sent": 1}


def test_a_stream_that_the_mapping_leaves_out_is_counted_and_nothing_is_said(bench, row):
    mapping = {**ACME, "streams": {**ACME["streams"], "events": None}}
    outcome = bench.load(FEED, row("events", id="e1", type="made"), mapping=mapping)

    assert outcome.reasons("events", "record", "filtered") == {"the mapping leaves it out": 1}
    assert sum("events" in line for line in outcome.log) == 2  # how many were read, the summary
    assert bench.account.requests == []


def test_the_same_ids_in_two_stores_of_one_account_stay_apart(bench, schema, row, clock):
    def records(store):
        at = clock.text(minutes=1)
        who = {"email": f"p@{store}.example"}
        return [
            row("contacts", id="1", store=store, **who),
            row("events", id="1", store=store, name="seen", at=at, **who),
            row("orders", id=f"{store}-1", store=store, createdAt=at, updatedAt=at, at=at,
                status="paid", amount=1, products=[], **who),
        ]  # fmt: skip

    schemas = [schema(name) for name in ("contacts", "events", "orders")]
    outcome = bench.load(*schemas, *records("a"), *records("b"))
    assert outcome.verdicts("contacts", "contact") == {"sent": 2}
    assert outcome.verdicts("events", "event") == {"sent": 2}
    assert outcome.verdicts("orders", "order") == {"sent": 2}
    assert {each.ext_id for each in bench.account.contacts.values()} == {"singer:a:1", "singer:b:1"}


def test_one_huge_record_is_one_reject(bench, schema, row, clock):
    at = clock.text(days=-1)
    outcome = bench.load(
        schema("contacts"), schema("orders"),
        row("contacts", id="1", email="p@example.org", NOTE="n" * 600_000),
        row("contacts", id="2", email="q@example.org"),
        row("orders", id="1", email="q@example.org", createdAt=at, updatedAt=at, at=at, amount=1,
            status="s" * 2_000_000, products=[]),
    )  # fmt: skip
    assert outcome.verdicts("contacts", "contact") == {"sent": 1, "rejected": 1}
    assert outcome.verdicts("orders", "order") == {"rejected": 1}
