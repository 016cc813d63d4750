"""The stand-in's schema is a true part of the vendor's, and runs the vendor-checked queries."""

import gzip
import json
from datetime import UTC, datetime

import pytest
from graphql import (
    ExecutionContext,
    Undefined,
    build_schema,
    get_named_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    is_scalar_type,
    parse,
    validate,
)

from tajo_sandbox.shopify import Direct, Switches, shopify_app
from tajo_sandbox.shopify.engine import Ask, Engine, load_schema
from tajo_sandbox.shopify.fields import FIELDS
from tajo_sandbox.store import Store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROOMY = {"maximum_available": 1e9, "restore_rate": 1e9, "max_query_cost": 10**9}
BUILT_IN = {"Int", "Float", "String", "Boolean", "ID"}


@pytest.fixture(scope="module")
def ours():
    return load_schema()


@pytest.fixture(scope="module")
def theirs(contracts):
    text = gzip.decompress((contracts / "shopify/admin_2026-10.graphql.gz").read_bytes())
    return build_schema(text.decode(), assume_valid=True)


@pytest.fixture(scope="module")
def shop():
    store = Store.generate(60, 150, seed=3, now=NOW)
    store.clock = lambda: NOW
    switches = Switches(bulk_seconds=0, **ROOMY)
    return Direct(shopify_app(store, switches))


def own_types(schema):
    return {
        name: kind
        for name, kind in schema.type_map.items()
        if not name.startswith("__") and name not in BUILT_IN
    }


def test_every_type_of_ours_is_a_type_of_theirs_of_the_same_kind(ours, theirs):
    for name, kind in own_types(ours).items():
        assert name in theirs.type_map, name
        assert type(kind) is type(theirs.type_map[name]), name


def test_every_field_is_theirs_with_the_same_type_and_nullability_and_not_deprecated(ours, theirs):
    checked = 0
    for name, kind in own_types(ours).items():
        if is_enum_type(kind) or is_scalar_type(kind):
            continue
        for field, definition in kind.fields.items():
            other = theirs.type_map[name].fields.get(field)
            assert other is not None, f"{name}.{field}"
            assert str(definition.type) == str(other.type), f"{name}.{field}"
            assert other.deprecation_reason is None, f"{name}.{field} is deprecated"
            checked += 1
    assert checked > 500


def test_every_argument_is_theirs_with_the_same_type_and_default(ours, theirs):
    checked = 0
    for name, kind in own_types(ours).items():
        if not (is_object_type(kind) or is_interface_type(kind)):
            continue
        for field, definition in kind.fields.items():
            others = theirs.type_map[name].fields[field].args
            for argument, ours_argument in definition.args.items():
                other = others.get(argument)
                where = f"{name}.{field}({argument})"
                assert other is not None, where
                assert str(ours_argument.type) == str(other.type), where
                assert ours_argument.default_value == other.default_value, where
                assert other.deprecation_reason is None, where
                checked += 1
            required = {
                argument
                for argument, other in others.items()
                if str(other.type).endswith("!") and other.default_value is Undefined
            }
            assert required <= definition.args.keys(), f"{name}.{field}"
    assert checked > 100


def test_enums_inputs_and_interfaces_hold_nothing_that_theirs_do_not(ours, theirs):
    for name, kind in own_types(ours).items():
        other = theirs.type_map[name]
        if is_enum_type(kind):
            for value in kind.values:
                assert value in other.values, f"{name}.{value}"
                assert other.values[value].deprecation_reason is None, f"{name}.{value}"
        elif is_object_type(kind):
            assert {i.name for i in kind.interfaces} <= {i.name for i in other.interfaces}, name
        elif is_input_object_type(kind):
            required = {n for n, f in other.fields.items() if str(f.type).endswith("!")}
            assert required <= kind.fields.keys(), name


def test_values_that_the_store_holds_are_values_of_the_enums(ours):
    store = Store.generate(300, 600, seed=5, now=NOW)
    assert set(store.currencies) <= own_types(ours)["CurrencyCode"].values.keys()
    codes = {row.address.country_code for row in store.customers.values() if row.address}
    assert codes <= own_types(ours)["CountryCode"].values.keys()


def test_the_field_table_names_only_types_of_the_schema(ours):
    assert FIELDS.keys() <= own_types(ours).keys()


