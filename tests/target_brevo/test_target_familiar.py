"""A record that came before, word for word, is recognised before anything is made of it."""

import json

import pytest
from sqlalchemy import select

from target_brevo.contacts.taking import Taking
from target_brevo.ledger.amnesia import Amnesia
from target_brevo.ledger.database import open_database
from target_brevo.ledger.tables import ACCOUNTS
from target_brevo.lines import LineReader

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


@pytest.fixture(params=[1024 * 1024, 400], ids=["all at once", "a few at once"])
def hunks(request, monkeypatch):
    """Lines come in one hunk, or a few at a time: then those of the second are not parsed."""
    monkeypatch.setattr("target_brevo.lines._CHUNK", request.param)


@pytest.fixture
def parsed(monkeypatch):
    """The lines that were parsed."""
    seen = []
    parse = LineReader.deserialize_json

    def noted(self, line):
        seen.append(line)
        return parse(self, line)

    monkeypatch.setattr(LineReader, "deserialize_json", noted)
    return seen


@pytest.mark.usefixtures("hunks")
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
@pytest.mark.parametrize("leaves", [False, True])
def test_a_version_of_before_behind_another_one_is_the_last_word(
    bench, between, leaves, monkeypatch
):
    monkeypatch.setattr("target_brevo.contacts.room.CHUNK", 10)
    if leaves:
        monkeypatch.setattr("target_brevo.contacts.room.MOST_ROWS", 10)
    bench.load(SCHEMA, person(1, city="Bern"), **OWN)
    others = [person(number) for number in range(2, 2 + between)]
    bench.load(SCHEMA, person(1, city="Chur"), *others, person(1, city="Bern"), **OWN)
    assert bench.contact("p1@example.org").attributes["CITY"] == "Bern"


# The members of a record that are its key, for record %d, and whether that is plain to see.
KEYS = {
    "a text": ('"id":"%d"', True),
    "a text of any letters": ('"id":"Zoë & Jürgen/%d"', True),
    "a number": ('"id":%d', True),
    "two fields": ('"code":"%d","id":7', True),
    "behind others": ('"a":1,"identity":"x","b":{"c":[]},"id":"%d"', True),
    "escaped": ('"id":"\\u0041%d"', False),
    "a decimal": ('"id":%d.5', False),
    "more digits than a double has": ('"id":1234567890123456%d', False),
    "below zero": ('"id":-1%d', False),
    "behind another of its name": ('"x":{"id":"9"},"id":"%d"', False),
}


@pytest.mark.parametrize("gap", ["", " "])
@pytest.mark.parametrize(("key", "plain"), KEYS.values(), ids=KEYS)
def test_known_lines_are_not_parsed_where_their_key_is_plain_to_see(
    bench, made, parsed, monkeypatch, gap, key, plain
):
    monkeypatch.setattr("target_brevo.lines._CHUNK", 400)
    keys = ["code", "id"] if "code" in key else ["id"]
    fields = {name: {} for name in ("id", "mail", "city")}
    schema = {**SCHEMA, "key_properties": keys, "schema": {"properties": fields}}
    line = '{"type":"RECORD","stream":"people","record":{%s,"mail":"p%d@example.org"}}'
    lines = [(line % (key % number, number)).replace(":", f":{gap}") for number in range(1, 30)]
    bench.load(schema, *lines, **OWN)
    made.clear()
    parsed.clear()
    outcome = bench.load(schema, *lines, **OWN)
    assert made == []
    assert outcome.verdicts("people", "contact") == {"unchanged": len(lines)}
    assert (len(parsed) < len(lines)) is plain


def test_a_line_of_another_shape_is_not_taken_for_the_record_whose_key_it_shows(bench, monkeypatch):
    monkeypatch.setattr("target_brevo.lines._CHUNK", 400)
    usual = [person(number) for number in range(30)]
    odd = [
        {**person(number), "record": {"x": {"id": str(number - 20)}, **person(number)["record"]}}
        for number in range(20, 30)
    ]
    bench.load(SCHEMA, *usual, **OWN)
    for _ in range(2):
        outcome = bench.load(SCHEMA, *usual[:20], *odd, **OWN)
    assert outcome.verdicts("people", "contact") == {"unchanged": 30}
    moved = [{**each, "record": {**each["record"], "city": "Chur"}} for each in odd]
    outcome = bench.load(SCHEMA, *usual[:20], *moved, **OWN)
    assert outcome.verdicts("people", "contact") == {"sent": 10, "unchanged": 20}
    assert [bench.contact(f"p{number}@example.org").attributes["CITY"] for number in (5, 25)] == [
        "Bern",
        "Chur",
    ]


def test_a_schema_between_the_lines_of_a_hunk_holds_for_those_behind_it(bench, monkeypatch):
    people = [person(number) for number in range(60)]
    bench.load(SCHEMA, *people, **OWN)
    stricter = json.loads(json.dumps(SCHEMA))
    stricter["schema"]["properties"]["city"] = {"type": "integer"}
    # The hunk behind the first one has the other schema in its middle.
    monkeypatch.setattr("target_brevo.lines._CHUNK", 5000)
    outcome = bench.load(SCHEMA, *people[:45], stricter, *people[45:], **OWN)
    assert outcome.verdicts("people", "contact") == {"unchanged": 45}
    assert outcome.verdicts("people", "record") == {"rejected": 15}


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
