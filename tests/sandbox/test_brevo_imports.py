"""The import: later, row by row, keeping blocks, and with a file for every kind of refusal."""

import csv
import io

import pytest
import requests


def refused(process):
    """The refused rows of a completed process, by the name of their file."""
    found = {}
    for name, url in process["info"]["import"].items():
        if url is not None:
            answer = requests.get(url, timeout=10)
            assert answer.headers["content-type"].startswith("text/csv")
            found[name] = list(csv.DictReader(io.StringIO(answer.text), delimiter=";"))
    return found


def test_a_process_goes_through_its_states_by_the_clock(start_brevo, clock):
    brevo = start_brevo(clock=clock, import_seconds=30.0)
    body = {"jsonBody": [{"email": "a@example.com"}], "listIds": [2]}
    number = brevo("POST", "/contacts/import", body).json()["processId"]
    seen = []
    for _ in range(4):
        seen.append(brevo("GET", f"/processes/{number}").json()["status"])
        clock.move(12)
    assert seen == ["queued", "in_process", "in_process", "completed"]
    assert brevo.account.contact("a@example.com").list_ids == (2,)


def test_nothing_of_an_import_is_there_before_it_is_due(start_brevo, clock):
    brevo = start_brevo(clock=clock, import_seconds=30.0)
    brevo("POST", "/contacts/import", {"jsonBody": [{"email": "a@example.com"}], "listIds": [2]})
    assert brevo("GET", "/contacts/a@example.com").status_code == 404
    brevo.account.settle()
    assert brevo("GET", "/contacts/a@example.com").status_code == 200


def test_each_row_that_cannot_be_taken_is_in_the_file_of_its_reason(brevo):
    first = {"email": "a@example.com", "attributes": {"SMS": "33612345678", "EXT_ID": "1"}}
    process = brevo.import_rows(
        first,
        {"email": "not an address", "attributes": {"FIRSTNAME": "X;Y"}},
        {"email": "b@example.com", "attributes": {"SMS": "+33612345678"}},
        {"email": "c@example.com", "attributes": {"EXT_ID": "1"}},
        {"attributes": {"FIRSTNAME": "nobody"}},
        {"email": "d@example.com", "attributes": {"SMS": "0612"}},
    )
    rows = refused(process)
    assert rows["invalid_emails"] == [
        {"EMAIL": "not an address", "FIRSTNAME": "X;Y"},
        {"EMAIL": "", "FIRSTNAME": "nobody"},
    ]
    assert rows["duplicate_phone_id"] == [{"EMAIL": "b@example.com", "SMS": "+33612345678"}]
    assert rows["duplicate_ext_id"] == [{"EMAIL": "c@example.com", "EXT_ID": "1"}]
    assert set(rows) == {"invalid_emails", "duplicate_phone_id", "duplicate_ext_id"}
    assert {each.email for each in brevo.account.contacts.values()} == {
        "a@example.com",
        "d@example.com",
    }


def test_false_keeps_a_block_and_true_blocks_everybody(brevo):
    brevo.import_rows({"email": "a@example.com"}, {"email": "b@example.com"})
    brevo.account.unsubscribe("a@example.com")
    brevo.import_rows({"email": "a@example.com"}, emailBlacklist=False, smsBlacklist=False)
    assert brevo.account.contact("a@example.com").email_blacklisted
    brevo.import_rows({"email": "b@example.com"}, emailBlacklist=True, smsBlacklist=True)
    assert brevo.account.contact("b@example.com").email_blacklisted
    assert brevo.account.contact("b@example.com").sms_blacklisted
    assert brevo.account.book.unblocked == []


@pytest.mark.parametrize("empty", [None, ""])
@pytest.mark.parametrize(("flag", "left"), [(False, "Ada"), (True, None)])
def test_an_empty_value_erases_only_when_asked_to(brevo, empty, flag, left):
    brevo.import_rows({"email": "a@example.com", "attributes": {"FIRSTNAME": "Ada"}})
    row = {"email": "a@example.com", "attributes": {"FIRSTNAME": empty}}
    brevo.import_rows(row, emptyContactsAttributes=flag)
    assert brevo.account.contact("a@example.com").attributes.get("FIRSTNAME") == left


