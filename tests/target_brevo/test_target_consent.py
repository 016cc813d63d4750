"""A no stays a no, and nobody is mailed who did not say yes."""

from datetime import timedelta

import pytest

from tajo_sandbox.brevo.api import contacts
from tajo_sandbox.brevo.state import imports
from tajo_sandbox.brevo.state.contacts import Change
from target_brevo.contacts import presence


@pytest.fixture
def person(row, clock):
    def made(number, consent=None, **more):
        fields = {"id": f"c{number}", "email": f"p{number}@example.org", **more}
        if consent:
            fields |= {
                "email_consent": consent,
                "email_consent_at": clock.text(),
                "listed": ["News"],
            }
        return row("contacts", **fields)

    return made


@pytest.mark.parametrize("each", [1, 30])
def test_denied_is_written_granted_and_unknown_touch_no_flag(bench, schema, person, each):
    groups = {"denied": True, "granted": False, None: False, "perhaps": False}
    rows, expected = [], {}
    for number, (consent, blocked) in enumerate(groups.items()):
        for i in range(each):
            rows.append(person(f"{number}-{i}", consent))
            expected[f"p{number}-{i}@example.org"] = blocked
    bench.load(schema("contacts"), *rows)
    assert {c.email: c.email_blacklisted for c in bench.account.contacts.values()} == expected
    granted = {email for email in expected if email.startswith("p1-")}
    assert bench.account.members("News") == granted
    for body in bench.bodies("/contacts/import"):
        assert body.get("emailBlacklist") in (None, True)
        assert body.get("smsBlacklist") in (None, True)
    for body in bench.bodies("/contacts"):
        assert body.get("emailBlacklisted") in (None, True)


def test_text_messages_are_blocked_apart_from_mail(bench, schema, person):
    rows = [
        person(1, "denied", sms_consent="denied"),
        person(2, None, sms_consent="denied"),
        person(3, "denied"),
        person(4, None, sms_consent="granted"),
    ]
    bench.load(schema("contacts"), *rows)
    flags = {
        each.email: (each.email_blacklisted, each.sms_blacklisted)
        for each in bench.account.contacts.values()
    }
    assert flags == {
        "p1@example.org": (True, True),
        "p2@example.org": (False, True),
        "p3@example.org": (True, False),
        "p4@example.org": (False, False),
    }


@pytest.mark.parametrize("later", ["granted", None])
@pytest.mark.parametrize("count", [1, 30])
def test_nothing_unblocks_who_said_no(bench, schema, person, clock, later, count):
    bench.load(schema("contacts"), *[person(i, "denied") for i in range(count)])
    clock.move(days=1)
    bench.load(schema("contacts"), *[person(i, later, CITY="Nice") for i in range(count)])
    assert all(each.email_blacklisted for each in bench.account.contacts.values())
    assert bench.account.members("News") == set()
    assert bench.account.book.unblocked == []


@pytest.mark.parametrize("count", [1, 30])
def test_who_unsubscribed_in_brevo_is_never_mailed_again(bench, schema, person, clock, count):
    bench.load(schema("contacts"), *[person(i) for i in range(count)])
    for i in range(count):
        bench.account.unsubscribe(f"p{i}@example.org")
    clock.move(days=1)
    bench.load(schema("contacts"), *[person(i, "granted", CITY="Nice") for i in range(count)])
    assert all(each.email_blacklisted for each in bench.account.contacts.values())
    assert bench.account.members("News") == set()


@pytest.mark.parametrize("count", [1, 30])
def test_who_left_a_mailing_list_is_never_put_back(bench, schema, person, clock, count):
    bench.load(schema("contacts"), *[person(i, "granted") for i in range(count)])
    [news] = [each.id for each in bench.account.lists.values() if each.name == "News"]
    for i in range(count):
        bench.account.leave_list(f"p{i}@example.org", news)
    clock.move(days=1)
    bench.load(schema("contacts"), *[person(i, "granted", CITY="Nice") for i in range(count)])
    (bench.folder / "state" / "ledger.db").unlink()
    clock.move(days=1)
    bench.load(schema("contacts"), *[person(i, "granted", CITY="Lyon") for i in range(count)])
    assert bench.account.members("News") == set()
    assert bench.account.book.put_back == []


