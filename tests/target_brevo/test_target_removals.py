"""Persons that the source deleted: kept, unlinked or deleted, never more than is allowed."""

import pytest

from tajo_connector_sdk.errors import ConfigurationError
from tajo_sandbox.brevo.state.contacts import Change
from target_brevo.contacts.limits import RemovalLimit


@pytest.fixture
def person(row, clock):
    def made(number, email=None, **values):
        return row("contacts", id=f"c{number}", email=email or f"p{number}@example.org",
                   updated_at=clock.text(), email_consent="granted", email_consent_at=clock.text(),
                   listed=["News"], **values)  # fmt: skip

    return made


@pytest.fixture
def gone(row, clock):
    def made(number, deletion="delete", **values):
        clock.move(seconds=1)
        return row("contacts", id=f"c{number}", deletion=deletion, updated_at=clock.text(),
                   ext_id=f"singer:default:c{number}", **values)  # fmt: skip

    return made


def removing(bench):
    return [
        each for each in bench.account.writes()
        if each.method == "DELETE" or each.path.endswith("/remove")
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 30])
def test_a_deleted_person_is_deleted_in_brevo_where_that_is_allowed(
    bench, schema, person, gone, state, count
):
    bench.load(schema("contacts"), *map(person, range(count + 1)))
    lines = [schema("contacts"), *map(gone, range(count)), state(1)]
    outcome = bench.load(*lines, allow_delete=True)
    assert {each.email for each in bench.account.contacts.values()} == {f"p{count}@example.org"}
    assert outcome.verdicts("contacts", "contact") == {"sent": count}
    assert outcome.states == [1]
    assert bench.load(*lines, allow_delete=True).verdicts("contacts", "contact") == {
        "unchanged": count
    }


@pytest.mark.parametrize("deletion", ["unlink", "delete"])
def test_a_person_whose_deletion_is_told_twice_counts_once(bench, schema, person, gone, deletion):
    bench.load(schema("contacts"), *map(person, range(30)))
    told = [gone(number, deletion) for number in range(30)]
    outcome = bench.load(schema("contacts"), *told, *told, allow_delete=True)
    assert outcome.verdicts("contacts", "contact")["sent"] >= 30
    assert len(bench.account.contacts) == (0 if deletion == "delete" else 30)


def test_deleting_needs_a_second_word(bench, schema, person, gone):
    bench.load(schema("contacts"), person(1))
    error = bench.attempt(schema("contacts"), gone(1)).error
    assert error.exit_code == 2
    assert "allow_delete: true" in str(error)
    assert len(bench.account.contacts) == 1


@pytest.mark.parametrize(
    ("deletion", "settings", "words"),
    [
        ("delete", {"allow_delete": True, "max_deletes": 3}, "4 of 41 persons would be deleted"),
        ("delete", {"allow_delete": True, "max_deletes": "7.5%"}, "at most 3 in one run"),
        ("unlink", {"max_deletes": "3"}, "4 of 41 persons would be taken off"),
        ("unlink", {"max_deletes": "0 or 5%"}, "at most 2 in one run"),
    ],
)
def test_too_many_removals_stop_the_run_before_the_first(
    bench, schema, person, gone, state, deletion, settings, words
):
    bench.load(schema("contacts"), *map(person, range(40)))
    bench.account.mark()
    lines = [
        schema("contacts"), state("before"), *[gone(i, deletion) for i in range(4)],
        person(99), state("behind"),
    ]  # fmt: skip
    stopped = bench.attempt(*lines, batch_age_s=0, **settings)
    assert words in str(stopped.error)
    assert stopped.error.exit_code == 2
    assert removing(bench) == []
    assert stopped.states == ["before"]
    assert bench.account.contact("p99@example.org")
    outcome = bench.load(*lines, **(settings | {"max_deletes": 4}))
    assert outcome.states[-1] == "behind"
    assert bench.account.members("News") == {f"p{i}@example.org" for i in (*range(4, 40), 99)}


def test_without_the_setting_an_accident_is_stopped(bench, schema, person, gone):
    bench.load(schema("contacts"), *map(person, range(60)))
    error = bench.attempt(schema("contacts"), *[gone(i, "unlink") for i in range(51)]).error
    assert "50 or 2%" in str(error)
    bench.load(schema("contacts"), *[gone(i, "unlink") for i in range(50)])
    assert len(bench.account.members("News")) == 10


def test_a_contact_that_was_in_brevo_before_is_not_deleted(bench, schema, person, gone):
    bench.account.book.create(
        Change({"email": "p1@example.org", "ext_id": "crm-1"}), bench.account.at()
    )
    bench.load(schema("contacts"), person(1))
    outcome = bench.load(schema("contacts"), gone(1), allow_delete=True)
    assert bench.contact("p1@example.org").ext_id == "crm-1"
    assert bench.account.members("News") == set()
    assert any("was in Brevo before" in note for note in outcome.summary["notes"])


