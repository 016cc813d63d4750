"""A dry run decides as the run that follows, on the same world, and tells what it would change."""

import json
import re

import orjson
import pytest

from target_brevo.brevo.rehearsal import Rehearsal
from target_brevo.verdicts import Verdicts

MAIL = "p{}@example.org"


def people(clock, count, **fields):
    """``count`` persons whose consent is granted, denied and unknown in turn."""
    words = ("granted", "denied", None)
    return [
        {
            "id": f"c{n}", "email": MAIL.format(n), "CITY": "Nice", "NOTE": None,
            "email_consent": words[n % 3], "email_consent_at": clock.text(days=-1),
            "listed": ["News"], "updated_at": clock.text(),
        }
        | fields
        for n in range(count)
    ]  # fmt: skip


def sales(clock, count, **by):
    return [
        {"id": f"o{n}", "email": MAIL.format(n), "createdAt": clock.text(), "amount": 1 + n,
         "updatedAt": clock.text(), "status": "paid", "products": [],
         "at": clock.text(**(by or {"minutes": n - 2}))}
        for n in range(count)
    ]  # fmt: skip


def visits(clock, count, first=0):
    return [
        {"id": f"e{n}", "email": MAIL.format(n), "name": "seen", "at": clock.text(minutes=n - 2)}
        for n in range(first, first + count)
    ]


def cups(count):
    return [{"id": f"g{n}", "name": f"Cup {n}"} for n in range(count)]


class World:
    """A desk, and words for what happens in it."""

    def __init__(self, desk, lines, clock):
        self.desk, self.lines, self.clock = desk, lines, clock

    def load(self, **streams):
        settings = streams.pop("settings", {})
        messages = [m for name, rows in streams.items() for m in self.lines(name, *rows)]
        for each in messages:
            if "SPENT" in each.get("schema", {}).get("properties", {}):
                each["schema"]["properties"]["SPENT"] = {"type": "number"}
        return self.desk.load(*messages, **{"platform": "crm", "store": "north"} | settings)

    def later(self, **by):
        self.clock.seconds += by.get("minutes", 1) * 60

    def click(self, method, path, **body):
        self.desk.wire.direct.send(method, path, json.dumps(body).encode())


def first_load(world):
    clock = world.clock
    return {"contacts": people(clock, 24), "products": cups(5), "orders": sales(clock, 6),
            "events": visits(clock, 6)}  # fmt: skip


def few(world):
    return {"contacts": people(world.clock, 4), "events": visits(world.clock, 4)}


def increment(world):
    world.load(**first_load(world))
    world.later()
    clock = world.clock
    changed = people(clock, 24, CITY="Lyon")[2:] + people(clock, 29)[24:]
    return {"contacts": changed, "products": cups(6), "orders": sales(clock, 8, minutes=1),
            "events": visits(clock, 12)}  # fmt: skip


def cleared(world):
    world.load(contacts=people(world.clock, 24, NOTE="regular"))
    world.later()
    return {"contacts": people(world.clock, 24, NOTE=None, CITY="")}


def phones_and_numbers(world):
    """Written in other words than they are held in, and that is no change."""
    rows = [
        row | {"SMS": f"+336123456{n:02}", "SPENT": 3}
        for n, row in enumerate(people(world.clock, 24))
    ]
    world.load(contacts=rows)
    world.later()
    return {"contacts": [row | {"CITY": "Bern", "SPENT": 3.0} for row in rows]}


def changed_mapping(world):
    world.load(contacts=people(world.clock, 24))
    world.later()
    # Another name of an attribute is what a changed mapping looks like from here.
    rows = [row | {"TOWN": row.pop("CITY")} for row in people(world.clock, 24)]
    return {"contacts": rows}


