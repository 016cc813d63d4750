"""A stream whose changes a feed of events tells: nothing is missed, whatever the run was cut by."""

import contextlib
import io
import itertools
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import orjson
import pytest

from tajo_connector_sdk.auth import bearer
from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.fields import boolean, obj, string, unix_time
from tajo_connector_sdk.http import Answer
from tajo_connector_sdk.incremental import Feed, Filtered, Scanned
from tajo_connector_sdk.paging import Cursor
from tajo_connector_sdk.rates import Rate
from tajo_connector_sdk.rest import REST
from tajo_connector_sdk.table import Connector, Setting, Stream
from tajo_connector_sdk.tap import make_tap
from tajo_connector_sdk.times import Times
from tajo_connector_sdk.transport import Account

NOW = int(datetime.now(UTC).timestamp())
DAY = 86_400
BY_TIME = Filtered("created[gte]", until="created[lt]", times=Times.UNIX, newest_first=True)
EVENTS = Stream(
    "events", "/events", bookmark="created", incremental=BY_TIME,
    fields={"id": string, "type": string, "created": unix_time, "data": obj},
)  # fmt: skip
FIELDS = {"id": string, "created": unix_time, "name": string, "off": boolean}
CHANGES = ("thing.created", "thing.updated", "thing.deleted", "part.moved")


def feed(**facts):
    given = {
        "events": EVENTS, "types": CHANGES, "first": BY_TIME, "each": "/things/{id}",
        "id": "data.object.id", "ids": {"part.moved": "data.object.thing"}, "param": "types[]",
        "most": 3, "lookback": timedelta(minutes=10), **facts,
    }  # fmt: skip
    return Feed(**given)


def things(**facts):
    return Stream(
        "things", "/things", bookmark="created", incremental=feed(**facts), fields=FIELDS
    )  # fmt: skip


def table(*streams, lanes=1):
    return Connector(
        name="acme", label="Acme", docs="https://acme.example", checked="2026-11-24",
        base_url="https://api.acme.example", settings=(Setting("token", "A token."),),
        auth=(bearer("token"),), streams=streams or (things(),),
        transport=REST(
            paging=Cursor("starting_after", last="id", more="has_more", size="limit", most=4),
            records="data", account=lambda *_: Account("s"), rate=Rate(at_once=lanes),
        ),
    )  # fmt: skip


class CutError(Exception):
    """The run ends here."""


class World:
    """Things and the events about them; lists leave out what is gone. ``left`` requests go."""

    def __init__(self):
        self.things, self.events, self.asked, self.left = {}, [], [], 1_000_000
        self.numbers = itertools.count()

    def happen(self, kind, key, at, **facts):
        self.events.append({"id": f"evt_{next(self.numbers):05}", "type": f"thing.{kind}",
                            "created": at, "data": {"object": {"id": key}}})  # fmt: skip
        if kind == "created":
            self.things[key] = {"id": key, "created": at, "name": "new", "off": None}
        if kind == "deleted":
            self.things[key] = {"id": key, "deleted": True}
        self.things[key] |= facts

    def send(self, _method, url, *, params=None, **_):
        path, params = urlsplit(url).path, dict(params or {})
        self.asked.append((path, params))
        self.left -= 1
        if self.left < 0:
            raise CutError
        status, body = self.answer(path, params)
        return Answer(status, {}, orjson.dumps(body), f"GET {path}")

    def answer(self, path, params):
        if path == "/events":
            assert 0 < len(params["types[]"]) <= 3
            return self.page([e for e in self.events if e["type"] in params["types[]"]], params)
        if path == "/things":
            here = [one for one in self.things.values() if not one.get("deleted")]
            return self.page(here, params)
        found = self.things.get(path.rpartition("/")[2])
        return (200, found) if found else (404, {})

    def page(self, rows, params):
        low, high = int(params.get("created[gte]", 0)), int(params["created[lt]"])
        rows = [row for row in rows if low <= row["created"] < high]
        rows.sort(key=lambda row: (row["created"], row["id"]), reverse=True)
        if after := params.get("starting_after"):
            place = next(n for n, row in enumerate(rows) if row["id"] == after)
            rows = rows[place + 1 :]
        return 200, {"data": rows[:4], "has_more": len(rows) > 4}

    def sleep(self, _):
        pass

    def again(self):
        """Return the ids that were read again since the last look, and forget them."""
        found = [path.rpartition("/")[2] for path, _ in self.asked if path.count("/") == 2]
        self.asked.clear()
        return found


def run(world, state=None, connector=None, config=None):
    """Return records and states of one run, also of one that was cut."""
    tap = make_tap(connector or table())(
        config={"token": "t", **(config or {})}, state=json.loads(json.dumps(state or {}))
    )
    tap.session = lambda _policy: world
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(out), contextlib.suppress(CutError):
        tap.sync_all()
    out.seek(0)
    said = [json.loads(line) for line in out]
    rows = [one["record"] for one in said if one["type"] == "RECORD"]
    return rows, [one["value"] for one in said if one["type"] == "STATE"]


def state_of(days):
    at = datetime.fromtimestamp(NOW - days * DAY, UTC).isoformat()
    kept = {"replication_key": "created", "replication_key_value": at}
    return {"bookmarks": {"things": kept}}


def text(at):
    return datetime.fromtimestamp(at, UTC).replace(tzinfo=None).isoformat() + "Z"


