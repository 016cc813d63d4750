"""The engine and singer-sdk's own classes, given the same answers, write the same messages."""

import contextlib
import copy
import io
import json
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from singer_sdk import Stream as SingerStream
from singer_sdk import Tap
from singer_sdk.helpers.conform import TypeConformanceLevel

from tajo_connector_sdk.auth import Header
from tajo_connector_sdk.fields import boolean, integer, number, obj, schema_of, string
from tajo_connector_sdk.http import Answer
from tajo_connector_sdk.paging import Cursor
from tajo_connector_sdk.rest import REST
from tajo_connector_sdk.table import Connector, Setting, Stream
from tajo_connector_sdk.tap import make_tap
from tajo_connector_sdk.transport import Account

STORE = {"_tajo_store": string}
FIELDS = {
    "id": string, "name": string, "count": integer, "rate": number, "on": boolean,
    "tags": [string], "who": {"city": string, "zip": string, "geo": {"lat": number}},
    "lines": [{"sku": string, "n": integer}], "extra": obj,
}  # fmt: skip
TABLE = Connector(
    name="acme", label="Acme", docs="https://acme.example", checked="2026-11-24",
    base_url="https://api.acme.example", settings=(Setting("token", "A token."),),
    auth=(Header("X-Token", setting="token"),),
    transport=REST(
        paging=Cursor("after", last="id", more="more", most=3), records="data",
        account=lambda _body, _settings: Account("acme-store"),
    ),
    streams=(Stream("things", "/things", fields=FIELDS),),
)  # fmt: skip


class Session:
    """Hands out recorded pages, as bytes, one for each request."""

    def __init__(self, rows):
        pages = [rows[n : n + 3] for n in range(0, len(rows), 3)] or [[]]
        self.pages = [
            {"data": page, "more": place < len(pages) - 1} for place, page in enumerate(pages)
        ]

    def send(self, method, url, **_):  # noqa: ARG002
        return Answer(200, {}, json.dumps(self.pages.pop(0)).encode(), "GET /things")

    def sleep(self, _):
        pass


class StockStream(SingerStream):
    """The same rows through singer-sdk's own record loop."""

    name = "things"
    primary_keys = ("id",)
    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.NONE
    rows: ClassVar[list] = []

    def get_records(self, context):  # noqa: ARG002
        for row in copy.deepcopy(self.rows):
            yield {**row, "_tajo_store": "acme-store"}


class StockTap(Tap):
    name = "tap-acme-tajo"
    config_jsonschema: ClassVar[dict] = {"properties": {"token": {"type": "string"}}}

    def discover_streams(self):
        return [StockStream(self, schema_of({**FIELDS, **STORE}, ("id",)))]


def messages(tap):
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(out):
        tap.sync_all()
    out.seek(0)
    said = [json.loads(line) for line in out]
    records = [message for message in said if message["type"] == "RECORD"]
    for message in records:
        assert message.pop("time_extracted")
    schemas = [message for message in said if message["type"] == "SCHEMA"]
    return schemas, records


def both(rows, catalog=None, **config):
    given = {"token": "t", **config}
    ours = make_tap(TABLE)(config=given, catalog=copy.deepcopy(catalog))
    ours.session = lambda _policy: Session(rows)
    StockStream.rows = rows
    stock = StockTap(config=given, catalog=copy.deepcopy(catalog))
    return messages(ours), messages(stock)


def catalog_without(*names):
    catalog = make_tap(TABLE)(config={"token": "t"}).catalog_dict
    for entry in catalog["streams"][0]["metadata"]:
        if ".".join(entry["breadcrumb"][1::2]) in names:
            entry["metadata"]["selected"] = False
    return catalog


maybe = st.none()
text = st.text(max_size=5)
rows = st.lists(
    st.fixed_dictionaries(
        {"id": st.uuids().map(str)},
        optional={
            "name": maybe | text,
            "count": maybe | st.integers(-(2**53), 2**53),
            "rate": maybe | st.floats(allow_nan=False, allow_infinity=False, width=32),
            "on": maybe | st.booleans(),
            "tags": maybe | st.lists(text, max_size=3),
            "who": maybe | st.fixed_dictionaries(
                {}, optional={"city": maybe | text, "zip": text, "other": text,
                              "geo": maybe | st.just({"lat": 1.5, "alt": 2})},
            ),
            "lines": maybe | st.lists(st.just({"sku": "a", "n": 1, "x": None}), max_size=2),
            "extra": maybe | st.dictionaries(text, maybe | text, max_size=2),
            "unknown": maybe | text | st.lists(st.integers(), max_size=2),
        },
    ),
    max_size=8,
)  # fmt: skip
SELECTIONS = [(), ("name",), ("who.city",), ("who",), ("tags", "lines"), ("who.geo.lat", "extra")]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=rows, unwanted=st.sampled_from(SELECTIONS))
def test_records_and_schemas_are_those_of_the_stock_classes(rows, unwanted):
    ours, stock = both(rows, catalog_without(*unwanted))

    assert ours[1] == stock[1]
    assert [list(one["record"]) for one in ours[1]] == [list(one["record"]) for one in stock[1]]
    assert ours[0] == stock[0]


ROWS = [{"id": str(n), "name": f"n{n}", "count": n, "who": {"city": "c"}} for n in range(7)]
MAPS = [
    {"things": {"id": "id", "twice": "count * 2", "__else__": None}},
    {"things": {"name": "__NULL__"}},
    {"things": {"__filter__": "count > 3"}},
    {"things": {"__alias__": "others"}},
    {"things": {"hash": "md5(name)"}, "copies": {"__source__": "things", "id": "id"}},
]


@pytest.mark.parametrize("stream_maps", MAPS)
def test_stream_maps_do_what_they_do_in_the_stock_classes(stream_maps):
    ours, stock = both(ROWS, stream_maps=stream_maps)

    # A page goes out together, so the records of two maps do not take turns one by one.
    assert [sorted(each, key=lambda one: one["stream"]) for each in ours] == [
        sorted(each, key=lambda one: one["stream"]) for each in stock
    ]


def test_flattening_does_what_it_does_in_the_stock_classes():
    ours, stock = both(ROWS, flattening_enabled=True, flattening_max_depth=2)

    assert ours == stock


def test_batch_messages_are_refused_and_records_come_instead():
    batch = {"encoding": {"format": "jsonl", "compression": "gzip"},
             "storage": {"root": "file:///nowhere"}}  # fmt: skip
    tap = make_tap(TABLE)(config={"token": "t", "batch_config": batch})
    tap.session = lambda _policy: Session(ROWS)

    assert [one["record"]["id"] for one in messages(tap)[1]] == [row["id"] for row in ROWS]
