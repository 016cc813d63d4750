"""Contacts, as Brevo ends up holding them."""

import pytest


def test_contacts_of_a_load_arrive_by_import_and_state_follows(bench, schema, row, state):
    rows = [
        row("contacts", id=f"c{i}", email=f"p{i}@example.org", FIRSTNAME="Ada") for i in range(60)
    ]
    outcome = bench.load(schema("contacts"), *rows, state({"at": 60}))
    assert outcome.verdicts("contacts", "contact") == {"sent": 60}
    assert outcome.states == [{"at": 60}]
    assert len(bench.account.contacts) == 60
    assert bench.contact("p7@example.org").attributes["FIRSTNAME"] == "Ada"
    [body] = bench.bodies("/contacts/import")
    assert body["disableNotification"] is True
    assert bench.account.notifications == []
    assert not bench.bodies("/contacts")


def test_a_handful_of_contacts_goes_one_by_one(bench, schema, row):
    rows = [row("contacts", id=f"c{i}", email=f"p{i}@example.org") for i in range(20)]
    bench.load(schema("contacts"), *rows)
    assert len(bench.bodies("/contacts")) == 20
    assert not bench.bodies("/contacts/import")


@pytest.mark.parametrize("count", [3, 60])
def test_a_second_run_of_the_same_writes_nothing(bench, schema, row, count):
    lines = [
        schema("contacts"),
        *[row("contacts", id=f"c{i}", email=f"p{i}@example.org", VIP=False) for i in range(count)],
    ]
    bench.load(*lines)
    bench.account.mark()
    outcome = bench.load(*lines)
    assert outcome.verdicts("contacts", "contact") == {"unchanged": count}
    assert bench.account.writes() == []


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        ({"TOTAL_SPENT": 9}, {"TOTAL_SPENT": 0}, {"TOTAL_SPENT": 0}),
        ({"VIP": True}, {"VIP": False}, {"VIP": False}),
        ({"CITY": "Paris"}, {"CITY": ""}, {}),
        ({"CITY": "Paris"}, {"CITY": None}, {}),
        ({"TOTAL_SPENT": 9}, {"TOTAL_SPENT": None}, {}),
        ({"CITY": "Paris"}, {}, {"CITY": "Paris"}),
    ],
    ids=["zero", "false", "empty-text", "null", "null-number", "absent"],
)
def test_zero_false_empty_null_and_absent_are_different_values(
    bench, schema, row, before, sent, after, count
):
    def rows(values):
        return [
            row("contacts", id=f"c{i}", email=f"p{i}@example.org", **values) for i in range(count)
        ]

    bench.load(schema("contacts"), *rows({**before, "NOTE": "first"}))
    bench.load(schema("contacts"), *rows({**sent, "NOTE": "second"}))
    for i in range(count):
        assert bench.contact(f"p{i}@example.org").attributes == {**after, "NOTE": "second"}


def test_the_four_values_stand_in_the_body_as_they_are(bench, schema, row):
    values = {"TOTAL_SPENT": 0, "VIP": False, "CITY": "", "NOTE": None}
    bench.load(
        schema("contacts"),
        row("contacts", id="c", email="p@example.org", TOTAL_SPENT=1, VIP=True, CITY="a", NOTE="b"),
    )
    bench.load(schema("contacts"), row("contacts", id="c", email="p@example.org", **values))
    body = bench.bodies("/contacts/import")[-1]
    assert body["jsonBody"][0]["attributes"] == values
    assert body["emptyContactsAttributes"] is True


def test_clearing_rows_are_a_partition_of_their_own(bench, schema, row):
    before = [
        row("contacts", id=f"c{i}", email=f"p{i}@example.org", CITY="Rome") for i in range(50)
    ]
    bench.load(schema("contacts"), *before)
    after = [
        row("contacts", id=f"c{i}", email=f"p{i}@example.org", CITY=None if i < 25 else "Oslo")
        for i in range(50)
    ]
    bench.load(schema("contacts"), *after)
    clearing = {
        bool(body.get("emptyContactsAttributes")): len(body["jsonBody"])
        for body in bench.bodies("/contacts/import")[1:]
    }
    assert clearing == {True: 25, False: 25}


