"""A person is forgotten, and their no is not."""

import io
import sqlite3
from unittest.mock import Mock

import pytest
from sqlalchemy import Engine, event

SINCE = "2026-11-20T00:00:00Z"
ANN, BOB = "ann@example.org", "bob@example.org"


@pytest.fixture
def full(desk, lines, clock):
    """A full run over two persons of the shop, each with what the test says of them."""

    def run(**ann):
        plain = {
            "CITY": "Nice", "updated_at": SINCE, "email_consent": "granted",
            "email_consent_at": SINCE, "listed": ["Newsletter"], "SMS": None,
        }  # fmt: skip
        people = [
            {**plain, "id": "a", "email": "Ann@example.org", "SMS": "+33612345678", **ann},
            {**plain, "id": "b", "email": BOB},
        ]
        event = {"id": "e", "email": ANN, "name": "seen", "at": clock.text(minutes=1)}
        return desk.load(*lines("contacts", *people), *lines("events", event))

    return run


@pytest.fixture
def rows(desk):
    """Every row of the ledger that names a person or a source, by table."""

    def read():
        connection = sqlite3.connect(desk.folder / "state" / "ledger.db")
        tables = ("people", "sources", "objections", "shares", "members", "rejects", "traces")
        found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}  # noqa: S608 - names of our own
        connection.close()
        return found

    return read


def bytes_of(desk):
    return b"".join(path.read_bytes() for path in (desk.folder / "state").iterdir())


@pytest.fixture
def careless_sqlite():
    """SQLite as most systems build it: what is deleted is only marked as free."""

    def careless(connection, _record):
        connection.execute("PRAGMA secure_delete = OFF")

    event.listen(Engine, "connect", careless)
    yield
    event.remove(Engine, "connect", careless)


@pytest.mark.usefixtures("careless_sqlite")
def test_nothing_of_who_never_said_no_is_left_in_the_file(desk, full, rows):
    full()
    desk.run("resend", ANN, BOB)
    full()
    before = rows()
    said = desk.run("forget", "ANN@example.org")
    after = rows()

    assert said.code == 0
    assert "nothing is kept" in said.out
    gone = {
        row[1] for name in ("people", "sources") for row in set(before[name]) - set(after[name])
    }
    assert len(gone) == 3, "the address, the phone number and the record"
    assert [each for each in gone if each.encode() in bytes_of(desk)] == []
    assert [len(after[name]) for name in ("people", "sources")] == [1, 1]


def test_in_brevo_nothing_is_changed_unless_asked(desk, full):
    full()
    before = desk.account.contact(ANN)
    said = desk.run("forget", ANN)

    assert desk.account.contact(ANN) == before
    assert [each.split("?")[0] for each in said.calls] == ["GET /contacts/ann%40example.org"]
    assert "--also-in-brevo" in said.out


def test_also_in_brevo_deletes_the_contact_there(desk, full):
    full()
    said = desk.run("forget", ANN, "--also-in-brevo", "--json")

    assert desk.account.contact(ANN) is None
    assert desk.account.contact(BOB) is not None
    assert said.facts["forgotten"] == [{"blocks": ["email", "sms"], "lists_left": 0}]
    assert ANN not in said.out


class Terminal(io.StringIO):
    """Somebody who types; ``read`` says whether anybody looked at it."""

    def isatty(self):
        return True


ANSWERS = {
    "no": ("n\n", (), 1, True),
    "nothing": ("\n", (), 1, True),
    "yes": ("y\n", (), 0, False),
    "said before": ("", ("--yes",), 0, False),
}


@pytest.mark.parametrize(("typed", "words", "code", "stays"), ANSWERS.values(), ids=ANSWERS)
def test_on_a_terminal_it_asks_before_anybody_is_deleted(
    desk, full, rows, monkeypatch, capsys, typed, words, code, stays
):
    full()
    before = rows()
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    said = desk.run("forget", ANN, BOB, "--also-in-brevo", *words)

    assert said.code == code
    assert (desk.account.contact(ANN) is not None) is stays
    assert (rows() == before) is stays
    asked = capsys.readouterr().err
    assert ("Delete 2 persons in Brevo" in asked) is bool(typed)
    assert ANN not in asked


