"""Contacts one by one: identity, blocks, lists, and what Brevo lets go in silence."""

from urllib.parse import urlencode

import pytest

PERSON = {
    "email": "Ada@Example.com",
    "attributes": {"FIRSTNAME": "Ada", "SMS": "+33 6 12 34 56 78"},
}


def test_a_new_contact_is_201_with_its_id_and_an_update_204_without_a_body(brevo):
    made = brevo("POST", "/contacts", PERSON)
    assert (made.status_code, made.json()) == (201, {"id": 1})
    again = brevo("POST", "/contacts", {**PERSON, "updateEnabled": True})
    assert (again.status_code, again.content) == (204, b"")
    contact = brevo("GET", "/contacts/ada@example.com").json()
    assert contact["email"] == "ada@example.com"
    assert contact["attributes"] == {"FIRSTNAME": "Ada", "SMS": "33612345678"}
    assert contact["emailBlacklisted"] is False


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ({"email": "ada@example.com"}, ["email"]),
        ({"email": "b@example.com", "attributes": {"SMS": "0033612345678"}}, ["SMS"]),
        ({"email": "b@example.com", "ext_id": "shop:1"}, ["ext_id"]),
        ({"email": "b@example.com", "attributes": {"EXT_ID": "shop:1"}}, ["ext_id"]),
        (
            {"email": "b@example.com", "ext_id": "shop:1", "attributes": {"SMS": "33612345678"}},
            ["SMS", "ext_id"],
        ),
        ({"email": "b@example.com", "attributes": {"WHATSAPP": "+33700000001"}}, ["WHATSAPP"]),
    ],
)
def test_an_identifier_of_somebody_else_is_named_in_the_refusal(brevo, body, kinds):
    other = {**PERSON["attributes"], "WHATSAPP": "33700000001"}
    brevo("POST", "/contacts", {**PERSON, "attributes": other, "ext_id": "shop:1"})
    answer = brevo("POST", "/contacts", body)
    assert answer.status_code == 400
    assert sorted(answer.json()["metadata"]["duplicate_identifiers"]) == sorted(kinds)
    assert answer.json()["code"] == "duplicate_parameter"
    assert len(brevo.account.contacts) == 1


def test_the_code_of_a_duplicate_can_be_the_other_one_that_was_seen(start_brevo):
    brevo = start_brevo(duplicate_code="invalid_parameter")
    brevo("POST", "/contacts", PERSON)
    answer = brevo("POST", "/contacts", {"email": "ada@example.com"}).json()
    assert answer["code"] == "invalid_parameter"
    assert answer["metadata"] == {"duplicate_identifiers": ["email"]}


@pytest.mark.parametrize(
    "email",
    [
        "nobody",
        "a@b",
        "a b@example.com",
        "a..b@example.com",
        "é@example.com",
        "a@exa_mple.com",
        "@x.fr",
    ],
)
def test_an_address_that_brevo_does_not_like_is_refused(brevo, email):
    answer = brevo("POST", "/contacts", {"email": email})
    assert (answer.status_code, answer.json()["message"]) == (400, "Invalid email address")


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("NOPE", "x", None),
        ("firstname", "x", None),
        ("FIRSTNAME", 5, None),
        ("FIRSTNAME", True, None),
        ("SPENT", "12.50", None),
        ("SPENT", True, None),
        ("SPENT", 12.5, 12.5),
        ("SPENT", 0, 0),
        ("BORN", "yesterday", None),
        ("BORN", "2026-02-30", None),
        ("BORN", "2026-01-31T10:00:00Z", None),
        ("BORN", "20260131", None),
        ("BORN", "2026-01-31", "2026-01-31"),
        ("BORN", "31/01/2026", "2026-01-31"),
        ("VIP", "true", None),
        ("VIP", False, False),
        ("LIKES", ["tea", "rain"], None),
        ("LIKES", "tea", None),
        ("LIKES", ["tea"], ["tea"]),
        ("GENDER", "man", 1),
        ("GENDER", 2, 2),
        ("GENDER", "other", None),
        ("TOTAL", 3, None),
    ],
)
def test_an_unknown_name_or_a_wrong_type_is_dropped_in_silence(brevo, name, value, kept):
    for path, body in {
        "normal/SPENT": {"type": "float"},
        "normal/BORN": {"type": "date"},
        "normal/VIP": {"type": "boolean"},
        "normal/LIKES": {"type": "multiple-choice", "multiCategoryOptions": ["tea", "coffee"]},
        "category/GENDER": {
            "enumeration": [{"value": 1, "label": "man"}, {"value": 2, "label": "woman"}]
        },
        "calculated/TOTAL": {"value": "SUM[SPENT]"},
    }.items():
        assert brevo("POST", f"/contacts/attributes/{path}", body).status_code == 201
    made = brevo("POST", "/contacts", {"email": "a@example.com", "attributes": {name: value}})
    assert made.status_code == 201
    stored = brevo("GET", "/contacts/a@example.com").json()["attributes"]
    assert stored == ({} if kept is None else {name: kept})
    assert [entry[:2] for entry in brevo.account.book.dropped] == (
        [(1, name)] if kept is None else []
    )