@pytest.mark.parametrize("gone", [1, 2, 15])
def test_who_left_a_list_is_seen_where_contacts_are_deleted_while_all_are_read(
    bench, schema, person, clock, gone, monkeypatch
):
    """Pages of contacts are places: behind one that is deleted all others move up."""
    others = [Change(identifiers={"email": f"other{i}@example.org"}) for i in range(gone)]
    strangers = [bench.account.book.create(each, bench.account.at()) for each in others]
    bench.load(schema("contacts"), *[person(i, "granted") for i in range(30)])
    [news] = [each.id for each in bench.account.lists.values() if each.name == "News"]
    for i in range(30):
        bench.account.leave_list(f"p{i}@example.org", news)
    (bench.folder / "state" / "ledger.db").unlink()
    clock.move(days=1)
    monkeypatch.setattr(presence, "PAGE", 10)

    def matching(call, _):
        while strangers and call.number("offset", 0):
            bench.account.book.delete(strangers.pop())
        return matched(call, bench.account.book.by_id.values())

    matched = contacts._matching
    monkeypatch.setattr(contacts, "_matching", matching)
    bench.load(schema("contacts"), *[person(i, "granted", CITY="Nice") for i in range(30)])
    assert not strangers
    assert bench.account.members("News") == set()
    assert bench.account.book.put_back == []


# A clock was set back, or another machine's runs a little behind: what was seen before lies ahead.
def test_who_left_a_list_is_seen_although_the_clock_was_set_back(bench, schema, person, clock):
    other = bench.account.add_list("Other", 1).id
    bench.load(schema("contacts"), person(1, "granted"))
    bench.account.book.add_to_lists(bench.contact("p1@example.org"), [other], bench.account.at())
    clock.start -= timedelta(hours=2)
    bench.account.leave_list("p1@example.org", other)

    granted = person(1, "granted")
    granted["record"]["listed"] = ["News", "Other"]
    bench.load(schema("contacts"), granted, backfill_existing_lists=True)

    assert bench.account.book.put_back == []


def test_a_mailing_list_is_joined_once_when_consent_becomes_granted(bench, schema, person, clock):
    bench.load(schema("contacts"), person(1))
    assert bench.account.members("News") == set()
    clock.move(days=1)
    bench.load(schema("contacts"), person(1, "granted"))
    assert bench.account.members("News") == {"p1@example.org"}
    [news] = [each.id for each in bench.account.lists.values() if each.name == "News"]
    bench.account.book.remove_from_lists(bench.contact("p1@example.org"), [news])
    clock.move(days=1)
    bench.load(schema("contacts"), person(1, "granted", CITY="Nice"))
    assert bench.account.members("News") == set()


@pytest.mark.parametrize(
    ("age_days", "existing", "setting", "joined"),
    [
        (400, False, False, True),
        (400, True, False, False),
        (400, True, True, True),
        (None, True, False, False),
        (-1, True, False, True),
    ],
    ids=["own-list", "existing-list", "existing-list-wanted", "no-time", "news"],
)
def test_a_backfill_fills_only_lists_that_it_made(
    bench, schema, row, clock, age_days, existing, setting, joined
):
    if existing:
        bench.account.add_list("News", 1)
    at = clock.text(days=-age_days) if age_days is not None else None
    contact = row(
        "contacts", id="1", email="p@example.org", email_consent="granted", email_consent_at=at,
        listed=["News"],
    )  # fmt: skip
    outcome = bench.load(schema("contacts"), contact, backfill_existing_lists=setting)
    assert bench.account.members("News") == ({"p@example.org"} if joined else set())
    counted = outcome.summary["possible_automation_starts"].get("additions to a list", 0)
    assert counted == (1 if joined and existing else 0)


