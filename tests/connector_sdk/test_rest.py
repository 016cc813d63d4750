"""Reading REST APIs: pages of every style, questions, rows in shape, and what a refusal means."""

import dataclasses
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from unittest.mock import ANY
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from tajo_connector_sdk.auth import Header
from tajo_connector_sdk.errors import (
    BadAnswer,
    ConfigurationError,
    Denied,
    Refusal,
    TooLarge,
    Unavailable,
)
from tajo_connector_sdk.fields import (
    connection,
    date_time,
    decimal_4,
    decimal_number,
    integer,
    mail_time,
    number,
    obj,
    offset_time,
    string,
    unix_time,
    utc_time,
)
from tajo_connector_sdk.http import Answer
from tajo_connector_sdk.incremental import Filtered, Scanned, Sorted, Window
from tajo_connector_sdk.paging import Cursor, InHeader, Linked, Numbered, Whole
from tajo_connector_sdk.rates import Rate
from tajo_connector_sdk.rest import REST, Fault, Lists
from tajo_connector_sdk.table import Beside, Parent, Stream, Trash
from tajo_connector_sdk.times import Times
from tajo_connector_sdk.transport import Account, Ask, Site
from tajo_connector_sdk.windows import WindowReading

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
BASE = "https://api.acme.example"
FIELDS = {"id": integer, "at": date_time, "name": string}
ANYTIME = Window(None, T0)


@dataclass
class Api:
    """Answers in this process; ``answer`` makes (status, headers, body) of path and query."""

    answer: object = None
    asked: list = field(default_factory=list)

    def send(self, method, url, *, headers=None, params=None, signed=None, **_):
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        query |= dict(params or {})
        self.asked.append((parts.path, query, {**(headers or {}), **(signed() if signed else {})}))
        status, said, content = self.answer(parts.path, query)
        raw = content if isinstance(content, bytes) else orjson.dumps(content)
        return Answer(status, said, raw, f"{method} {parts.path}")

    def sleep(self, _):
        pass


@pytest.fixture
def api():
    return Api()


def rest(**facts):
    given = {"paging": Whole(), "account": lambda _, settings: Account(settings["token"])}
    return REST(**{**given, **facts})


def stream(**facts):
    return Stream("things", "/things", **{"fields": FIELDS, **facts})


@pytest.fixture
def reader_of(api):
    def opened(**facts):
        credentials = Header("X-Token", setting="token").start({"token": "t"}, None, "")
        return rest(**facts).open(Site("acme", BASE, api, credentials, {"token": "t"}))

    return opened


def walked(reader, row, window=ANYTIME, fields=None):
    ask = Ask(row, fields or row.fields, window)
    page = reader.page(ask, None)
    rows, totals = list(page.rows), [page.total]
    while page.more:
        page = reader.page(ask, page.cursor)
        rows += page.rows
        totals.append(page.total)
    return rows, totals


def rows_of(count):
    return [{"id": n + 1, "at": "2026-01-01T00:00:00Z", "name": f"n{n}"} for n in range(count)]


def by_last(rows, query):
    size, after = int(query["limit"]), int(query.get("starting_after", 0))
    rest_of = [row for row in rows if row["id"] > after]
    return 200, {}, {"data": rest_of[:size], "has_more": len(rest_of) > size}


def by_token(rows, query):
    size, begin = int(query["limit"]), int(query.get("after", 0))
    said = {"data": rows[begin : begin + size], "paging": {"next": {"after": ""}}}
    if begin + size < len(rows):
        said["paging"]["next"]["after"] = str(begin + size)
    return 200, {}, said