def test_an_empty_text_clears_and_an_absent_name_leaves_alone(brevo):
    brevo("POST", "/contacts", {**PERSON, "ext_id": "shop:1"})
    body = {"attributes": {"FIRSTNAME": "", "SMS": ""}}
    assert brevo("PUT", "/contacts/1", body).status_code == 204
    contact = brevo.account.contact("ada@example.com")
    assert contact.attributes == {}
    assert contact.identifiers == {"email": "ada@example.com", "ext_id": "shop:1"}
    freed = brevo(
        "POST", "/contacts", {"email": "b@example.com", "attributes": PERSON["attributes"]}
    )
    assert freed.status_code == 201


@pytest.mark.parametrize(
    ("identifier", "kind", "status"),
    [
        ("ada%40example.com", None, 200),
        ("ADA@example.com", "email_id", 200),
        ("1", None, 200),
        ("1", "contact_id", 200),
        ("gid:%2F%2Fshop%2FCustomer%2F1", "ext_id", 200),
        ("%2B33612345678", "phone_id", 200),
        ("33612345678", "phone_id", 200),
        ("gid:%2F%2Fshop%2FCustomer%2F1", None, 400),
        ("2", None, 404),
        ("b@example.com", None, 404),
        ("x", "ext_id", 404),
        ("1", "phone", 400),
    ],
)
def test_a_contact_is_found_by_the_identifier_that_is_named(brevo, identifier, kind, status):
    brevo("POST", "/contacts", {**PERSON, "ext_id": "gid://shop/Customer/1"})
    query = f"?identifierType={kind}" if kind else ""
    assert brevo("GET", f"/contacts/{identifier}{query}").status_code == status


def test_false_unblocks_and_that_is_remembered(brevo):
    brevo("POST", "/contacts", {**PERSON, "emailBlacklisted": True})
    assert brevo.account.contact("ada@example.com").email_blacklisted
    brevo("PUT", "/contacts/1", {"attributes": {"FIRSTNAME": "A"}})
    assert brevo.account.contact("ada@example.com").email_blacklisted
    brevo("PUT", "/contacts/1", {"emailBlacklisted": False})
    assert not brevo.account.contact("ada@example.com").email_blacklisted
    assert [entry[:2] for entry in brevo.account.book.unblocked] == [(1, "emailBlacklisted false")]


@pytest.mark.parametrize(("extra", "blocked"), [({}, False), ({"emailBlacklisted": True}, True)])
def test_a_changed_address_unblocks_unless_the_same_call_blocks_again(brevo, extra, blocked):
    brevo("POST", "/contacts", PERSON)
    brevo.account.unsubscribe("ada@example.com")
    body = {"attributes": {"EMAIL": "new@example.com"}, **extra}
    assert brevo("PUT", "/contacts/1", body).status_code == 204
    assert brevo.account.contact("ada@example.com") is None
    assert brevo.account.contact("new@example.com").email_blacklisted is blocked
    assert bool(brevo.account.book.unblocked) is not blocked


