"""Tap and stand-in held against the platform's own words: its docs, and a shop that was recorded.

They are not part of this project: TAJO_CONTRACTS says where they lie.
"""

import dataclasses
import json
import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import tap_harness

import tajo_sandbox
from tajo_connector_sdk.http import Answer
from tajo_connector_sdk.incremental import Window
from tajo_connector_sdk.paging import passed_of
from tajo_connector_sdk.questions import question_of
from tajo_connector_sdk.transport import Ask
from tajo_mapping.compiled import compile_mapping, platform_of
from tajo_mapping.operations import Refused
from tajo_sandbox.direct import Direct
from tajo_sandbox.store import Store
from tajo_sandbox.woocommerce import Switches, woocommerce_app
from tap_woocommerce_tajo import WOOCOMMERCE

ROOT = Path(__file__).resolve().parents[2]
FOLDER = (
    Path(os.environ.get("TAJO_CONTRACTS", ROOT.parent / "shared" / "contracts")) / "woocommerce"
)
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the platform's contract is not here: set TAJO_CONTRACTS"
)
AT = datetime(2026, 11, 1, tzinfo=UTC)
DOCS = {
    "customers": "customers", "orders": "orders", "refunds": "order-refunds",
    "products": "products", "variations": "product-variations",
    "categories": "product-categories", "coupons": "coupons",
}  # fmt: skip
# What the recorded shop answers beyond the docs of 2024, as far as the tap reads it.
NEWER = {"payment_url", "name", "parent_id"}
ADDED = {
    "marketing_consent", "order_id", "order_modified_gmt", "order_number", "currency",
    "customer_id", "billing", "parent_modified_gmt", "parent_name",
}  # fmt: skip


@cache
def contract():
    return json.loads((FOLDER / "wc-v3.contract.json").read_text())["resources"]


@cache
def recorded():
    listed = json.loads((FOLDER / "recorded" / "exchanges.json").read_text())
    return {one["name"]: one for one in listed}


def properties(resource):
    tables = contract()[resource]["tables"]
    name = next(name for name in tables if name.lower().endswith("properties"))
    return {row["name"] for row in tables[name]}


@pytest.mark.parametrize("name", DOCS)
def test_every_field_of_the_table_stands_in_the_docs(name):
    known = properties(DOCS[name]) | NEWER | ADDED

    assert sorted(set(WOOCOMMERCE.stream(name).fields) - known) == []


@pytest.mark.parametrize("name", DOCS)
def test_every_parameter_is_one_that_the_docs_or_the_recorded_shop_know(name):
    row = WOOCOMMERCE.stream(name)
    asked = dict(row.params)
    for by_id in (False, True):
        asked |= question_of(Ask(row, row.fields, Window(AT, AT), by_id=by_id))
    # What bounds rows behind other rows is asked of the list of those.
    lists = [DOCS[name], *([DOCS[row.parent.stream.name]] if row.parent else [])]
    known = {
        one["name"]
        for each in lists
        for title, rows in contract()[each]["tables"].items()
        if "parameter" in title.lower()
        for one in rows
    }
    seen = {
        key
        for one in recorded().values()
        for key, _ in parse_qsl(urlsplit(one["request"]["path"]).query)
    }

    assert sorted(set(asked) - known - seen) == []


@pytest.fixture
def shop():
    store = Store.generate(customers=6, orders=20, products=6, seed=3)
    for order in store.place_orders(2):
        store.refund(order)
    headers = {"x-forwarded-proto": "https"}
    client = Direct(woocommerce_app(store, Switches()), headers)
    key = "consumer_key=ck_sandbox&consumer_secret=cs_sandbox"

    def ask(path, status=200):
        answer = client.send("GET", f"{path}{'&' if '?' in path else '?'}{key}")
        assert answer.status == status, answer.body
        return answer

    return ask


# A list of the recorded shop, and where the stand-in has the like.
LISTS = [
    ("orders page 1", "/orders?per_page=5&orderby=modified&order=asc"),
    ("customers role=all", "/customers?role=all&per_page=5&orderby=id&order=asc"),
    ("products changed", "/products?per_page=5&orderby=modified&order=asc"),
    ("categories", "/products/categories?per_page=100"),
    ("coupons", "/coupons?per_page=10"),
]


@pytest.mark.parametrize(("name", "path"), LISTS)
def test_a_row_of_the_stand_in_has_what_a_row_of_the_recorded_shop_has(shop, name, path):
    theirs = recorded()[name]["response"]["body"][-1]
    ours = shop(f"/wp-json/wc/v3{path}").json()[-1]
    optional = {"permalink_template", "generated_slug"}  # for those who may edit

    assert set(theirs) - set(ours) - optional == set()
    assert set(ours) - set(theirs) == set()
    for key in ("billing", "shipping"):
        if key in theirs:
            assert set(ours[key]) == set(theirs[key])
    for key in ("line_items",):
        if theirs.get(key):
            assert set(ours[key][0]) == set(theirs[key][0])


