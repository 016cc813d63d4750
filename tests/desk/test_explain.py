"""One person explained: from the ledger's hashes and one read of Brevo."""

import orjson
import pytest

ANN, PHONE = "ann@example.org", "+33612345678"


def person(clock, **fields):
    plain = {
        "id": "c1", "email": ANN, "CITY": "Nice", "SMS": PHONE, "email_consent": "granted",
        "email_consent_at": clock.text(days=-3), "listed": ["News"], "updated_at": clock.text(),
    }  # fmt: skip
    return plain | fields


def order(clock, number, **by):
    return {
        "id": f"o{number}", "email": ANN, "createdAt": clock.text(), "updatedAt": clock.text(),
        "status": "paid", "amount": 1, "products": [], "at": clock.text(**by),
    }  # fmt: skip


@pytest.fixture
def loaded(desk, lines, clock):
    """A shop's person with an event, a new order and an old one."""
    desk.load(
        *lines("contacts", person(clock)),
        *lines("orders", order(clock, 1, minutes=1), order(clock, 2, days=-9)),
        *lines("events", {"id": "e1", "email": ANN, "name": "seen", "at": clock.text(minutes=1)}),
        platform="crm",
        store="north",
    )
    return desk


def explain(desk, *words):
    said = desk.run("explain", *(words or (ANN,)), "--json")
    assert said.code == 0, said.errors
    return said.facts


def news(facts):
    return next(each for each in facts["lists"] if "technical" not in each["name"])


def consent(facts, channel="email"):
    return next(each for each in facts["consent"] if each["channel"] == channel)


def because(facts, channel="email"):
    return [(each["says"], each["since"]) for each in consent(facts, channel)["because"]]


def test_it_is_told_what_was_sent_when_and_from_which_record(loaded, clock):
    facts = explain(loaded)

    sent = {each["what"]: each for each in facts["sent"] if each["what"] != "order"}
    orders = [each for each in facts["sent"] if each["what"] == "order"]
    assert set(sent) == {"contact", "event seen"}
    assert {(each["platform"], each["store"]) for each in facts["sent"]} == {("crm", "north")}
    assert {each["stream"] for each in facts["sent"]} == {"contacts", "events", "orders"}
    # Brevo's own ext_id names the record whose hash the ledger keeps.
    assert sent["contact"]["record"] == "c1"
    assert sent["event seen"]["of"] == clock.text(seconds=60 - clock.seconds)
    assert sorted(each["outcome"][:14] for each in orders) == ["sent as histor", "sent as new at"]
    assert facts["contact"]["attributes"] == ["CITY", "EXT_ID", "SMS"]
    assert news(facts)["name"] == "News"
    assert (news(facts)["on_it"], news(facts)["put_there"]) == (True, True)


KNOWN_BY = [
    (ANN.upper(),),
    (PHONE,),
    ("0033 6 12 34 56 78",),
    ("crm:north:c1",),
    ("crm/north/contacts/c1",),
    ("crm/north/orders/o1",),
    ("crm/north/events/e1",),
    ("1", "--as", "id"),
    (PHONE, "--as", "phone"),
]


def test_a_person_is_found_by_whatever_they_are_known_by_with_one_call(loaded):
    # One load for all: nothing is changed by asking.
    said = {words: loaded.run("explain", *words, "--json") for words in KNOWN_BY}

    assert {words: len(each.facts["sent"]) for words, each in said.items()} == dict.fromkeys(
        KNOWN_BY, 4
    )
    assert {words: len(each.calls) for words, each in said.items()} == dict.fromkeys(KNOWN_BY, 1)
    assert all(each.calls[0].startswith("GET /contacts/") for each in said.values())


@pytest.mark.parametrize("address", [ANN, "odd..dots@example.org"], ids=["sent", "refused"])
def test_a_record_of_shopify_is_known_by_the_number_that_people_know(desk, lines, clock, address):
    desk.load(
        *lines(
            "customers",
            {
                "id": "gid://shopify/Customer/5",
                "legacyResourceId": "5",
                "updatedAt": clock.text(),
                "defaultEmailAddress": {"emailAddress": address},
            },
        ),
        platform="shopify",
        store="north",
    )
    asked = explain(desk, "shopify/north/customers/5")
    whole = explain(desk, "shopify/north/customers/gid://shopify/Customer/5")
    assert asked == whole
    if address == ANN:
        assert [each["record"] for each in asked["sent"]] == ["5"]
    else:
        assert [each["kind"] for each in asked["refused"]] == ["contact"]


def test_neither_values_nor_what_was_typed_are_shown_unless_asked_for(loaded):
    plain = loaded.run("explain", ANN).out + loaded.run("explain", ANN, "--json").out
    assert "Nice" not in plain
    assert ANN not in plain
    assert PHONE.strip("+") not in plain
    assert "CITY: Nice" in loaded.run("explain", ANN, "--values").out


def put(desk, **body):
    assert desk.wire.direct.send("PUT", f"/contacts/{ANN}", orjson.dumps(body)).status == 204


def unsubscribe(desk, _lines, _clock):
    desk.account.unsubscribe(ANN)


def bounce(desk, _lines, _clock):
    desk.account.bounce(ANN)


def deny(desk, lines, clock):
    clock.seconds += 60
    denied = person(clock, email_consent="denied", email_consent_at=clock.text())
    desk.load(*lines("contacts", denied), platform="crm", store="north")