def test_an_unsubscription_of_the_person_has_its_time_and_a_block_by_us_has_another_name(brevo):
    brevo("POST", "/contacts", PERSON)
    brevo.account.unsubscribe("ada@example.com")
    brevo("POST", "/contacts", {"email": "b@example.com", "emailBlacklisted": True})
    found = brevo("GET", "/contacts/1").json()["statistics"]["unsubscriptions"]
    assert [len(found["userUnsubscription"]), len(found["adminUnsubscription"])] == [1, 0]
    found = brevo("GET", "/contacts/2").json()["statistics"]["unsubscriptions"]
    assert [len(found["userUnsubscription"]), len(found["adminUnsubscription"])] == [0, 1]


def test_who_left_a_list_is_shown_and_an_addition_against_it_is_remembered(brevo):
    brevo("POST", "/contacts", {**PERSON, "listIds": [2]})
    brevo.account.leave_list("ada@example.com", 2)
    contact = brevo("GET", "/contacts/1").json()
    assert (contact["listIds"], contact["listUnsubscribed"]) == ([], [2])
    brevo("PUT", "/contacts/1", {"listIds": [2]})
    assert brevo.account.book.put_back == [(1, 2)]


def test_forced_merges_keep_the_contact_that_changed_last(start_brevo):
    brevo = start_brevo()
    brevo("POST", "/contacts", {"email": "old@example.com", "attributes": {"SMS": "33612345678"}})
    brevo("POST", "/contacts", {"email": "new@example.com", "attributes": {"LASTNAME": "L"}})
    body = {"email": "new@example.com", "attributes": {"SMS": "33612345678"}, "forceMerge": True}
    answer = brevo("POST", "/contacts", {**body, "getId": True, "updateEnabled": True})
    assert answer.json() == {"id": 2}
    assert list(brevo.account.contacts) == [2]
    assert brevo.account.contact("new@example.com").identifiers["SMS"] == "33612345678"


def test_an_unknown_list_is_refused_and_nothing_is_written(brevo):
    assert brevo("POST", "/contacts", {**PERSON, "listIds": [99]}).status_code == 400
    assert not brevo.account.contacts


def test_a_deleted_contact_takes_its_block_with_it(brevo):
    brevo("POST", "/contacts", {**PERSON, "emailBlacklisted": True})
    assert brevo("DELETE", "/contacts/1").status_code == 204
    assert brevo("DELETE", "/contacts/1").status_code == 404
    brevo("POST", "/contacts", PERSON)
    assert not brevo.account.contact("ada@example.com").email_blacklisted


def test_pages_are_newest_first_and_end_with_the_count(brevo):
    for number in range(5):
        brevo("POST", "/contacts", {"email": f"p{number}@example.com"})
    page = brevo("GET", "/contacts?limit=2&offset=1").json()
    assert ([each["id"] for each in page["contacts"]], page["count"]) == ([4, 3], 5)
    page = brevo("GET", "/contacts?limit=2&sort=asc").json()
    assert [each["id"] for each in page["contacts"]] == [1, 2]
    assert [each["id"] for each in brevo("GET", "/contacts?ids=2,3").json()["contacts"]] == [3, 2]


@pytest.mark.parametrize(
    "query", ["limit=1001", "limit=-1", "limit=x", "sort=up", "modifiedSince=today", "ids=a"]
)
def test_a_query_out_of_range_is_refused(brevo, query):
    assert brevo("GET", f"/contacts?{query}").status_code == 400


def test_since_filters_by_time(brevo):
    brevo("POST", "/contacts", PERSON)
    assert brevo("GET", "/contacts?modifiedSince=2020-01-01T00:00:00.000Z").json()["count"] == 1
    assert brevo("GET", "/contacts?createdSince=2999-01-01T00:00:00%2B02:00").json()["count"] == 0


def test_the_retired_batch_is_gone(brevo):
    answer = brevo("POST", "/contacts/batch", {"contacts": [{"email": "a@example.com"}]})
    assert answer.status_code == 404
    assert "import" in answer.json()["message"]


@pytest.mark.parametrize(
    ("what", "body", "right"),
    [
        ("normal/A", {"type": "text"}, 201),
        ("normal/lower_case", {"type": "text"}, 201),
        ("normal/FIRSTNAME", {"type": "text"}, 400),
        ("normal/EMAIL", {"type": "text"}, 400),
        ("normal/A-B", {"type": "text"}, 400),
        ("normal/A", {}, 400),
        ("normal/A", {"type": "id"}, 400),
        ("normal/A", {"type": "multiple-choice"}, 400),
        ("transactional/A", {"type": "id"}, 201),
        ("category/A", {}, 400),
        ("global/A", {}, 400),
        ("odd/A", {"type": "text"}, 400),
    ],
)
def test_an_attribute_is_made_only_in_a_possible_category_and_type(brevo, what, body, right):
    assert brevo("POST", f"/contacts/attributes/{what}", body).status_code == right


