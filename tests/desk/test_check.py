"""Before a run: what would stop it, what goes wrong some day, and what to do about each."""

import json

import pytest

MAPPING = {
    "platform": "crm",
    "streams": {
        "people": {
            "contact": {
                "field_mapping": {"mail": "email", "city": "CITY", "spent": "SPENT"},
                "consent": {"email": {"from": "optin", "granted": ["yes"], "denied": ["no"]}},
                "mailing_lists": ["News"],
            }
        },
        "goods": {"product": {"field_mapping": {"id": "id", "title": "name"}}},
    },
    "attributes": {"SPENT": "float"},
}
CONTACTS_ONLY = {**MAPPING, "streams": {"people": MAPPING["streams"]["people"]}}


def check(desk, **settings):
    return desk.run("check", "--json", **{"platform": "crm", "mapping": CONTACTS_ONLY} | settings)


def of(said, what):
    return next(each for each in said.facts["findings"] if each["what"] == what)


def make(desk, method, path, **body):
    heard = desk.wire.direct.send(method, path, json.dumps(body).encode())
    assert heard.status < 300, heard.body
    return heard.json() if heard.body else None


def no_key(desk):
    desk.switches.api_keys = {"another"}


def strange_address(desk):
    desk.switches.unknown_ip = True


def other_type(desk):
    make(desk, "POST", "/contacts/attributes/normal/CITY", type="date")


def no_events(desk):
    desk.switches.fail("/events", "403", times=-1)


def no_contacts(desk):
    desk.switches.fail("/contacts", "403", times=-1)


def folder_in_the_way(desk):
    (desk.folder / "state").write_text("in the way of the ledger's folder")


STOPS = [
    # what is wrong, settings, where it is told, words of it, words of what to do
    (no_key, {}, "api_key setting", "does not know this key", "make one in Brevo"),
    (strange_address, {}, "api_key setting", "this machine's IP address", "Authorised IPs"),
    (other_type, {}, "attribute CITY", "has it as date", "map another attribute name"),
    (None, {"create_attributes": False}, "attributes", "has no CITY, SPENT", "create_attributes"),
    (no_contacts, {}, "GET 127.0.0.1/v3/contacts", "does not permit", "Settings, Users"),
    (no_events, {"mapping": None, "platform": ""}, "GET 127.0.0.1/v3/events", "not permit", ""),
    (folder_in_the_way, {}, None, "cannot be opened and written", "name another place"),
    (None, {"mapping": {"platform": "crm", "streams": {"people": {"contcat": {}}}}}, None,
     "contcat", ""),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "settings", "where", "says", "do"), STOPS)
def test_what_would_stop_a_run_is_told_with_what_to_do(desk, wrong, settings, where, says, do):
    if wrong:
        wrong(desk)
    desk.account.mark()
    said = check(desk, **settings)

    stops = [each for each in said.facts["findings"] if each["state"] == "stop"]
    assert said.code == 2
    assert said.facts["stops"] == len(stops) == 1
    assert where in (None, stops[0]["what"])
    assert says in stops[0]["says"]
    assert do in stops[0]["do"]
    assert desk.account.writes() == []


def test_a_fresh_account_can_be_loaded_and_is_told_what_will_be_made(desk):
    said = check(desk, mapping=MAPPING)

    assert said.code == 0
    assert of(said, "attributes")["says"] == "the first contact creates CITY, SPENT"
    assert of(said, "list 'News'")["state"] == "note"
    assert of(said, "folder of lists")["state"] == "note"
    assert of(said, "e-commerce")["state"] == "ok"
    assert desk.account.writes() == []


def test_a_check_costs_few_calls_of_the_hourly_limit(desk):
    check(desk, mapping=MAPPING)

    hourly = [each.path for each in desk.account.requests if each.bucket == "other"]
    assert hourly == ["/account", "/ecommerce/config/displayCurrency", "/processes"]


def test_a_list_that_existed_before_is_warned_of_unless_it_may_be_filled(desk):
    folder = make(desk, "POST", "/contacts/folders", name="Tajo")["id"]
    make(desk, "POST", "/contacts/lists", name="News", folderId=folder)

    assert of(check(desk), "list 'News'")["state"] == "warning"
    assert of(check(desk), "folder of lists")["state"] == "ok"
    allowed = check(desk, backfill_existing_lists=True)
    assert of(allowed, "list 'News'")["state"] == "ok"


def test_e_commerce_that_is_off_stops_nothing(desk):
    desk.switches.ecommerce_active = False
    said = check(desk, mapping=MAPPING)

    assert said.code == 0
    assert "switches it on" in of(said, "e-commerce")["do"]


def test_a_nearly_used_up_limit_is_warned_of(desk):
    desk.switches.tier = "general"
    assert of(check(desk), "limit 'other'")["state"] == "ok"
    for _ in range(85):
        desk.wire.direct.send("GET", "/account")
    low = of(check(desk), "limit 'other'")
    assert low["state"] == "warning"
    assert "of 100/h left (General limits)" in low["says"]
    assert "60 min" in low["do"]


def test_open_rejects_are_mentioned(desk, lines):
    desk.load(*lines("contacts", {"id": "c1", "email": "no address"}))

    assert of(check(desk), "rejects")["says"] == "1 are open"


def test_text_names_marks_and_what_to_do(desk):
    other_type(desk)
    said = desk.run("check", platform="crm", mapping=CONTACTS_ONLY)

    assert said.code == 2
    assert "STOP  attribute CITY" in said.out
    assert "→ map another attribute name" in said.out
    assert said.out.endswith("1 of these would stop a run\n")


MELTANO = [
    {"type": "SCHEMA", "stream": "meltano_test_stream", "key_properties": ["id"],
     "schema": {"properties": {"id": {"type": "integer"}}}},
    {"type": "RECORD", "stream": "meltano_test_stream", "record": {"id": 1}},
]  # fmt: skip


def test_meltanos_test_of_the_settings_makes_the_same_checks(desk):
    path = desk.folder / "test.singer"
    path.write_text("".join(json.dumps(line) + "\n" for line in MELTANO))
    given = {"platform": "crm", "mapping": CONTACTS_ONLY}

    assert desk.run("--input", str(path), **given).code == 0
    other_type(desk)
    said = desk.run("--input", str(path), **given)
    assert said.code == 2
    assert "attribute CITY" in said.errors[0]
