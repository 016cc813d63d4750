"""``false``, ``0``, ``""`` and null are four values, and absent is a fifth."""

import pytest

from tajo_mapping import canonical
from tajo_mapping.compiled import compile_mapping

OVERLAY = {
    "attributes": {"FLAG": "boolean", "COUNT": "float", "WORD": "text", "GONE": "text"},
    "field_mapping": {"flag": "FLAG", "count": "COUNT", "word": "WORD", "gone": "GONE"},
}
FOUR = {"flag": False, "count": 0, "word": "", "gone": None}


@pytest.fixture
def operations():
    return compile_mapping("shopify", overlay=OVERLAY).bind("customers", "s")


def attributes(operations, record):
    (contact,) = operations(record)
    return {
        name: value for name, value in contact.attributes.items() if name in OVERLAY["attributes"]
    }


def test_the_four_values_reach_the_operation_as_they_are(operations, record_of):
    found = attributes(operations, record_of("customer", **FOUR))

    assert found == {"FLAG": False, "COUNT": 0, "WORD": "", "GONE": None}
    assert [type(value) for value in found.values()] == [bool, int, str, type(None)]


def test_what_is_absent_is_left_out(operations, record_of):
    assert attributes(operations, record_of("customer")) == {}


@pytest.mark.parametrize("kind", ["text", "float", "date", "boolean", "multiple-choice"])
def test_null_clears_whatever_the_type(kind, record_of):
    overlay = {"attributes": {"THING": kind}, "field_mapping": {"thing": "THING"}}
    operations = compile_mapping("shopify", overlay=overlay).bind("customers", "s")

    assert operations(record_of("customer", thing=None))[0].attributes["THING"] is None
    assert "THING" not in operations(record_of("customer"))[0].attributes


TYPED = [
    ("text", "x", "x"), ("text", 0, "0"), ("text", False, "false"), ("text", 1.5, "1.5"),
    ("float", "0.00", 0), ("float", 2, 2), ("date", "2026-11-24T00:00:00Z", "2026-11-24"),
    ("boolean", "false", False), ("boolean", True, True),
    ("multiple-choice", ["a", 1, None], ["a", "1"]), ("multiple-choice", [], []),
]  # fmt: skip
UNFIT = [
    ("text", {}), ("text", ["x"]), ("float", "abc"), ("float", ""), ("float", False),
    ("date", "soon"), ("date", ""), ("date", 1.5), ("boolean", 0), ("boolean", ""),
    ("boolean", "yes"), ("multiple-choice", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "made"), TYPED)
def test_a_value_becomes_its_attributes_type(kind, value, made, record_of):
    overlay = {"attributes": {"THING": kind}, "field_mapping": {"thing": "THING"}}
    operations = compile_mapping("shopify", overlay=overlay).bind("customers", "s")

    found = operations(record_of("customer", thing=value))[0].attributes["THING"]

    assert (found, type(found)) == (made, type(made))


@pytest.mark.parametrize(("kind", "value"), UNFIT)
def test_a_value_of_another_type_refuses_its_record_and_names_the_line(kind, value, record_of):
    overlay = {"attributes": {"THING": kind}, "field_mapping": {"thing": "THING"}}
    operations = compile_mapping("shopify", overlay=overlay).bind("customers", "s")

    (refused,) = operations(record_of("customer", thing=value))

    assert refused.line == "mapping: streams.customers.contact.field_mapping.THING"
    assert refused.reason


def test_the_four_values_survive_the_mapper(operations, record_of):
    (contact,) = operations(record_of("customer", **FOUR))

    stream, record = canonical.to_record(contact)
    (back,) = canonical.from_record(stream, record)

    assert [back.attributes[name] for name in OVERLAY["attributes"]] == [False, 0, "", None]
    assert [type(back.attributes[name]) for name in ("FLAG", "COUNT", "WORD")] == [bool, int, str]
