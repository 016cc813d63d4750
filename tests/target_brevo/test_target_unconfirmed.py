"""Loads that Brevo had taken when the loader died: the next run knows whom they were about."""

import pytest

from tajo_sandbox.brevo.switches import Fault


def _person(row, number, clock, **values):
    return row("contacts", id=f"c{number}", ext_id=f"singer:default:c{number}",
               SMS=f"+3361200{number:04}", updated_at=clock.text(), **values)  # fmt: skip


def _unconfirmed(bench, *lines, minutes=10):
    """Load lines and be stopped when Brevo has them and before it says so."""
    sleep = bench.clock.sleep
    bench.switches.import_seconds = 100.0
    killed = RuntimeError("killed here")

    def kill(seconds):
        if bench.account.processes or bench.account.contacts:
            raise killed
        sleep(seconds)

    bench.clock.sleep = kill
    bench.switches.faults.append(Fault("/contacts", "reset", times=-1, method="POST", applied=True))
    outcome = bench.attempt(*lines)
    assert outcome.error is killed, outcome.error
    assert outcome.states == []
    bench.clock.sleep = sleep
    bench.switches.faults.clear()
    bench.clock.move(minutes=minutes)
    if minutes:
        bench.account.settle()


@pytest.mark.parametrize("count", [1, 40], ids=["one by one", "by an import"])
def test_who_moves_after_a_load_that_was_killed_before_it_was_confirmed_is_one_contact(
    bench, schema, row, count
):
    def people(domain):
        each = range(count)
        return [_person(row, n, bench.clock, email=f"p{n}@{domain}.example.org") for n in each]

    _unconfirmed(bench, schema("contacts"), *people("old"))
    assert len(bench.account.contacts) == count
    bench.account.unsubscribe("p0@old.example.org")
    bench.clock.move(hours=1)

    outcome = bench.load(schema("contacts"), *people("new"))

    assert outcome.verdicts("contacts", "contact") == {"sent": count}
    held = sorted((each.email, each.ext_id) for each in bench.account.contacts.values())
    assert held == sorted((f"p{n}@new.example.org", f"singer:default:c{n}") for n in range(count))
    assert all("SMS" in each.identifiers for each in bench.account.contacts.values())
    assert bench.contact("p0@new.example.org").email_blacklisted
    assert bench.account.book.unblocked == []


def test_what_was_never_sent_after_all_is_sent_as_ever(bench, schema, row):
    bench.switches.faults.append(Fault("/contacts", "reset", times=-1, method="POST"))
    old = _person(row, 1, bench.clock, email="old@example.org")
    assert bench.attempt(schema("contacts"), old).error is not None
    bench.switches.faults.clear()
    bench.clock.move(hours=1)
    new = _person(row, 1, bench.clock, email="new@example.org")
    assert bench.load(schema("contacts"), new).verdicts("contacts", "contact") == {"sent": 1}
    assert bench.load(schema("contacts"), new).verdicts("contacts", "contact") == {"unchanged": 1}
    assert [each.email for each in bench.account.contacts.values()] == ["new@example.org"]


@pytest.mark.parametrize("running", [False, True], ids=["ended", "still running"])
def test_who_is_deleted_after_a_load_that_was_killed_before_it_was_confirmed_is_deleted(
    bench, schema, row, running
):
    people = [_person(row, n, bench.clock, email=f"p{n}@example.org") for n in range(40)]
    _unconfirmed(bench, schema("contacts"), *people, minutes=0 if running else 10)
    assert len(bench.account.contacts) == (0 if running else 40)
    bench.clock.move(seconds=10)
    gone = _person(row, 7, bench.clock, deletion="delete")

    outcome = bench.load(schema("contacts"), gone, allow_delete=True, max_deletes=5)

    assert outcome.verdicts("contacts", "contact") == {"sent": 1}
    assert bench.account.contact("p7@example.org") is None
    assert len(bench.account.contacts) == 39


def test_who_is_unlinked_after_a_load_that_was_killed_before_it_was_confirmed_leaves_our_lists(
    bench, schema, row
):
    granted = {"email_consent": "granted", "email_consent_at": bench.clock.text()}
    listed = [
        _person(row, n, bench.clock, email=f"p{n}@example.org", listed=["News"], **granted)
        for n in range(40)
    ]
    _unconfirmed(bench, schema("contacts"), *listed)
    assert len(bench.account.members("News")) == 40
    bench.clock.move(seconds=10)
    gone = _person(row, 7, bench.clock, deletion="unlink")

    bench.load(schema("contacts"), gone, max_deletes=5)

    assert "p7@example.org" not in bench.account.members("News")
    assert len(bench.account.members("News")) == 39


