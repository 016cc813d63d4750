"""What was refused: listed with its reason, sent again as mapped now, closed only by right."""

import base64
import json
import sqlite3
import zlib

import pytest

MAPPING = {
    "platform": "acme",
    "streams": {
        "people": {
            "contact": {"field_mapping": {"mail": "email", "spent": "SPENT"}},
            "event": {
                "name": "seen", "key": "id", "at": "at", "field_mapping": {"mail": "email"},
                "properties": {"number(spent)": "spent"},
            },
        }
    },
    "attributes": {"SPENT": "float"},
}  # fmt: skip
LATER = {**MAPPING, "attributes": {"SPENT": "text"}}
FIELDS = ("id", "mail", "spent", "at", "changed")


@pytest.fixture
def people(clock):
    """Lines of a stranger's tap whose stream the mapping above knows."""

    def made(*records):
        names = {name: {} for name in FIELDS}
        schema = {"type": "object", "properties": {**names, "age": {"type": "integer"}}}
        head = {"type": "SCHEMA", "stream": "people", "key_properties": ["id"], "schema": schema}
        plain = {"at": clock.text(hours=1), "spent": "1"}
        rows = [{"type": "RECORD", "stream": "people", "record": plain | one} for one in records]
        return [head, *rows]

    return made


def listed(desk, *words):
    said = desk.run("rejects", "list", "--json", *words)
    assert said.code == 0, said.errors
    return said.facts["rejects"]


def outcomes(said):
    return [(each["kind"], each["outcome"]) for each in said.facts["rejects"]]


AT = "2026-11-24T13:00:00Z"
WHO = "p@example.org"
ORDER = {
    "id": "o1", "email": WHO, "at": AT, "createdAt": AT, "updatedAt": AT, "status": "paid",
    "amount": 1, "products": [{"productId": "x", "quantity": 1, "price": 1}],
}  # fmt: skip
# stream, record → kind, and words of reason, line, code and hint.
CASES = {
    "a bad address, seen here": (
        "contacts", {"id": "c", "email": "no address"},
        ("contact", "not an e-mail address", "contacts.email", "", "correct it in the source"),
    ),
    "a bad address, seen by Brevo": (
        "contacts", {"id": "c", "email": "p@nowhere"},
        ("contact", "calls the e-mail address invalid", "", "invalid_parameter", "at the source"),
    ),
    "a contact that is too long": (
        "contacts", {"id": "c", "email": WHO, "NOTE": "x" * 500_001},
        ("contact", "larger than 500 KB", "", "", "fewer or shorter attributes"),
    ),
    "an event of nobody in Brevo": (
        "events", {"id": "e", "email": WHO, "name": "seen", "at": AT},
        ("event", "knows no such contact", "", "invalid_parameter", "load the contact first"),
    ),
    "an event with a name that no event has": (
        "events", {"id": "e", "email": WHO, "name": "was seen", "at": AT},
        ("event", "letters, digits", "events.name", "", ""),
    ),
    "an event without a time": (
        "events", {"id": "e", "email": WHO, "name": "seen", "at": "soon"},
        ("event", "", "events.at", "", ""),
    ),
    "an event that is too large": (
        "events",
        {"id": "e", "email": WHO, "name": "seen", "at": AT, "properties": {"x": "y" * 51_201}},
        ("event", "larger than 50 KB", "", "", "fewer properties"),
    ),
    "an order without an amount": (
        "orders", {**ORDER, "amount": None},
        ("order", "amount", "", "", ""),
    ),
    "an order whose product has no price": (
        "orders", {**ORDER, "products": [{"productId": "x", "quantity": 1}]},
        ("order", "price", "", "", ""),
    ),
    "a product without a name": (
        "products", {"id": "p1"},
        ("product", "", "", "", ""),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_refusal_says_why_where_and_what_to_do(desk, lines, case):
    stream, record, (kind, *words) = CASES[case]
    desk.load(*lines(stream, record))
    found = listed(desk)

    assert [(each["stream"], each["kind"], each["tries"]) for each in found] == [(stream, kind, 1)]
    told = [found[0][name] for name in ("reason", "line", "code", "hint")]
    assert all(word in text for word, text in zip(words, told, strict=True)), told
    assert found[0]["hint"]
    assert WHO not in str(found)


def test_a_mapped_refusal_names_its_line_and_a_broken_record_its_field(desk, people):
    desk.load(
        *people({"id": "1", "mail": WHO, "spent": "much"}, {"id": "2", "mail": WHO, "age": "old"}),
        mapping=MAPPING,
    )
    lines = {(each["kind"], each["line"]) for each in listed(desk)}

    assert ("record", "streams.people") in lines
    assert any(kind == "contact" and "streams.people.contact" in line for kind, line in lines)
    assert any(kind == "event" and "streams.people.event" in line for kind, line in lines)


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ((), ["contact", "event"]),
        (("--kind", "event"), ["event"]),
        (("--reason", "much"), []),
        (("--stream", "elsewhere"), []),
    ],
)
def test_a_list_is_narrowed_down(desk, people, words, kinds):
    desk.load(*people({"id": "1", "mail": WHO, "spent": "much"}), mapping=MAPPING)

    assert sorted(each["kind"] for each in listed(desk, *words)) == kinds


