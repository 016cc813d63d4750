"""The commands for people on a ledger in either database."""

import pytest

SINCE = "2026-11-20T00:00:00Z"
ANN, BOB = "ann@example.org", "bob@example.org"


@pytest.fixture
def load(desk, lines, ledger_url):
    """Load two persons, one of whom says no, and a record that is refused."""
    desk.settings["ledger_url"] = ledger_url

    def run():
        said = {"updated_at": SINCE, "email_consent_at": SINCE, "CITY": "Nice"}
        people = [
            {**said, "id": "a", "email": ANN, "email_consent": "granted", "listed": ["News"]},
            {**said, "id": "b", "email": BOB, "email_consent": "denied"},
            {"id": "x", "email": "nobody"},
        ]
        return desk.load(*lines("contacts", *people))

    return run


def verdicts(summary):
    line = summary["streams"]["contacts"]["kinds"]["contact"]
    return {name: line[name] for name in ("sent", "unchanged", "rejected")}


def test_what_people_ask_for_is_done_on_either_database(desk, load):
    assert verdicts(load()) == {"sent": 2, "unchanged": 0, "rejected": 1}
    assert verdicts(load()) == {"sent": 0, "unchanged": 2, "rejected": 1}

    told = desk.run("explain", BOB, "--json").facts
    assert [each["outcome"] for each in told["sent"]] == ["sent"]
    assert told["contact"]["emailBlacklisted"] is True
    assert len(desk.run("rejects", "list", "--json").facts["rejects"]) == 1

    assert desk.run("resend", ANN, BOB).code == 0
    assert verdicts(load()) == {"sent": 2, "unchanged": 0, "rejected": 1}

    assert desk.run("forget", ANN).code == 0
    assert desk.run("forget", BOB).code == 0
    assert desk.run("explain", ANN, "--json").facts["sent"] == []
    assert verdicts(load()) == {"sent": 2, "unchanged": 0, "rejected": 1}
    contacts = {each.email: each.email_blacklisted for each in desk.account.contacts.values()}
    assert contacts == {ANN: False, BOB: True}
    assert desk.account.book.unblocked == []

    assert desk.run("rejects", "drop", "--all", "--yes").code == 0
    assert desk.run("rejects", "list", "--json").facts["rejects"] == []
