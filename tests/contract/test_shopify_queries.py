"""Every document that the tap can send, validated against the platform's own schema.

The schema is not part of this project: TAJO_CONTRACTS says where it lies.
"""

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from graphql import NoDeprecatedCustomRule, build_schema, parse, specified_rules, validate

from tajo_connector_sdk import queries
from tajo_connector_sdk.fields import Connection, Scalar, connections_of
from tajo_connector_sdk.graphql import search_of
from tajo_connector_sdk.incremental import Window
from tajo_connector_sdk.pages import sort_of
from tajo_connector_sdk.transport import Ask
from tap_shopify_tajo import SHOPIFY

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("TAJO_CONTRACTS", ROOT.parent / "shared" / "contracts")) / "shopify"
needs_contract = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the platform's schema is not here: set TAJO_CONTRACTS"
)
pytestmark = needs_contract
AT = datetime(2026, 11, 1, tzinfo=UTC)


def documents():
    facts = SHOPIFY.transport
    yield "identity", facts.identity
    yield "bulk run", facts.bulk.run
    yield "bulk poll", facts.bulk.poll
    for row in SHOPIFY.streams:
        for by_id in (False, True):
            ask = Ask(row, row.fields, Window(AT, AT), by_id=by_id, above="gid://x/Y/1")
            yield f"{row.name} by {sort_of(ask)}", queries.page_query(row, row.fields, sort_of(ask))
        yield f"{row.name} count", queries.count_query(row)
        yield f"{row.name} bulk", queries.bulk_query(row, row.fields, search_of(facts, ask))
        for name in row.fields:
            kept = {key: row.fields[key] for key in (*row.key, row.bookmark, name)}
            yield f"{row.name} only {name}", queries.page_query(row, kept, "ID")
        for name, listed in connections_of(row.fields).items():
            yield f"{row.name} rest of {name}", queries.rest_query(row, name, listed)
        if row.deletions:
            yield f"{row.name} deletions", queries.deletions_query(row.deletions)


@pytest.fixture(scope="module")
def schema():
    with gzip.open(FOLDER / "admin_2026-10.graphql.gz", "rt") as text:
        return build_schema(text.read(), assume_valid=True)


@pytest.mark.parametrize("document", [pytest.param(text, id=name) for name, text in documents()])
def test_a_document_is_valid_and_asks_for_nothing_deprecated(schema, document):
    rules = (*specified_rules, NoDeprecatedCustomRule)

    assert validate(schema, parse(document), rules) == []


# JSON types of the platform's scalars (UnsignedInt64, Decimal and Money are sent as text)
SCALARS = {
    "string": {
        "ID", "String", "UnsignedInt64", "URL", "HTML", "CurrencyCode", "CountryCode", "Decimal",
        "Money",
    },
    "integer": {"Int"},
    "boolean": {"Boolean"},
}  # fmt: skip


def declared(schema, kind, fields, at=""):
    """Yield (path, our scalar, the platform's type) for every scalar of a row."""
    for name, field in fields.items():
        found = kind.fields[name].type
        while hasattr(found, "of_type"):
            found = found.of_type
        inner = field[0] if isinstance(field, list) else field
        if isinstance(inner, Connection):
            found = schema.type_map[found.name.removesuffix("Connection")]
            inner = inner.fields
        if isinstance(inner, Scalar):
            yield f"{at}{name}", inner, found
        else:
            yield from declared(schema, found, inner, f"{at}{name}.")


@pytest.mark.parametrize("name", [row.name for row in SHOPIFY.streams])
def test_every_scalar_is_declared_as_the_platform_has_it(schema, name):
    row = SHOPIFY.stream(name)

    for path, ours, theirs in declared(schema, schema.type_map[row.kind], row.fields):
        if theirs.name in {"DateTime", "Date"}:
            assert ours.format == "date-time", path
        elif theirs.name in {"Money", "Decimal"}:
            assert ours.word == "decimal", path
        elif hasattr(theirs, "values"):
            assert ours.word == "string", path
        else:
            assert theirs.name in SCALARS[ours.type], path


def described(text, argument):
    return next(part for part in text.splitlines() if part.strip().startswith(f"| {argument} |"))


@pytest.mark.parametrize("name", [row.name for row in SHOPIFY.streams])
def test_every_filter_is_one_that_the_platform_describes(schema, name):
    row = SHOPIFY.stream(name)
    root = schema.query_type.fields

    assert described(root[row.path].args["query"].description, row.incremental.filter)
    assert described(root[row.path].args["query"].description, "id")
    assert described(root[row.count].args["query"].description, row.incremental.filter)
    if row.deletions:
        terms = {term.partition(":")[0] for term in row.deletions.filters}
        for term in terms | {row.deletions.filter}:
            assert described(root["events"].args["query"].description, term)


def test_customers_are_the_ones_whose_filter_matches_whole_days(schema):
    whole = {
        row.name
        for row in SHOPIFY.streams
        if "matching a whole day" in schema.query_type.fields[row.path].args["query"].description
    }

    assert whole == {row.name for row in SHOPIFY.streams if row.incremental.whole_days}


def test_every_webhook_topic_exists(schema):
    known = set(schema.type_map["WebhookSubscriptionTopic"].values)

    assert {topic for row in SHOPIFY.streams for topic in row.topics} <= known


def test_every_scope_is_one_that_the_platform_demands():
    core = json.dumps(json.loads((FOLDER / "admin_2026-10.core.json").read_text()))

    demanded = {scope for row in SHOPIFY.streams for scope in (*row.scopes, *row.needs.values())}
    assert [scope for scope in sorted(demanded) if f"`{scope}` access scope" not in core] == []
