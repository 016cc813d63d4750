"""Events, stored as often as they are sent; orders, products and categories."""

import pytest

KNOWN = {"email": "a@example.com", "ext_id": "shop:1", "attributes": {"SMS": "33612345678"}}
ORDER = {
    "id": "o1",
    "createdAt": "2026-11-01T10:00:00Z",
    "updatedAt": "2026-11-01T10:00:00Z",
    "status": "paid",
    "amount": 12.5,
    "products": [{"productId": "1", "price": 12.5, "quantity": 1}],
    "identifiers": {"email_id": "a@example.com"},
}


def event(name="seen", **fields):
    return {"event_name": name, "identifiers": {"email_id": "a@example.com"}, **fields}


@pytest.fixture
def known(brevo):
    brevo("POST", "/contacts", KNOWN)
    return brevo


def test_an_event_sent_twice_is_stored_twice(known):
    same = event(event_date="2026-11-01T10:00:00Z", event_properties={"id": "1"})
    for _ in range(2):
        assert known("POST", "/events", same).status_code == 204
    assert known("POST", "/events/batch", {"events": [same, same]}).status_code == 202
    assert len(known.account.events) == 4
    assert len(known.account.automations) == 4


def test_a_batch_is_judged_row_by_row(known):
    rows = [
        event(),
        event("bad name"),
        event(identifiers={"email_id": "nobody@example.com"}),
        event(event_date="yesterday"),
        event(identifiers={}),
        event(event_properties={"a b": 1}),
        event(event_properties={"x": None}),
        event(event_properties={"x": "y" * 60_000}),
        event(event_date="2026-11-01"),
        event("last"),
    ]
    answer = known("POST", "/events/batch", {"events": rows})
    assert answer.status_code == 207
    body = answer.json()
    assert (body["total_events"], body["successful_events"], body["failed_events"]) == (10, 2, 8)
    failed = sorted(index for error in body["errors"] for index in error["eventIndex"])
    assert failed == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [each.name for each in known.account.events] == ["seen", "last"]


def test_a_batch_of_only_bad_rows_is_400_with_their_indexes(known):
    answer = known("POST", "/events/batch", {"events": [event("a b"), event("c d")]})
    assert answer.status_code == 400
    assert answer.json()["successful_events"] == 0
    assert answer.json()["errors"][0]["eventIndex"] == [0, 1]


@pytest.mark.parametrize("body", [[event()], {"events": []}, {"events": event()}, {}])
def test_a_batch_without_its_envelope_is_refused(known, body):
    assert known("POST", "/events/batch", body).status_code == 400
    assert known.account.events == []


@pytest.mark.parametrize(
    ("choice", "status", "contacts", "stored"),
    [("refuse", 400, 0, 0), ("create", 204, 1, 1), ("store", 204, 0, 1)],
)
def test_an_event_for_nobody_ends_as_the_switch_says(start_brevo, choice, status, contacts, stored):
    brevo = start_brevo(unknown_contact_event=choice)
    assert brevo("POST", "/events", event()).status_code == status
    assert (len(brevo.account.contacts), len(brevo.account.events)) == (contacts, stored)


@pytest.mark.parametrize(
    "identifiers",
    [
        {"contact_id": 1, "email_id": "nobody@example.com"},
        {"ext_id": "shop:1"},
        {"phone_id": "+33612345678"},
        {"email_id": "A@example.com"},
    ],
)
def test_any_identifier_finds_the_contact_and_the_number_wins(known, identifiers):
    assert known("POST", "/events", event(identifiers=identifiers)).status_code == 204
    assert known.account.events[0].contact_id == 1


def test_events_are_read_newest_first_and_by_name_time_and_contact(known):
    for day, name in ((1, "a"), (3, "b"), (2, "a")):
        known("POST", "/events", event(name, event_date=f"2026-11-0{day}T10:00:00+01:00"))
    listed = known("GET", "/events").json()
    assert [each["event_date"] for each in listed["events"]] == [
        "2026-11-03T09:00:00.000Z",
        "2026-11-02T09:00:00.000Z",
        "2026-11-01T09:00:00.000Z",
    ]
    assert known("GET", "/events?event_name=a").json()["count"] == 2
    assert known("GET", "/events?event_name=a&event_name=b").json()["count"] == 3
    window = "startDate=2026-11-02T00:00:00Z&endDate=2026-11-02T23:59:59Z"
    assert known("GET", f"/events?{window}").json()["count"] == 1
    assert known("GET", "/events?contact_id=2").json()["count"] == 0
    assert len(known("GET", "/events?limit=1&offset=1").json()["events"]) == 1
    assert known("GET", "/events?limit=10001").status_code == 400