def test_a_replay_sends_the_record_as_it_is_mapped_now(desk, people):
    desk.load(*people({"id": "1", "mail": WHO, "spent": "much"}), mapping=MAPPING)
    refused = desk.run("rejects", "replay", "--all", "--json", mapping=MAPPING)
    assert sorted(outcomes(refused)) == [("contact", "refused"), ("event", "refused")]
    later = {**LATER, "streams": {"people": {**LATER["streams"]["people"]}}}
    later["streams"]["people"]["event"] = MAPPING["streams"]["people"]["event"] | {"properties": {}}
    said = desk.run("rejects", "replay", "--all", "--json", mapping=later)

    assert sorted(outcomes(said)) == [("contact", "sent"), ("event", "sent")]
    assert desk.account.contact(WHO).attributes["SPENT"] == "much"
    assert [each.name for each in desk.account.events] == ["seen"]
    assert listed(desk) == []
    assert {each["tries"] for each in listed(desk, "--all")} == {2}


def test_a_changed_mapping_is_tried_by_itself_once(desk, people):
    desk.load(*people({"id": "1", "mail": WHO, "spent": "much"}), mapping=MAPPING)
    unchanged = desk.load(*people(), mapping=MAPPING)
    assert unchanged["streams"]["people"]["records"] == 0
    changed = desk.load(*people(), mapping=LATER)

    assert changed["streams"]["people"]["kinds"]["contact"]["sent"] == 1
    assert changed["streams"]["people"]["kinds"]["event"]["rejected"] == 1
    assert [each["kind"] for each in listed(desk)] == ["event"]
    assert desk.load(*people(), mapping=LATER)["streams"]["people"]["records"] == 0


def test_what_a_changed_mapping_leaves_out_is_not_tried_with_every_run(desk, people):
    desk.load(*people({"id": "1", "mail": WHO, "spent": "much"}), mapping=MAPPING)
    event = MAPPING["streams"]["people"]["event"] | {"when": {"age": "no age"}}
    contact = MAPPING["streams"]["people"]["contact"] | {"when": {"age": "no age"}}
    narrower = {**MAPPING, "streams": {"people": {"contact": contact, "event": event}}}
    changed = desk.load(*people(), mapping=narrower)

    assert changed["streams"]["people"]["kinds"]["contact"]["filtered"] == 1
    assert desk.load(*people(), mapping=narrower)["streams"]["people"]["records"] == 0
    assert len(listed(desk)) == 2


def test_failed_tries_what_brevo_refused_once_more(desk, lines):
    event = lines("events", {"id": "e", "email": WHO, "name": "seen", "at": AT})
    desk.load(*event)
    desk.load(*lines("contacts", {"id": "c", "email": WHO}))
    assert desk.load(*event[:1])["rejects_open"] == 1
    summary = desk.load(*event[:1], failed=True)

    assert summary["streams"]["events"]["kinds"]["event"]["sent"] == 1
    assert summary["rejects_open"] == 0


def test_failed_sends_again_a_record_that_did_not_change(desk, lines):
    contact = lines("contacts", {"id": "c", "email": "p@nowhere"})
    desk.load(*contact)
    desk.load(*contact)
    calls = [each for each in desk.wire.calls if each == "POST /contacts"]
    desk.load(*contact, failed=True)

    assert len(calls) == 1
    assert len([each for each in desk.wire.calls if each == "POST /contacts"]) == 2
    assert [each["tries"] for each in listed(desk)] == [2]


