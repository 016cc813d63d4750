"""Records that the platform merged into others."""

import pytest


@pytest.fixture
def person(row, clock):
    def made(number, email=None, **values):
        clock.move(seconds=1)
        return row("contacts", id=f"c{number}", email=email or f"p{number}@example.org",
                   updated_at=clock.text(), **values)  # fmt: skip

    return made


@pytest.fixture
def merged(row, clock):
    def made(number, into):
        clock.move(seconds=1)
        return row("contacts", id=f"c{number}", merged_into=f"c{into}", updated_at=clock.text(),
                   ext_id=f"singer:default:c{number}")  # fmt: skip

    return made


YES = {"email_consent": "granted", "email_consent_at": "2026-11-24T12:00:00Z", "listed": ["News"]}


def blocked(bench):
    return {each.email for each in bench.account.contacts.values() if each.email_blacklisted}


@pytest.mark.parametrize(
    "no",
    ["of the merged", "of the survivor", "in Brevo, of the merged", "in Brevo, of the survivor"],
)
def test_a_no_of_either_is_a_no_of_both(bench, schema, person, merged, no):
    deny = {"email_consent": "denied"}
    bench.load(
        schema("contacts"),
        person(1, **(deny if no == "of the merged" else {})),
        person(2, **(deny if no == "of the survivor" else YES)),
    )
    if no.startswith("in Brevo"):
        bench.account.unsubscribe("p1@example.org" if no.endswith("merged") else "p2@example.org")
        bench.load(schema("contacts"), person(1, CITY="x", **YES), person(2, CITY="y", **YES))
    bench.load(schema("contacts"), merged(1, into=2))
    assert "p2@example.org" in blocked(bench)
    bench.load(schema("contacts"), person(2, **YES))
    assert "p2@example.org" in blocked(bench)


def test_what_was_merged_is_mailed_no_more_and_the_survivor_is(bench, schema, person, merged):
    bench.load(schema("contacts"), person(1, **YES), person(2, **YES))
    outcome = bench.load(schema("contacts"), merged(1, into=2))
    assert bench.account.members("News") == {"p2@example.org"}
    assert outcome.verdicts("contacts", "contact") == {"sent": 1}
    assert bench.load(schema("contacts"), merged(1, into=2)).states == []


def test_who_left_a_list_is_not_put_on_it_under_the_survivors_address(
    bench, schema, person, merged
):
    bench.load(schema("contacts"), person(1, **YES), person(2))
    news = next(each.id for each in bench.account.lists.values() if each.name == "News")
    bench.account.leave_list("p1@example.org", news)
    bench.load(schema("contacts"), person(1, CITY="seen", **YES))
    bench.load(schema("contacts"), merged(1, into=2))
    bench.load(schema("contacts"), person(2, **YES))
    assert bench.account.members("News") == set()


def test_a_contact_becomes_the_survivors_where_that_was_never_sent(bench, schema, person, merged):
    bench.load(schema("contacts"), person(1, CITY="Nice"))
    bench.account.unsubscribe("p1@example.org")
    bench.load(schema("contacts"), merged(1, into=2))
    bench.load(schema("contacts"), person(2, NOTE="new", **YES))
    [contact] = bench.account.contacts.values()
    assert contact.email == "p2@example.org"
    assert contact.attributes == {"CITY": "Nice", "NOTE": "new"}
    assert contact.email_blacklisted


def test_two_records_of_one_address_become_one(bench, schema, person, merged):
    one = "p@example.org"
    bench.load(
        schema("contacts", ORDER_COUNT={"type": ["number", "null"]}),
        person(1, one, ORDER_COUNT=1, rules={"ORDER_COUNT": "sum"}, **YES),
        person(2, one, ORDER_COUNT=20, rules={"ORDER_COUNT": "sum"}, **YES),
    )
    bench.load(schema("contacts"), merged(1, into=2))
    assert bench.contact(one).attributes["ORDER_COUNT"] == 20
    assert bench.account.members("News") == {one}
    bench.load(schema("contacts"), person(2, "new@example.org", **YES))
    assert {each.email for each in bench.account.contacts.values()} == {"new@example.org"}


def test_an_older_version_of_what_was_merged_brings_nothing_back(bench, schema, person, merged):
    old = person(1, CITY="old", **YES)
    bench.load(schema("contacts"), person(1), person(2))
    bench.load(schema("contacts"), merged(1, into=2))
    outcome = bench.load(schema("contacts"), old)
    assert outcome.verdicts("contacts", "contact") == {"superseded": 1}


def test_a_merge_of_what_was_never_sent_is_remembered(bench, schema, person, merged):
    old = person(1, **YES)
    outcome = bench.load(schema("contacts"), merged(1, into=2))
    assert outcome.verdicts("contacts", "contact") == {"filtered": 1}
    bench.load(schema("contacts"), old)
    assert not bench.account.contacts
