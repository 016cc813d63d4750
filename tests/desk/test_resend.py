"""Drift is repaired by a full run after ``resend``, and a no is still a no."""

import pytest

SINCE = "2026-11-20T00:00:00Z"


@pytest.fixture
def full(desk, lines, clock):
    """A full run: the same people, events and orders every time."""
    at = clock.text(hours=1)
    people = [
        {
            "id": f"c{i}", "email": f"p{i}@example.org", "CITY": "Nice", "updated_at": SINCE,
            "email_consent": "granted", "email_consent_at": SINCE, "listed": ["Newsletter"],
        }
        for i in range(5)
    ]  # fmt: skip
    people.append({"id": "c5", "email": "p5@example.org", "CITY": "Nice", "updated_at": SINCE})
    product = {"productId": "x", "quantity": 1, "price": 10}
    orders = [
        {
            "id": f"o{i}", "email": f"p{i}@example.org", "at": at, "createdAt": at,
            "updatedAt": at, "status": "paid", "amount": 10, "products": [product],
        }
        for i in range(2)
    ]  # fmt: skip
    events = [
        {"id": f"e{i}", "email": f"p{i}@example.org", "name": "seen", "at": at} for i in (0, 1)
    ]
    parts = {"contacts": people, "orders": orders, "events": events}

    def run():
        return desk.load(*(line for name, rows in parts.items() for line in lines(name, *rows)))

    return run


@pytest.fixture
def drifted(desk, full, clock):
    """What somebody did in Brevo after the first run: edited, deleted, left, unsubscribed."""
    full()
    account = desk.account
    account.contact("p0@example.org").attributes["CITY"] = "Lyon"
    account.book.delete(account.contact("p1@example.org"))
    newsletter = next(each.id for each in account.lists.values() if each.name == "Newsletter")
    account.leave_list("p2@example.org", newsletter)
    account.unsubscribe("p3@example.org")
    # An operator took this one off by hand, which Brevo does not tell from never having been on.
    account.book.remove_from_lists(account.contact("p4@example.org"), [newsletter])
    # Nobody has to look for this one before sending: no list, no block, nothing to fill.
    account.book.delete(account.contact("p5@example.org"))
    account.orders.pop("o1")
    clock.seconds += 60
    return account


def city(account, number):
    return account.contact(f"p{number}@example.org").attributes.get("CITY")


def test_without_it_a_full_run_sends_nothing_and_drift_stays(drifted, full):
    summary = full()

    assert summary["calls"]["writing"] == 0
    assert city(drifted, 0) == "Lyon"
    assert drifted.contact("p1@example.org") is None


def test_the_next_full_run_repairs_what_was_edited_or_deleted(desk, drifted, full):
    events, starts = len(drifted.events), len(drifted.automations)
    said = desk.run("resend", "--all", "--json")
    assert said.facts == {"contacts": 6, "orders_and_products": 2}
    full()

    assert city(drifted, 0) == city(drifted, 1) == "Nice"
    assert set(drifted.orders) == {"o0", "o1"}
    for number in (1, 5):
        assert drifted.contact(f"p{number}@example.org").identifiers["ext_id"]
    assert len(drifted.events) == events
    assert len([each for each in drifted.automations if each.kind != "list"]) == len(
        [each for each in drifted.automations[:starts] if each.kind != "list"]
    )


@pytest.mark.parametrize(
    "words",
    [
        ("--all",),
        ("--stream", "contacts"),
        ("--list", "Newsletter"),
        ("p2@example.org", "P3@Example.org", "p4@example.org"),
    ],
)
def test_nobody_comes_back_who_left_or_was_taken_off_or_said_no(desk, drifted, full, words):
    assert desk.run("resend", *words).code == 0
    full()

    assert drifted.members("Newsletter") == {"p0@example.org", "p3@example.org"}
    assert drifted.contact("p3@example.org").email_blacklisted
    assert drifted.book.put_back == drifted.book.unblocked == []


def test_one_person_is_repaired_and_no_other(desk, drifted, full):
    drifted.contact("p4@example.org").attributes["CITY"] = "Lyon"
    desk.run("resend", "P0@example.org")
    full()

    assert (city(drifted, 0), city(drifted, 4)) == ("Nice", "Lyon")
    assert drifted.contact("p1@example.org") is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "has to be said of what"),
        (("--all", "--stream", "contacts"), "has to be said of what"),
        (("--stream", "contcts"), "did you mean 'contacts'?"),
        (("--list", "Newsleter"), "did you mean 'Newsletter'?"),
    ],
)
def test_what_is_not_clear_forgets_nothing(desk, full, words, told):
    full()
    said = desk.run("resend", *words)

    assert said.code == 2
    assert told in said.errors[0]
    assert full()["calls"]["writing"] == 0


def test_somebody_unknown_is_told_so(desk):
    assert "nothing known" in desk.run("resend", "nobody@example.org").out
