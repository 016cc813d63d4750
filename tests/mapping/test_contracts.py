"""The default mapping and our vocabulary against the vendors' own descriptions."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tajo_mapping.brevo_fields import FIELDS
from tajo_mapping.compiled import compile_mapping
from tajo_mapping.document import read_document
from tap_shopify_tajo import TapShopify

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = Path(os.environ.get("TAJO_CONTRACTS", ROOT.parent / "shared" / "contracts"))
SHOPIFY = CONTRACTS / "shopify" / "admin_2026-10.introspection.json.gz"
BREVO = CONTRACTS / "brevo" / "openapi.json"
TYPES = {
    "customers": "Customer",
    "orders": "Order",
    "products": "Product",
    "collections": "Collection",
    "abandoned_checkouts": "AbandonedCheckout",
}
needs_shopify = pytest.mark.skipif(
    not SHOPIFY.is_file(), reason="Shopify's schema is not here (TAJO_CONTRACTS)"
)
needs_brevo = pytest.mark.skipif(
    not BREVO.is_file(), reason="Brevo's description is not here (TAJO_CONTRACTS)"
)


@pytest.fixture(scope="module")
def definitions() -> dict[str, Any]:
    """Return Shopify's object types as JSON Schemas, connections as lists of their nodes."""
    read = json.loads(gzip.decompress(SHOPIFY.read_bytes()))
    types = {one["name"]: one for one in read.get("data", read)["__schema"]["types"]}
    return {
        name: {
            "type": "object",
            "properties": {
                field["name"]: of_type(field["type"], types)
                for field in type_["fields"]
                if not field["isDeprecated"]
            },
        }
        for name, type_ in types.items()
        if type_["kind"] in {"OBJECT", "INTERFACE"}
    }


def of_type(type_: dict[str, Any], types: dict[str, Any]) -> dict[str, Any]:
    if type_["kind"] == "NON_NULL":
        return of_type(type_["ofType"], types)
    if type_["kind"] == "LIST":
        return {"type": "array", "items": of_type(type_["ofType"], types)}
    name = type_["name"]
    if name.endswith("Connection"):
        nodes = [one for one in types[name]["fields"] if one["name"] == "nodes"]
        return of_type(nodes[0]["type"], types) if nodes else {"type": "array"}
    if type_["kind"] in {"OBJECT", "INTERFACE"}:
        return {"$ref": f"#/definitions/{name}"}
    return {"type": "boolean"} if name == "Boolean" else {}


@needs_shopify
@pytest.mark.parametrize("stream", TYPES)
def test_every_field_of_the_default_mapping_is_shopifys_and_not_deprecated(
    stream, shopify, definitions
):
    schema = {"definitions": definitions, **definitions[TYPES[stream]]}

    assert shopify.check(stream, schema) == ()


@needs_shopify
@pytest.mark.parametrize("stream", TYPES)
def test_no_other_name_hides_a_field_of_shopifys(stream, definitions):
    document = read_document(ROOT / "mapping" / "shopify.yml")
    fields = definitions[TYPES[stream]]["properties"]

    for other in document["streams"][stream]["names"]:
        # Names of parts (customer.email) belong to no field of their own either.
        assert other not in fields


@needs_shopify
@pytest.mark.parametrize("stream", TYPES)
def test_every_other_name_stands_for_a_field_of_shopifys(stream, definitions):
    names = read_document(ROOT / "mapping" / "shopify.yml")["streams"][stream]["names"]
    schema = {"definitions": definitions, **definitions[TYPES[stream]]}
    wanted = {
        f"type({name})": f"X{number}" for number, name in enumerate(dict.fromkeys(names.values()))
    }
    block = {"contact": {"field_mapping": {**wanted, "'a@b.example'": "email"}}}

    compile_mapping("names", overlay={"platform": "names", "streams": {stream: block}}).check(
        stream, schema
    )


@pytest.mark.parametrize("stream", TYPES)
def test_the_shopify_tap_has_every_field_of_the_default_mapping(stream, shopify):
    tap = TapShopify(config={"shop_url": "x.myshopify.com", "access_token": "t"})
    entry = next(one for one in tap.catalog_dict["streams"] if one["tap_stream_id"] == stream)

    assert shopify.check(stream, entry["schema"]) == ()


@pytest.fixture(scope="module")
def brevo() -> dict[str, Any]:
    return json.loads(BREVO.read_text(encoding="utf-8"))


def body_of(brevo: dict[str, Any], path: str) -> dict[str, Any]:
    content = brevo["paths"][path]["post"]["requestBody"]["content"]
    return resolved(next(iter(content.values()))["schema"], brevo)


def resolved(schema: Any, brevo: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [resolved(one, brevo) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        found: Any = brevo
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return resolved(found, brevo)
    return {key: resolved(value, brevo) for key, value in schema.items()}


PATHS = {"order": "/orders/status", "product": "/products", "category": "/categories"}


@needs_brevo
@pytest.mark.parametrize("kind", PATHS)
def test_our_names_of_brevos_fields_are_brevos(kind, brevo):
    described = body_of(brevo, PATHS[kind])
    facts = FIELDS[kind]
    required = {name for name, fact in facts.items() if fact.required}

    assert set(facts) == set(described["properties"]) - {"updateEnabled", "identifiers"}
    assert required == set(described["required"])
    for name, fact in facts.items():
        if fact.kind == "object":
            assert set(fact.inside) == set(described["properties"][name]["properties"])
        if fact.kind == "list":
            element = described["properties"][name]["items"]
            assert set(fact.inside) == set(element["properties"])
            assert {one for one, inner in fact.inside.items() if inner.required} == set(
                element["required"]
            )


@needs_brevo
@pytest.mark.parametrize_cases("shopify.yml")
def test_what_becomes_of_a_record_is_what_brevo_takes(case, shopify, make_record, brevo):
    for made in shopify.bind(case["stream"], "bound-store")(make_record(case)):
        kind = getattr(made, "kind", "")
        if kind in PATHS:
            jsonschema.validate(made.body, body_of(brevo, PATHS[kind]))
        elif kind == "event":
            element = body_of(brevo, "/events/batch")["properties"]["events"]["items"]
            jsonschema.validate(
                {
                    "event_name": made.name,
                    "event_date": made.at,
                    "identifiers": {"email_id": made.email or "", "ext_id": made.ext_id or ""},
                    "event_properties": made.properties,
                },
                element,
            )