def test_of_the_ledger_alone_nobody_is_asked(desk, full, monkeypatch):
    full()
    monkeypatch.setattr("sys.stdin", Terminal(""))

    assert desk.run("forget", ANN).code == 0


def test_where_there_is_no_standard_input_nobody_is_asked(desk, full, monkeypatch):
    full()
    monkeypatch.setattr("sys.stdin", None)  # so Python says that it was closed

    assert desk.run("forget", ANN, "--also-in-brevo").code == 0
    assert desk.account.contact(ANN) is None


def test_whoever_was_forgotten_is_told_to_be_blocked_for_that(desk, full):
    full()
    desk.run("forget", ANN, "--also-in-brevo")
    before = desk.run("explain", ANN)
    full(updated_at="2026-11-24T13:00:00Z")
    after = desk.run("explain", ANN)

    for said in (before, after):
        assert "e-mail: blocked" in said.out
        assert "SMS: blocked" in said.out
        assert said.out.count("forgotten with --also-in-brevo, which counts as a no") == 2
        assert "somebody unsubscribed the person" not in said.out
        assert "nothing here says by whom" not in said.out


def test_whoever_clicks_after_that_is_told_as_well(desk, full):
    full()
    desk.run("forget", ANN, "--also-in-brevo")
    full(updated_at="2026-11-24T13:00:00Z")
    desk.account.unsubscribe(ANN)

    assert "the person unsubscribed in Brevo" in desk.run("explain", ANN).out


def test_who_said_no_before_is_told_with_that_word_after_being_forgotten(desk, full):
    full()
    desk.account.unsubscribe(ANN)
    desk.run("forget", ANN, "--also-in-brevo")

    assert "the person unsubscribed in Brevo" in desk.run("explain", ANN).out


def test_who_was_forgotten_and_comes_again_is_not_mailed(desk, full):
    full()
    desk.run("forget", ANN, "--also-in-brevo")
    full(updated_at="2026-11-24T13:00:00Z")

    ann = desk.account.contact(ANN)
    assert ann.email_blacklisted
    assert ann.sms_blacklisted
    assert desk.account.members("Newsletter") == {BOB}
    assert desk.account.book.unblocked == []