def test_names_of_attributes_follow_the_language_of_the_account(start_brevo):
    listed = start_brevo(language="fr")("GET", "/contacts/attributes").json()["attributes"]
    names = {each["name"] for each in listed}
    assert {"PRENOM", "NOM", "SMS", "EXT_ID"} <= names
    assert not {"FIRSTNAME", "LASTNAME"} & names


def test_members_are_added_and_removed_with_success_and_failure(brevo):
    brevo("POST", "/contacts", {**PERSON, "ext_id": "shop:1"})
    folder = brevo("POST", "/contacts/folders", {"name": "Tajo"}).json()["id"]
    made = brevo("POST", "/contacts/lists", {"name": "Mail", "folderId": folder}).json()["id"]
    path = f"/contacts/lists/{made}/contacts"
    answer = brevo("POST", f"{path}/add", {"emails": ["ada@example.com", "b@example.com"]})
    assert answer.json()["contacts"] == {
        "success": ["ada@example.com"],
        "failure": ["b@example.com"],
    }
    assert brevo.account.members("Mail") == {"ada@example.com"}
    assert brevo("POST", f"{path}/add", {"ids": [1]}).status_code == 400
    assert brevo("GET", path).json()["count"] == 1
    assert brevo("POST", f"{path}/remove", {"extIds": ["shop:1"]}).status_code == 201
    assert brevo.account.members("Mail") == set()
    assert brevo("POST", f"{path}/add", {"emails": ["a@b.fr"] * 151}).status_code == 400
    assert brevo("POST", f"{path}/add", {"emails": ["a@b.fr"], "ids": [1]}).status_code == 400
    assert brevo("POST", "/contacts/lists/99/contacts/add", {"ids": [1]}).status_code == 404


def test_an_addition_to_a_list_starts_automations_once(brevo):
    brevo("POST", "/contacts", {**PERSON, "listIds": [2]})
    brevo("POST", "/contacts", {**PERSON, "listIds": [2], "updateEnabled": True})
    assert [(each.kind, each.name, each.contact_id) for each in brevo.account.automations] == [
        ("list", "2", 1)
    ]


def test_statistics_come_with_ninety_days_and_earlier_ones_are_asked_for_apart(brevo):
    brevo("POST", "/contacts", PERSON)
    brevo.account.unsubscribe("ada@example.com")
    brevo.account.bounce("ada@example.com")
    brevo.account.bounce("ada@example.com", complaint=True)
    day = brevo.account.at()[:10]
    long_ago = {"startDate": "2020-01-01", "endDate": "2020-03-01"}

    shown = brevo("GET", "/contacts/1").json()["statistics"]
    told = brevo("GET", f"/contacts/1/campaignStats?startDate={day}&endDate={day}").json()
    earlier = brevo("GET", f"/contacts/1/campaignStats?{urlencode(long_ago)}").json()

    assert shown == told
    assert [len(told[kind]) for kind in ("hardBounces", "complaints")] == [1, 1]
    assert len(told["unsubscriptions"]["userUnsubscription"]) == 1
    assert earlier == {"unsubscriptions": {"adminUnsubscription": [], "userUnsubscription": []}}
    assert brevo.account.contact("ada@example.com").email_blacklisted


@pytest.mark.parametrize(
    "window",
    [
        {"startDate": "2026-01-01"},
        {"startDate": "2026-01-01", "endDate": "2026-06-01"},
        {"startDate": "2026-02-01", "endDate": "2026-01-01"},
        {"startDate": "1 January", "endDate": "2026-01-01"},
    ],
)
def test_a_window_of_statistics_that_brevo_does_not_take_is_refused(brevo, window):
    brevo("POST", "/contacts", PERSON)
    assert brevo("GET", f"/contacts/1/campaignStats?{urlencode(window)}").status_code == 400
