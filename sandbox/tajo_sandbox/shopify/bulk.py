"""Bulk queries: what the platform accepts, and the plan by which their lines are written.

Rules: one query with one root field, one to five connections, nested at most two levels below
the root, no variables, no connection inside a plain list, `id` selected where a connection hangs
below (shopify.dev bulk operations guide, checked 2026-11-24; wordings by observation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLError,
    GraphQLObjectType,
    OperationType,
    get_named_type,
    parse,
    validate,
)
from graphql.execution.collect_fields import collect_fields
from graphql.execution.values import get_argument_values
from graphql.language import FragmentDefinitionNode, OperationDefinitionNode

from tajo_sandbox.shopify.projection import (
    SCOPE_OF,
    Projector,
    is_connection,
    is_plain_list,
    reader,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphql import FieldNode, GraphQLSchema

    from tajo_sandbox.shopify.view import View

MAX_CONNECTIONS = 5
MAX_NESTING = 2


class InvalidBulkQuery(Exception):
    """A query that cannot be run in bulk; the message goes into `userErrors`."""


@dataclass(frozen=True, slots=True)
class Level:
    """One connection: how its objects are read, and the connections below them."""

    project: Callable[[Any, View], Any]
    children: tuple[tuple[Callable[[Any, View], Any], Level], ...]

    def lines(self, row: Any, view: View, parent: str | None = None) -> Iterator[dict[str, Any]]:
        """The object of `row` and all below it, children naming their parent."""
        line = self.project(row, view)
        if parent is not None:
            line["__parentId"] = parent
        yield line
        for rows, level in self.children:
            for child in rows(row, view):
                yield from level.lines(child, view, row.gid)


@dataclass(frozen=True, slots=True)
class Plan:
    """A bulk query that passed all checks."""

    root: str
    arguments: dict[str, Any]
    level: Level
    scopes: frozenset[str]
    """What the caller needs to run it."""


class Planner:
    """Checks one bulk query and makes its plan."""

    def __init__(self, schema: GraphQLSchema, text: str) -> None:
        self._schema = schema
        operation, fragments = self._read(text)
        self._operation = operation
        self._projector = Projector(
            schema, fragments, {}, frozenset(SCOPE_OF.values()), skip_connections=True
        )
        self._connections = 0
        self._scopes: set[str] = set()

    def _read(self, text: str) -> tuple[OperationDefinitionNode, dict[str, FragmentDefinitionNode]]:
        try:
            document = parse(text)
        except GraphQLError as error:
            raise InvalidBulkQuery(f"Invalid bulk query: {error.message}") from None
        problems = validate(self._schema, document)
        operations = [n for n in document.definitions if isinstance(n, OperationDefinitionNode)]
        if len(operations) != 1 or operations[0].operation is not OperationType.QUERY:
            raise InvalidBulkQuery("Invalid bulk query: it must hold exactly one query.")
        if operations[0].variable_definitions:
            raise InvalidBulkQuery("Bulk queries do not support variables.")
        if problems:
            raise InvalidBulkQuery(f"Invalid bulk query: {problems[0].message}")
        named = {
            n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)
        }
        return operations[0], named

    def plan(self) -> Plan:
        """The plan of the query.

        Raises:
            InvalidBulkQuery: it breaks one of the platform's rules.
        """
        projector = self._projector
        root_type = self._schema.query_type
        if root_type is None:
            raise InvalidBulkQuery("Invalid bulk query: the schema has no queries.")
        roots = collect_fields(
            self._schema, projector.fragments, {}, root_type, self._operation.selection_set
        )
        if len(roots) != 1:
            raise InvalidBulkQuery("Bulk queries cannot contain multiple top-level fields.")
        nodes = next(iter(roots.values()))
        name = nodes[0].name.value
        definition = root_type.fields.get(name)
        named = get_named_type(definition.type) if definition else None
        if definition is None or named is None or not is_connection(named):
            raise InvalidBulkQuery(
                "Invalid bulk query: the top-level field must be a connection of the shop."
            )
        level = self._level(named, nodes, depth=0)
        arguments = get_argument_values(definition, nodes[0], {})
        return Plan(name, arguments, level, frozenset(self._scopes))

    def _level(self, connection: object, nodes: list[FieldNode], depth: int) -> Level:
        """The level of one connection field."""
        self._connections += 1
        if self._connections > MAX_CONNECTIONS:
            raise InvalidBulkQuery(
                f"Bulk queries cannot contain more than {MAX_CONNECTIONS} connections."
            )
        if depth > MAX_NESTING:
            raise InvalidBulkQuery(
                f"Bulk queries cannot contain connections nested deeper than {MAX_NESTING} levels."
            )
        kind, inner = self._node(connection, nodes)
        self._need(kind)
        children = []
        selected = self._projector.selected(kind, inner)
        for group in selected.values():
            child = self._child(kind, group, depth)
            if child:
                children.append(child)
        if children and not self._has_id(selected):
            raise InvalidBulkQuery(
                "The parent 'node' field for a nested connection must select the 'id' field "
                "without an alias and must be of 'ID' return type."
            )
        return Level(self._projector.compile(kind, inner), tuple(children))

    @staticmethod
    def _has_id(selected: dict[str, list[FieldNode]]) -> bool:
        return "id" in selected and selected["id"][0].name.value == "id"

    def _child(
        self, kind: GraphQLObjectType, group: list[FieldNode], depth: int
    ) -> tuple[Callable[[Any, View], Any], Level] | None:
        """The level below a field when it is a connection; other fields are checked."""
        name = group[0].name.value
        definition = kind.fields.get(name)
        if definition is None:
            return None
        named = get_named_type(definition.type)
        if is_connection(named):
            return reader(kind.name, name), self._level(named, group, depth + 1)
        if isinstance(named, GraphQLObjectType):
            self._inside(named, group, in_list=is_plain_list(definition.type))
        return None

    def _inside(self, kind: GraphQLObjectType, nodes: list[FieldNode], *, in_list: bool) -> None:
        """Refuse connections in plain lists and in objects that are no connection's node."""
        self._need(kind)
        for group in self._projector.selected(kind, nodes).values():
            definition = kind.fields.get(group[0].name.value)
            named = get_named_type(definition.type) if definition else None
            if definition is None or not isinstance(named, GraphQLObjectType):
                continue
            if is_connection(named) and in_list:
                raise InvalidBulkQuery(
                    "Queries that contain a connection field within a list field are not "
                    "currently supported."
                )
            if is_connection(named):
                raise InvalidBulkQuery(
                    "Invalid bulk query: this stand-in reads connections of a connection's node "
                    f"only, not {kind.name}.{group[0].name.value} below a plain field."
                )
            listed = in_list or is_plain_list(definition.type)
            self._inside(named, group, in_list=listed)

    def _need(self, kind: GraphQLObjectType) -> None:
        if kind.name in SCOPE_OF:
            self._scopes.add(SCOPE_OF[kind.name])

    def _node(
        self, connection: object, nodes: list[FieldNode]
    ) -> tuple[GraphQLObjectType, list[FieldNode]]:
        """The node type of a connection and what is selected of it, by `nodes` or by `edges`."""
        if isinstance(connection, GraphQLObjectType):
            for group in self._projector.selected(connection, nodes).values():
                name = group[0].name.value
                named = (
                    get_named_type(connection.fields[name].type) if name != "__typename" else None
                )
                if name == "edges":
                    return self._node(named, group)
                if name in {"nodes", "node"}:
                    return self._concrete(named), group
        raise InvalidBulkQuery("Invalid bulk query: select nodes, or edges with their node.")

    def _concrete(self, named: object) -> GraphQLObjectType:
        """The type itself; an interface stands for its only implementation here."""
        if isinstance(named, GraphQLObjectType):
            return named
        possible = self._schema.get_possible_types(named)  # type: ignore[arg-type]
        return possible[0]