def test_a_first_run_lists_everything_and_a_second_reads_again_what_events_name():
    world = World()
    for n in range(10):
        world.happen("created", f"t{n}", NOW - 40 * DAY + n)
    first, states = run(world)
    assert world.again() == []

    world.happen("updated", "t3", NOW, name="changed", off=True)
    world.happen("created", "t11", NOW)
    world.happen("deleted", "t5", NOW)
    world.happen("updated", "t3", NOW, name="changed twice")
    second, _ = run(world, states[-1])

    assert {row["id"] for row in first} == {f"t{n}" for n in range(10)}
    assert sorted(world.again()) == ["t11", "t3", "t5"]
    got = {row["id"]: row for row in second}
    assert got["t3"]["name"] == "changed twice"
    assert got["t3"]["created"] == text(NOW - 40 * DAY + 3)
    assert got["t11"]["_sdc_deleted_at"] is None
    assert got["t5"] == {"id": "t5", "_sdc_deleted_at": text(NOW), "_tajo_store": "s"}


def test_a_row_that_is_not_there_any_more_is_told_as_deleted():
    world = World()
    world.happen("created", "t1", NOW - DAY)
    del world.things["t1"]

    rows, _ = run(world, state_of(2))

    assert [(row["id"], row["_sdc_deleted_at"]) for row in rows] == [("t1", text(NOW - DAY))]


def test_an_event_about_something_else_leads_to_its_row():
    world = World()
    world.happen("created", "t1", NOW - 40 * DAY)
    world.events = [{"id": "evt_1", "type": "part.moved", "created": NOW - 60,
                     "data": {"object": {"id": "p9", "thing": "t1"}}}]  # fmt: skip

    assert [row["id"] for row in run(world, state_of(1))[0]] == ["t1"]


def test_events_that_name_no_row_are_counted_aloud(caplog):
    world = World()
    world.events = [{"id": "evt_1", "type": "part.moved", "created": NOW - 60,
                     "data": {"object": {"id": "p9", "thing": None}}}]  # fmt: skip

    assert run(world, state_of(1))[0] == []
    assert "things: 1 events name no row" in caplog.text


def test_an_event_that_was_listed_late_is_found_by_the_next_run():
    world = World()
    world.happen("created", "t1", NOW - 40 * DAY)
    _, states = run(world, state_of(1))
    # The bookmark is the time of that run, however long ago these tests were collected.
    now = int(datetime.now(UTC).timestamp())
    world.happen("updated", "t1", now - 300, name="late")

    rows, _ = run(world, states[-1])

    assert [row["name"] for row in rows] == ["late"]


@pytest.mark.parametrize("days", [29.5, 400])
def test_an_absence_longer_than_the_feed_reaches_reads_everything_and_says_so(days, caplog):
    world = World()
    for n in range(6):
        world.happen("created", f"t{n}", NOW - 500 * DAY + n)

    rows, states = run(world, state_of(days))

    assert len(rows) == 6
    assert world.again() == []
    assert "events tell of the last 29 days only" in caplog.text
    caplog.clear()
    assert run(world, states[-1])[0] == []
    assert "events tell" not in caplog.text


def test_a_long_absence_is_read_by_days_and_each_row_once():
    world = World()
    world.happen("created", "t0", NOW - 27 * DAY)
    world.happen("created", "t1", NOW - 27 * DAY)
    for day in range(26, 0, -1):
        world.happen("updated", "t0", NOW - day * DAY)
    world.happen("deleted", "t1", NOW - 2 * DAY)

    rows, states = run(world, state_of(28))

    assert sorted(set(world.again())) == ["t0", "t1"]
    assert [row["id"] for row in rows].count("t0") == 1
    assert rows[-1] == {"id": "t1", "_sdc_deleted_at": text(NOW - 2 * DAY), "_tajo_store": "s"}
    moved = [one["bookmarks"]["things"]["replication_key_value"] for one in states]
    assert moved == sorted(moved)
    assert len(set(moved)) >= 27


@pytest.mark.parametrize("lanes", [1, 3])
@pytest.mark.parametrize("days", [0, 3, 40])
def test_a_run_that_is_cut_at_any_request_loses_nothing(lanes, days):
    world = World()
    for n in range(9):
        world.happen("created", f"t{n}", NOW - 50 * DAY + n)
    for n in range(7):
        world.happen("updated", f"t{n}", NOW - (n % 3) * DAY - 3_600, name="changed")
    world.happen("deleted", "t8", NOW - 5_000)
    begin = state_of(days) if days else {}
    wanted = {key: one["name"] for key, one in world.things.items() if "name" in one}
    whole, _ = run(world, begin)
    requests = len(world.asked)

    for cut in range(requests):
        world.left = cut
        before, states = run(world, begin, table(lanes=lanes))
        world.left = 1_000_000
        after, _ = run(world, states[-1] if states else begin, table(lanes=lanes))
        got = {row["id"]: row.get("name") for row in (*before, *after)}
        known = {row["id"] for row in whole}
        assert {key: name for key, name in got.items() if key != "t8"} == {
            key: name for key, name in wanted.items() if key in known
        }
        assert ("t8" in got) == ("t8" in known)


WRONG = {
    "the row's key is not in it": feed(each="/things/"),
    "'part.move' is not in types; did you mean 'part.moved'?": feed(ids={"part.move": "x"}),
    "no kind of event is asked for": feed(types=(), ids={}),
    "'things' is not read by time": feed(events=Stream("things", "/x", fields=FIELDS)),
    "Scanned lists by no time": feed(first=Scanned()),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_word_about_a_feed_stops_the_table(what):
    row = Stream("things", "/things", bookmark="created", incremental=WRONG[what], fields=FIELDS)

    with pytest.raises(ConfigurationError, match=r"acme\.things\.incremental") as error:
        table(row)

    assert what in str(error.value)