# The account takes no list from us, and somebody makes it by hand, with an automation behind it.
@pytest.mark.parametrize("kind", ["403", "reset"])
def test_a_list_that_a_person_made_after_ours_was_refused_is_not_ours(
    bench, schema, person, clock, kind
):
    given = clock.text(days=-400)
    people = [person(i, "granted") for i in range(3)]
    for each in people:
        each["record"]["email_consent_at"] = given
    fault = bench.switches.fail("/contacts/lists", kind, times=-1, method="POST")
    assert bench.attempt(schema("contacts"), *people).error is not None
    fault.times = 0
    bench.account.add_list("News", 1)

    bench.load(schema("contacts"), *people)

    assert bench.account.members("News") == set()


def test_turning_the_setting_on_fills_the_list_for_contacts_already_sent(bench, schema, row, clock):
    bench.account.add_list("News", 1)
    contact = row(
        "contacts", id="1", email="p@example.org", email_consent="granted",
        email_consent_at=clock.text(days=-9), listed=["News"],
    )  # fmt: skip
    bench.load(schema("contacts"), contact)
    bench.load(schema("contacts"), contact, backfill_existing_lists=True)
    assert bench.account.members("News") == {"p@example.org"}


def test_every_contact_is_on_the_technical_list_of_its_store(bench, schema, row):
    rows = [
        row("contacts", id=f"c{i}", email=f"p{i}@example.org", store=f"store-{i % 2}")
        for i in range(4)
    ]
    bench.load(schema("contacts"), *rows)
    for number in (0, 1):
        name = f"Tajo · store-{number} · technical, never mail"
        assert bench.account.members(name) == {
            f"p{number}@example.org",
            f"p{number + 2}@example.org",
        }
    folders = {each.name for each in bench.account.folders.values()}
    assert "Tajo" in folders


def test_folder_and_lists_are_made_once(bench, schema, person, clock):
    for day in range(3):
        clock.move(days=1)
        bench.load(schema("contacts"), person(day, "granted"), person(1, "granted", CITY=str(day)))
    names = [each.name for each in bench.account.lists.values()]
    assert len(names) == len(set(names)) == 3
    assert len(bench.account.folders) == 2


def test_two_sources_of_one_person_keep_the_no_of_either(bench, schema, row, clock):
    yes = row("contacts", id="1", email="p@example.org", store="a", email_consent="granted",
              email_consent_at=clock.text(), listed=["News"])  # fmt: skip
    no = row("contacts", id="2", email="p@example.org", store="b", email_consent="denied")
    bench.load(schema("contacts"), no, yes)
    assert bench.contact("p@example.org").email_blacklisted
    assert bench.account.members("News") == set()


def test_a_block_set_by_hand_in_brevo_survives_every_load(bench, schema, person):
    bench.account.book.create(
        Change(identifiers={"email": "p1@example.org"}, email_blacklisted=True), bench.account.at()
    )
    bench.load(schema("contacts"), person(1, "granted"))
    assert bench.contact("p1@example.org").email_blacklisted
    assert bench.account.members("News") == set()


def test_an_address_that_is_new_to_a_shared_number_takes_no_list_of_another_record(
    bench, schema, row, clock
):
    def known_by_number(**more):
        return row("contacts", id="b", SMS="+33612345678", updated_at=clock.text(), **more)

    granted = {"email_consent": "granted", "email_consent_at": clock.text(), "listed": ["News"]}
    bench.load(schema("contacts"), row("contacts", id="a", email="a@example.org",
               SMS="+33612345678", updated_at=clock.text(), **granted))  # fmt: skip
    clock.move(days=1)
    bench.load(schema("contacts"), known_by_number())
    clock.move(days=1)
    bench.load(schema("contacts"), known_by_number(email="b@example.org"))

    assert bench.account.members("News") == {"a@example.org"}
    assert bench.account.contact("b@example.org") is not None