@pytest.mark.parametrize("deletion", ["unlink", "delete"])
def test_of_two_records_that_go_together_neither_keeps_the_person(
    bench, schema, person, gone, deletion
):
    bench.load(schema("contacts"), person(1), person(2, "p1@example.org"), person(3))
    outcome = bench.load(
        schema("contacts"), gone(1, deletion), gone(2, deletion), allow_delete=True
    )
    assert bench.account.members("News") == {"p3@example.org"}
    assert len(bench.account.contacts) == (1 if deletion == "delete" else 2)
    assert outcome.line("contacts", "contact")["undelivered"] == 0


@pytest.mark.parametrize("deletion", ["unlink", "delete"])
def test_a_record_that_is_there_again_since_its_deletion_keeps_the_person(
    bench, schema, person, gone, clock, deletion
):
    before = gone(1, deletion)
    clock.move(seconds=1)
    bench.load(schema("contacts"), person(1), person(2, "p1@example.org"))
    bench.load(schema("contacts"), before, gone(2, deletion), allow_delete=True)
    assert bench.account.members("News") == {"p1@example.org"}


def test_who_was_unlinked_and_comes_back_with_a_grant_is_on_the_list_again(
    bench, schema, person, gone
):
    bench.load(schema("contacts"), person(1))
    bench.load(schema("contacts"), gone(1, "unlink"))
    assert bench.account.members("News") == set()
    # A new customer of the shop, as platforms make one of who comes back.
    bench.load(schema("contacts"), person(2, "p1@example.org"))
    assert bench.account.members("News") == {"p1@example.org"}


def test_a_contact_that_another_record_knows_by_its_number_is_not_deleted(
    bench, schema, person, gone, row
):
    number = {"SMS": "+33612345678"}
    bench.load(schema("contacts"), person(1, **number))
    bench.load(schema("contacts"), row("contacts", id="c2", email=None, CITY="Nice", **number))
    outcome = bench.load(schema("contacts"), gone(1), allow_delete=True)
    assert outcome.summary["notes"] == {"a contact that other records share was not deleted": 1}
    assert bench.contact("p1@example.org").attributes["CITY"] == "Nice"


def test_a_contact_that_another_record_shares_is_not_deleted(bench, schema, person, gone):
    bench.load(schema("contacts"), person(1), person(2, "p1@example.org"))
    outcome = bench.load(schema("contacts"), gone(1), allow_delete=True)
    assert bench.account.members("News") == {"p1@example.org"}
    assert outcome.reasons("contacts", "contact", "filtered") == {
        "a contact that other records share was not deleted": 1
    }
    bench.load(schema("contacts"), gone(2), allow_delete=True)
    assert bench.account.members("News") == set()


def test_a_no_outlives_the_contact_that_was_deleted(bench, schema, person, gone):
    bench.load(schema("contacts"), person(1))
    bench.account.unsubscribe("p1@example.org")
    bench.load(schema("contacts"), gone(1), allow_delete=True)
    assert not bench.account.contacts
    bench.clock.move(seconds=5)
    bench.load(schema("contacts"), person(1))
    assert bench.contact("p1@example.org").email_blacklisted
    assert bench.account.members("News") == set()


def test_the_accounts_own_address_is_left(bench, schema, person, gone):
    bench.load(schema("contacts"), person(1))
    bench.switches.fail("/contacts/*", "405", times=1, method="DELETE")
    outcome = bench.load(schema("contacts"), gone(1), allow_delete=True)
    assert outcome.verdicts("contacts", "contact") == {"sent": 1}
    assert len(bench.account.contacts) == 1


@pytest.mark.parametrize("deletion", ["unlink", "delete"])
def test_a_record_that_is_there_again_in_the_same_run_is_not_removed(
    bench, schema, person, gone, deletion
):
    bench.load(schema("contacts"), person(1))
    deleted = gone(1, deletion)
    bench.clock.move(seconds=1)
    outcome = bench.load(schema("contacts"), deleted, person(1, CITY="Nice"), allow_delete=True)
    assert outcome.verdicts("contacts", "contact") == {"sent": 1, "superseded": 1}
    assert bench.account.members("News") == {"p1@example.org"}


def test_a_deletion_of_nobody_that_is_known_changes_nothing(bench, schema, gone):
    outcome = bench.load(schema("contacts"), gone(1), allow_delete=True)
    assert outcome.verdicts("contacts", "contact") == {"filtered": 1}
    assert removing(bench) == []


@pytest.mark.parametrize(
    ("value", "there", "most"),
    [
        (None, 100, 50), (None, 10_000, 200), (7, 10_000, 7), ("7", 0, 7), ("2%", 49, 0),
        ("2%", 50, 1), ("2.5 %", 1000, 25), ("5 or 10%", 20, 5), ("5 or 10%", 200, 20), (0, 9, 0),
    ],
)  # fmt: skip
def test_how_many_may_go(value, there, most):
    assert RemovalLimit.of(value).most(there) == most


@pytest.mark.parametrize("value", ["many", "-1", "5 or 6", "2 percent", "1% or 2%"])
def test_a_limit_that_is_none_is_told(value):
    with pytest.raises(ConfigurationError, match="max_deletes: it is no limit"):
        RemovalLimit.of(value)
