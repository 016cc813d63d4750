"""Runs over a REST API: windows that are too large, scans between runs, a stream that is closed."""

import contextlib
import dataclasses
import io
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import orjson
import pytest

from tajo_connector_sdk.auth import bearer
from tajo_connector_sdk.errors import ConfigurationError, Denied, NotYet
from tajo_connector_sdk.fields import date_time, integer, string
from tajo_connector_sdk.http import Answer
from tajo_connector_sdk.incremental import Again, Filtered, Scanned, Sorted, read_time
from tajo_connector_sdk.paging import Linked, Numbered, Whole
from tajo_connector_sdk.rest import REST, Fault
from tajo_connector_sdk.table import Connector, Parent, Setting, Stream
from tajo_connector_sdk.tap import make_tap
from tajo_connector_sdk.transport import Account

NOW = datetime.now(UTC).replace(microsecond=0)
FIELDS = {"id": integer, "at": date_time, "name": string}


class Session:
    """Answers by path with what ``answers`` says; notes the parameters."""

    def __init__(self, answers):
        self.answers, self.asked = answers, []

    def send(self, method, url, *, params=None, **_):  # noqa: ARG002
        path = urlsplit(url).path
        self.asked.append((path, dict(params or {})))
        status, body = self.answers(path, dict(params or {}))
        return Answer(status, {}, orjson.dumps(body), f"GET {path}")

    def sleep(self, _):
        pass


def table(*streams, **facts):
    given = {"paging": Whole(), "account": lambda _body, _settings: Account("s"), **facts}
    return Connector(
        name="acme", label="Acme", docs="https://acme.example", checked="2026-11-24",
        base_url="https://api.acme.example", settings=(Setting("token", "A token."),),
        auth=(bearer("token"),), transport=REST(**given), streams=streams,
    )  # fmt: skip


def read(connector, answers, state=None):
    session = Session(answers)
    tap = make_tap(connector)(config={"token": "t"}, state=json.loads(json.dumps(state or {})))
    tap.session = lambda _policy: session
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(out):
        tap.sync_all()
    out.seek(0)
    said = [json.loads(line) for line in out]
    rows = [one["record"] for one in said if one["type"] == "RECORD"]
    return rows, [one["value"] for one in said if one["type"] == "STATE"], session.asked


def test_a_window_that_is_too_large_is_halved_and_none_is_longer_than_allowed():
    rows = [{"id": n, "at": (NOW - timedelta(hours=9 * n)).isoformat()} for n in range(200)]
    report = Stream(
        "report", "/report", bookmark="at", fields=FIELDS,
        incremental=Filtered("from", until="to", longest=timedelta(days=31),
                             reaches=timedelta(days=100), lookback=timedelta(days=3)),
    )  # fmt: skip

    def answers(_, asked):
        low, high = read_time(asked["from"]), read_time(asked["to"])
        assert high - low <= timedelta(days=31)
        found = [row for row in rows if low <= read_time(row["at"]) < high]
        return (400, {"name": "TOO_LARGE"}) if len(found) > 30 else (200, found)

    facts = {"fault": lambda _, body: Fault.TOO_COSTLY if body else None}
    got, states, _ = read(table(report, **facts), answers)
    again, _, asked = read(table(report, **facts), answers, states[-1])

    assert {row["id"] for row in got} == set(range(200))
    assert 7 <= len(again) <= 9
    known = read_time(states[-1]["bookmarks"]["report"]["replication_key_value"])
    assert read_time(asked[0][1]["from"]) == known - timedelta(days=3)


DAY = timedelta(days=1)


class Report:
    """A report that is whole up to ``fresh``, knows nothing that begins after it, and is slow."""

    def __init__(self, fresh):
        self.rows, self.fresh, self.calls = [], fresh, 0

    def __call__(self, _, asked):
        self.calls += 1
        low, high = read_time(asked["from"]), read_time(asked["to"])
        if low > self.fresh:
            return 404, {"name": "NOT_YET"}
        shown = [row for row in self.rows if low <= read_time(row["at"]) < high]
        found = [dict(row) for row in shown if read_time(row["at"]) <= self.fresh]
        return 200, {"rows": found, "whose": "me", "fresh": self.fresh.isoformat()}


def reporting(**facts):
    row = Stream(
        "report", "/report", key=("whose", "id"), bookmark="at", records="rows",
        incremental=Filtered("from", until="to", longest=31 * DAY, reaches=90 * DAY,
                             lookback=3 * DAY, fresh="fresh", again=Again(7 * DAY, 31 * DAY)),
        around={"whose": "whose"}, fields={**FIELDS, "whose": string},
    )  # fmt: skip
    not_yet = {"fault": lambda _, body: Fault.NOT_YET if body else None}
    return table(dataclasses.replace(row, **facts), **not_yet)


def kept(states):
    return read_time(states[-1]["bookmarks"]["report"]["replication_key_value"])


