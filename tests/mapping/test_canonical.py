"""Streams under Brevo's own names: a round trip is the identity, and foreign records are read."""

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajo_mapping import canonical
from tajo_mapping.brevo_fields import FIELDS
from tajo_mapping.operations import (
    Category,
    Consent,
    Contact,
    Event,
    Filtered,
    Order,
    Product,
    Refused,
    Source,
)

WORD = st.text("abcxyz:/@.é ", min_size=1, max_size=12).filter(str.strip)
TIMES = st.datetimes().map(lambda one: one.isoformat(timespec="seconds") + "Z")
MAYBE = st.none() | WORD
SOURCES = st.builds(Source, WORD, WORD, WORD, WORD, st.none() | TIMES)
ATTRIBUTES = st.dictionaries(
    st.from_regex(r"[A-Z][A-Z0-9_]{0,9}", fullmatch=True).filter(
        lambda name: name not in {"EMAIL", "EXT_ID"}
    ),
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    | st.lists(st.text(max_size=3), max_size=3),
    max_size=5,
)  # fmt: skip
CONSENTS = st.builds(Consent, st.sampled_from(["granted", "denied"]), st.none() | TIMES) | st.just(
    Consent("unknown")
)


@st.composite
def contacts(draw):
    consent = draw(
        st.dictionaries(st.sampled_from(["email", "sms", "whatsapp"]), CONSENTS, max_size=3)
    )
    attributes = draw(ATTRIBUTES)
    if consent.get("whatsapp", Consent("unknown")).state == "denied":
        attributes["WHATSAPP"] = None
    granted = consent.get("email", Consent("unknown")).state == "granted"
    owner = draw(st.booleans())
    merged_into = draw(st.none() | WORD)
    return Contact(
        source=draw(SOURCES),
        email=draw(WORD),
        ext_id=draw(MAYBE) if owner else None,
        attributes=attributes,
        rules=draw(
            st.dictionaries(
                st.sampled_from(sorted(attributes) or ["A"]),
                st.sampled_from(["newest", "sum", "sum by CURRENCY"]),
            )
        ),
        consent=consent,
        mailing_lists=tuple(draw(st.lists(WORD, max_size=2))) if granted else (),
        mirrored=tuple(draw(st.lists(WORD, max_size=2))),
        mode=draw(st.sampled_from(["upsert", "update_only", "create_only"])),
        owner=owner,
        deletion="unlink"
        if merged_into
        else draw(st.sampled_from([None, "keep", "unlink", "delete", "leave"])),
        why=draw(st.just("") | WORD),
        merged_into=merged_into,
        notes=tuple(draw(st.lists(WORD, max_size=2))),
    )


@st.composite
def events(draw):
    properties = st.dictionaries(WORD, st.integers() | st.booleans() | WORD, max_size=3)
    name = draw(st.from_regex(r"[a-z_]{1,12}", fullmatch=True))
    return Event(
        draw(SOURCES), name, draw(WORD), draw(TIMES), draw(WORD), draw(MAYBE), draw(properties)
    )


def bodies(kind):
    extra = st.dictionaries(
        st.sampled_from(sorted(set(FIELDS[kind]) - {"id"})),
        st.booleans() | st.integers() | WORD | st.lists(st.dictionaries(WORD, WORD), max_size=2),
        max_size=4,
    )
    return st.tuples(WORD, extra).map(lambda pair: {**pair[1], "id": pair[0]})


@st.composite
def orders(draw):
    body = draw(bodies("order"))
    return Order(draw(SOURCES), body["id"], draw(TIMES), draw(MAYBE), draw(WORD), body)


@st.composite
def goods(draw):
    kind, made = draw(st.sampled_from([("product", Product), ("category", Category)]))
    body = draw(bodies(kind))
    return made(draw(SOURCES), body["id"], body)


@settings(deadline=None)
@given(contacts() | events() | orders() | goods())
def test_a_round_trip_is_the_identity(operation):
    stream, record = canonical.to_record(operation)

    assert canonical.from_record(stream, record) == [operation]


@pytest.mark.parametrize_cases("shopify.yml")
def test_what_our_mapper_writes_fits_its_own_schema_and_comes_back(case, shopify, make_record):
    for operation in shopify.bind(case["stream"], "bound-store")(make_record(case)):
        if isinstance(operation, Filtered | Refused):
            continue
        stream, record = canonical.to_record(operation)
        message = canonical.schema_message(stream, shopify.attributes)

        jsonschema.validate(record, message["schema"])
        assert canonical.is_marked(message["schema"])
        assert set(message["key_properties"]) <= record.keys()
        assert canonical.from_record(stream, record) == [operation]


@pytest.mark.parametrize_cases("foreign.yml")
def test_a_foreign_record_is_read_by_the_same_names(case, outcomes_as_data, compare):
    schema = case.get("schema") or {}
    bound = canonical.bind(
        case["stream"], "shop-a", case.get("keys", ["id"]), schema, platform="crm"
    )

    found = outcomes_as_data(bound.operations(case["record"]))

    assert compare(case["becomes"], found) == []


def test_fields_without_a_meaning_are_named_once():
    names = ["id", "email", "FIRSTNAME", "firstname", "shoe_size", "_sdc_batched_at", "listed"]
    schema = {"properties": {name: {} for name in names}}

    assert canonical.unused_fields("contacts", schema) == ("firstname", "shoe_size")
    assert canonical.unused_fields("orders", schema) == (
        "FIRSTNAME", "firstname", "shoe_size", "listed"
    )  # fmt: skip


def test_attributes_take_their_type_from_the_schema():
    schema = {
        "properties": {
            "email": {"type": "string"},
            "NAME": {"type": ["string", "null"]},
            "SCORE": {"anyOf": [{"type": "number"}, {"type": "null"}]},
            "COUNT": {"type": ["null", "integer"]},
            "SINCE": {"type": "string", "format": "date-time"},
            "VIP": {"type": "boolean"},
            "TAGS": {"type": "array"},
        }
    }

    assert canonical.attribute_types_of(schema) == {
        "NAME": "text", "SCORE": "float", "COUNT": "float", "SINCE": "date", "VIP": "boolean",
        "TAGS": "multiple-choice",
    }  # fmt: skip
