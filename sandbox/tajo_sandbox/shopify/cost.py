"""What a query costs, and the bucket it is paid from.

The documented rules (shopify.dev rate limits of the GraphQL Admin API, checked 2026-11-24): a
scalar or enum costs 0, an object 1, a connection is sized by `first` or `last` (2 and its
objects), an interface as its dearest selection, a mutation 10. The platform measures lower than
this in places; a client must go by the figures it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationType,
    get_named_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.values import get_argument_values

from tajo_sandbox.shopify.projection import is_plain_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import FieldNode, GraphQLNamedType, GraphQLOutputType
    from graphql.language import FragmentDefinitionNode, OperationDefinitionNode

    from tajo_sandbox.shopify.switches import Switches

CONNECTION = 2
MUTATION = 10
_PARTS = {"pageInfo"}


@dataclass(frozen=True, slots=True)
class Pricing:
    """The price of one operation with its variables."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    variables: dict[str, Any]

    def requested(self, operation: OperationDefinitionNode) -> int:
        """What the operation may cost at most, counted before it runs."""
        root = self.schema.get_root_type(operation.operation)
        if root is None:
            return 0
        fields = collect_fields(
            self.schema, self.fragments, self.variables, root, operation.selection_set
        )
        total = sum(self._field(root, nodes) for nodes in fields.values())
        mutations = len(fields) if operation.operation is OperationType.MUTATION else 0
        return total + MUTATION * mutations

    def _children(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> int:
        fields = collect_sub_fields(self.schema, self.fragments, self.variables, kind, nodes)
        return sum(self._field(kind, group) for group in fields.values())

    def _field(self, parent: GraphQLObjectType, nodes: list[FieldNode]) -> int:
        definition = parent.fields.get(nodes[0].name.value)
        if definition is None or nodes[0].name.value in _PARTS:
            return 0
        kind = get_named_type(definition.type)
        if is_leaf_type(kind):
            return 0
        arguments = get_argument_values(definition, nodes[0], self.variables)
        size = arguments.get("first") or arguments.get("last") or 0
        if kind.name.endswith("Connection") and isinstance(kind, GraphQLObjectType):
            return CONNECTION + size * self._object_in(kind, nodes)
        return self._sized(definition.type, size) * (1 + self._dearest(kind, nodes))

    @staticmethod
    def _sized(kind: GraphQLOutputType, size: int) -> int:
        """Plain lists count by `first` where it is given, else once."""
        return size if size and is_plain_list(kind) else 1

    def _object_in(self, connection: GraphQLObjectType, nodes: list[FieldNode]) -> int:
        """One object of a connection, with all that is asked of it."""
        fields = collect_sub_fields(self.schema, self.fragments, self.variables, connection, nodes)
        total = 0
        for group in fields.values():
            name = group[0].name.value
            if name in {"nodes", "edges"}:
                kind = get_named_type(connection.fields[name].type)
                total += self._dearest(kind, group) + (1 if name == "nodes" else 0)
        return total

    def _dearest(self, kind: GraphQLNamedType, nodes: list[FieldNode]) -> int:
        if isinstance(kind, GraphQLInterfaceType):
            possible = self.schema.get_possible_types(kind)
            return max((self._children(each, nodes) for each in possible), default=0)
        return self._children(kind, nodes) if isinstance(kind, GraphQLObjectType) else 0


def actual(data: Mapping[str, object] | None) -> int:
    """What an answer really cost: its objects, 2 for each connection, nothing for edges."""
    return sum(_weighed(value) for value in (data or {}).values())


def _weighed(data: object) -> int:
    if isinstance(data, list):
        return sum(map(_weighed, data))
    if not isinstance(data, dict):
        return 0
    own = 1
    if "nodes" in data or "edges" in data:
        own = CONNECTION
    elif "node" in data or "hasNextPage" in data or "endCursor" in data:
        own = 0
    return own + sum(_weighed(value) for value in data.values() if isinstance(value, dict | list))


class Bucket:
    """A leaky bucket of points, refilled all the time up to its brim.

    `requested`, `charged` and `refused` count points since the start, `throttles` the refusals.
    """

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._lock = Lock()
        self._level = switches.maximum_available
        self._brim = switches.maximum_available
        self._seen = switches.clock()
        self.requested = 0
        self.charged = 0
        self.refused = 0
        self.throttles = 0

    def _refill(self) -> None:
        switches = self._switches
        moment = switches.clock()
        if switches.maximum_available != self._brim:
            # a test turned the switch: start from a full bucket of the new size
            self._brim = self._level = switches.maximum_available
        gained = max(0.0, moment - self._seen) * switches.restore_rate
        self._level = min(self._brim, self._level + gained)
        self._seen = moment

    def take(self, points: int) -> bool:
        """Take points out before a query runs; False when there are too few."""
        with self._lock:
            self._refill()
            self.requested += points
            if points > self._level:
                self.refused += points
                self.throttles += 1
                return False
            self._level -= points
            self.charged += points
            return True

    def give_back(self, points: int) -> None:
        """Return what a query did not use."""
        with self._lock:
            self._level = min(self._brim, self._level + points)
            self.charged -= points

    def report(self, requested: int, spent: int | None) -> dict[str, Any]:
        """The `cost` block of an answer; `spent` is None for a refused query."""
        with self._lock:
            self._refill()
            return {
                "requestedQueryCost": requested,
                "actualQueryCost": spent,
                "throttleStatus": {
                    "maximumAvailable": float(self._brim),
                    "currentlyAvailable": int(self._level),
                    "restoreRate": float(self._switches.restore_rate),
                },
            }