def test_existing_contacts_can_be_left_as_they_are(brevo):
    brevo.import_rows({"email": "a@example.com", "attributes": {"FIRSTNAME": "Ada"}})
    row = {"email": "a@example.com", "attributes": {"FIRSTNAME": "Eve"}}
    brevo.import_rows(row, updateExistingContacts=False)
    assert brevo.account.contact("a@example.com").attributes == {"FIRSTNAME": "Ada"}


def test_a_row_without_an_address_is_found_by_its_own_id(brevo):
    brevo.import_rows({"attributes": {"EXT_ID": "1", "FIRSTNAME": "Ada"}})
    brevo.import_rows({"attributes": {"EXT_ID": "1", "FIRSTNAME": "Eve"}})
    assert [each.attributes for each in brevo.account.contacts.values()] == [{"FIRSTNAME": "Eve"}]


def test_a_csv_body_is_read_by_the_types_of_its_columns(brevo):
    brevo("POST", "/contacts/attributes/normal/SPENT", {"type": "float"})
    text = (
        "EMAIL;FIRSTNAME;SPENT;SMS;NOPE\na@example.com;A, B;12.5;+33612345678;x\nb@example.com;;;;"
    )
    brevo.import_text(text)
    made = brevo.account.contact("a@example.com")
    assert made.attributes == {"FIRSTNAME": "A, B", "SPENT": 12.5}
    assert made.identifiers["SMS"] == "33612345678"
    assert brevo.account.contact("b@example.com").attributes == {}


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ('"Ada"', '"Ada"'),
        ('"Ada; Eve"', '"Ada'),
        ('Ada ""Lovelace""', 'Ada ""Lovelace""'),
        (" Ada ", "Ada"),
        ("Ada\u00a0", "Ada"),
        ("Ada\u2028Eve", "Ada"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_csv_body_has_nothing_that_is_not_written_of_it(brevo, cell, kept):
    brevo.import_text(f"EMAIL;FIRSTNAME\na@example.com;{cell}")
    assert brevo.account.contact("a@example.com").attributes == {"FIRSTNAME": kept}


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("float", "1e5"), ("float", "1,5"), ("float", "nan"), ("float", "1_000"),
        ("boolean", "true"), ("boolean", "1"),
    ],
)  # fmt: skip
def test_a_cell_whose_form_is_not_written_anywhere_is_let_go(brevo, kind, cell):
    brevo("POST", "/contacts/attributes/normal/ODD", {"type": kind})
    brevo.import_text(f"EMAIL;ODD\na@example.com;{cell}")
    assert brevo.account.contact("a@example.com").attributes == {}
    assert brevo.account.book.drops == {("ODD", f"not a {kind}"): 1}


@pytest.mark.parametrize(("flag", "left"), [(False, "Ada"), (True, None)])
def test_an_empty_cell_erases_only_when_asked_to(brevo, flag, left):
    brevo.import_text("EMAIL;FIRSTNAME\na@example.com;Ada")
    brevo.import_text("EMAIL;FIRSTNAME\na@example.com;", emptyContactsAttributes=flag)
    assert brevo.account.contact("a@example.com").attributes.get("FIRSTNAME") == left


@pytest.mark.parametrize("text", ["", "EMAIL;A", "EMAIL;A\nno address;x", "ID;A\n1;x"])
def test_a_csv_body_that_names_nobody_is_refused_whole(brevo, text):
    body = {"fileBody": text, "listIds": [2]}
    assert brevo("POST", "/contacts/import", body).status_code == 400
    assert brevo.account.processes == {}


