"""A table refuses nonsense when it is built, and names the row and the nearest right word."""

import dataclasses

import pytest

from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.fields import (
    boolean,
    connection,
    date_time,
    decimal,
    integer,
    number,
    obj,
    objects_in,
    schema_of,
    selected,
    string,
)
from tajo_connector_sdk.table import Setting

# what is changed in the row, words of the error
ROWS = [
    ({"key": ("ids",)}, "acme.things.key: 'ids' is not in fields; did you mean 'id'?"),
    ({"key": ()}, "acme.things.key: no key"),
    ({"bookmark": "update"}, "acme.things.bookmark: 'update' is not in fields; did you mean 'upd"),
    ({"protected": ("nam",)}, "acme.things.protected: 'nam' is not in fields; did you mean 'name'"),
    ({"needs": {"nme": "read"}}, "acme.things.needs: 'nme'"),
    ({"incremental": "Sortd"}, "'Sortd' is no incremental class; did you mean 'Sorted'?"),
    (
        {"incremental": object()},
        "'object' is no incremental class; known: Feed, Filtered, Scanned, Sorted",
    ),
    ({"incremental": None}, "a bookmark and an incremental class come together"),
    ({"bookmark": None}, "a bookmark and an incremental class come together"),
    ({"fields": {"id": string, "updated": "date"}}, "acme.things.fields.updated: str is no field"),
    (
        {"fields": {"id": string, "updated": date_time, "a": [string, string]}},
        "acme.things.fields.a: a list of 2 fields",
    ),
    (
        {"fields": {"id": string, "updated": date_time, "a": [{"b": connection({"id": string})}]}},
        "acme.things.fields.a[].b: a connection inside a list",
    ),
    (
        {
            "fields": {
                "id": string,
                "updated": date_time,
                "a": connection({"id": string}, kind="A"),
                "b": connection({"id": string}),
            }
        },
        "acme.things.fields.b: one of several lists",
    ),
]


@pytest.mark.parametrize(("change", "words"), ROWS)
def test_a_wrong_row_is_refused(connector, thing, change, words):
    row = dataclasses.replace(thing, **change)

    with pytest.raises(ConfigurationError) as caught:
        dataclasses.replace(connector, streams=(row,))

    assert words in str(caught.value)


# what is changed in the connector, words of the error
CONNECTORS = [
    (lambda c: {"streams": c.streams * 2}, "acme.streams: 'things' stands twice"),
    (lambda c: {"settings": c.settings * 2}, "acme.settings: 'client_id' stands twice"),
    (lambda c: {"settings": (*c.settings, Setting("api_url", ""))}, "'api_url' stands twice"),
    (lambda _: {"base_url": "https://{hots}"}, "acme.base_url: no setting 'hots'; did you mean 'h"),
    (
        lambda c: {"auth": (dataclasses.replace(c.auth[0], setting="tokn"),)},
        "acme.auth[0]: no setting 'tokn'; did you mean 'token'?",
    ),
]


@pytest.mark.parametrize(("change", "words"), CONNECTORS)
def test_a_wrong_table_is_refused(connector, change, words):
    with pytest.raises(ConfigurationError) as caught:
        dataclasses.replace(connector, **change(connector))

    assert words in str(caught.value)


def test_a_stream_that_is_not_there_is_answered_with_the_nearest(connector):
    with pytest.raises(ConfigurationError, match="did you mean 'things'"):
        connector.stream("thing")


def test_the_groups_of_settings_are_required_ones_with_each_way_in(connector):
    assert connector.setting_groups == (
        ("host", "token"),
        ("host", "client_id", "client_secret"),
    )


def test_a_table_cannot_be_changed(connector):
    with pytest.raises(dataclasses.FrozenInstanceError):
        connector.name = "other"


FIELDS = {
    "id": string,
    "at": date_time,
    "price": decimal,
    "count": integer,
    "share": number,
    "open": boolean,
    "extra": obj,
    "tags": [string],
    "owner": {"name": string, "place": {"zip": string}},
    "lines": connection({"id": string, "price": {"amount": decimal}}, first=3),
}


def test_a_schema_is_nullable_but_for_keys():
    schema = schema_of(FIELDS, ("id",))

    properties = schema["properties"]
    assert schema["required"] == ["id"]
    assert properties["id"] == {"type": "string"}
    assert properties["at"] == {"type": ["string", "null"], "format": "date-time"}
    assert properties["price"] == {"type": ["string", "null"]}
    assert properties["extra"] == {"type": ["object", "null"], "additionalProperties": True}
    assert properties["tags"]["items"] == {"type": ["string", "null"]}
    assert properties["owner"]["properties"]["place"]["type"] == ["object", "null"]
    assert properties["lines"]["type"] == ["array", "null"]
    assert "required" not in properties["lines"]["items"]


# breadcrumbs that are not wanted (names only), what is left
SELECTIONS = [
    ({("tags",)}, set(FIELDS) - {"tags"}, {"name", "place"}),
    ({("owner", "name")}, set(FIELDS), {"place"}),
    ({("owner", "name"), ("owner", "place", "zip")}, set(FIELDS) - {"owner"}, None),
    ({("lines",)}, set(FIELDS) - {"lines"}, {"name", "place"}),
]


@pytest.mark.parametrize(("unwanted", "names", "owner"), SELECTIONS)
def test_a_selection_keeps_what_is_wanted(unwanted, names, owner):
    kept = selected(FIELDS, lambda breadcrumb: breadcrumb[1::2] not in unwanted)

    assert set(kept) == names
    assert owner is None or set(kept["owner"]) == owner


def test_a_row_is_priced_by_its_objects():
    # the row, owner, place, and a connection of two and three lines of two objects
    assert objects_in(FIELDS) == 1 + 2 + 2 + 3 * 2