def test_a_refused_contact_that_is_mended_costs_no_walk_through_all_contacts(bench, schema, row):
    bad = _person(row, 99, bench.clock, email="odd..dots@example.org")
    bench.load(
        schema("contacts"),
        *(_person(row, n, bench.clock, email=f"p{n}@example.org") for n in range(40)),
        bad,
    )
    bench.clock.move(hours=1)
    before = len(bench.account.requests)
    good = _person(row, 99, bench.clock, email="good@example.org")
    assert bench.load(schema("contacts"), good).verdicts("contacts", "contact") == {"sent": 1}
    asked = [each for each in bench.account.requests[before:] if each.method == "GET"]
    assert not [each for each in asked if each.path == "/contacts"]


@pytest.mark.parametrize("count", [1, 40], ids=["one by one", "by an import"])
def test_who_is_again_what_was_confirmed_after_a_version_that_was_not_is_sent_again(
    bench, schema, row, count
):
    def people(name):
        each = range(count)
        return [_person(row, n, bench.clock, email=f"p{n}@e.org", FIRSTNAME=name) for n in each]

    def names():
        return {each.attributes["FIRSTNAME"] for each in bench.account.contacts.values()}

    bench.load(schema("contacts"), *people("Ann"))
    bench.clock.move(hours=1)
    _unconfirmed(bench, schema("contacts"), *people("Anna"))
    assert names() == {"Anna"}
    bench.clock.move(hours=1)

    outcome = bench.load(schema("contacts"), *people("Ann"))

    assert outcome.verdicts("contacts", "contact") == {"sent": count}
    assert names() == {"Ann"}


def test_who_moves_back_after_a_move_that_was_not_confirmed_is_at_the_first_address(
    bench, schema, row
):
    bench.load(schema("contacts"), _person(row, 1, bench.clock, email="a@example.org"))
    bench.clock.move(hours=1)
    bench.switches.faults.append(Fault("/contacts", "reset", times=-1, method="POST"))
    moved = _person(row, 1, bench.clock, email="b@example.org")
    assert bench.attempt(schema("contacts"), moved).error is not None
    assert bench.contact("b@example.org")
    bench.switches.faults.clear()
    bench.clock.move(hours=1)
    bench.load(schema("contacts"), _person(row, 1, bench.clock, email="a@example.org"))
    assert [each.email for each in bench.account.contacts.values()] == ["a@example.org"]


def test_who_leaves_a_shared_address_in_a_load_that_was_not_confirmed_and_moves_on_is_one_contact(
    bench, schema, row
):
    def person(number, email, **words):
        own = {"id": f"c{number}", "updated_at": bench.clock.text()}
        return row("contacts", email=email, **own, **words)

    for number in (1, 2):
        bench.load(schema("contacts"), person(number, "shared@example.org"))
    bench.clock.move(hours=1)
    bench.switches.faults.append(Fault("/contacts", "reset", times=-1, method="POST", applied=True))
    assert bench.attempt(schema("contacts"), person(2, "b@example.org")).error is not None
    assert bench.contact("b@example.org")
    bench.switches.faults.clear()
    bench.clock.move(hours=1)
    bench.load(schema("contacts"), person(2, "c@example.org", email_consent="denied"))
    held = {each.email: each.email_blacklisted for each in bench.account.contacts.values()}
    assert held == {"shared@example.org": False, "c@example.org": True}


def test_who_comes_back_in_a_load_that_was_not_confirmed_and_is_deleted_again_is_deleted(
    bench, schema, row
):
    settings = {"allow_delete": True, "max_deletes": 5}
    bench.load(schema("contacts"), _person(row, 1, bench.clock, email="a@example.org"))
    bench.clock.move(hours=1)
    gone = _person(row, 1, bench.clock, deletion="delete")
    bench.load(schema("contacts"), gone, **settings)
    assert not bench.account.contacts
    bench.clock.move(hours=1)
    back = _person(row, 1, bench.clock, email="a@example.org")
    _unconfirmed(bench, schema("contacts"), back)
    assert len(bench.account.contacts) == 1
    bench.clock.move(hours=1)
    gone = _person(row, 1, bench.clock, deletion="delete")
    bench.load(schema("contacts"), gone, **settings)
    assert not bench.account.contacts


@pytest.mark.parametrize("count", [1, 40], ids=["one by one", "by an import"])
def test_who_is_refused_after_a_load_that_was_not_confirmed_and_then_mended_is_one_contact(
    bench, schema, row, count
):
    def people(first):
        each = range(1, count)
        others = [_person(row, n, bench.clock, email=f"p{n}@example.org") for n in each]
        return [_person(row, 0, bench.clock, email=first), *others]

    _unconfirmed(bench, schema("contacts"), *people("old@example.org"))
    bench.clock.move(hours=1)
    refused = bench.load(schema("contacts"), *people("odd..dots@example.org"))
    assert refused.verdicts("contacts", "contact")["rejected"] == 1
    bench.clock.move(hours=1)
    bench.load(schema("contacts"), *people("new@example.org"))
    bench.contact("new@example.org")
    assert bench.account.contact("old@example.org") is None
    assert len(bench.account.contacts) == count
