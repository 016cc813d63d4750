"""Who bought and has another address by now than the order still bears."""

import pytest

from tajo_sandbox.brevo.switches import Fault


@pytest.fixture
def contacts(row):
    def made(email, count=1):
        own = row("contacts", id="c1", email=email, ext_id="c1")
        return [own, *(row("contacts", id=f"m{i}", email=f"m{i}@x.org") for i in range(count - 1))]

    return made


@pytest.fixture
def sold(row, clock):
    """An event and a live order of a buyer whose address was another one then."""

    def made(number, email="before@example.org"):
        at = clock.text(minutes=1)
        who = {"email": email, "ext_id": "c1"}
        return (
            row("events", id=f"e{number}", name="order_completed", at=at, properties={}, **who),
            row("orders", id=f"o{number}", createdAt=at, updatedAt=at, at=at, status="paid",
                amount=1, products=[], **who),
        )  # fmt: skip

    return made


# So many contacts that they go one by one, or by an import that is open when the event comes.
@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize("unknown", ["refuse", "create"])
def test_an_event_and_a_live_order_find_a_buyer_who_has_moved_meanwhile(
    bench, schema, contacts, sold, unknown, count
):
    bench.switches.unknown_contact_event = unknown
    lines = [schema("contacts", ext_id={"type": "string"}), *contacts("now@example.org", count)]
    event, order = sold(1)

    outcome = bench.load(*lines, schema("events"), schema("orders"), event, order)

    _has_reached_the_buyer(bench, outcome, "before@example.org")


def test_a_buyer_whom_the_ledger_knows_costs_no_look(bench, schema, contacts, sold):
    bench.load(schema("contacts", ext_id={"type": "string"}), *contacts("before@example.org"))
    bench.account.mark()
    event, order = sold(1)

    bench.load(schema("events"), schema("orders"), event, order)

    looks = [each for each in bench.account.requests if "/contacts/" in each.path]
    assert [each.path for each in looks if "c1" in each.path] == []
    assert len(bench.account.events) == 1


@pytest.mark.parametrize("unknown", ["refuse", "create"])
def test_an_event_finds_a_buyer_who_has_moved_and_whose_no_is_remembered_at_the_old_address(
    bench, schema, contacts, sold, unknown
):
    bench.switches.unknown_contact_event = unknown
    declared = schema("contacts", ext_id={"type": "string"})
    bench.load(declared, *contacts("before@example.org"))
    bench.contact("before@example.org").email_blacklisted = True
    event, order = sold(1)

    moved = contacts("now@example.org")
    outcome = bench.load(declared, *moved, schema("events"), schema("orders"), event, order)

    _has_reached_the_buyer(bench, outcome, "before@example.org")


@pytest.mark.parametrize("unknown", ["refuse", "create"])
def test_an_event_finds_a_buyer_whose_move_in_between_was_never_confirmed(
    bench, schema, contacts, sold, unknown
):
    bench.switches.unknown_contact_event = unknown
    declared = schema("contacts", ext_id={"type": "string"})
    bench.load(declared, *contacts("before@example.org"))
    cut = Fault("/contacts/*", "reset", times=-1, method="PUT", applied=True)
    bench.switches.faults.append(cut)
    assert bench.attempt(declared, *contacts("between@example.org")).error is not None
    assert bench.contact("between@example.org")
    bench.switches.faults.clear()
    event, order = sold(1, "between@example.org")

    moved = contacts("now@example.org")
    outcome = bench.load(declared, *moved, schema("events"), schema("orders"), event, order)

    _has_reached_the_buyer(bench, outcome, "between@example.org")


# Nothing but the own id tells whose they are (a subscription's event names a customer's id alone).
def test_an_event_and_a_live_order_with_an_own_id_alone_wait_for_the_import(
    bench, schema, contacts, sold
):
    bench.switches.import_seconds = 40.0
    lines = [schema("contacts", ext_id={"type": "string"}), *contacts("ann@example.org", 40)]
    event, order = sold(1, None)

    outcome = bench.load(*lines, schema("events"), schema("orders"), event, order)

    assert outcome.verdicts("events", "event") == {"sent": 1}
    assert outcome.verdicts("orders", "order") == {"sent": 1}
    buyer = bench.contact("ann@example.org")
    started = [each for each in bench.account.automations if each.kind in ("event", "order")]
    assert [each.contact_id for each in started] == [buyer.id, buyer.id]


def test_buyers_who_said_no_are_looked_for_in_few_calls(bench, schema, row, clock):
    who = [f"p{i}@example.org" for i in range(40)]
    people = [row("contacts", id=email, email=email, email_consent="denied") for email in who]
    bench.load(schema("contacts"), *people)
    bench.account.book.delete(bench.contact(who[7]))
    clock.move(minutes=1)
    at = clock.text(minutes=1)
    told = [row("events", id=f"e{i}", email=email, name="seen", at=at, properties={})
            for i, email in enumerate(who)]  # fmt: skip
    before = len(bench.account.requests)

    outcome = bench.load(schema("events"), *told)

    assert outcome.verdicts("events", "event") == {"sent": 39, "filtered": 1}
    looks = [each for each in bench.account.requests[before:] if each.path.startswith("/contacts/")]
    assert len([each for each in looks if "%40" in each.path or "@" in each.path]) == 1


SAID_NO = {
    "in the shop": ({"email_consent": "denied"}, lambda _: None),
    "in Brevo": ({}, lambda contact: setattr(contact, "email_blacklisted", True)),
}


@pytest.mark.parametrize("unknown", ["create", "store"])
@pytest.mark.parametrize(("said", "clicked"), SAID_NO.values(), ids=SAID_NO)
def test_an_event_makes_no_contact_of_who_said_no_and_was_deleted_in_brevo(
    bench, schema, row, sold, clock, said, clicked, unknown
):
    bench.switches.unknown_contact_event = unknown
    bench.load(schema("contacts"), row("contacts", id="c1", email="ann@example.org", **said))
    clicked(bench.contact("ann@example.org"))
    clock.move(minutes=1)
    # A run sees the block, and then somebody deletes the contact by hand.
    guest = row("contacts", id="g1", email="ann@example.org", owner=False, FIRSTNAME="Ann")
    bench.load(schema("contacts", owner={"type": "boolean"}), guest)
    bench.account.book.delete(bench.contact("ann@example.org"))
    clock.move(minutes=1)
    event, order = sold(1, "ann@example.org")

    outcome = bench.load(schema("events"), schema("orders"), event, order)

    assert bench.account.contact("ann@example.org") is None
    assert bench.account.events == []
    assert outcome.verdicts("events", "event") == {"filtered": 1}
    # The order is one of her past: it is there, and starts nothing.
    assert outcome.verdicts("orders", "order") == {"sent": 1}
    assert [body["historical"] for body in bench.bodies("/orders/status/batch")] == [True]
    assert [each.kind for each in bench.account.automations if each.kind == "order"] == []


def _has_reached_the_buyer(bench, outcome, left):
    """Event and live order went to who is at the new address, and nobody was made at ``left``."""
    assert outcome.verdicts("events", "event") == {"sent": 1}
    assert outcome.verdicts("orders", "order") == {"sent": 1}
    buyer = bench.contact("now@example.org")
    assert [each.contact_id for each in bench.account.events] == [buyer.id]
    assert bench.bodies("/orders/status")[0]["identifiers"] == {"ext_id": "c1"}
    assert bench.account.contact(left) is None