@pytest.mark.parametrize("stream", ["contacts", "orders", "events"])
@pytest.mark.parametrize(
    ("changed", "open_then"), [("2026-11-23T00:00:00Z", 0), ("2026-11-21T00:00:00Z", 1)]
)
def test_only_a_success_that_is_not_older_closes_a_reject(desk, lines, stream, changed, open_then):
    good = {
        "contacts": {"id": "c", "email": WHO},
        "orders": ORDER,
        "events": {"id": "e", "email": WHO, "name": "seen", "at": AT},
    }[stream]
    bad = (
        good
        | {
            "contacts": {"email": "no address"},
            "orders": {"amount": "much"},
            "events": {"at": "soon"},
        }[stream]
    )
    desk.load(*lines("contacts", {"id": "other", "email": WHO}))
    desk.load(*lines(stream, bad | {"updated_at": "2026-11-22T00:00:00Z"}))
    assert len(listed(desk)) == 1
    summary = desk.load(*lines(stream, good | {"updated_at": changed}))

    assert summary["streams"][stream]["kinds"][stream.removesuffix("s")]["sent"] == 1
    assert len(listed(desk)) == open_then


@pytest.mark.parametrize("stream", ["contacts", "events"])
def test_a_record_that_broke_its_schema_is_closed_by_its_success(desk, lines, stream):
    good = {"id": "x", "email": WHO, "name": "seen", "at": AT}
    head, record = lines(stream, good)
    head["schema"]["properties"]["email"] = {"type": "string"}
    desk.load(*lines("contacts", {"id": "other", "email": WHO}))
    desk.load(head, record | {"record": good | {"email": 7}})
    assert [each["kind"] for each in listed(desk)] == ["record"]
    desk.load(head, record)

    assert listed(desk) == []


def test_a_replay_never_brings_back_what_a_newer_record_has_undone(desk, lines):
    def version(at, email, city):
        return lines("contacts", {"id": "c", "email": email, "CITY": city, "updated_at": at})

    desk.load(*version("2026-11-20T00:00:00Z", WHO, "Nice"))
    desk.load(*version("2026-11-21T00:00:00Z", "no address", "Lyon"))
    # The same as the first, and newer than what was refused: nothing is sent for it.
    desk.load(*version("2026-11-22T00:00:00Z", WHO, "Nice"))

    assert listed(desk) == []


@pytest.mark.parametrize("deletion", ["keep", "unlink"])
@pytest.mark.parametrize("bad", [{"email": "p@nowhere"}, {"NOTE": "x" * 501_000}])
def test_a_replay_never_brings_back_who_was_deleted_since(desk, lines, deletion, bad):
    # No record says when it was changed, so nothing tells by itself which of the two is newer.
    desk.load(*lines("contacts", {"id": "c", "email": WHO} | bad))
    gone = {"id": "c", "deletion": deletion, "updated_at": "2026-11-23T00:00:00Z"}
    desk.load(*lines("contacts", gone))

    assert listed(desk) == []


def test_a_replay_of_a_stream_that_has_another_key_by_now_stops_nothing(desk, lines):
    desk.load(*lines("contacts", {"id": "c", "email": "p@nowhere"}))
    head, record = lines("contacts", {"uid": "d", "id": "d", "email": WHO})
    state = {"type": "STATE", "value": {"at": 1}}

    summary = desk.load(head | {"key_properties": ["uid"]}, record, state, failed=True)

    assert summary["streams"]["contacts"]["kinds"]["contact"]["sent"] == 1
    assert summary["rejects_open"] == 1


def test_a_drop_closes_and_forgets_and_asks_before(desk, lines):
    desk.load(*lines("contacts", *({"id": f"c{i}", "email": "no address"} for i in range(3))))
    key = listed(desk)[0]["key"]
    assert desk.run("rejects", "drop", "--all").code == 1
    assert len(listed(desk)) == 3
    assert desk.run("rejects", "drop", key[:8], "--yes", "--json").facts == {"dropped": 1}
    assert desk.run("rejects", "drop", "--all", "--yes", "--json").facts == {"dropped": 2}

    assert listed(desk) == []
    assert not any(each["record_kept"] for each in listed(desk, "--all"))
    assert desk.run("rejects", "drop").code == desk.run("rejects", "replay").code == 2