@pytest.fixture
def from_our_mapper(schema, row, clock):
    """Records as our mapper writes them: nobody looks at their values again."""

    def made(*people):
        names = {"platform": "shop", "store": "s", "source_stream": "customers"}
        text = {name: {"type": "string"} for name in (*names, "source_id")}
        rows = [
            row("contacts", source_id=each["id"], updated_at=clock.text(), **names, **each)
            for each in people
        ]
        return [schema("contacts", email_reconsent={"type": "boolean"}, **text), *rows]

    return made


REFUSED = {
    "by a number that Brevo does not take": {"SMS": "12"},
    "by its size": {"NOTE": "x" * 600_000},
}


@pytest.mark.parametrize("more", REFUSED.values(), ids=REFUSED)
def test_a_no_arrives_although_its_record_is_refused(bench, from_our_mapper, clock, more):
    ann = {"id": "a", "email": "ann@example.org"}
    bench.load(*from_our_mapper({**ann, "email_consent": "granted", "listed": ["News"]}))
    clock.move(minutes=1)

    outcome = bench.load(*from_our_mapper({**ann, "email_consent": "denied", **more}))

    assert bench.contact("ann@example.org").email_blacklisted
    assert any("its no" in note or "no arrives" in note for note in outcome.summary["notes"])
    clock.move(minutes=1)
    other = {"id": "b", "email": "ann@example.org", "email_consent": "granted", "listed": ["Other"]}
    bench.load(*from_our_mapper(other))
    assert bench.account.members("Other") == set()


def test_a_no_arrives_although_its_row_of_an_import_is_refused(
    bench, from_our_mapper, clock, monkeypatch
):
    people = [{"id": f"c{i}", "email": f"p{i}@example.org"} for i in range(40)]
    bench.load(*from_our_mapper(*({**each, "email_consent": "granted"} for each in people)))
    clock.move(minutes=1)
    monkeypatch.setitem(imports.DUPLICATES, "SMS", "duplicate_contact_id")
    bench.account.book.create(Change(identifiers={"SMS": "33612345678"}), bench.account.at())
    said = [{**each, "email_consent": "denied"} for each in people]
    said[7]["SMS"] = "33612345678"

    outcome = bench.load(*from_our_mapper(*said))

    assert outcome.verdicts("contacts", "contact") == {"sent": 39, "rejected": 1}
    assert all(bench.contact(each["email"]).email_blacklisted for each in people)


def test_a_no_of_a_record_that_knows_the_contact_by_its_number_is_not_undone(
    bench, from_our_mapper, clock
):
    ann = {"id": "a", "email": "ann@example.org", "SMS": "33612345678"}
    bench.load(*from_our_mapper(ann))
    clock.move(days=1)
    bench.account.unsubscribe("ann@example.org")
    clock.move(days=1)
    granted = {"email_consent": "granted", "email_consent_at": clock.text()}
    clock.move(days=1)
    denied = {"email_consent": "denied", "email_consent_at": clock.text()}
    bench.load(*from_our_mapper({"id": "b", "SMS": "33612345678", **denied}))
    clock.move(days=1)

    bench.load(*from_our_mapper({**ann, **granted, "email_reconsent": True}))

    assert bench.contact("ann@example.org").email_blacklisted
    assert bench.account.book.unblocked == []


GONE = {
    "kept": {"deletion": "keep"},
    "unlinked": {"deletion": "unlink"},
    "merged": {"merged_into": "b"},
    "without an address": {},
    "no customer any more": {"deletion": "leave", "why": "no customer"},
}


