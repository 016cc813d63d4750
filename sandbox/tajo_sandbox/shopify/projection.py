"""Selections compiled to plain functions: a row in, the selected fields out.

The GraphQL engine walks a selection anew for every object, which is too slow for thousands of
orders. Here a selection is walked once and becomes one function, used below the root fields of a
query and for the lines of a bulk result. A test holds it against the engine's own execution.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import collect_sub_fields
from graphql.execution.values import get_argument_values

from tajo_sandbox.shopify.errors import access_denied
from tajo_sandbox.shopify.fields import FIELDS
from tajo_sandbox.shopify.paging import of_list

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphql import FieldNode, GraphQLField, GraphQLNamedType, GraphQLOutputType, GraphQLSchema
    from graphql.language import FragmentDefinitionNode

    from tajo_sandbox.shopify.view import View

    Reader = Callable[[Any, View], Any]

SCOPE_OF = {
    "Customer": "read_customers",
    "Order": "read_orders",
    "AbandonedCheckout": "read_orders",
    "Refund": "read_orders",
    "OrderTransaction": "read_orders",
    "LineItem": "read_orders",
    "DraftOrder": "read_draft_orders",
    "Product": "read_products",
    "ProductVariant": "read_products",
    "Collection": "read_products",
}
"""The scope that each type needs (requiredAccess in the Admin API's schema 2026-10)."""


def snake(name: str) -> str:
    """`updatedAt` as `updated_at`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def attribute(path: str) -> Reader:
    """A reader of an attribute path, or of a key where the row is a mapping."""
    read = attrgetter(path)

    def get(row: Any, _view: View) -> Any:
        return row[path] if isinstance(row, dict) else read(row)

    return get


def reader(kind: str, name: str) -> Callable[..., Any]:
    """The function of the field table for a field, or the attribute of its name."""
    entry = FIELDS.get(kind, {}).get(name)
    if entry is None and name == "id":
        entry = "gid"
    elif entry is None and name == "legacyResourceId":
        return lambda row, _view: str(row.number)
    if entry is None:
        return _named(name)
    return attribute(entry) if isinstance(entry, str) else entry


def _named(name: str) -> Reader:
    """A field read off the attribute, or the key, of the same name."""
    snaked = snake(name)
    read = attrgetter(snaked)

    def get(row: Any, _view: View) -> Any:
        return row.get(name) if isinstance(row, dict) else read(row)

    return get


def is_plain_list(kind: GraphQLOutputType) -> bool:
    """Whether a field gives a list that is not paged."""
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    return isinstance(inner, GraphQLList)


def is_connection(kind: GraphQLNamedType) -> bool:
    """Whether a type is a paged list."""
    return kind.name.endswith("Connection")


class Projector:
    """Compiles the selections of one operation.

    Args:
        schema: the stand-in's schema.
        fragments: the document's fragments by name.
        variables: coerced variable values.
        scopes: the caller's scopes; what they do not cover becomes null.
        skip_connections: leave connections out, as the lines of a bulk result do.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
        scopes: frozenset[str],
        *,
        skip_connections: bool = False,
    ) -> None:
        self.schema = schema
        self.fragments = dict(fragments)
        self.variables = dict(variables)
        self.scopes = scopes
        self.skip_connections = skip_connections

    def selected(
        self, kind: GraphQLObjectType, nodes: list[FieldNode]
    ) -> dict[str, list[FieldNode]]:
        """What is selected of an object: answer key to field nodes."""
        return collect_sub_fields(self.schema, self.fragments, self.variables, kind, nodes)

    def arguments(self, definition: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """A field's arguments with their defaults."""
        return get_argument_values(definition, node, self.variables)

    def compile(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Reader:
        """The function that reads the selection `nodes` off a row of `kind`."""
        plan: list[tuple[str, Reader]] = []
        for key, group in self.selected(kind, nodes).items():
            name = group[0].name.value
            if name == "__typename":
                plan.append((key, lambda *_: kind.name))
                continue
            definition = kind.fields[name]
            if self.skip_connections and is_connection(get_named_type(definition.type)):
                continue
            plan.append((key, self._field(kind, definition, group)))

        def project(row: Any, view: View) -> dict[str, Any]:
            return {key: read(row, view) for key, read in plan}

        return project

    def raw(self, kind: GraphQLObjectType, definition: GraphQLField, node: FieldNode) -> Reader:
        """The unprojected value of a field; a connection becomes its page."""
        name = node.name.value
        read = reader(kind.name, name)
        if is_connection(get_named_type(definition.type)):
            arguments = self.arguments(definition, node)
            return lambda row, view: of_list(read(row, view), arguments)
        if definition.args:
            arguments = self.arguments(definition, node)
            return lambda row, view: read(row, view, arguments)
        return read

    def _field(
        self, kind: GraphQLObjectType, definition: GraphQLField, nodes: list[FieldNode]
    ) -> Reader:
        named = get_named_type(definition.type)
        read = self.raw(kind, definition, nodes[0])
        if is_leaf_type(named):
            return read
        scope = SCOPE_OF.get(named.name)
        if scope and scope not in self.scopes and kind.name != named.name:
            return self._denied(nodes[0].name.value, scope, definition)
        inner = self._object(named, nodes)
        if is_plain_list(definition.type):
            return lambda row, view: [inner(each, view) for each in read(row, view)]

        def get(row: Any, view: View) -> Any:
            value = read(row, view)
            return None if value is None else inner(value, view)

        return get

    @staticmethod
    def _denied(name: str, scope: str, definition: GraphQLField) -> Reader:
        """Null, with one error per answer; an error of its own where null is not allowed."""
        error = access_denied(name, scope)

        def refuse(_row: Any, view: View) -> None:
            if is_non_null_type(definition.type):
                raise error
            if error not in view.denied:
                view.denied.append(error)

        return refuse

    def _object(self, named: GraphQLNamedType, nodes: list[FieldNode]) -> Reader:
        if isinstance(named, GraphQLObjectType):
            return self.compile(named, nodes)
        if not isinstance(named, GraphQLInterfaceType):
            raise TypeError(f"{named.name}: only objects and interfaces can be selected from")
        compiled: dict[str, Reader] = {}

        def get(row: Any, view: View) -> Any:
            kind = row.kind
            if kind not in compiled:
                concrete = self.schema.type_map[kind]
                if not isinstance(concrete, GraphQLObjectType):
                    raise TypeError(f"{kind}: a row's kind must be an object of the schema")
                compiled[kind] = self.compile(concrete, nodes)
            return compiled[kind](row, view)

        return get