def test_show_gives_the_record_to_who_has_the_key_and_to_nobody_else(desk, lines):
    desk.load(*lines("contacts", {"id": "customer-77", "email": "ada lovelace @ example.org"}))
    key = listed(desk)[0]["key"]
    plain = desk.run("rejects", "show", key[:12])
    with_record = desk.run("rejects", "show", key[:12], "--record")
    other = desk.run("rejects", "show", key, "--record", api_key="xkeysib-another")

    assert "lovelace" not in plain.out + other.out
    assert "lovelace" in with_record.out
    assert "not an e-mail address" in plain.out


def test_nothing_of_a_refused_person_lies_in_the_ledger_in_plain(desk, people):
    mail = "Ada.Lovelace@Example.org"
    desk.load(*people({"id": "customer-77", "mail": mail, "spent": "much"}), mapping=MAPPING)
    held = b"".join(each.read_bytes() for each in (desk.folder / "state").iterdir())

    assert not [word for word in (b"ovelace", b"customer-77", b"much") if word in held]
    for hidden in sealed(desk):
        assert not any(opens(hidden[start:]) for start in range(len(hidden)))


def sealed(desk):
    """What the ledger holds of refused records, as bytes."""
    base = sqlite3.connect(desk.folder / "state" / "ledger.db")
    found = [
        json.loads(record)["sealed"] for (record,) in base.execute("select record from rejects")
    ]
    base.close()
    assert all(found)
    return [base64.b64decode(each) for each in found]


def opens(data):
    """Whether these bytes are packed and nothing more."""
    try:
        return bool(zlib.decompressobj().decompress(data))
    except zlib.error:
        return False


@pytest.mark.parametrize("name", [WHO, "+33612345678"])
def test_a_forgotten_person_leaves_no_refused_record_behind(desk, lines, name):
    event = {
        "id": "e",
        "email": "P@example.org",
        "name": "seen",
        "at": AT,
        "phone": "33 612-345678",
    }
    desk.load(*lines("events", event, event | {"id": "f", "email": "pp@example.org", "phone": "7"}))
    assert len(listed(desk)) == 2
    assert desk.run("forget", name).code == 0
    left = listed(desk)

    assert len(left) == 1
    assert "pp@example.org" in desk.run("rejects", "show", left[0]["key"], "--record").out


def test_keys_are_plain_where_that_is_wanted(desk, lines):
    desk.load(*lines("contacts", {"id": "customer-77", "email": "x"}), rejects_plain=True)

    assert [each["shown_key"] for each in listed(desk)] == ["customer-77"]
    assert "customer-77" in desk.run("rejects", "show", "customer-77").out


@pytest.mark.parametrize(("days", "kept", "closed"), [(29, True, 1), (31, False, 0)])
def test_records_and_closed_rejects_are_forgotten_in_time(desk, lines, clock, days, kept, closed):
    desk.load(*lines("contacts", *({"id": f"c{i}", "email": "no address"} for i in range(2))))
    desk.run("rejects", "drop", listed(desk)[0]["key"], "--yes")
    clock.seconds += days * 86_400
    desk.load(*lines("contacts"))

    assert [each["record_kept"] for each in listed(desk)] == [kept]
    assert len(listed(desk, "--all")) == 1 + closed


def test_without_days_no_record_is_kept_and_a_replay_says_so(desk, lines):
    desk.load(*lines("contacts", {"id": "c", "email": "no address"}), rejects_keep_days=0)
    said = desk.run("rejects", "replay", "--all", "--json")

    assert outcomes(said) == [("contact", "not kept")]
    assert "let the tap read it again" in said.facts["rejects"][0]["because"]


def test_a_record_that_was_tampered_with_is_not_sent(desk, lines):
    desk.load(*lines("contacts", {"id": "c", "email": "no address"}))
    base = sqlite3.connect(desk.folder / "state" / "ledger.db")
    with base:
        base.execute(
            "update rejects set record = replace(record, 'sealed\":\"', 'sealed\":\"AAAA')"
        )
    base.close()

    assert outcomes(desk.run("rejects", "replay", "--all", "--json")) == [("contact", "not kept")]