def test_an_event_updates_attributes_and_drops_what_is_unknown(known):
    body = event(contact_properties={"FIRSTNAME": "Ada", "NOPE": "x"})
    assert known("POST", "/events", body).status_code == 204
    assert known.account.contact("a@example.com").attributes == {"FIRSTNAME": "Ada"}
    assert list(known.account.book.drops) == [("NOPE", "unknown attribute")]


@pytest.mark.parametrize(
    ("path", "body", "starts"),
    [
        ("/orders/status", ORDER, 1),
        ("/orders/status/batch", {"orders": [ORDER]}, 0),
        ("/orders/status/batch", {"orders": [ORDER], "historical": True}, 0),
        ("/orders/status/batch", {"orders": [ORDER], "historical": False}, 1),
    ],
)
def test_only_a_live_order_starts_automations(known, path, body, starts):
    assert known("POST", path, body).ok
    assert list(known.account.orders) == ["o1"]
    assert len(known.account.automations) == starts


def test_a_batch_of_orders_is_applied_later(start_brevo, clock):
    brevo = start_brevo(clock=clock, orders_seconds=5.0)
    answer = brevo("POST", "/orders/status/batch", {"orders": [ORDER]})
    assert (answer.status_code, answer.json()) == (202, {"batchId": 1, "count": 1})
    assert brevo("GET", "/orders").json()["count"] == 0
    clock.move(6)
    assert brevo("GET", "/orders").json()["count"] == 1


def test_orders_are_upserted_by_their_id(known):
    known("POST", "/orders/status", ORDER)
    known("POST", "/orders/status", {**ORDER, "status": "refunded"})
    assert [each["status"] for each in known.account.orders.values()] == ["refunded"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"createdAt": "2026-11-01"},
        {"updatedAt": "2026-11-01T10:00:00+01:00"},
        {"identifiers": {}},
        {"amount": "12.5"},
        {"products": [{"productId": "1", "price": 1}]},
        {"products": [{"productId": "1", "price": 1, "quantity": 1.5}]},
        {"metaInfo": {"rate": 1.5}},
        {"id": ""},
    ],
    ids=str,
)
def test_one_bad_order_refuses_its_whole_batch(known, wrong):
    bad = {**ORDER, "id": "o2", **wrong}
    assert known("POST", "/orders/status", bad).status_code == 400
    assert known("POST", "/orders/status/batch", {"orders": [ORDER, bad]}).status_code == 400
    assert not known.account.orders


@pytest.mark.parametrize("kind", ["products", "categories"])
def test_items_are_updated_only_when_asked_and_all_or_none(known, kind):
    item = {"id": "1", "name": "One"}
    answer = known("POST", f"/{kind}/batch", {kind: [item]})
    assert answer.json() == {"createdCount": 1, "updatedCount": 0}
    two = [{"id": "2", "name": "Two"}, {**item, "name": "Changed"}]
    assert known("POST", f"/{kind}/batch", {kind: two}).status_code == 400
    assert list(getattr(known.account, kind)) == ["1"]
    answer = known("POST", f"/{kind}/batch", {kind: two, "updateEnabled": True})
    assert answer.json() == {"createdCount": 1, "updatedCount": 1}
    twice = {kind: [item, item], "updateEnabled": True}
    assert known("POST", f"/{kind}/batch", twice).status_code == 400
    assert known("POST", f"/{kind}", item).status_code == 400
    assert known("POST", f"/{kind}", {**item, "updateEnabled": True}).status_code == 204
    assert known("GET", f"/{kind}/1").json()["name"] == "One"
    assert known("GET", f"/{kind}/9").status_code == 404


def test_a_deleted_product_stays_with_its_mark(known):
    known("POST", "/products", {"id": "1", "name": "One"})
    body = {"id": "1", "name": "One", "isDeleted": True, "updateEnabled": True}
    known("POST", "/products", body)
    assert known("GET", "/products").json()["products"][0]["isDeleted"] is True


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/orders/status", ORDER),
        ("/orders/status/batch", {"orders": [ORDER]}),
        ("/products", {"id": "1", "name": "One"}),
        ("/products/batch", {"products": [{"id": "1", "name": "One"}]}),
        ("/categories", {"id": "1", "name": "One"}),
    ],
)
def test_nothing_of_a_shop_is_taken_before_activation(start_brevo, clock, path, body):
    brevo = start_brevo(clock=clock, ecommerce_active=False, activation_seconds=300.0)
    answer = brevo("POST", path, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert brevo("POST", "/ecommerce/activate").status_code == 200
    assert brevo("POST", path, body).status_code == 403
    clock.move(301)
    assert brevo("POST", path, body).ok