def by_number(rows, query):
    size, page = int(query["per_page"]), int(query["page"])
    part = rows[(page - 1) * size : page * size]
    headers = {"X-Total": str(len(rows)), "X-Pages": str(-(-len(rows) // size))}
    return 200, headers, part


def by_number_again(rows, query):
    """Past the end, the last page once more."""
    size = int(query["per_page"])
    last = max(1, -(-len(rows) // size))
    return by_number(rows, {**query, "page": str(min(int(query["page"]), last))})


def by_number_or_204(rows, query):
    status, headers, part = by_number(rows, query)
    return (status, headers, part) if part else (204, {}, b"")


def by_offset(rows, query):
    size, begin = int(query["limit"]), int(query["offset"])
    return 200, {}, {"data": rows[begin : begin + size], "total": len(rows)}


def by_link(rows, query):
    size, begin = int(query.get("n", 3)), int(query.get("begin", 0))
    nearby = f'<{BASE}/things?n={size}&begin=0>; rel="first"'
    link = f'{nearby}, <{BASE}/things?n={size}&begin={begin + size}>; rel="next"'
    return 200, {"Link": link if begin + size < len(rows) else nearby}, rows[begin : begin + size]


def by_next(rows, query):
    size, begin = int(query.get("n", 3)), int(query.get("begin", 0))
    more = begin + size < len(rows)
    following = f"/things?n={size}&begin={begin + size}" if more else None
    return 200, {}, {"data": rows[begin : begin + size], "next": following}


TOTAL, PAGES = InHeader("X-Total"), InHeader("X-Pages")
# how it pages, where rows are, how the platform answers, requests for 0, 1, 3, 7 and 9 rows
STYLES = {
    "cursor": (Cursor("starting_after", last="id", more="has_more", most=3), "data", by_last,
               [1, 1, 1, 3, 3]),
    "cursor, no word": (Cursor("starting_after", last="id", most=3), "data", by_last,
                        [1, 1, 2, 3, 4]),
    "token": (Cursor("after", token="paging.next.after", most=3), "data", by_token,
              [1, 1, 1, 3, 3]),
    "total": (Numbered(most=3, total=TOTAL), "", by_number, [1, 1, 1, 3, 3]),
    "total, repeats": (Numbered(most=3, total=TOTAL), "", by_number_again, [1, 1, 1, 3, 3]),
    "pages": (Numbered(most=3, pages=PAGES, ends="pages"), "", by_number, [1, 1, 1, 3, 3]),
    "short": (Numbered(most=3, ends="short"), "", by_number, [1, 1, 2, 3, 4]),
    "empty": (Numbered(most=3, ends="empty"), "", by_number_or_204, [1, 2, 2, 4, 4]),
    "repeat": (Numbered(most=3, ends="repeat"), "", by_number_again, [1, 2, 2, 4, 4]),
    "offset": (Numbered("offset", size="limit", most=3, rows=True, total="total"), "data",
               by_offset, [1, 1, 1, 3, 3]),
    "link": (Linked(size="n", most=3), "", by_link, [1, 1, 1, 3, 3]),
    "next": (Linked("next", size="n", most=3), "data", by_next, [1, 1, 1, 3, 3]),
}  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("place", "count"), list(enumerate([0, 1, 3, 7, 9])))
def test_every_row_comes_once_and_no_request_is_too_many(api, reader_of, style, place, count):
    paging, records, answer, requests = STYLES[style]
    rows = rows_of(count)
    api.answer = lambda _, query: answer(rows, query)

    # Asked for by time: pages of all other questions overlap where they are places.
    in_order = stream(incremental=Sorted("since", {}), bookmark="at")
    got, _ = walked(reader_of(paging=paging, records=records), in_order)

    assert got == rows
    assert len(api.asked) == requests[place]


def test_a_next_page_on_another_host_gets_no_credentials(api, reader_of):
    api.answer = lambda *_: (200, {}, {"data": rows_of(1), "next": "https://evil.example/things"})

    with pytest.raises(BadAnswer, match="on another host"):
        walked(reader_of(paging=Linked("next"), records="data"), stream())
    assert len(api.asked) == 1


# the class, the window, parameters of the question
LOW, HIGH = T0 - timedelta(days=1), T0
FILTERS = {
    "ascending": Sorted("since", {"sort": "at:asc"}, until="before"),
    "none": None,
    "exclusive": Sorted("since", {}, until="before", times=Times.UNMARKED, exclusive=True),
    "unix": Filtered("created[gte]", until="created[lt]", times=Times.UNIX),
    "mail": Sorted("min", {"sort": "at:asc"}, times=Times.MAIL),
    "spaced": Sorted(
        {"f[0][field]": "at", "f[0][value]": "{}", "f[0][op]": "gteq"}, {}, times=Times.SPACED
    ),
    "scan": Scanned(by_id={"orderby": "id"}),
}
QUESTIONS = [
    ("ascending", LOW, {"since": "2026-02-28T12:00:00Z", "before": "2026-03-01T12:00:00Z",
                        "sort": "at:asc"}),
    ("ascending", None, {"before": "2026-03-01T12:00:00Z", "sort": "at:asc"}),
    ("none", LOW, {}),
    ("exclusive", LOW, {"since": "2026-02-28T11:59:59", "before": "2026-03-01T12:00:00"}),
    ("unix", LOW, {"created[gte]": "1772280000", "created[lt]": "1772366400"}),
    ("mail", LOW, {"min": "Sat, 28 Feb 2026 12:00:00 +0000", "sort": "at:asc"}),
    ("spaced", LOW, {"f[0][field]": "at", "f[0][value]": "2026-02-28 12:00:00",
                     "f[0][op]": "gteq"}),
    ("scan", LOW, {"orderby": "id"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "low", "params"), QUESTIONS)
def test_a_question_is_put_in_the_platforms_words(api, reader_of, name, low, params):
    known = FILTERS[name]
    bookmark = "at" if isinstance(known, Sorted | Filtered) else None
    row = stream(incremental=known, bookmark=bookmark, params={"status": "any"})
    api.answer = lambda *_: (200, {}, [])

    walked(reader_of(headers={"X-As": "{token}"}, params={"v": "1"}), row, Window(low, HIGH))

    path, query, headers = api.asked[0]
    assert path == "/things"
    assert query == {"v": "1", "status": "any", **params}
    assert headers["X-As"] == headers["X-Token"] == "t"


# field, value of the platform, value of the record
VALUES = [
    (unix_time, 1772280000, "2026-02-28T12:00:00Z"),
    (unix_time, None, None),
    (utc_time, "2026-02-28T12:00:00", "2026-02-28T12:00:00Z"),
    (utc_time, "2026-02-28 12:00:00", "2026-02-28T12:00:00Z"),
    (utc_time, "", None),
    (utc_time, "0000-00-00 00:00:00", None),
    (offset_time, "2026-02-28T14:00:00+0200", "2026-02-28T12:00:00Z"),
    (mail_time, "Sat, 28 Feb 2026 12:00:00 +0000", "2026-02-28T12:00:00Z"),
    ({"a": unix_time}, {"a": 1772280000, "b": 1}, {"a": "2026-02-28T12:00:00Z", "b": 1}),
    ([{"a": unix_time}], [{"a": 1772280000}], [{"a": "2026-02-28T12:00:00Z"}]),
    (string, "as it is", "as it is"),
]


@pytest.mark.parametrize(("word", "told", "borne"), VALUES)
def test_values_are_borne_in_one_shape(api, reader_of, word, told, borne):
    api.answer = lambda *_: (200, {}, [{"id": 1, "value": told}])

    (row,), _ = walked(reader_of(), stream(fields={"id": integer, "value": word}))

    assert row["value"] == borne


@pytest.mark.parametrize("word", [{"a": string}, {"a": unix_time}, obj])
def test_an_object_without_fields_may_come_as_an_empty_list(api, reader_of, word):
    said = [{"id": 1, "value": [], "more": [{"inner": []}, {"inner": {"a": None}}], "list": []}]
    fields = {"id": integer, "value": word, "more": [{"inner": word}], "list": [word]}
    api.answer = lambda *_: (200, {}, said)

    (row,), _ = walked(reader_of(empties=True), stream(fields=fields))
    (other,), _ = walked(reader_of(), stream(fields=fields))

    assert (row["value"], row["list"]) == ({}, [])
    assert row["more"] == [{"inner": {}}, {"inner": {"a": None}}]
    assert other["value"] == []


@pytest.mark.parametrize(
    ("word", "told"),
    [(offset_time, "2026-02-28T12:00:00"), (mail_time, "Sat, 28 Feb 2026 12:00:00 -0000")],
)
def test_a_time_without_a_zone_is_not_of_this_machines(api, reader_of, monkeypatch, word, told):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    api.answer = lambda *_: (200, {}, [{"id": 1, "value": told}])

    try:
        (row,), _ = walked(reader_of(), stream(fields={"id": integer, "value": word}))
    finally:
        monkeypatch.undo()
        time.tzset()

    assert row["value"] == "2026-02-28T12:00:00Z"


def test_money_that_comes_as_a_number_is_not_rounded(api, reader_of):
    lines = [{"p": decimal_number}]
    fields = {"id": integer, "price": decimal_number, "weight": number, "lines": lines}
    body = b'[{"id": 1, "price": 12345678901234.5678, "weight": 1.5, "lines": [{"p": 0.10}, '
    api.answer = lambda *_: (200, {}, body + b'{"p": 3}]}]')

    (row,), _ = walked(reader_of(), stream(fields=fields))

    assert row == {
        "id": 1,
        "price": "12345678901234.5678",
        "weight": 1.5,
        "lines": [{"p": "0.10"}, {"p": "3"}],
    }
    assert type(row["weight"]) is float


def test_the_noise_of_a_float_is_no_part_of_a_column_of_four_decimals(api, reader_of):
    said = b"29.989999999999998, 0.1234567, 19.99, 7, -0.30000000000000004, 100.00000000000001"
    api.answer = lambda *_: (200, {}, b'[{"id": 1, "prices": [' + said + b"]}]")

    (row,), _ = walked(reader_of(), stream(fields={"id": integer, "prices": [decimal_4]}))

    assert row["prices"] == ["29.99", "0.1235", "19.99", "7", "-0.3", "100"]


def test_a_value_that_is_none_of_its_kind_is_told_without_it(api, reader_of):
    api.answer = lambda *_: (200, {}, [{"id": 1, "at": "ann@example.org"}])

    with pytest.raises(BadAnswer) as caught:
        walked(reader_of(), stream(fields={"id": integer, "at": utc_time}))
    assert "ann" not in str(caught.value)


def test_what_is_not_selected_is_not_given_out_and_what_is_unknown_passes(api, reader_of):
    fields = {"id": integer, "name": string, "who": {"a": string, "b": string}}
    api.answer = lambda *_: (
        200,
        {},
        [{"id": 1, "name": "n", "who": {"a": 1, "b": 2, "c": 3}, "x": 4}, {"id": 2, "who": None}],
    )
    wanted = {"id": integer, "who": {"a": string}}

    rows, _ = walked(reader_of(), stream(fields=fields), fields=wanted)

    assert rows == [{"id": 1, "who": {"a": 1, "c": 3}, "x": 4}, {"id": 2, "who": None}]


def test_a_list_inside_a_row_is_read_to_its_end(api, reader_of):
    lines = rows_of(7)

    def answer(path, query):
        if path == "/things/1/lines":
            return by_last(lines, query)
        nested = {"data": lines[:2], "has_more": True, "url": "/things/1/lines"}
        return 200, {}, {"data": [{"id": 1, "lines": nested}, {"id": 2}], "has_more": False}

    api.answer = answer
    reader = reader_of(
        paging=Cursor("starting_after", last="id", more="has_more", most=3),
        records="data",
        lists=Lists(),
    )

    rows, _ = walked(
        reader, stream(fields={"id": integer, "lines": connection({"id": integer})})
    )  # fmt: skip

    assert [row["lines"] for row in rows] == [lines, None]
    assert [path for path, _, _ in api.asked] == ["/things", "/things/1/lines", "/things/1/lines"]


def test_rows_behind_rows_bear_what_their_parent_says(api, reader_of):
    parents = stream(
        fields={"id": integer, "at": utc_time, "kind": string},
        bookmark="at",
        incremental=Sorted("since", {}),
    )
    children = Stream(
        "parts",
        "/things/{id}/parts",
        key=("thing", "id"),
        bookmark="changed",
        incremental=parents.incremental,
        parent=Parent(
            parents, {"thing": "id", "changed": "at"}, when=lambda row: row["kind"] == "set"
        ),
        fields={"id": integer, "thing": integer, "changed": date_time},
    )

    def answer(path, _):
        if path == "/things":
            rows = [
                {"id": n, "at": "2026-02-28T12:00:00", "kind": kind}
                for n, kind in enumerate(["set", "one", "set"])
            ]
            return 200, {}, rows
        return 200, {}, [{"id": 7}, {"id": 8}]

    api.answer = answer

    rows, totals = walked(reader_of(rate=Rate(at_once=3)), children, Window(LOW, HIGH))

    assert [(row["thing"], row["id"]) for row in rows] == [(0, 7), (0, 8), (2, 7), (2, 8)]
    assert {row["changed"] for row in rows} == {"2026-02-28T12:00:00Z"}
    assert totals == [None]
    assert api.asked[0][1] == {"since": "2026-02-28T12:00:00Z"}


def test_rows_that_a_list_only_names_are_read_one_by_one(api, reader_of):
    def answer(path, _):
        return 200, {}, rows_of(2) if path == "/things" else {"id": path[-1], "whole": True}

    api.answer = answer

    rows, _ = walked(reader_of(), stream(each="/things/{id}"))

    assert rows == [{"id": "1", "whole": True}, {"id": "2", "whole": True}]


def test_lists_beside_a_stream_are_put_into_its_rows_a_page_in_one_question(api, reader_of):
    parts = [{"of": n % 4, "id": n, "price": 0.1} for n in range(12)]

    def answer(path, query):
        if path == "/things":
            return 200, {}, {"data": [{"id": n, "parts": [{"id": n}], "held": 1 + n % 2 * 2}
                                      for n in range(4)]}  # fmt: skip
        ids = query["of:in"].split(",")
        found = [part for part in parts if str(part["of"]) in ids]
        size, page = int(query["per_page"]), int(query["page"])
        return 200, {}, {"data": found[size * (page - 1) : size * page], "total": len(found)}

    api.answer = answer
    beside = Beside(
        "parts", "/parts", asks="of:in", by="of",
        when=lambda row: row["held"] > len(row["parts"]), most=2,
    )  # fmt: skip
    row = stream(
        fields={"id": integer, "parts": [{"id": integer, "price": decimal_number}]},
        beside=(beside,),
        paging=Whole(),
    )
    reader = reader_of(records="data", paging=Numbered(most=4, total="total"))

    rows, _ = walked(reader, row)

    assert [[part["id"] for part in one["parts"]] for one in rows] == [
        [0], [1, 5, 9], [2], [3, 7, 11],
    ]  # fmt: skip
    assert rows[1]["parts"][0]["price"] == "0.1"
    assert [query for path, query, _ in api.asked if path == "/parts"] == [
        {"of:in": "1,3", "per_page": "4", "page": "1"},
        {"of:in": "1,3", "per_page": "3", "page": "2"},  # from the fourth on
    ]
    api.asked.clear()
    walked(reader, row, fields={"id": integer})
    assert {path for path, _, _ in api.asked} == {"/things"}


def test_rows_beside_a_stream_can_be_those_that_a_field_of_it_names(api, reader_of):
    things = [{"id": 1, "of": 7}, {"id": 2, "of": 7}, {"id": 3, "of": None}]
    api.answer = lambda path, _: (200, {}, [{"id": 7}] if path == "/wholes" else things)
    beside = Beside("wholes", "/wholes", "ids", "id", bool, of="of", params={"only": "id"})
    fields = {"id": integer, "of": integer, "wholes": [{"id": integer}]}

    rows, _ = walked(reader_of(), stream(fields=fields, beside=(beside,)))

    assert [row.get("wholes") for row in rows] == [[{"id": 7}], [{"id": 7}], None]
    asked = [query for path, query, _ in api.asked if path == "/wholes"]
    assert [(query["ids"], query["only"]) for query in asked] == [("7", "id")]


def test_a_path_of_its_own_counts_what_answers_the_same_bounds(api, reader_of):
    row = stream(
        bookmark="at",
        incremental=Sorted("since", {"order": "at"}, until="before"),
        params={"include": "parts"},
        count="/things/count",
    )
    api.answer = lambda *_: (200, {}, {"all": {"count": 7}})

    assert reader_of(counted="all.count").count(Ask(row, row.fields, Window(LOW, HIGH))) == 7
    assert api.asked == [
        ("/things/count", {"since": "2026-02-28T12:00:00Z", "before": "2026-03-01T12:00:00Z"}, ANY)
    ]


def test_the_trash_tells_deletions(api, reader_of):
    row = stream(
        bookmark="at",
        incremental=Sorted("since", {}),
        deletions=Trash({"status": "trash"}, at="at"),
    )
    api.answer = lambda *_: (200, {}, rows_of(1))

    gone = list(reader_of().deletions(row.deletions, Ask(row, row.fields, Window(LOW, HIGH))))

    assert [(one.key, one.at) for one in gone] == [({"id": 1}, "2026-01-01T00:00:00Z")]
    assert api.asked[0][1] == {"status": "trash", "since": "2026-02-28T12:00:00Z"}


# status and body, facts of the transport, the error, its words
REFUSALS = [
    (401, b"", {}, ConfigurationError, "HTTP 401; check address and credentials"),
    (403, b"", {"hints": {403: "ask the owner"}}, ConfigurationError, "HTTP 403; ask the owner"),
    (403, b"", {"skips": frozenset({403})}, Denied, "things: the platform denies access"),
    (400, b"<html>ann@example.org", {}, Refusal, "HTTP 400"),
    (302, b"", {}, Refusal, "HTTP 302"),
    (400, b'{"name": "BIG"}', {"fault": lambda _, body: body and Fault.TOO_COSTLY}, TooLarge,
     "too large"),
    (409, b"", {"fault": lambda status, _: Fault.LATER if status == 409 else None}, Unavailable,
     "busy"),
    (200, b"<html>ann@example.org", {}, BadAnswer, "is not JSON"),
    (200, b'{"rows": 1}', {"records": "rows"}, BadAnswer, "holds no rows; a list at rows"),
    (200, b'"ann@example.org"', {}, BadAnswer, "the answer holds no rows"),
]  # fmt: skip


def test_a_403_names_the_scope_that_the_stream_needs(api, reader_of):
    api.answer = lambda *_: (403, {}, b"")

    with pytest.raises(ConfigurationError, match="HTTP 403, it needs read_things; ask the owner"):
        walked(reader_of(hints={403: "ask the owner"}), stream(scopes=("read_things",)))


@pytest.mark.parametrize(("status", "body", "facts", "kind", "words"), REFUSALS)
def test_a_refusal_says_what_can_be_done(api, reader_of, status, body, facts, kind, words):
    api.answer = lambda *_: (status, {}, body)

    with pytest.raises(kind) as caught:
        walked(reader_of(**facts), stream())

    assert type(caught.value) is kind
    assert words in str(caught.value)
    assert "ann" not in str(caught.value)


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        (
            "https://www.acme.example:8443/things?key=hunter2",
            "https://www.acme.example:8443/things",
        ),
        ("https://ann:hunter2@acme.example/", "https://acme.example/"),
        ("/wp-login.php?redirect_to=hunter2", "to /wp-login.php;"),
    ],
)
def test_a_redirect_says_where_it_leads_and_is_not_followed(api, reader_of, location, shown):
    api.answer = lambda *_: (301, {"location": location}, b"")

    with pytest.raises(ConfigurationError) as caught:
        walked(reader_of(), stream())

    assert shown in str(caught.value)
    assert "set the address in the settings to" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert len(api.asked) == 1


def test_a_page_that_fails_is_halved_until_it_comes(api, reader_of):
    rows = rows_of(40)

    def answer(_, query):
        page = by_number(rows, query)
        return page if int(query["per_page"]) <= 5 else (200, {}, b"<html>memory exhausted")

    api.answer = answer
    reader = reader_of(paging=Numbered(most=20, total=TOTAL), halves=True)

    got, _ = walked(reader, stream(incremental=Sorted("since", {}), bookmark="at"))

    assert got == rows
    assert [query["per_page"] for _, query, _ in api.asked] == ["20", "10"] + ["5"] * 8


# what is changed in the row, words of the error
ROWS = [
    ({"paging": Cursor("after")}, "things.last, token: one of the two has to be given"),
    ({"paging": Numbered(ends="last")}, "things.ends: 'last' is no end; known: total, pages"),
    ({"paging": Numbered()}, "things.total: not said where it stands"),
    ({"paging": Linked("")}, "things.next: not said where it stands"),
    ({"filters": ("a:b",)}, "things.filters: terms of a search; params, on a REST API"),
    ({"incremental": Sorted("a", "AT"), "bookmark": "at"}, "'AT' orders nothing on a REST API"),
    ({"incremental": Scanned(ignore=("nme",))}, "'nme' is not in fields; did you mean 'name'?"),
    ({"incremental": Scanned(), "bookmark": "at"}, "a stream that is scanned has none"),
    ({"beside": (Beside("prts", "/parts", "of", "of", bool),)}, "things.beside: 'prts' is not in"),
    ({"deletions": Trash({}, at="att")}, "things.deletions.at: 'att' is not in fields"),
    ({"parent": Parent(stream(), {"id": "idd"})}, "'idd' is not in fields of things"),
    ({"parent": Parent(stream(), {"idd": "id"})}, "things.parent.carries: 'idd' is not in fields"),
]


@pytest.mark.parametrize(("change", "words"), ROWS)
def test_a_wrong_row_of_a_rest_api_is_refused(connector, change, words):
    with pytest.raises(ConfigurationError, match=re.escape(words)):
        dataclasses.replace(
            connector, transport=rest(), streams=(dataclasses.replace(stream(), **change),)
        )


@pytest.mark.parametrize("rate", [Rate(per_second=0), Rate(at_once=0), Rate(reset_in="hours")])
def test_a_wrong_rate_is_refused(connector, rate):
    with pytest.raises(ConfigurationError, match=r"things\.rate"):
        dataclasses.replace(connector, transport=rest(rate=rate), streams=(stream(),))


def test_words_of_a_rest_api_are_refused_on_another(connector, thing):
    with pytest.raises(ConfigurationError, match=r"acme\.things\.params: a word for REST"):
        dataclasses.replace(connector, streams=(dataclasses.replace(thing, params={"a": "b"}),))


# body, what the row's name is
TEXTS = [
    (b'\xef\xbb\xbf[{"id": 1, "name": "Ann"}]', "Ann"),
    (b'[{"id": 1, "name": "caf\\ud83d"}]', "caf\ufffd"),
    (b'[{"id": 1, "name": "\\ud83d\\ude00 \\udc00!"}]', "\U0001f600 \ufffd!"),
    (b'[{"id": 1, "name": "\\\\ud83d"}]', "\\ud83d"),
]


@pytest.mark.parametrize("price", [number, decimal_number])
@pytest.mark.parametrize(("body", "name"), TEXTS)
def test_a_text_that_was_cut_or_marked_stops_nothing(api, reader_of, body, name, price):
    api.answer = lambda *_: (200, {}, body)

    (row,), _ = walked(reader_of(), stream(fields={**FIELDS, "price": price}))

    assert row["name"] == name
    assert orjson.loads(orjson.dumps(row)) == row


def nothing(rows, query):
    return (200, {}, b"") if "starting_after" in query else by_last(rows, query)


def no_rows(rows, query):
    return (200, {}, {}) if "starting_after" in query else by_last(rows, query)


def more_of_none(rows, query):
    status, said, body = by_last(rows, query)
    return status, said, body | ({"data": []} if "starting_after" in query else {})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (nothing, "an answer (HTTP 200) with nothing in it"),
        (no_rows, "the answer holds no rows"),
        (more_of_none, "the same cursor came twice"),
    ],
)
def test_an_answer_without_rows_is_no_end_of_a_list_that_goes_on(api, reader_of, answer, words):
    rows = rows_of(7)
    api.answer = lambda _, query: answer(rows, query)
    row = stream(incremental=Filtered("since"), bookmark="at")
    reader = reader_of(
        paging=Cursor("starting_after", last="id", more="has_more", most=3), records="data"
    )

    with pytest.raises(BadAnswer) as caught:
        list(WindowReading(reader, Ask(row, row.fields, ANYTIME)).parts())

    assert words in str(caught.value)
