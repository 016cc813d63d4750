"""The GraphQL engine: the vendor's shapes, our store behind them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from importlib import resources
from threading import Lock
from typing import TYPE_CHECKING, Any

from graphql import (
    ExecutionContext,
    ExecutionResult,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    execute,
    get_named_type,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values
from graphql.language import FieldNode, FragmentDefinitionNode

from tajo_sandbox.shopify.cost import Pricing, actual
from tajo_sandbox.shopify.errors import access_denied, throttled, too_expensive
from tajo_sandbox.shopify.paging import of_list
from tajo_sandbox.shopify.projection import SCOPE_OF, Projector, is_connection, reader
from tajo_sandbox.shopify.roots import COUNT_SCOPES, roots

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLField, OperationDefinitionNode
    from graphql.pyutils import Path

    from tajo_sandbox.shopify.roots import Root
    from tajo_sandbox.shopify.view import View

KEPT_DOCUMENTS = 200


class Compiled(ExecutionContext):
    """Runs root fields by the engine and everything below them by compiled projection."""

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_nodes: list[FieldNode],
        info: Any,
        path: Path,
        result: Any,
    ) -> Any:
        """Read the selection off the row in one go; called by the engine."""
        if return_type.name.startswith("__"):
            return super().complete_object_value(return_type, field_nodes, info, path, result)
        view: View = self.context_value
        projector = Projector(self.schema, self.fragments, self.variable_values, view.scopes)
        return projector.compile(return_type, field_nodes)(result, view)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was parsed and checked once."""

    document: DocumentNode
    problems: tuple[GraphQLError, ...]
    fragments: dict[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a GraphQL request came to: the body, what it cost, and how it went."""

    body: dict[str, Any]
    outcome: str
    requested: int = 0
    actual: int = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """One GraphQL request."""

    query: str
    variables: dict[str, Any]
    operation: str | None


class Engine:
    """Parses, checks, prices and runs GraphQL requests.

    Args:
        execution: the engine's own context class in a test that compares both ways of running.
    """

    def __init__(self, execution: type[ExecutionContext] = Compiled) -> None:
        self._execution = execution
        self.schema = wired()
        self._lock = Lock()
        self._kept: OrderedDict[str, Prepared] = OrderedDict()

    def prepare(self, text: str) -> Prepared:
        """Parse and check a document, or take it from the last ones.

        Raises:
            GraphQLError: it is no GraphQL.
        """
        with self._lock:
            kept = self._kept.get(text)
        if kept is None:
            document = parse(text)
            problems = tuple(validate(self.schema, document))
            named = {
                node.name.value: node
                for node in document.definitions
                if isinstance(node, FragmentDefinitionNode)
            }
            kept = Prepared(document, problems, named)
            with self._lock:
                self._kept[text] = kept
                while len(self._kept) > KEPT_DOCUMENTS:
                    self._kept.popitem(last=False)
        return kept

    def root_of(self, ask: Ask) -> str:
        """The first root field of a request, empty when it cannot be told."""
        try:
            operation = get_operation_ast(self.prepare(ask.query).document, ask.operation)
        except GraphQLError:
            return ""
        nodes = operation.selection_set.selections if operation else ()
        return next((node.name.value for node in nodes if isinstance(node, FieldNode)), "")

    def run(self, ask: Ask, view: View) -> Answer:
        """Answer one request, paid from the bucket."""
        try:
            prepared = self.prepare(ask.query)
        except GraphQLError as error:
            return _refusal([error], "SYNTAX")
        if prepared.problems:
            return _refusal(list(prepared.problems), "INVALID")
        operation = get_operation_ast(prepared.document, ask.operation)
        if operation is None:
            return _refusal([GraphQLError("No operation of that name was provided.")], "INVALID")
        values = get_variable_values(
            self.schema, list(operation.variable_definitions or ()), ask.variables
        )
        if isinstance(values, list):
            return _refusal(values, "INVALID_VARIABLE")
        return self._paid(ask, prepared, operation, values, view)

    def _paid(
        self,
        ask: Ask,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        values: dict[str, Any],
        view: View,
    ) -> Answer:
        desk = view.desk
        price = Pricing(self.schema, prepared.fragments, values).requested(operation)
        limit = desk.switches.max_query_cost
        if price > limit:
            return _refusal([too_expensive(price, limit)], "MAX_COST_EXCEEDED", price)
        if not desk.bucket.take(price):
            refused = _refusal([throttled()], "THROTTLED", price)
            refused.body["extensions"] = {"cost": desk.bucket.report(price, None)}
            return refused
        body, outcome = self._execute(ask, prepared, view)
        mutates = operation.operation.value == "mutation"
        spent = price if mutates else min(price, actual(body.get("data")))
        desk.bucket.give_back(price - spent)
        extensions: dict[str, Any] = {"cost": desk.bucket.report(price, spent)}
        if view.warnings:
            extensions["search"] = view.warnings
        body["extensions"] = extensions
        return Answer(body, outcome, price, spent)

    def _execute(self, ask: Ask, prepared: Prepared, view: View) -> tuple[dict[str, Any], str]:
        with view.store.lock:
            result = execute(
                self.schema,
                prepared.document,
                context_value=view,
                variable_values=ask.variables,
                operation_name=ask.operation,
                execution_context_class=self._execution,
            )
        if not isinstance(result, ExecutionResult):
            raise TypeError("the engine was given an asynchronous resolver")
        errors = [*(result.errors or ()), *view.denied]
        body: dict[str, Any] = {"data": result.data}
        outcome = "ok"
        if errors:
            body = {"errors": [error.formatted for error in errors], **body}
            outcome = str((errors[0].extensions or {}).get("code", "ERROR"))
        return body, outcome


def _refusal(errors: list[GraphQLError], outcome: str, requested: int = 0) -> Answer:
    return Answer({"errors": [error.formatted for error in errors]}, outcome, requested)


def load_schema() -> GraphQLSchema:
    """The stand-in's part of the vendor's schema."""
    source = resources.files("tajo_sandbox.shopify").joinpath("schema.graphql")
    return build_schema(source.read_text(encoding="utf-8"))


@cache
def wired() -> GraphQLSchema:
    """The schema with its resolvers; one for all stand-ins, since the view brings the store."""
    schema = load_schema()
    wire(schema)
    return schema


def wire(schema: GraphQLSchema) -> None:
    """Hang the field tables into a schema."""
    table = roots(schema)
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInterfaceType):
            kind.resolve_type = _kind_of
        elif kind is schema.query_type or kind is schema.mutation_type:
            for name, definition in kind.fields.items():
                definition.resolve = _root(name, definition, table[name])
        elif isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, definition in kind.fields.items():
                definition.resolve = _below(kind.name, name, definition)


def _kind_of(row: Any, _info: Any, _type: Any) -> str:
    return str(row.kind)


def _root(name: str, definition: GraphQLField, answer: Root) -> Any:
    named = get_named_type(definition.type).name.removesuffix("Connection")
    scope = COUNT_SCOPES.get(name) or SCOPE_OF.get(named)

    def resolve(_root_value: Any, info: Any, **arguments: Any) -> Any:
        view: View = info.context
        if scope and scope not in view.scopes:
            raise access_denied(name, scope)
        return answer(view, arguments)

    return resolve


def _below(kind: str, name: str, definition: GraphQLField) -> Any:
    """A field below the root, for the engine's own way of running."""
    read = reader(kind, name)
    if is_connection(get_named_type(definition.type)):
        return lambda row, info, **arguments: of_list(read(row, info.context), arguments)
    if definition.args:
        return lambda row, info, **arguments: read(row, info.context, arguments)
    return lambda row, info: read(row, info.context)
