"""BigCommerce: what is asked and what the stand-in answers, by the vendor's OpenAPI description.

The description is not part of this project: TAJO_CONTRACTS says where it lies.
"""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import orjson
import pytest
import tap_harness
import yaml
from jsonschema import Draft4Validator

import tajo_sandbox
from tajo.demo.platforms import PLATFORMS
from tajo_connector_sdk.http import Answer
from tajo_mapping.compiled import compile_mapping
from tajo_mapping.operations import Refused
from tajo_sandbox.direct import Direct
from tajo_sandbox.store import Store
from tap_bigcommerce_tajo import BIGCOMMERCE

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("TAJO_CONTRACTS", ROOT.parent / "shared" / "contracts"))
FOLDER /= "bigcommerce"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the platform's description is not here: set TAJO_CONTRACTS"
)
FILES = (
    "orders.v2.oas2", "customers.v3", "subscribers.v3", "orders.v3", "products_catalog.v3",
    "product-variants_catalog.v3", "category-trees_catalog.v3", "channels.v3",
    "store_information.v2",
)  # fmt: skip
VERSIONS = {"orders.v2.oas2": "/v2", "store_information.v2": "/v2"}
# The description contradicts itself, or real answers: what is let pass, and why.
LOOSE = {
    "sort": "the list of values lacks the direction that its text tells to append",
    "id": "called required of subscribers, although it is a filter",
}


@pytest.fixture(scope="module")
def paths():
    """What may be asked at a path: (document, parameters by name, schema of the answer)."""
    found = {}
    for name in FILES:
        text = (FOLDER / "openapi" / f"{name}.yml").read_text(encoding="utf-8")
        document = yaml.load(text, Loader=yaml.CSafeLoader)
        for path, item in document["paths"].items():
            if "get" in item:
                given = item.get("parameters", []) + item["get"].get("parameters", [])
                params = [resolved(document, one) for one in given]
                found[VERSIONS.get(name, "/v3") + path] = (
                    document,
                    {one["name"]: one for one in params if one["in"] == "query"},
                    item["get"]["responses"]["200"],
                )
    return found


def resolved(document, node, depth=0):
    """A node with every reference in it replaced, and OpenAPI's nullable said in JSON Schema."""
    if isinstance(node, list):
        return [resolved(document, one, depth + 1) for one in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        target = document
        for part in node["$ref"].lstrip("#/").split("/"):
            target = target[part.replace("~1", "/")]
        return resolved(document, target, depth + 1) if depth < 60 else {}
    made = {
        name: resolved(document, one, depth + 1)
        for name, one in node.items()
        if name not in {"example", "examples", "description"}
    }
    if made.pop("nullable", False) and "type" in made:
        made["type"] = [made["type"], "null"]
    return made


@pytest.fixture(scope="module")
def shop():
    now = datetime.now(UTC) - timedelta(days=1)
    store = Store.generate(customers=45, orders=60, products=8, seed=3, now=now)
    with tajo_sandbox.running(
        platform="bigcommerce", store=store, brevo=False, control=False
    ) as sandbox:
        settings = {**PLATFORMS["bigcommerce"].settings, "api_url": sandbox.platform_url}
        first = tap_harness.read(BIGCOMMERCE, settings)
        store.place_orders(2)
        again = tap_harness.read(BIGCOMMERCE, settings, first.state)
        assert (first.error, again.error) == (None, None)
        yield sandbox


def test_everything_that_is_asked_is_described(shop, paths):
    kinds = {"integer": int, "number": float, "string": str}
    for entry in shop.platform_requests:
        _, known, _ = paths[entry.path]
        assert sorted(set(entry.params) - set(known)) == [], entry.path
        for name, value in entry.params.items():
            rule = known[name]["schema"]
            each = value.split(",") if rule.get("type") == "array" else [value]
            rule = rule.get("items", rule)
            for one in each:
                kinds[rule.get("type", "string")](one)
                assert name in LOOSE or one in rule.get("enum", [one]), (entry.path, name)
        wanted = {name for name, one in known.items() if one.get("required")}
        assert wanted - set(entry.params) <= set(LOOSE), entry.path


def test_the_stand_in_answers_as_described(shop, paths):
    client = Direct(shop.platform_app, {"x-auth-token": "bc_sandbox", "accept": "application/json"})
    seen = set()
    for entry in list(shop.platform_requests):
        heard = client.send("GET", f"/stores/sandbox1{entry.path}?{urlencode(entry.params)}")
        if heard.status == 204 or entry.path in seen:
            continue
        assert heard.status == 200, entry.path
        document, _, described = paths[entry.path]
        content = resolved(document, described)["content"]["application/json"]["schema"]
        faults = [
            f"{'/'.join(map(str, error.absolute_path))}: {error.validator}"
            for error in Draft4Validator(content).iter_errors(as_they_are(heard.json()))
        ]
        assert faults == [], entry.path
        seen.add(entry.path)
    assert {row.path for row in BIGCOMMERCE.streams} <= seen


def as_they_are(body):
    """Null is what real answers hold where the description only names a type (cost_price)."""
    if isinstance(body, dict):
        return {name: as_they_are(one) for name, one in body.items() if one is not None}
    return [as_they_are(one) for one in body] if isinstance(body, list) else body


def example(name):
    return json.loads((FOLDER / "examples" / "api" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def examples():
    """The vendor's own example rows by path; those that lack their key or time are given one."""
    told = {
        "id": 7,
        "date_created": "2026-01-01T00:00:00Z",
        "date_modified": "2026-01-02T00:00:00Z",
    }
    order = example("get_orders_200_response")[0]
    line = example("get_orders_order_id_products_200_response")
    consignments = {"shipping": [{"id": 1, "line_items": line}], "pickups": [], "downloads": []}
    return {
        "/v2/time": {"time": 1},
        "/v2/orders": [{**order, "consignments": consignments}],
        "/v2/orders/count": {"count": 1},
        "/v3/customers": {"data": [{**example("get_customers_200_example-1")["data"][0], **told}]},
        "/v3/catalog/products": {
            "data": [example("get_catalog_products_product_id_200_example")["data"]]
        },
        # Its count is of a page cut out of many.
        "/v3/catalog/trees/categories": {
            "data": example("get_catalog_trees_categories_200_Get-Category-12")["data"]
        },
    }


def test_the_vendors_examples_go_through_tap_and_mapping(examples):
    class Session:
        def __init__(self, _policy):
            pass

        def send(self, method, url, **_):
            path = urlsplit(url).path.removeprefix("/stores/abc123")
            body = orjson.dumps(examples.get(path, {"data": []}))
            return Answer(200, {}, body, f"{method} {path}")

        def sleep(self, _):
            pass

    settings = {"store_hash": "abc123", "access_token": "t"}
    reading = tap_harness.read(BIGCOMMERCE, settings, session=Session)

    assert reading.error is None
    assert {name for name, rows in reading.rows.items() if rows} == {
        "customers", "orders", "products", "categories",
    }  # fmt: skip
    assert reading.rows["orders"][0]["date_modified"] == "2018-12-05T20:16:55Z"
    mapping, became = compile_mapping("bigcommerce"), {}
    for row in BIGCOMMERCE.streams:
        if row.name in mapping.streams:
            bound = mapping.bind(row.name, "abc123", row.key)
            made = [one for record in reading.rows[row.name] for one in bound(record)]
            assert [one for one in made if isinstance(one, Refused)] == []
            became[row.name] = [one.kind for one in made if hasattr(one, "kind")]
    assert became["orders"] == ["contact", "event", "order"]
    assert became["products"] == ["product"]
