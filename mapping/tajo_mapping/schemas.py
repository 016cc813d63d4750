"""Following an expression through a JSON Schema: which fields exist, and what a result is.

Not here: which expressions are followed, and what is made of an unknown field (``checking``).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from tajo_mapping.trees import Node

# A JSON Schema; None where nothing is known, and then everything is allowed.
Schema = Mapping[str, Any] | None

# Fields that records of this project's taps have beside the platform's, and the record around a
# list's element.
ALWAYS = ("_tajo_store", "_sdc_deleted_at")
_DEEPEST = 30


class UnknownField(Exception):
    """A field that the schema does not have; ``known`` are those beside it."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.name, self.known = name, known
        super().__init__(name)


class Follower:
    """Follows expressions through one stream's schema."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root

    def follow(self, node: Node, scope: Schema) -> Schema:
        """Return the schema of the expression's result, None where it is not known.

        Raises:
            UnknownField: The expression names a field that is not in the schema.
        """
        kind = node["type"]
        if kind in self._BY_KIND:
            return self._BY_KIND[kind](self, node, scope)
        results = [self.follow(child, scope) for child in node["children"] if _is_node(child)]
        return results[0] if kind in {"key_val_pair", "or_expression"} and results else None

    def _one_after_another(self, node: Node, scope: Schema) -> Schema:
        for child in node["children"]:
            scope = self.follow(child, scope)
        return scope

    def _object(self, node: Node, scope: Schema) -> Schema:
        inside = {child["value"]: self.follow(child, scope) for child in node["children"]}
        return {"type": "object", "properties": inside}

    def _list(self, node: Node, scope: Schema) -> Schema:
        results = [self.follow(child, scope) for child in node["children"]]
        known = [result for result in results if result is not None]
        return {"type": "array", "items": {"anyOf": known} if len(known) == len(results) else {}}

    def _projection(self, node: Node, scope: Schema) -> Schema:
        base = self.follow(node["children"][0], scope)
        if node["type"] == "flatten":
            element = self.element(base)
            inner = self.element(element)
            return base if inner is None else {"type": "array", "items": inner}
        element = None if node["type"] == "value_projection" else self.element(base)
        for condition in node["children"][2:]:
            self.follow(condition, element)
        return {"type": "array", "items": self.follow(node["children"][1], element)}

    def _call(self, node: Node, scope: Schema) -> Schema:
        given = [child for child in node["children"] if child["type"] != "expref"]
        results = [self.follow(child, scope) for child in given]
        for child in node["children"]:
            if child["type"] == "expref" and results:
                self.follow(child["children"][0], self.element(results[0]))
        return None

    def _field(self, node: Node, scope: Schema) -> Schema:
        name = node["value"]
        if name in ALWAYS:
            return None
        known: set[str] = set()
        open_ended = False
        for schema in self.variants(scope):
            properties = schema.get("properties")
            if isinstance(properties, Mapping) and properties:
                if name in properties:
                    found: Schema = properties[name]
                    return found
                known |= set(properties)
            else:
                open_ended = open_ended or _may_hold_more(schema)
            if isinstance(schema.get("additionalProperties"), Mapping):
                open_ended = True
        if scope is None or open_ended or (not known and not list(self.variants(scope))):
            return None
        raise UnknownField(name, tuple(sorted(known)))

    def element(self, scope: Schema) -> Schema:
        """Return the schema of a list's elements, None where it is not known."""
        for schema in self.variants(scope):
            items = schema.get("items")
            if isinstance(items, Mapping):
                return items
        return None

    def variants(self, scope: Schema, depth: int = 0) -> Iterator[Mapping[str, Any]]:
        """Return the schema and all that it says by $ref, anyOf, oneOf and allOf."""
        if not isinstance(scope, Mapping) or depth > _DEEPEST:
            return
        reference = scope.get("$ref")
        if isinstance(reference, str):
            yield from self.variants(self._referred(reference), depth + 1)
        yield scope
        for word in ("anyOf", "oneOf", "allOf"):
            for one in scope.get(word) or ():
                yield from self.variants(one, depth + 1)

    def _referred(self, reference: str) -> Schema:
        found: Any = self.root
        for part in reference.removeprefix("#").strip("/").split("/"):
            found = found.get(part) if isinstance(found, Mapping) else None
        return found if isinstance(found, Mapping) else None

    def kinds(self, scope: Schema) -> frozenset[str]:
        """Return JSON's types of a schema without null (``string:date`` for times and dates)."""
        found: set[str] = set()
        for schema in self.variants(scope):
            types = schema.get("type") or ()
            for one in [types] if isinstance(types, str) else types:
                timed = one == "string" and schema.get("format") in {"date", "date-time"}
                found.add("string:date" if timed else str(one))
        return frozenset(found - {"null"})

    _BY_KIND: ClassVar[Mapping[str, Callable[["Follower", Node, Schema], Schema]]] = {
        "field": _field,
        "subexpression": _one_after_another,
        "index_expression": _one_after_another,
        "pipe": _one_after_another,
        "identity": lambda _, __, scope: scope,
        "current": lambda _, __, scope: scope,
        "index": lambda follower, _, scope: follower.element(scope),
        "projection": _projection,
        "filter_projection": _projection,
        "flatten": _projection,
        "value_projection": _projection,
        "function_expression": _call,
        "multi_select_dict": _object,
        "multi_select_list": _list,
    }


def _is_node(child: Any) -> bool:
    return isinstance(child, dict) and "type" in child


def _may_hold_more(schema: Mapping[str, Any]) -> bool:
    """Tell a schema of some object whose fields are not said from one that is no object."""
    types = schema.get("type")
    if types is None:
        return not any(word in schema for word in ("anyOf", "oneOf", "allOf", "$ref"))
    return "object" in ([types] if isinstance(types, str) else types)
