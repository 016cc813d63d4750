"""Every mistake in a mapping is one error that says where, what, and what would be right."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tajo_mapping.compiled import compile_mapping, platform_of
from tajo_mapping.errors import MappingError

TYPES = {str: "string", int: "integer", bool: "boolean", float: "number"}


def schema_of(value: Any) -> dict[str, Any]:
    """Return a schema as a tap tells it: all nullable, more fields allowed."""
    if isinstance(value, dict):
        inside = {name: schema_of(one) for name, one in value.items()}
        return {"type": ["object", "null"], "properties": inside, "additionalProperties": True}
    if isinstance(value, list):
        return {"type": ["array", "null"], "items": schema_of(value[0]) if value else {}}
    return {} if value is None else {"type": [TYPES[type(value)], "null"]}


@pytest.fixture(scope="session")
def schemas(records) -> dict[str, Any]:
    bases = {"customers": "customer", "orders": "order", "products": "product"}
    return {stream: schema_of(records[base]) for stream, base in bases.items()}


@pytest.fixture
def written(tmp_path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        (tmp_path / "mapping.yml").write_text(text, encoding="utf-8")
        return tmp_path / "mapping.yml"

    return write


@pytest.mark.parametrize_cases("mistakes.yml")
def test_a_mistake_is_told_with_its_place_and_the_right_word(case, written, schemas):
    def use() -> None:
        mapping = compile_mapping("shopify", overlay=written(case["file"]))
        if "stream" in case:
            mapping.check(case["stream"], schemas[case["stream"]])

    if not case["says"]:
        use()
        return
    with pytest.raises(MappingError) as raised:
        use()

    message = str(raised.value)
    assert [word for word in case["says"] if word not in message] == [], message
    assert "\n" not in message
    assert raised.value.exit_code == 2


def test_the_default_mapping_fits_a_schema_of_its_records(shopify, schemas):
    for stream, schema in schemas.items():
        assert shopify.check(stream, schema) == ()


def test_fields_left_out_of_the_selection_are_told_and_stop_nothing(shopify, schemas):
    narrow = {**schemas["customers"], "properties": dict(schemas["customers"]["properties"])}
    del narrow["properties"]["locale"]

    idle = shopify.check("customers", narrow)

    (line,) = idle
    assert line.startswith("shopify.yml: streams.customers.contact.field_mapping.locale: ")
    assert line.endswith("the stream has no field 'locale'")


def test_a_contact_that_nothing_can_identify_stops(shopify):
    foreign = {"properties": {"id": {"type": "string"}, "email": {"type": "string"}}}

    with pytest.raises(MappingError, match="unknown field 'defaultEmailAddress'"):
        shopify.check("customers", foreign)


def test_schemas_by_reference_and_alternatives_are_followed(written):
    mapping = compile_mapping("shopify", overlay=written("{home.city: CITY, 'rows[0].x': X}"))
    schema = {
        "definitions": {"address": {"type": "object", "properties": {"city": {"type": "string"}}}},
        "properties": {
            "defaultEmailAddress": {"type": "object"},
            "home": {"anyOf": [{"$ref": "#/definitions/address"}, {"type": "null"}]},
            "rows": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
        },
    }

    mapping.check("customers", schema)
    schema["definitions"]["address"]["properties"] = {"town": {"type": "string"}}
    with pytest.raises(MappingError, match="unknown field 'city'"):
        mapping.check("customers", schema)


def test_objects_that_say_nothing_of_their_fields_allow_any(written):
    mapping = compile_mapping("shopify", overlay=written("{extra.a.b: A, free.c: C}"))
    schema = {
        "properties": {
            "defaultEmailAddress": {},
            "extra": {"type": ["object", "null"]},
            "free": {
                "type": "object",
                "properties": {"known": {}},
                "additionalProperties": {"type": "string"},
            },
        }
    }

    mapping.check("customers", schema)


def test_a_stream_that_is_not_mapped_is_told(shopify):
    for use in (lambda: shopify.bind("custmers", "s"), lambda: shopify.check("custmers", {})):
        with pytest.raises(MappingError, match="did you mean 'customers'"):
            use()


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(MappingError, match=r"none\.yml: cannot be read .*setting 'mapping'"):
        compile_mapping("shopify", overlay=tmp_path / "none.yml")


@pytest.mark.parametrize(
    "said", ["shopify", "tap_shopify", "tap_shopify_tajo", "tap_shopify_tajo__store_b", "Shopify",
             "tap-shopify"],
)  # fmt: skip
def test_load_schema_tells_the_platform(said):
    assert platform_of(said) == "shopify"


def test_an_unknown_platform_names_those_that_are_known():
    with pytest.raises(MappingError, match="no mapping for 'shopfy'; did you mean 'shopify'"):
        platform_of("tap_shopfy")
    with pytest.raises(MappingError, match="no mapping for 'prestashop'"):
        compile_mapping("prestashop")


def test_a_whole_file_makes_a_platform_of_ones_own(written):
    file = written(
        """
        platform: mycrm
        main: people
        attributes: {SCORE: float}
        streams:
          people:
            changed: touched
            contact:
              field_mapping: {mail: email, id: ext_id, points: SCORE}
        """
    )
    mapping = compile_mapping(platform_of("tap_mycrm", file), overlay=file)

    contact = mapping.bind("people", "eu")({"id": 7, "mail": "A@B.example", "points": "1.50"})[0]

    assert (contact.ext_id, contact.attributes) == ("mycrm:eu:7", {"SCORE": 1.5})


HOSTILE = {
    "billion laughs": "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    ),
    "deep lists": "streams: " + "[" * 100_000,
    "deep blocks": "".join(" " * depth + "a:\n" for depth in range(600)),
    "too large": "note: " + "x" * 300_000,
    "too many lines": "".join(f"f{number}: F{number}\n" for number in range(12_000)),
    "an alias of itself": "streams: &a {customers: *a}",
    "a long expression": "{" + "'" + " || ".join(["note"] * 400) + "': NOTE}",
    "a deep expression": "{'" + "(" * 450 + "note" + ")" * 450 + "': NOTE}",
    "many negations": "{'" + "!" * 490 + "note': NOTE}",
    "copies of copies": "{'" + "|".join(["[@, @]"] * 60) + "': NOTE}",
    "copies made flat": "{'" + "|".join(["[@, @][]"] * 50) + "': NOTE}",
    "a slice that never moves": "{'tags[::0]': NOTE}",
    "binary": "\x00\x01\x02",
}


# Each takes well under a second; the limit is for a machine that is busy with other things.
@pytest.mark.timeout(10)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_before_it_costs_anything(name, written):
    with pytest.raises(MappingError):
        compile_mapping("shopify", overlay=written(HOSTILE[name]))


def test_an_inline_mapping_has_the_same_limits():
    deep: dict[str, Any] = {}
    for _ in range(50):
        deep = {"streams": deep}
    with pytest.raises(MappingError, match="too deep or too large"):
        compile_mapping("shopify", overlay=deep)