def test_the_newest_version_of_a_contact_wins_whatever_the_order(bench, schema, row, clock):
    new = row("contacts", id="c", email="p@example.org", CITY="new", updated_at=clock.text())
    old = row("contacts", id="c", email="p@example.org", CITY="old", updated_at=clock.text(days=-1))
    outcome = bench.load(schema("contacts"), new, old)
    assert outcome.verdicts("contacts", "contact") == {"sent": 1, "superseded": 1}
    outcome = bench.load(schema("contacts"), old)
    assert outcome.verdicts("contacts", "contact") == {"superseded": 1}
    assert bench.contact("p@example.org").attributes["CITY"] == "new"


def test_the_last_of_two_versions_without_a_time_wins(bench, schema, row):
    versions = [row("contacts", id="c", email="p@example.org", CITY=city) for city in ("a", "b")]
    outcome = bench.load(schema("contacts"), *versions)
    assert outcome.verdicts("contacts", "contact") == {"sent": 1, "superseded": 1}
    assert bench.contact("p@example.org").attributes["CITY"] == "b"


def test_a_phone_number_of_somebody_else_is_left_out_and_the_contact_kept(bench, schema, row):
    first = row("contacts", id="a", email="a@example.org", SMS="+33612345678")
    bench.load(schema("contacts"), first)
    second = row("contacts", id="b", email="b@example.org", SMS="+33612345678", CITY="Nice")
    outcome = bench.load(schema("contacts"), second)
    assert outcome.verdicts("contacts", "contact") == {"sent": 1}
    assert bench.contact("b@example.org").attributes == {"CITY": "Nice"}
    assert any("SMS belongs to another contact" in note for note in outcome.summary["notes"])
    bench.account.mark()
    assert bench.load(schema("contacts"), second).verdicts("contacts", "contact") == {
        "unchanged": 1
    }
    assert not bench.account.writes()


def test_phone_numbers_shared_within_an_import_lose_no_contact(bench, schema, row):
    rows = [
        row("contacts", id=f"c{i}", email=f"p{i}@example.org", SMS=f"+3361234{i // 2:04}", CITY="x")
        for i in range(60)
    ]
    outcome = bench.load(schema("contacts"), *rows)
    assert outcome.verdicts("contacts", "contact") == {"sent": 60}
    assert len(bench.account.contacts) == 60
    assert sum("SMS" in each.identifiers for each in bench.account.contacts.values()) == 30
    assert all(each.attributes["CITY"] == "x" for each in bench.account.contacts.values())


@pytest.mark.parametrize("count", [5, 60])
def test_an_address_that_brevo_refuses_is_one_reject_among_contacts_sent(bench, schema, row, count):
    rows = [row("contacts", id=f"c{i}", email=f"p{i}@example.org") for i in range(count - 1)]
    odd = row("contacts", id="odd", email="odd..dots@example.org")
    outcome = bench.load(schema("contacts"), *rows, odd)
    assert outcome.verdicts("contacts", "contact") == {"sent": count - 1, "rejected": 1}
    [(reason, _)] = outcome.reasons("contacts", "contact", "rejected").items()
    assert "address invalid" in reason
    assert "odd..dots" not in "".join(outcome.log)
    assert outcome.summary["rejects_open"] == 1


@pytest.mark.parametrize("count", [1, 40])
def test_what_brevo_refused_is_sent_again_only_when_it_changed(bench, schema, row, count):
    rows = [row("contacts", id=f"c{i}", email=f"a..{i}@example.org") for i in range(count)]
    bench.load(schema("contacts"), *rows)
    bench.account.mark()
    outcome = bench.load(schema("contacts"), *rows)
    assert outcome.verdicts("contacts", "contact") == {"rejected": count}
    assert bench.account.writes() == []
    rows[0]["record"]["CITY"] = "Nice"
    bench.load(schema("contacts"), *rows)
    assert [each.path for each in bench.account.writes()] == ["/contacts"]


def test_a_later_success_closes_the_reject(bench, schema, row):
    bench.load(schema("contacts"), row("contacts", id="c", email="odd..dots@example.org"))
    outcome = bench.load(schema("contacts"), row("contacts", id="c", email="even@example.org"))
    assert outcome.summary["rejects_open"] == 0


def test_a_contact_with_only_a_phone_number_is_known_by_it(bench, schema, row):
    bench.load(schema("contacts"), row("contacts", id="c", SMS="+33612345678", CITY="Nice"))
    bench.load(schema("contacts"), row("contacts", id="c", SMS="+33612345678", CITY="Lyon"))
    [contact] = bench.account.contacts.values()
    assert contact.attributes == {"CITY": "Lyon"}