# A refusal of the recorded shop that the stand-in has to give as well.
REFUSALS = ["orders per_page too large", "orders unknown orderby", "customers orderby=modified"]


@pytest.mark.parametrize("name", REFUSALS)
def test_the_stand_in_refuses_what_the_recorded_shop_refuses(shop, name):
    theirs = recorded()[name]
    ours = shop(theirs["request"]["path"], status=theirs["response"]["status"]).json()

    assert ours["code"] == theirs["response"]["body"]["code"]
    (said,) = ours["data"]["params"].values()
    (right,) = theirs["response"]["body"]["data"]["params"].values()
    assert said == right


def test_the_stand_in_answers_beyond_the_end_as_the_recorded_shop_does(shop):
    theirs = recorded()["orders page beyond the end"]["response"]
    ours = shop("/wp-json/wc/v3/orders?per_page=5&page=999")

    assert ours.json() == theirs["body"] == []
    pages = ours.headers["x-wp-totalpages"]
    assert f"page={pages}" in ours.headers["link"]
    assert 'rel="prev"' in ours.headers["link"]
    assert 'rel="next"' not in ours.headers["link"]


class Recorded:
    """Answers as the recorded shop did, from the bodies of its lists; filters are applied here."""

    def __init__(self):
        said = {name: one["response"]["body"] for name, one in recorded().items()}
        self.rows = {
            "customers": said["customers role=all"],
            "orders": [*said["orders page 1"], *said["orders page 2"],
                       said["order after refund"], said["guest order pending"]],
            "refunds": said["refunds of the order"],
            "products": said["products changed"],
            "variations": said["variations"],
            "categories": said["categories"],
            "coupons": said["coupons"],
        }  # fmt: skip

    def send(self, _method, url, *, params=None, **_):
        asked, path = dict(params or {}), urlsplit(url).path
        name = path.rpartition("/")[2]
        rows = [] if asked.get("status") == "trash" else list(self.rows[name])
        for key, sign in (("modified_after", 1), ("modified_before", -1)):
            if asked.get(key) and "modified_gmt" in str(rows[:1]):
                rows = [
                    row
                    for row in rows
                    if (row["date_modified_gmt"] > asked[key]) == (sign > 0)
                    and row["date_modified_gmt"] != asked[key]
                ]
        by = "date_modified_gmt" if asked.get("orderby") == "modified" else "id"
        rows.sort(key=lambda row: (str(row.get(by)), row["id"]) if by != "id" else row["id"])
        size = int(asked.get("per_page", 10))
        begin = passed_of(None) + size * (int(asked.get("page", 1)) - 1)
        pages = -(-len(rows) // size)
        headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)}
        body = json.dumps(rows[begin : begin + size]).encode()
        return Answer(200, headers, body, f"GET {path}")

    def sleep(self, _):
        pass


def test_the_recorded_rows_go_through_tap_and_mapping():
    settings = {
        "site_url": "https://shop.example", "consumer_key": "ck_x", "consumer_secret": "cs_x",
        "consent_meta_keys": "marketing_opt_in,_newsletter.accepted",
    }  # fmt: skip
    reading = tap_harness.read(WOOCOMMERCE, settings, session=lambda _: Recorded())

    assert reading.error is None
    assert len(reading.rows["orders"]) == 12
    order = next(row for row in reading.rows["orders"] if row["refunds"])
    assert (order["date_modified_gmt"], order["total"]) == ("2026-11-24T12:00:44Z", "49.72")
    assert order["marketing_consent"] == "true"
    assert "date_modified" not in order
    assert reading.rows["refunds"][0]["order_id"] == order["id"]
    assert "Küche & Garten" in [row["name"] for row in reading.rows["categories"]]
    mapping = compile_mapping(platform_of("woocommerce", FOLDER))
    made = [
        outcome
        for stream, rows in reading.rows.items()
        if stream in mapping.streams
        for row in rows
        for outcome in mapping.bind(stream, "shop.example")(row)
    ]
    assert [one for one in made if isinstance(one, Refused)] == []


EXAMPLES = {
    "customers": "customers__list-all-customers-http-request",
    "orders": "orders__list-all-orders-http-request",
    "products": "products__list-all-products-http-request",
    "categories": "product-categories__list-all-product-categories",
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_docs_examples_become_what_brevo_takes(name):
    rows = json.loads((FOLDER / "examples" / f"{EXAMPLES[name]}.json").read_text())
    row = dataclasses.replace(WOOCOMMERCE.stream(name), parent=None)
    mapping = compile_mapping(platform_of("woocommerce", FOLDER))
    made = []
    for one in rows:
        one |= row.adds(one, {}) if row.adds else {}  # noqa: PLW2901 - the row as the tap has it
        made += mapping.bind(name, "shop.example")(one)

    assert made
    assert [each for each in made if isinstance(each, Refused)] == []


def test_the_sandbox_runs_it_by_its_name():
    with tajo_sandbox.running(
        platform="woocommerce", customers=1, orders=1, brevo=False, control=False
    ) as sandbox:
        assert sandbox.store.domain == "shop.example"