@pytest.mark.parametrize("gone", GONE.values(), ids=GONE)
@pytest.mark.parametrize("count", [1, 40])
def test_a_no_of_a_record_that_becomes_no_contact_any_more_arrives(
    bench, from_our_mapper, clock, gone, count
):
    people = [{"id": f"c{i}", "email": f"p{i}@example.org"} for i in range(count)]
    granted = {"email_consent": "granted", "email_consent_at": clock.text(), "listed": ["News"]}
    known = [{**each, **granted} for each in people]
    known.append({"id": "b", "email": "b@example.org", **granted})
    bench.load(*from_our_mapper(*known))
    clock.move(days=1)
    denied = {"email_consent": "denied", "email_consent_at": clock.text(), **gone}
    stranger = {"id": "unknown", **denied}

    lines = from_our_mapper(*({"id": each["id"], **denied} for each in people), stranger)
    outcome = bench.load(*lines, max_deletes="100%")

    assert all(bench.contact(each["email"]).email_blacklisted for each in people)
    assert bench.contact("b@example.org").email_blacklisted == ("merged_into" in gone)
    assert len(bench.account.contacts) == count + 1
    assert outcome.line("contacts", "contact")["undelivered"] == 0
    written = len(bench.account.writes())
    bench.load(*lines, max_deletes="100%")
    assert len(bench.account.writes()) == written


def test_a_no_of_a_record_that_became_a_contact_in_the_same_run_arrives(
    bench, from_our_mapper, clock
):
    people = [{"id": f"c{i}", "email": f"p{i}@example.org"} for i in range(40)]
    head, *rows = from_our_mapper(*({**each, "email_consent": "granted"} for each in people))
    clock.move(days=1)
    _, *later = from_our_mapper(*({"id": each["id"], "email_consent": "denied"} for each in people))

    outcome = bench.load(head, *rows, *later)

    assert all(bench.contact(each["email"]).email_blacklisted for each in people)
    assert outcome.verdicts("contacts", "contact") == {"sent": 80}


@pytest.mark.parametrize("count", [1, 40])
def test_a_no_to_text_messages_reaches_the_contact_that_has_the_number(
    bench, from_our_mapper, clock, count
):
    number = {"SMS": "33612345678"}
    bench.load(*from_our_mapper({"id": "a", "email": "ann@example.org", **number}))
    clock.move(days=1)
    denied = {"sms_consent": "denied"}
    others = [{"id": f"c{i}", "email": f"p{i}@example.org", **denied} for i in range(count - 1)]

    bench.load(
        *from_our_mapper({"id": "b", "email": "bob@example.org", **number, **denied}, *others)
    )

    assert bench.contact("ann@example.org").sms_blacklisted
    assert bench.contact("bob@example.org").sms_blacklisted


@pytest.mark.parametrize("count", [1, 40])
def test_a_no_of_a_record_that_was_deleted_before_it_was_ever_sent_arrives(
    bench, from_our_mapper, clock, count
):
    who = [f"p{i}@example.org" for i in range(count)]
    for email in who:
        # Made by a form, or by whoever filled the account before.
        bench.account.book.create(Change(identifiers={"email": email}), bench.account.at())
    denied = [{"id": email, "email": email, "email_consent": "denied"} for email in who]
    head, *first = from_our_mapper(*denied)
    clock.move(minutes=1)
    _, *then = from_our_mapper(*({"id": email, "deletion": "unlink"} for email in who))

    outcome = bench.load(head, *first, *then)

    assert all(bench.contact(email).email_blacklisted for email in who)
    assert outcome.line("contacts", "contact")["undelivered"] == 0


def test_who_unsubscribed_in_brevo_takes_the_no_along_when_records_are_merged(
    bench, from_our_mapper, clock
):
    granted = {"email_consent": "granted", "listed": ["News"]}
    people = [{"id": each, "email": f"{each}@example.org", **granted} for each in "ab"]
    bench.load(*from_our_mapper(*people))
    bench.account.unsubscribe("a@example.org")
    clock.move(minutes=1)

    bench.load(*from_our_mapper({"id": "a", "merged_into": "b"}))

    assert bench.contact("b@example.org").email_blacklisted