def test_a_bookmark_never_goes_past_what_the_platform_calls_whole():
    report = Report(NOW - timedelta(hours=3, microseconds=7))
    report.rows = [{"id": n, "at": (NOW - n * DAY).isoformat()} for n in range(9)]

    got, states, _ = read(reporting(), report)
    report.fresh = NOW
    again, _, _ = read(reporting(), report, states[-1])

    assert sorted(row["id"] for row in got) == list(range(1, 9))
    assert {row["whose"] for row in got} == {"me"}
    assert kept(states) == (NOW - timedelta(hours=3)) - timedelta(seconds=1)
    assert 0 in {row["id"] for row in again}


def test_more_is_read_again_once_in_a_while_and_the_bookmark_goes_only_forwards():
    report = Report(NOW)
    _, first, _ = read(reporting(), report)
    _, second, soon = read(reporting(), report, first[-1])
    old = json.loads(json.dumps(second[-1]))
    for name in ("again", "replication_key_value"):
        old["bookmarks"]["report"][name] = (NOW - 8 * DAY).isoformat()
    _, third, late = read(reporting(), report, old)

    assert read_time(soon[0][1]["from"]) == kept(first) - 3 * DAY
    assert read_time(late[0][1]["from"]) == NOW - 8 * DAY - 31 * DAY
    marks = [read_time(each["bookmarks"]["report"]["replication_key_value"]) for each in third]
    assert marks == sorted(marks)
    assert marks[0] >= NOW - 8 * DAY
    assert third[-1]["bookmarks"]["report"]["again"]


def test_a_window_that_the_platform_has_no_data_of_yet_is_left_for_the_next_run():
    report = Report(NOW - timedelta(hours=9))
    report.rows = [{"id": 1, "at": (NOW - DAY).isoformat()}]
    row = reporting().streams[0]
    late = dataclasses.replace(row.incremental, lookback=timedelta(0), fresh="")
    state = {"bookmarks": {"report": {
        "replication_key": "at", "replication_key_value": NOW.isoformat(),
        "again": NOW.isoformat(),
    }}}  # fmt: skip

    got, states, _ = read(reporting(incremental=late), report, state)

    assert (got, report.calls) == ([], 1)
    assert states == [] or kept(states) == NOW


def test_a_window_that_the_platform_has_no_data_of_any_more_stops_the_run():
    def answers(_path, _asked):
        return 404, {"name": "NOT_YET"}

    with pytest.raises(NotYet, match="no data of this time"):
        read(reporting(), answers)


def test_after_a_halved_window_the_next_ones_grow_again():
    def answers(_, asked):
        low, high = read_time(asked["from"]), read_time(asked["to"])
        return (404, {"x": 1}) if high - low > 10 * DAY else (200, [])

    row = dataclasses.replace(
        reporting().streams[0], records="",
        incremental=Filtered("from", until="to", longest=31 * DAY, reaches=90 * DAY),
    )  # fmt: skip
    facts = {"fault": lambda _, body: Fault.TOO_COSTLY if body else None}
    _, _, asked = read(table(dataclasses.replace(row, around={}), **facts), answers)

    spans = [read_time(one["to"]) - read_time(one["from"]) for _, one in asked]
    assert spans[0] == 31 * DAY
    assert sum(span > 10 * DAY for span in spans) < len(spans) / 2 + 2
    assert len(spans) < 26  # from 31 days anew each time it would be 36


def test_the_next_page_is_the_link_with_its_rel():
    def answers(path, _):
        links = [{"rel": "self", "href": "https://api.acme.example/rows"}]
        if path == "/rows":
            links.append({"rel": "next", "href": "https://api.acme.example/rows/2"})
        return 200, {"rows": [{"id": len(path)}], "links": links}

    rows = Stream("rows", "/rows", records="rows", paging=Linked("links"), fields={"id": integer})
    got, _, asked = read(table(rows), answers)

    assert [row["id"] for row in got] == [5, 7]
    assert len(asked) == 2


def test_a_scan_gives_out_what_changed_since_the_last_whole_one():
    people = Stream("people", "/people", incremental=Scanned(ignore=("at",)), fields=FIELDS)
    rows = [{"id": n, "name": f"n{n}", "at": "2026-01-01T00:00:00Z"} for n in range(400)]
    connector = table(people)

    first, states, _ = read(connector, lambda *_: (200, rows))
    stamped = [{**row, "at": "2026-02-02T00:00:00Z"} for row in rows]
    second, later, _ = read(connector, lambda *_: (200, stamped), states[-1])
    changed = [{**row, "name": "new"} if row["id"] == 7 else row for row in rows]
    third, _, _ = read(connector, lambda *_: (200, changed), later[-1])

    assert len(first) == 400
    assert second == []
    assert 7 in {row["id"] for row in third}
    assert len(third) < 40


def test_a_scan_that_breaks_off_is_done_again():
    people = Stream("people", "/people", incremental=Scanned(), fields=FIELDS)
    connector = table(people)
    _, states, _ = read(connector, lambda *_: (200, [{"id": 1, "name": "a"}]))

    with pytest.raises(Exception, match="HTTP 400"):
        read(connector, lambda *_: (400, {}), states[-1])
    again, _, _ = read(connector, lambda *_: (200, [{"id": 1, "name": "b"}]), states[-1])

    assert [row["name"] for row in again] == ["b"]