def consents(world):
    world.load(contacts=people(world.clock, 24))
    news = next(each.id for each in world.desk.account.lists.values() if each.name == "News")
    for n in (0, 3):
        world.desk.account.unsubscribe(MAIL.format(n))
    world.desk.account.leave_list(MAIL.format(6), news)
    world.later()
    turned = people(world.clock, 24, email_consent_at=world.clock.text())
    for row in turned[6:]:
        row["email_consent"] = {"granted": "denied", "denied": "granted"}.get(row["email_consent"])
    return {"contacts": turned}


def rejects(world):
    bad = [{"id": f"b{n}", "email": "no address", "CITY": "Nice"} for n in range(3)]
    world.load(contacts=[*bad, *people(world.clock, 5)], orders=[{"id": "o1", "status": "paid"}])
    world.later()
    broken = [{"id": "e1", "email": MAIL.format(0), "name": "not a name", "at": "never"}]
    return {"contacts": [*bad, *people(world.clock, 6)], "events": broken,
            "orders": [{"id": "o1", "status": "paid"}, *sales(world.clock, 2)]}  # fmt: skip


def moved(world):
    world.load(contacts=people(world.clock, 9))
    world.later()
    rows = people(world.clock, 9)
    for n in (1, 2, 3):
        rows[n]["email"] = f"new{n}@example.org"
    return {"contacts": rows}


def drift(world):
    world.load(contacts=people(world.clock, 24))
    for n in (0, 1, 2):
        world.click("DELETE", f"/contacts/{MAIL.format(n)}")
    world.click("PUT", f"/contacts/{MAIL.format(4)}", attributes={"CITY": "Rome"})
    world.later()
    return {"contacts": people(world.clock, 24, CITY="Bern")}


def gone(world):
    world.load(contacts=people(world.clock, 24))
    world.later()
    deleted = {"_sdc_deleted_at": world.clock.text(), "deletion": "unlink"}
    return {"contacts": [row | deleted for row in people(world.clock, 24)[:3]]}


def nothing_new(world):
    clock = world.clock
    rows = {"contacts": people(clock, 24), "orders": sales(clock, 3), "events": visits(clock, 6)}
    world.load(**rows)
    return rows


# What happened before, what a dry run says would be done to contacts, and to which attributes.
WORLDS = [
    (first_load, {"create": 24, "block e-mail": 8}, {"CITY": {"set": 24}}),
    (few, {"create": 4, "block e-mail": 1}, {"CITY": {"set": 4}}),
    (increment, {"create": 5, "update": 22, "block e-mail": 2},
     {"CITY": {"change": 22, "set": 5}}),
    (cleared, {"update": 24}, {"CITY": {"clear": 24}, "NOTE": {"clear": 24}}),
    (phones_and_numbers, {"update": 24}, {"CITY": {"change": 24}}),
    (changed_mapping, {"update": 24}, {"TOWN": {"set": 24}}),
    (consents, {"update": 16, "block e-mail": 6}, {}),
    (rejects, {"create": 1}, {"CITY": {"set": 1}}),
    (moved, {"change the address": 3, "update": 7}, {}),
    (drift, {"create": 3, "update": 21, "block e-mail": 1}, {"CITY": {"change": 21, "set": 3}}),
    (gone, {"take off a list": 1}, {}),
    (nothing_new, {}, {}),
]  # fmt: skip


@pytest.fixture
def world(desk, lines, clock):
    desk.switches.tier = "extended"
    return World(desk, lines, clock)


@pytest.fixture
def decided(monkeypatch):
    """Every verdict that is given: which operation, what, and why."""
    heard = []
    settle = Verdicts.settle

    def listening(self, claim, verdict, reason=""):
        heard.append((claim.ticket, claim.stream, claim.kind, verdict, reason))
        settle(self, claim, verdict, reason)

    monkeypatch.setattr(Verdicts, "settle", listening)
    return heard


@pytest.fixture
def rehearsed(monkeypatch):
    """Every call that a dry run would write."""
    heard = []
    write = Rehearsal.write

    def listening(self, method, path, body, **more):
        answer = write(self, method, path, body, **more)
        sent = orjson.loads(body) if isinstance(body, bytes) else body
        made = orjson.loads(answer.body).get("id") if answer.body else None
        heard.append((method, path, sent, made))
        return answer

    monkeypatch.setattr(Rehearsal, "write", listening)
    return heard


