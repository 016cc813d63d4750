"""The modes of a stream: upsert, update_only, create_only; one by one and by import."""

import pytest

from tajo_sandbox.brevo.state.attributes import Attribute
from tajo_sandbox.brevo.state.contacts import Change

YES = {"email_consent": "granted", "listed": ["News"]}


@pytest.fixture(params=[2, 30], ids=["singles", "import"])
def size(request):
    return request.param


@pytest.fixture
def people(row, clock, size):
    def made(mode, **values):
        clock.move(seconds=1)
        return [
            row("contacts", id=f"c{i}", email=f"p{i}@example.org", mode=mode,
                updated_at=clock.text(), email_consent_at=clock.text(), **values)
            for i in range(size)
        ]  # fmt: skip

    return made


@pytest.fixture
def there(bench, size):
    """Put every second person into Brevo, by somebody else's doing."""
    emails = [f"p{i}@example.org" for i in range(0, size, 2)]
    for email in emails:
        change = Change({"email": email, "ext_id": f"crm-{email}"}, {"CITY": "Oslo"})
        bench.account.book.create(change, bench.account.at())
    return set(emails)


@pytest.fixture(autouse=True)
def attributes(bench):
    bench.account.attributes["CITY"] = Attribute("CITY", "normal", "text")


def cities(bench):
    return {each.email: each.attributes.get("CITY") for each in bench.account.contacts.values()}


def everybody(size):
    return {f"p{i}@example.org" for i in range(size)}


def test_upsert_creates_and_updates(bench, schema, people, there, size):
    outcome = bench.load(schema("contacts"), *people("upsert", CITY="Nice"))
    assert cities(bench) == dict.fromkeys(everybody(size), "Nice")
    assert outcome.verdicts("contacts", "contact") == {"sent": size}
    assert all(bench.contact(email).ext_id.startswith("crm-") for email in there)


def test_update_only_never_creates(bench, schema, people, there, size):
    outcome = bench.load(schema("contacts"), *people("update_only", CITY="Nice", **YES))
    assert cities(bench) == dict.fromkeys(there, "Nice")
    assert bench.account.members("News") == there
    assert outcome.verdicts("contacts", "contact") == {
        "sent": len(there), "filtered": size - len(there)
    }  # fmt: skip
    assert outcome.reasons("contacts", "contact", "filtered") == {
        "update_only: the contact is not in Brevo": size - len(there)
    }


def test_update_only_updates_who_has_come_into_brevo_since(bench, schema, people, size):
    records = people("update_only", CITY="Nice")
    bench.load(schema("contacts"), *records)
    assert not bench.account.contacts
    bench.account.book.create(Change({"email": "p1@example.org"}), bench.account.at())
    outcome = bench.load(schema("contacts"), *records)
    assert cities(bench) == {"p1@example.org": "Nice"}
    assert outcome.verdicts("contacts", "contact") == {"sent": 1, "filtered": size - 1}


def test_update_only_does_not_bring_back_who_was_deleted_in_brevo(bench, schema, people, size):
    bench.load(schema("contacts"), *people("upsert", CITY="Nice"))
    bench.account.book.delete(bench.contact("p1@example.org"))
    bench.clock.move(hours=1)
    bench.load(schema("contacts"), *people("update_only", CITY="Rome"))
    assert cities(bench) == dict.fromkeys(everybody(size) - {"p1@example.org"}, "Rome")


def test_create_only_touches_nobody_who_is_there(bench, schema, people, there, size):
    before = {email: bench.contact(email).modified for email in there}
    bench.clock.move(seconds=5)
    outcome = bench.load(schema("contacts"), *people("create_only", CITY="Nice", **YES))
    assert cities(bench) == {
        email: "Oslo" if email in there else "Nice" for email in everybody(size)
    }
    assert {email: bench.contact(email).modified for email in there} == before
    assert bench.account.members("News") == everybody(size) - there
    assert outcome.verdicts("contacts", "contact") == {
        "sent": size - len(there), "filtered": len(there)
    }  # fmt: skip


def test_create_only_leaves_its_own_contacts_alone_later(bench, schema, people, size):
    bench.load(schema("contacts"), *people("create_only", CITY="Nice"))
    outcome = bench.load(schema("contacts"), *people("create_only", CITY="Rome"))
    assert cities(bench) == dict.fromkeys(everybody(size), "Nice")
    assert outcome.verdicts("contacts", "contact") == {"filtered": size}


def test_create_only_creates_again_who_was_deleted_in_brevo(bench, schema, people, size):
    bench.load(schema("contacts"), *people("create_only", CITY="Nice"))
    bench.account.book.delete(bench.contact("p1@example.org"))
    bench.clock.move(hours=1)
    bench.load(schema("contacts"), *people("create_only", CITY="Rome"))
    assert cities(bench) == dict.fromkeys(everybody(size), "Nice") | {"p1@example.org": "Rome"}


@pytest.mark.usefixtures("there")
def test_create_only_blocks_who_says_no_and_does_nothing_else(bench, schema, people, size):
    bench.load(schema("contacts"), *people("create_only", CITY="Nice", email_consent="denied"))
    assert {each.email for each in bench.account.contacts.values() if each.email_blacklisted} == (
        everybody(size)
    )
    assert bench.contact("p0@example.org").attributes["CITY"] == "Oslo"


def test_of_two_records_of_one_person_one_may_write(bench, schema, row):
    bench.load(
        schema("contacts"),
        row("contacts", id="1", email="p@example.org", mode="create_only", CITY="Nice"),
    )
    bench.load(
        schema("contacts"),
        row("contacts", id="1", email="p@example.org", mode="create_only", CITY="Rome"),
        row("contacts", id="2", email="p@example.org", mode="upsert", NOTE="there"),
    )
    assert bench.contact("p@example.org").attributes["NOTE"] == "there"
