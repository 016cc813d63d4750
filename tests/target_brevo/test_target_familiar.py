"""A record that came before, word for word, is recognised before anything is made of it."""

import json

import pytest
from sqlalchemy import select

from target_brevo.contacts.taking import Taking
from target_brevo.ledger.amnesia import Amnesia
from target_brevo.ledger.database import open_database
from target_brevo.ledger.tables import ACCOUNTS

OWN = {
    "platform": "crm",
    "mapping": {
        "platform": "crm",
        "streams": {"people": {"contact": {"field_mapping": {"mail": "email", "city": "CITY"}}}},
    },
}
SCHEMA = {
    "type": "SCHEMA", "stream": "people", "key_properties": ["id"],
    "schema": {"properties": {name: {"type": ["string", "null"]} for name in
                              ("id", "mail", "city", "note", "time_extracted", "_tajo_store")}},
}  # fmt: skip


def person(number, read="2026-11-24T12:00:00Z", **values):
    record = {"id": str(number), "mail": f"p{number}@example.org", "city": "Bern", **values}
    return {"type": "RECORD", "stream": "people", "record": record, "time_extracted": read}


def resend(bench, stream):
    """Do what ``target-brevo resend --stream`` does to the ledger."""
    database = open_database(bench.config()["ledger_url"])
    with database.begin() as connection:
        account = connection.execute(select(ACCOUNTS.c.account)).scalar_one()
    assert Amnesia(database, account).stream(stream) == 3
    database.close()


@pytest.fixture
def made(monkeypatch):
    """The records of which something was made."""
    seen = []
    row = Taking.row

    def noted(self, contact, *given):
        seen.append(contact.source.id)
        return row(self, contact, *given)

    monkeypatch.setattr(Taking, "row", noted)
    return seen


def test_of_a_read_in_which_nothing_changed_nothing_is_made(bench, made):
    bench.load(SCHEMA, *map(person, range(50)), **OWN)
    made.clear()
    again = [person(number, read="2026-11-25T12:00:00.123456+00:00") for number in range(50)]
    outcome = bench.load(SCHEMA, *again[:20], person(20, city="Chur"), *again[21:], **OWN)
    assert made == ["20"]
    assert outcome.verdicts("people", "contact") == {"sent": 1, "unchanged": 49}
    assert outcome.summary["streams"]["people"]["records"] == 50


@pytest.mark.parametrize(
    ("change", "settings"),
    [
        ({"note": "unmapped"}, {}),
        ({"time_extracted": "2026-11-25T12:00:00Z"}, {}),
        ({"_tajo_store": "paris"}, {}),
        ({}, {"store": "paris"}),
        ({}, {"backfill_existing_lists": True}),
        ({}, {"mapping": {**OWN["mapping"], "attributes": {"CITY": "text", "X": "float"}}}),
    ],
    ids=["a field", "a field that is called as the message's", "its store", "the store",
         "a setting", "the mapping"],
)  # fmt: skip
def test_what_may_change_the_contact_makes_a_record_another_one(bench, made, change, settings):
    bench.load(SCHEMA, person(1), **OWN)
    made.clear()
    bench.load(SCHEMA, person(1, **change), **{**OWN, **settings})
    assert made == ["1"]
    made.clear()
    bench.load(SCHEMA, person(1, **change), **{**OWN, **settings})
    assert made == [], "it is the same again from then on"


def test_a_record_that_breaks_its_schema_now_is_refused_though_it_was_sent(bench, made):
    bench.load(SCHEMA, person(1), **OWN)
    made.clear()
    stricter = json.loads(json.dumps(SCHEMA))
    stricter["schema"]["properties"]["city"] = {"type": "integer"}
    outcome = bench.load(stricter, person(1), **OWN)
    assert outcome.verdicts("people", "record") == {"rejected": 1}


@pytest.mark.parametrize("limit", ["1" + "0" * 40, "0.00000000000000000000001"])
def test_a_schema_may_have_numbers_of_any_length(bench, made, limit):
    text = json.dumps({**SCHEMA, "schema": {**SCHEMA["schema"], "x-limit": 0}})
    declared = text.replace('"x-limit": 0', f'"x-limit": {limit}')
    bench.load(declared, person(1), **OWN)
    made.clear()
    bench.load(declared, person(1), **OWN)
    assert made == []


def test_a_time_inside_the_record_is_part_of_it(bench, made):
    line = '{"type":"RECORD","stream":"people","record":{"id":"1","mail":"p@example.org","city":"Bern","time_extracted":"%s"}}'  # noqa: E501 - one line of input
    bench.load(SCHEMA, line % "2026-11-24T12:00:00Z", **OWN)
    made.clear()
    bench.load(SCHEMA, line % "2026-11-25T12:00:00Z", **OWN)
    assert made == ["1"]


@pytest.mark.parametrize("between", [0, 30])
def test_a_version_of_before_behind_another_one_is_the_last_word(bench, between, monkeypatch):
    monkeypatch.setattr("target_brevo.contacts.room.CHUNK", 10)
    bench.load(SCHEMA, person(1, city="Bern"), **OWN)
    others = [person(number) for number in range(2, 2 + between)]
    bench.load(SCHEMA, person(1, city="Chur"), *others, person(1, city="Bern"), **OWN)
    assert bench.contact("p1@example.org").attributes["CITY"] == "Bern"


def test_who_is_to_be_sent_again_is_not_taken_for_unchanged(bench, made):
    bench.load(SCHEMA, *map(person, range(3)), **OWN)
    made.clear()
    resend(bench, "people")
    outcome = bench.load(SCHEMA, *map(person, range(3)), **OWN)
    assert made == ["0", "1", "2"]
    assert outcome.verdicts("people", "contact") == {"sent": 3}


def test_a_record_of_a_stream_that_is_read_whole_is_seen_to_be_there(bench, schema, row, clock):
    def one(number, **message):
        made = row("contacts", id=f"c{number}", email=f"p{number}@example.org",
                   email_consent="granted", email_consent_at=clock.text(), listed=["News"],
                   mirrored=["News"])  # fmt: skip
        return {**made, **message}

    bench.load(schema("contacts"), one(1), one(2))
    end = {"type": "ACTIVATE_VERSION", "stream": "contacts", "version": 7}
    bench.load(schema("contacts"), one(1, version=7), one(2), end)
    assert bench.account.members("News") == {"p1@example.org", "p2@example.org"}
