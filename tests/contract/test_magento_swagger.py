"""What the tap asks and the stand-in answers, held against Adobe's swagger of both editions."""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import tap_harness
from jsonschema import Draft4Validator

import tajo_sandbox
from tajo.demo.platforms import PLATFORMS
from tajo_connector_sdk import values
from tajo_mapping.compiled import compile_mapping
from tajo_sandbox.store import Store
from tap_magento_tajo import MAGENTO

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("TAJO_CONTRACTS", ROOT.parent / "shared" / "contracts")) / "magento"
EDITIONS = ("admin-2.4.9.trimmed.json", "accs.trimmed.json")
INDEX = re.compile(r"\[\d+\]")
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the platform's contract is not here: set TAJO_CONTRACTS"
)


@pytest.fixture(scope="module", params=EDITIONS)
def swagger(request):
    return json.loads((FOLDER / request.param).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def exchanges():
    """Every question of two runs, and what was answered: (path, parameters, body)."""
    seen = []

    class Listening(tap_harness.Hasty):
        def send(self, method, url, *, params=None, **rest):
            answer = super().send(method, url, params=params, **rest)
            seen.append((url.partition("/rest/all")[2], dict(params or {}), answer.json()))
            return answer

    now = datetime.now(UTC) - timedelta(days=1)
    store = Store.generate(customers=12, orders=30, products=8, seed=5, now=now)
    with tajo_sandbox.running(
        platform="magento", store=store, brevo=False, control=False
    ) as sandbox:
        given = {**PLATFORMS["magento"].settings, "api_url": sandbox.platform_url}
        first = tap_harness.read(MAGENTO, given, session=Listening)
        second = tap_harness.read(MAGENTO, given, first.state, session=Listening)
    assert (first.error, second.error) == (None, None)
    return seen


def nullable(said):
    """A definition that also takes null: the platform leaves out or nulls what is not set."""
    if isinstance(said, list):
        return [nullable(one) for one in said]
    if not isinstance(said, dict):
        return said
    made = {name: nullable(one) for name, one in said.items()}
    if isinstance(made.get("type"), str) and made["type"] != "object":
        made["type"] = [made["type"], "null"]
    return made


def test_every_question_is_one_of_the_swagger(swagger, exchanges):
    for path, params, _ in exchanges:
        known = {one["name"] for one in swagger["paths"][path]["get"].get("parameters", [])}
        asked = {INDEX.sub("[0]", name) for name in params} - {"fields"}
        assert asked - known == set(), path


def test_every_answer_is_one_of_the_swagger(swagger, exchanges):
    definitions = nullable(swagger["definitions"])
    attribute = definitions["framework-attribute-interface"]["properties"]
    attribute["value"] = {}  # text in the swagger, a list for category_ids on every shop
    for path, params, body in exchanges:
        if "fields" in params:  # rows are cut down to these
            continue
        schema = nullable(swagger["paths"][path]["get"]["responses"]["200"]["schema"])
        check = Draft4Validator({**schema, "definitions": definitions})
        assert [error.message for error in check.iter_errors(body)][:3] == [], path


def test_every_field_of_the_table_is_one_of_the_swagger(swagger):
    for row in MAGENTO.streams:
        schema = swagger["paths"][row.path]["get"]["responses"]["200"]["schema"]
        while "$ref" in schema or "items" in schema or "items" in schema.get("properties", {}):
            if "$ref" in schema:
                schema = swagger["definitions"][schema["$ref"].rpartition("/")[2]]
                is_row = "search_criteria" not in schema["properties"]
                if is_row:
                    break
            schema = schema.get("items") or schema["properties"]["items"]
        own = {"attributes", "items_total"} | {one.name for one in row.beside}
        assert set(row.fields) - own - set(schema["properties"]) == set(), row.name


def test_the_customer_of_the_tutorial_becomes_a_contact_of_unknown_consent():
    example = "rest-order__order-create-customer__create-a-customer-account__1.json"
    row = json.loads((FOLDER / "examples" / example).read_text(encoding="utf-8"))
    stream = MAGENTO.stream("customers")
    values.finish_of(stream.fields)(row)

    row["_tajo_store"] = "shop.example"
    (contact,) = compile_mapping("magento").bind("customers", "s", ("id",))(row)

    assert row["updated_at"] == "2017-01-31T01:18:13Z"
    assert contact.email == "jdoe@example.com"
    assert contact.attributes["SMS"] == "+15125551111"
    assert contact.consent["email"].state == "unknown"