def test_an_import_that_a_killed_run_left_open_brings_nobody_back(desk, lines, clock, monkeypatch):
    people = [{"id": f"c{i}", "email": f"p{i}@example.org"} for i in range(40)]
    desk.switches.import_seconds = 100.0
    with monkeypatch.context() as killed:
        killed.setattr(clock, "sleep", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            desk.load(*lines("contacts", {"id": "a", "email": ANN}, *people))
    assert desk.account.contact(ANN) is None

    desk.run("forget", ANN, "--also-in-brevo")
    desk.account.settle()

    assert desk.account.contact(ANN) is None
    assert desk.account.contact("p1@example.org")


@pytest.mark.parametrize("unknown", ["refuse", "create", "store"])
def test_an_event_brings_nobody_back_who_was_forgotten(desk, full, lines, clock, unknown):
    full()
    desk.run("forget", ANN, "--also-in-brevo")
    desk.switches.unknown_contact_event = unknown
    sent = len(desk.account.events)
    later = {"name": "seen", "at": clock.text(minutes=2)}

    said = desk.load(*lines("events", {"id": "f", "email": ANN, **later},
                            {"id": "g", "email": BOB, **later}))  # fmt: skip

    assert desk.account.contact(ANN) is None
    assert len(desk.account.events) == sent + 1
    assert "said no, and Brevo holds no such contact" in str(said)


SAID_NO = {
    "in the shop": ({"email_consent": "denied"}, lambda _: None),
    "in Brevo, seen by no run": ({}, lambda account: account.unsubscribe(ANN)),
}


@pytest.mark.parametrize("also", [(), ("--also-in-brevo",)], ids=["ledger", "Brevo too"])
@pytest.mark.parametrize(("ann", "happens"), SAID_NO.values(), ids=SAID_NO)
def test_a_no_outlives_the_memory_of_who_said_it(desk, full, ann, happens, also):
    full(**ann)
    happens(desk.account)
    said = desk.run("forget", ANN, *also)
    assert "a no to e-mail" in said.out
    if desk.account.contact(ANN) is not None:
        # Somebody deletes the contact, and Brevo forgets its block with it.
        desk.account.book.delete(desk.account.contact(ANN))
    full(updated_at="2026-11-24T13:00:00Z", email_consent="granted")

    assert desk.account.contact(ANN).email_blacklisted
    assert ANN not in desk.account.members("Newsletter")


def test_a_list_that_was_left_stays_left(desk, full):
    full()
    newsletter = next(each.id for each in desk.account.lists.values() if each.name == "Newsletter")
    desk.account.leave_list(ANN, newsletter)
    said = desk.run("forget", ANN, "--json")
    full(updated_at="2026-11-24T13:00:00Z")

    assert said.facts["forgotten"] == [{"blocks": [], "lists_left": 1}]
    assert desk.account.members("Newsletter") == {BOB}
    assert desk.account.book.put_back == []


def test_a_word_for_no_of_one_source_is_kept_against_a_later_yes_of_another(desk, full, rows):
    full(email_consent="denied")
    desk.run("forget", ANN)
    (source,) = [row for row in rows()["sources"] if "denied" in str(row)]

    assert f'["denied","{SINCE}"]' in str(source)
    assert "granted" not in str(source)


def test_an_event_is_not_sent_again_for_somebody_who_was_forgotten(desk, full):
    full()
    desk.run("forget", ANN)
    full()

    assert len(desk.account.events) == 1


def test_by_the_phone_number_it_is_the_same_person(desk, full, rows):
    full()
    assert desk.run("forget", "+33 6 12 34 56 78").code == 0

    assert [len(rows()[name]) for name in ("people", "sources")] == [1, 1]


def test_rejects_of_the_person_go_too(desk, full, rows):
    full()
    full(updated_at="2026-11-24T13:00:00Z", CITY={"no": "text"})
    assert len(rows()["rejects"]) == 1
    desk.run("forget", ANN)

    assert rows()["rejects"] == []


@pytest.mark.parametrize("words", [(), ("ann",), ("33612345678",)])
def test_nobody_is_forgotten_by_mistake(desk, full, rows, words):
    full()
    before = rows()

    assert desk.run("forget", *words).code == 2
    assert rows() == before


def test_brevo_keeps_the_address_of_its_own_account(desk, full):
    owner = "owner@example.com"
    full(email=owner)
    said = desk.run("forget", owner, "--also-in-brevo")

    assert said.code == 2
    assert "does not delete the address" in said.errors[0]
    assert owner not in said.errors[0]


def test_a_file_that_is_busy_is_told(desk, full, monkeypatch):
    monkeypatch.setattr("target_brevo.ledger.engines.BUSY_MS", 10)
    full()
    holder = sqlite3.connect(desk.folder / "state" / "ledger.db", isolation_level=None)
    holder.execute("BEGIN")
    holder.execute("SELECT count(*) FROM people").fetchone()
    said = desk.run("forget", ANN)
    holder.close()

    assert said.code == 1
    assert "run it again when no sync is running" in said.errors[0]


def test_what_was_about_somebody_is_forgotten_also_where_it_was_refused(desk, full, lines, rows):
    full()
    unfit = {"id": "o9", "email": ANN, "status": "paid"}
    desk.load(*lines("orders", unfit))
    assert len(rows()["rejects"]) == 1
    assert len(rows()["traces"]) == 2

    desk.run("forget", ANN)

    assert rows()["rejects"] == rows()["traces"] == []