def test_only_the_source_that_creates_a_contact_writes_its_ext_id(bench, schema, row):
    bench.load(
        schema("contacts"),
        row("contacts", id="1", email="p@example.org", store="paris"),
        row("contacts", id="2", email="q@example.org", store="paris"),
    )
    bench.load(
        schema("contacts"),
        row("contacts", id="9", email="p@example.org", store="rome", CITY="Rome"),
    )
    contact = bench.contact("p@example.org")
    assert contact.ext_id == "singer:paris:1"
    assert contact.attributes["CITY"] == "Rome"


@pytest.mark.parametrize("strangers", [1, 60])
def test_a_contact_that_was_in_brevo_before_keeps_its_own_ext_id(bench, schema, row, strangers):
    for i in range(strangers):
        bench.account.book.create(_change(f"p{i}@example.org", f"crm-{i}"), bench.account.at())
    rows = [row("contacts", id=f"c{i}", email=f"p{i}@example.org") for i in range(strangers)]
    bench.load(schema("contacts"), *rows)
    assert bench.contact("p0@example.org").ext_id == "crm-0"


def test_many_unknown_contacts_cost_a_walk_and_few_cost_single_reads(bench, schema, row):
    for i in range(2500):
        bench.account.book.create(_change(f"s{i}@example.org", f"crm-{i}"), bench.account.at())
    bench.load(schema("contacts"), row("contacts", id="c", email="p@example.org"))
    reads = [each.path for each in bench.account.requests if each.method == "GET"]
    assert reads.count("/contacts") == 0
    rows = [row("contacts", id=f"c{i}", email=f"p{i}@example.org") for i in range(100)]
    bench.load(schema("contacts"), *rows)
    reads = [each.path for each in bench.account.requests if each.method == "GET"]
    assert reads.count("/contacts") == 3
    assert not any("p1%40" in path or "p1@" in path for path in reads)


def test_a_guest_fills_empty_attributes_and_nothing_else(bench, schema, row):
    bench.load(
        schema("contacts"),
        row("contacts", id="1", email="p@example.org", FIRSTNAME="Ada", CITY=None),
    )
    guest = row(
        "contacts", id="o1", email="p@example.org", owner=False, FIRSTNAME="Guest", CITY="Nice",
        email_consent="granted", email_consent_at="2026-11-24T13:00:00Z", listed=["News"],
    )  # fmt: skip
    outcome = bench.load(schema("contacts"), guest)
    contact = bench.contact("p@example.org")
    assert contact.attributes == {"FIRSTNAME": "Ada", "CITY": "Nice"}
    assert contact.ext_id == "singer:default:1"
    assert outcome.verdicts("contacts", "contact") == {"sent": 1}
    assert bench.account.members("News") == set()


def test_guests_of_many_orders_become_one_contact_without_an_ext_id(bench, schema, row, clock):
    orders = [
        row("contacts", id=f"o{i}", email="g@example.org", owner=False, CITY=f"city {i}",
            updated_at=clock.text(hours=-i))
        for i in range(5)
    ]  # fmt: skip
    outcome = bench.load(schema("contacts"), *orders)
    assert outcome.verdicts("contacts", "contact") == {"sent": 5}
    contact = bench.contact("g@example.org")
    assert contact.ext_id is None
    assert contact.attributes == {"CITY": "city 0"}
    outcome = bench.load(
        schema("contacts"), row("contacts", id="o9", email="g@example.org", owner=False, CITY="x")
    )
    assert outcome.verdicts("contacts", "contact") == {"unchanged": 1}


def test_a_customer_and_a_guest_order_in_one_load_keep_the_customers_values(bench, schema, row):
    customer = row("contacts", id="1", email="p@example.org", FIRSTNAME="Ada", CITY=None)
    guest = row("contacts", id="o1", email="p@example.org", owner=False, FIRSTNAME="G", CITY="Nice")
    bench.load(schema("contacts"), guest, customer)
    assert bench.contact("p@example.org").attributes == {"FIRSTNAME": "Ada", "CITY": "Nice"}
    assert bench.contact("p@example.org").ext_id == "singer:default:1"


def test_a_changed_address_moves_the_contact(bench, schema, row):
    bench.load(schema("contacts"), row("contacts", id="1", email="old@example.org", CITY="Nice"))
    outcome = bench.load(
        schema("contacts"), row("contacts", id="1", email="new@example.org", CITY="Lyon")
    )
    [contact] = bench.account.contacts.values()
    assert contact.email == "new@example.org"
    assert contact.attributes == {"CITY": "Lyon"}
    assert outcome.verdicts("contacts", "contact") == {"sent": 1}