def test_a_stream_that_is_closed_is_left_out_and_said(caplog):
    shut = Stream("shut", "/shut", fields=FIELDS)
    free = Stream("free", "/free", fields=FIELDS)
    connector = table(shut, free, skips=frozenset({403}), hints={403: "tick it in the key"})

    rows, _, _ = read(
        connector, lambda path, _: (403, {}) if path == "/shut" else (200, [{"id": 1}])
    )  # fmt: skip

    assert [row["id"] for row in rows] == [1]
    said = [record.getMessage() for record in caplog.records]
    assert any("shut: the platform denies access to it" in line for line in said)
    assert any("tick it in the key; the other streams go on" in line for line in said)


def test_a_run_to_which_every_stream_is_closed_ends_in_an_error():
    shut = [Stream(name, f"/{name}", fields=FIELDS) for name in ("one", "other")]
    connector = table(*shut, skips=frozenset({403}), hints={403: "tick it in the key"})

    with pytest.raises(Denied, match="tick it in the key"):
        read(connector, lambda *_: (403, {}))


def test_one_that_is_closed_stops_the_run_where_the_table_does_not_say_otherwise():
    connector = dataclasses.replace(table(Stream("shut", "/shut", fields=FIELDS)))

    with pytest.raises(Exception, match="HTTP 403"):
        read(connector, lambda *_: (403, {}))


def test_rows_get_further_fields_and_lose_those_that_no_record_bears():
    people = Stream(
        "people", "/people", fields={**FIELDS, "label": string},
        adds=lambda row, settings: {"label": f"{row['name']}/{settings['token']}"},
    )  # fmt: skip
    connector = table(people, drops=("_links",))

    rows, _, _ = read(connector, lambda *_: (200, [{"id": 1, "name": "a", "_links": {"x": 1}}]))

    assert rows == [{"id": 1, "name": "a", "label": "a/t", "_tajo_store": "s"}]


PLACES = Sorted(
    "after", {"orderby": "at"}, by_id={"orderby": "id"}, until="before", exclusive=True,
    proven="update the host",
)  # fmt: skip


class Shop:
    """Answers by page numbers; rows of one second come in an order of their own each time."""

    def __init__(self, rows, ignores=""):
        self.rows, self.ignores, self.asked = rows, ignores, 0

    @staticmethod
    def fits(row, low, high):
        at = read_time(row["at"])
        return (low is None or at > low) and at < high

    def __call__(self, _, asked):
        self.asked += 1
        shift = timedelta(hours=1) if self.ignores == "zone" else timedelta(0)
        low = read_time(asked["after"]) - shift if "after" in asked else None
        high = read_time(asked["before"]) - shift
        rows = [row for row in self.rows if self.ignores == "filter" or self.fits(row, low, high)]
        if asked["orderby"] == "id":
            rows.sort(key=lambda row: row["id"])
        else:
            rows.sort(key=lambda row: (row["at"], row["id"] * 7919 * self.asked % 101))
        size, page = int(asked["per_page"]), int(asked["page"])
        return 200, {"rows": rows[size * (page - 1) : size * page], "total": len(rows)}


def places(**facts):
    things = Stream("things", "/things", bookmark="at", incremental=PLACES, fields=FIELDS)
    return table(things, records="rows", paging=Numbered(most=5, total="total"), **facts)


def test_rows_of_one_second_in_an_order_that_changes_are_all_found():
    at = (NOW - timedelta(hours=2)).isoformat()
    rows = [{"id": n, "at": at, "name": "x"} for n in range(40)]

    got, states, _ = read(places(), Shop(rows))

    assert sorted(row["id"] for row in got) == list(range(40))
    assert states[-1]["bookmarks"]["things"]["replication_key_value"]


@pytest.mark.parametrize("ignores", ["filter", "zone"])
def test_a_filter_that_the_host_does_not_keep_to_stops_the_run(ignores):
    rows = [
        {"id": n, "at": (NOW - timedelta(hours=2, minutes=n)).isoformat(), "name": "x"}
        for n in range(9)
    ]

    with pytest.raises(ConfigurationError, match=r"does not keep to it.*update the host"):
        read(places(), Shop(rows, ignores))


def test_rows_behind_a_row_that_is_gone_are_none():
    parents = Stream("parents", "/parents", fields=FIELDS)
    children = Stream("children", "/parents/{id}/children", fields=FIELDS, parent=Parent(parents))
    connector = table(parents, children)

    def answers(path, _):
        if path == "/parents":
            return 200, [{"id": 1, "name": "gone"}, {"id": 2, "name": "there"}]
        return (404, {}) if "/1/" in path else (200, [{"id": 9, "name": "child"}])

    rows, _, _ = read(connector, answers)

    assert [row["id"] for row in rows] == [1, 2, 9]