def with_names(writes, lists):
    """Return calls with lists by name: a dry run makes ids up."""
    for _, path, body, made in writes:
        if path == "/contacts/lists":
            lists[made] = body["name"]
    found = []
    for method, path, given, _ in writes:
        shown = re.sub(r"/lists/(-?\d+)/", lambda m: f"/lists/{lists[int(m[1])]}/", path)
        body = dict(given or {})
        body.pop("folderId", None)
        if "listIds" in body:
            body["listIds"] = sorted(lists[each] for each in body["listIds"])
        found.append((method, shown, body))
    return found


@pytest.mark.parametrize(
    ("happened", "would", "attributes"), WORLDS, ids=[world[0].__name__ for world in WORLDS]
)
def test_a_dry_run_makes_every_decision_and_every_call_of_the_run_and_says_what_changes(
    world, happened, would, attributes, decided, rehearsed
):  # fmt: skip
    load = happened(world)
    account = world.desk.account
    lists = {each.id: each.name for each in account.lists.values()}
    before = cities(account)
    decided.clear()
    account.mark()
    dry = world.load(**load, settings={"dry_run": True})
    decisions = sorted(decided)
    assert account.writes() == []
    planned = with_names(rehearsed, dict(lists))

    decided.clear()
    real = world.load(**load)
    now = [each.id for each in account.lists.values()]
    made = iter(each for each in now if each not in lists)
    sent = [
        (
            each.method,
            each.path,
            orjson.loads(each.body) if each.body else None,
            next(made) if each.path == "/contacts/lists" else None,
        )
        for each in account.writes()
    ]

    assert decisions == sorted(decided)
    assert planned == with_names(sent, lists)
    for figure in ("possible_automation_starts", "notes", "streams"):
        assert dry[figure] == real[figure]
    forecast = dry["forecast"]
    assert {what: forecast["would"].get(what) for what in would} == would
    counted = {name: n for name, n in forecast["attributes"].items() if name != "EXT_ID"}
    assert counted == attributes
    assert counted.get("CITY", {}) == changes(before, cities(account))


def cities(account):
    return {each.id: each.attributes.get("CITY") for each in account.contacts.values()}


def changes(before, after):
    """Return how many cities were set, changed and cleared."""
    pairs = [(before.get(number), city) for number, city in after.items()]
    found = {
        "set": sum(was is None and now is not None for was, now in pairs),
        "change": sum(None not in (was, now) and was != now for was, now in pairs),
        "clear": sum(was is not None and now is None for was, now in pairs),
    }
    return {how: count for how, count in found.items() if count}


def test_a_dry_run_tells_calls_and_times_by_bucket(world):
    world.desk.switches.tier = "general"
    clock = world.clock
    load = {"contacts": people(clock, 25), "events": visits(clock, 14)}
    forecast = world.load(**load, settings={"dry_run": True})["forecast"]
    calls = {name: each["calls"] for name, each in forecast["buckets"].items()}
    world.desk.account.mark()
    real = world.load(**load)

    assert forecast["limits"] == "General"
    assert calls["contacts"] == real["calls"]["by_bucket"]["contacts"]
    assert calls["other"] <= real["calls"]["by_bucket"]["other"]
    assert forecast["seconds"] >= 0


def test_the_report_says_it_in_words_and_comparing_costs_no_call_per_contact(world, caplog):
    dry = world.load(**increment(world), settings={"dry_run": True})
    assert dry["forecast"]["calls_to_compare"] == 1
    told = next(line for line in caplog.messages if "would have done" in line)

    assert "create 5, update 22, block e-mail 2" in told
    assert "CITY: change 22, set 5" in told
    assert "the calls of a run take under a minute at" in told
    assert "1 call was made to compare" in told
    assert "Lyon" not in told