@pytest.mark.parametrize("gone", [True, False], ids=["is gone", "is there"])
def test_a_contact_moves_away_from_a_record_that_shared_it_when_that_one_is_gone(
    bench, schema, row, clock, gone
):
    def person(number, **values):
        return row("contacts", id=f"c{number}", updated_at=clock.text(), **values)

    for number in (1, 2):
        bench.load(schema("contacts"), person(number, email="shared@example.org"))
    clock.move(hours=1)
    if gone:
        bench.load(schema("contacts"), person(2, deletion="unlink"))
    bench.load(schema("contacts"), person(1, email="new@example.org"))
    held = {each.email for each in bench.account.contacts.values()}
    assert held == {"new@example.org"} | (set() if gone else {"shared@example.org"})


@pytest.mark.parametrize("count", [1, 40])
def test_a_blocked_contact_stays_blocked_when_its_address_changes(bench, schema, row, count):
    rows = [row("contacts", id=f"c{i}", email=f"old{i}@example.org") for i in range(count)]
    bench.load(schema("contacts"), *rows)
    for i in range(count):
        bench.account.unsubscribe(f"old{i}@example.org")
    moved = [row("contacts", id=f"c{i}", email=f"new{i}@example.org") for i in range(count)]
    bench.load(schema("contacts"), *moved)
    assert len(bench.account.contacts) == count
    assert all(each.email_blacklisted for each in bench.account.contacts.values())
    assert bench.account.book.unblocked == []


def test_a_new_address_that_is_somebody_elses_merges_nobody(bench, schema, row):
    bench.load(
        schema("contacts"),
        row("contacts", id="1", email="one@example.org"),
        row("contacts", id="2", email="two@example.org"),
    )
    outcome = bench.load(
        schema("contacts"), row("contacts", id="1", email="two@example.org", CITY="Nice")
    )
    assert {each.email for each in bench.account.contacts.values()} == {
        "one@example.org",
        "two@example.org",
    }
    assert any("belonged to another contact" in note for note in outcome.summary["notes"])


@pytest.mark.parametrize(
    ("mode", "known", "verdict"),
    [
        ("create_only", True, "filtered"),
        ("create_only", False, "sent"),
        ("update_only", True, "sent"),
        ("update_only", False, "filtered"),
    ],
)
def test_modes_create_or_update_only(bench, schema, row, mode, known, verdict):
    if known:
        bench.account.book.create(_change("p@example.org", "crm"), bench.account.at())
    outcome = bench.load(
        schema("contacts"), row("contacts", id="1", email="p@example.org", mode=mode, CITY="Nice")
    )
    assert outcome.verdicts("contacts", "contact") == {verdict: 1}


def test_a_deleted_contact_is_kept_by_default(bench, schema, row):
    bench.load(schema("contacts"), row("contacts", id="1", email="p@example.org"))
    bench.account.mark()
    gone = row("contacts", id="1", _sdc_deleted_at="2026-11-24T13:00:00Z")
    outcome = bench.load(schema("contacts"), gone)
    assert outcome.verdicts("contacts", "contact") == {"filtered": 1}
    assert not bench.account.writes()


def test_an_unlinked_contact_leaves_the_lists_it_was_put_on(bench, schema, row, clock):
    listed = {"email_consent": "granted", "email_consent_at": clock.text(), "listed": ["News"]}
    bench.load(schema("contacts"), row("contacts", id="1", email="p@example.org", **listed))
    assert bench.account.members("News") == {"p@example.org"}
    gone = row("contacts", id="1", ext_id="singer:default:1", deletion="unlink")
    outcome = bench.load(schema("contacts"), gone)
    assert outcome.verdicts("contacts", "contact") == {"sent": 1}
    assert bench.account.members("News") == set()
    assert bench.load(schema("contacts"), gone).verdicts("contacts", "contact") == {"unchanged": 1}


def test_deleting_contacts_is_refused_with_what_to_do(bench, schema, row):
    gone = row("contacts", id="1", email="p@example.org", deletion="delete")
    error = bench.attempt(schema("contacts"), gone).error
    assert "keep" in str(error)
    assert error.exit_code == 2


def _change(email, ext_id):
    from tajo_sandbox.brevo.state.contacts import Change  # noqa: PLC0415 - the stand-in's own word

    return Change(identifiers={"email": email, "ext_id": ext_id})