def other_store_denies(desk, lines, clock):
    denied = person(clock, email_consent="denied", email_consent_at=clock.text(days=-1))
    desk.load(*lines("contacts", denied), platform="crm", store="south")


def deny_and_undo(desk, lines, clock):
    deny(desk, lines, clock)
    put(desk, emailBlacklisted=False)


def block_by_hand(desk, _lines, _clock):
    put(desk, emailBlacklisted=True)


def delete_who_said_no(desk, lines, clock):
    deny(desk, lines, clock)
    desk.wire.direct.send("DELETE", f"/contacts/{ANN}")


CONSENTS = [
    (None, "granted", "crm / north / contacts says granted"),
    (unsubscribe, "blocked", "the person unsubscribed in Brevo"),
    (bounce, "blocked", "a hard bounce or a complaint"),
    (deny, "blocked", "crm / north / contacts says denied"),
    (other_store_denies, "blocked", "crm / south / contacts says denied"),
    (deny_and_undo, "denied", "Brevo shows no block"),
    (block_by_hand, "blocked", "somebody unsubscribed the person in Brevo"),
    (delete_who_said_no, "blocked", "crm / north / contacts says denied"),
]


@pytest.mark.parametrize(("happens", "state", "says"), CONSENTS)
def test_the_consent_in_force_is_told_with_whose_word_it_is(loaded, lines, clock, happens, state,
                                                           says):  # fmt: skip
    if happens:
        happens(loaded, lines, clock)
    facts = explain(loaded)

    assert consent(facts)["state"] == state
    assert says in " ".join(words for words, _ in because(facts))
    assert consent(facts, "sms")["state"] == "unknown"


def test_a_consent_has_the_time_of_the_word_it_rests_on(loaded, clock):
    assert consent(explain(loaded))["since"] == clock.text(days=-3, seconds=-clock.seconds)
    clock.seconds += 3600
    unsubscribed = clock.text()
    loaded.account.unsubscribe(ANN)
    assert consent(explain(loaded))["since"][:19] == unsubscribed[:19]


def test_a_block_that_a_run_found_is_told_after_brevo_forgot_the_contact(loaded, lines, clock):
    loaded.account.unsubscribe(ANN)
    clock.seconds += 60
    loaded.load(*lines("contacts", person(clock, CITY="Lyon")), platform="crm", store="north")
    loaded.wire.direct.send("DELETE", f"/contacts/{ANN}")
    facts = explain(loaded)

    assert facts["contact"] is None
    assert consent(facts)["state"] == "blocked"
    assert because(facts)[0][0] == "the person unsubscribed in Brevo"


def test_a_block_of_which_brevo_tells_nothing_is_told_as_that(loaded):
    loaded.account.contact(ANN).email_blacklisted = True

    assert "nothing here says by whom" in because(explain(loaded))[0][0]


def test_a_list_that_was_left_is_told(loaded):
    loaded.account.leave_list(ANN, news(explain(loaded))["list_id"])

    assert news(explain(loaded))["left"] is True


REFUSED = [
    ("contacts", {"id": "c9", "email": "ann.x@example"}, "ann.x@example", "contact"),
    ("orders", {"id": "o9", "email": ANN, "status": "paid"}, ANN, "order"),
    ("events", {"id": "e9", "email": ANN, "name": "not a name", "at": "2026-11-24T12:00:00Z"},
     ANN, "event"),
    ("events", {"id": "e9", "email": "nobody@example.org", "name": "seen",
                "at": "2026-11-24T12:30:00Z"}, "nobody@example.org", "event"),
]  # fmt: skip


@pytest.mark.parametrize(("stream", "record", "who", "kind"), REFUSED)
def test_what_was_refused_is_told_with_its_reason(desk, lines, stream, record, who, kind):
    desk.load(*lines(stream, record), platform="crm", store="north")
    refused = explain(desk, who)["refused"]

    assert [(each["kind"], each["stream"], each["tries"]) for each in refused] == [
        (kind, stream, 1)
    ]
    assert refused[0]["reason"]
    assert "refused" in desk.run("explain", who).out


def test_a_changed_address_takes_its_story_along(loaded, lines, clock):
    clock.seconds += 60
    moved = person(clock, email="anna@example.org")
    loaded.load(*lines("contacts", moved), platform="crm", store="north")

    new = {each["what"] for each in explain(loaded, "anna@example.org")["sent"]}
    assert new == {"contact", "event seen", "order"}


def test_the_text_tells_all_of_it_in_words(loaded):
    out = loaded.run("explain", ANN).out

    for title in ("in Brevo now", "consent in force", "lists", "sent", "refused"):
        assert f"{title}\n  " in out
    assert "e-mail: granted since" in out
    assert "crm / north / contacts" in out


def test_nobody_is_told_as_nobody(desk):
    assert "nothing is known here" in desk.run("explain", "nobody@example.org").out


@pytest.mark.parametrize("who", ["ann", "a/b"])
def test_what_cannot_be_told_by_its_looks_is_asked_for_without_being_repeated(desk, who):
    said = desk.run("explain", who)

    assert said.code == 2
    assert "--as" in said.errors[0]


def test_the_ledger_keeps_no_person_in_plain_for_it(loaded):
    held = b"".join(path.read_bytes() for path in (loaded.folder / "state").iterdir())

    for plain in (ANN, PHONE, PHONE[1:], "crm:north:c1", "Nice"):
        assert plain.encode() not in held