def selection_of_everything(schema, kind, depth):
    """Every field of a type, as deep as told, with the page sizes that connections need."""
    parts = []
    for name, definition in kind.fields.items():
        if any(
            str(argument.type).endswith("!") and argument.default_value is Undefined
            for argument in definition.args.values()
        ):
            continue
        inner = get_named_type(definition.type)
        size = "(first: 3)" if "first" in definition.args else ""
        if is_object_type(inner):
            below = selection_of_everything(schema, inner, depth - 1) if depth else ""
            if below:
                parts.append(f"{name}{size} {{ {below} }}")
        elif is_interface_type(inner):
            parts.append(f"{name}{size} {{ __typename id }}" if "id" in inner.fields else "")
        else:
            parts.append(name)
    return " ".join(part for part in parts if part)


@pytest.mark.parametrize(
    "root",
    [
        "customers",
        "orders",
        "products",
        "productVariants",
        "collections",
        "abandonedCheckouts",
        "draftOrders",
        "events",
    ],
)
def test_every_field_answers_as_the_engine_by_itself_would(ours, shop, root):
    connection = get_named_type(ours.query_type.fields[root].type)
    node = get_named_type(connection.fields["nodes"].type)
    concrete = ours.type_map["BasicEvent"] if is_interface_type(node) else node
    fields = selection_of_everything(ours, concrete, 4)
    spread = f"... on {concrete.name} {{ {fields} }}" if concrete is not node else fields
    query = (
        f"{{ {root}(first: 12) {{ edges {{ cursor node {{ __typename {spread} }} }} "
        "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    )
    assert not validate(ours, parse(query))
    desk = shop.app.state.desk
    plain = Engine(ExecutionContext).run(Ask(query, {}, None), desk.view("2026-10", "http://x"))
    fast = shop.query(query)
    assert plain.outcome == "ok", plain.body["errors"][:2]
    assert json.loads(json.dumps(plain.body["data"])) == fast["data"]
    assert len(fast["data"][root]["edges"]) >= 7


def test_fragments_aliases_and_directives_are_followed(shop):
    query = """
      query ($short: Boolean!) {
        people: customers(first: 2) { nodes { ...who mail: defaultEmailAddress { emailAddress } } }
      }
      fragment who on Customer { key: id firstName @skip(if: $short) lastName @include(if: $short) }
    """
    nodes = shop.query(query, {"short": True})["data"]["people"]["nodes"]
    assert [sorted(node) for node in nodes] == [["key", "lastName", "mail"]] * 2


def test_introspection_is_answered_by_the_engine(shop):
    answer = shop.query('{ __type(name: "Customer") { name fields { name type { kind } } } }')
    names = {field["name"] for field in answer["data"]["__type"]["fields"]}
    assert {"id", "updatedAt", "defaultEmailAddress"} <= names
    assert "email" not in names


VARIABLES = {
    "customers.page": {"first": 20},
    "abandoned_checkouts.page": {"first": 5},
    "bulk_run": {"query": "{ customers { edges { node { id } } } }"},
    "bulk_poll": {"id": "gid://shopify/BulkOperation/1"},
    "webhook_create": {
        "topic": "ORDERS_CREATE",
        "sub": {"uri": "https://example.com/hooks", "format": "JSON"},
    },
}


def test_every_validated_query_runs(shop, contracts):
    queries = sorted((contracts / "shopify/validated-queries").glob("*.graphql"))
    assert len(queries) >= 8
    for path in queries:
        name = path.name.removesuffix(".graphql")
        if name.endswith(".bulk"):
            answer = shop.query(
                "mutation ($q: String!) { bulkOperationRunQuery(query: $q) "
                "{ bulkOperation { id } userErrors { message } } }",
                {"q": path.read_text()},
            )
            assert answer["data"]["bulkOperationRunQuery"]["userErrors"] == [], name
            gid = answer["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"]
            poll = shop.query("query ($id: ID!) { bulkOperation(id: $id) { status } }", {"id": gid})
            assert poll["data"]["bulkOperation"]["status"] == "COMPLETED", name
        else:
            answer = shop.query(path.read_text(), VARIABLES.get(name, {}))
            assert "errors" not in answer, (name, answer.get("errors"))