def test_a_row_of_a_csv_body_that_cannot_be_taken_is_in_the_file_of_its_reason(brevo):
    brevo.import_rows({"email": "a@example.com", "attributes": {"SMS": "33612345678"}})
    text = "EMAIL;FIRSTNAME;SMS\nodd;X;\nb@example.com;Y;+33612345678\nc@example.com;Z;"
    rows = refused(brevo.import_text(text))
    assert rows["invalid_emails"] == [{"EMAIL": "odd", "FIRSTNAME": "X", "SMS": ""}]
    assert rows["duplicate_phone_id"] == [
        {"EMAIL": "b@example.com", "FIRSTNAME": "Y", "SMS": "+33612345678"}
    ]
    assert brevo.account.contact("c@example.com") is not None


@pytest.mark.parametrize(
    "body",
    [
        {"jsonBody": [{"email": "a@example.com"}]},
        {"jsonBody": [{"email": "a@example.com"}], "listIds": []},
        {"jsonBody": [{"email": "a@example.com"}], "listIds": [99]},
        {"jsonBody": [{"email": "a@example.com"}], "newList": {"listName": "x"}},
        {"jsonBody": [], "fileBody": "EMAIL", "listIds": [2]},
        {"listIds": [2]},
    ],
)
def test_an_import_without_a_list_or_without_one_body_is_refused(brevo, body):
    assert brevo("POST", "/contacts/import", body).status_code == 400
    assert brevo.account.processes == {}


def test_an_import_can_make_its_list(brevo):
    body = {
        "jsonBody": [{"email": "a@example.com"}],
        "newList": {"listName": "Made", "folderId": 1},
    }
    brevo("POST", "/contacts/import", body)
    brevo.account.settle()
    assert brevo.account.members("Made") == {"a@example.com"}


@pytest.mark.parametrize(("flags", "mails"), [({"disableNotification": True}, 0), ({}, 1)])
def test_the_owner_is_mailed_unless_notification_is_off(brevo, flags, mails):
    body = {"jsonBody": [{"email": "a@example.com"}], "listIds": [2], **flags}
    brevo("POST", "/contacts/import", body)
    assert len(brevo.account.notifications) == mails


def test_an_import_that_fails_changes_nothing_and_says_so(start_brevo):
    brevo = start_brevo(failing_imports=1)
    process = brevo.import_rows({"email": "a@example.com"})
    assert (process["status"], "info" in process) == ("failed", False)
    assert process["error"]
    assert not brevo.account.contacts
    assert brevo.import_rows({"email": "a@example.com"})["status"] == "completed"


def test_processes_are_listed_newest_first_and_fifty_at_most(brevo):
    for number in range(12):
        brevo.import_rows({"email": f"p{number}@example.com"})
    listed = brevo("GET", "/processes").json()
    assert [each["id"] for each in listed["processes"]] == [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]
    assert listed["count"] == 12
    assert brevo("GET", "/processes?limit=51").status_code == 400
    assert brevo("GET", "/processes/99").status_code == 404


def test_two_open_imports_may_be_applied_in_the_other_order(start_brevo):
    brevo = start_brevo(imports_newest_first=True, import_seconds=1e9)
    for name in ("Ada", "Eve"):
        row = {"email": "a@example.com", "attributes": {"FIRSTNAME": name}}
        brevo("POST", "/contacts/import", {"jsonBody": [row], "listIds": [2]})
    brevo.account.settle()
    assert brevo.account.contact("a@example.com").attributes == {"FIRSTNAME": "Ada"}


def test_a_file_is_given_without_a_key_until_it_expires(brevo):
    process = brevo.import_rows({"email": "broken"})
    url = process["info"]["import"]["invalid_emails"]
    assert requests.get(url, timeout=10).status_code == 200
    assert brevo.account.offences == []
    requests.get(url, headers={"api-key": "xkeysib-sandbox"}, timeout=10)
    assert len(brevo.account.offences) == 1
    brevo.switches.files_expired = True
    answer = requests.get(url, timeout=10)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/xml")


def test_fifty_thousand_rows_in_one_body_are_taken(brevo):
    rows = [
        {"email": f"p{number}@example.com", "attributes": {"FIRSTNAME": "A", "LASTNAME": "B"}}
        for number in range(50_000)
    ]
    assert brevo.import_rows(*rows)["status"] == "completed"
    assert len(brevo.account.contacts) == 50_000
