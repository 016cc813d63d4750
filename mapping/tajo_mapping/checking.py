"""Every expression of a stream's mapping against the schema that its records have.

A field that is not there is an error in a user's file. In the platform's own file it is one only
where the mapping cannot do without: a person may leave fields out of the selection on purpose.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tajo_mapping.brevo_fields import FIELDS, BrevoField
from tajo_mapping.errors import MappingError, nearest
from tajo_mapping.expressions import Expression
from tajo_mapping.grammar import (
    IDENTIFIERS,
    PHONES,
    BodyBlock,
    Condition,
    ConsentRule,
    ContactBlock,
    EventBlock,
    Line,
    StreamBlock,
)
from tajo_mapping.places import Place
from tajo_mapping.schemas import Follower, Schema, UnknownField

_LISTS = frozenset({"multiple-choice", "texts", "references", "list"})
# What JSON's kinds cannot become: a number is no date, a date no number.
_CLASHES: Mapping[str, frozenset[str]] = {
    "boolean": frozenset({"float", "number", "whole", "date", "time", "seconds"}),
    "number": frozenset({"boolean", "date", "time", "seconds"}),
    "integer": frozenset({"boolean"}),
    "string:date": frozenset({"float", "number", "whole", "boolean"}),
}
_NO_FACTS: Mapping[str, BrevoField] = {}
_WORDS = {"array": "a list", "object": "an object", "string:date": "a time", "string": "text"}


def check_stream(
    stream: StreamBlock, json_schema: Mapping[str, Any], types: Mapping[str, str]
) -> tuple[str, ...]:
    """Check a stream's mapping; return the lines of the platform's file that will do nothing.

    Raises:
        MappingError: An unknown field, or a kind of value that the target cannot hold.
    """
    check = _Check(stream, json_schema, types)
    check.one(stream.changed, stream.place / "changed", needed=False)
    if isinstance(stream.contact, ContactBlock):
        check.contact(stream.contact)
    for event in stream.events.values():
        if isinstance(event, EventBlock):
            check.event(event)
    for kind, body in stream.bodies.items():
        if isinstance(body, BodyBlock):
            check.body(body, FIELDS[kind])
    return tuple(check.idle)


class _Check:
    """One stream's check: its schema, and what was found idle so far."""

    def __init__(
        self, stream: StreamBlock, json_schema: Mapping[str, Any], types: Mapping[str, str]
    ) -> None:
        self.follower = Follower(json_schema)
        self.root: Schema = json_schema
        self.types = types
        self.other_names = [".".join(path) for path in stream.names]
        self.idle: list[str] = []

    def one(
        self,
        expression: Expression | None,
        place: Place,
        scope: Schema | None = None,
        *,
        needed: bool = True,
    ) -> tuple[bool, Schema]:
        """Return whether the expression's fields are all there, and the schema of its result."""
        if expression is None:
            return True, None
        try:
            return True, self.follower.follow(
                expression.tree, self.root if scope is None else scope
            )
        except UnknownField as unknown:
            message = self._unknown(unknown, place, scope)
            if needed or not place.builtin:
                raise message from None
            self.idle.append(f"{place}: the stream has no field '{unknown.name}'")
            return False, None

    def _unknown(self, unknown: UnknownField, place: Place, scope: Schema | None) -> MappingError:
        at_root = set(unknown.known) == set((self.root or {}).get("properties") or ())
        beside = self.other_names if at_root else ["_record"] if scope else []
        do = (
            "select the field, or lay a file of your own over this one"
            if place.builtin
            else f"if a fixed text is meant, write \"'{unknown.name}'\"; "
            "if the field was left out of the selection, select it"
        )
        return place.error(
            f"unknown field '{unknown.name}'",
            right=nearest(unknown.name, (*unknown.known, *beside)),
            do=do,
        )

    def contact(self, block: ContactBlock) -> None:
        """Check a contact block."""
        self._conditions(block.when or (), None)
        self._lines(block.lines, None, self.types, frozenset({"email", *PHONES}))
        self.one(block.merged_into, block.place / "merged_into")
        for channel, rule in block.consent.items():
            if isinstance(rule, ConsentRule):
                place = block.place / "consent" / channel
                self.one(rule.source, place / "from", needed=False)
                self.one(rule.at, place / "at", needed=False)

    def event(self, block: EventBlock) -> None:
        """Check an event block, inside its list where it has one."""
        scope = None
        if block.each is not None:
            _, listed = self.one(block.each, block.place / "each")
            scope = self._inside(listed, block.place / "each")
        self._conditions(block.when or (), scope)
        self.one(block.key, block.place / "key", scope)
        self.one(block.at, block.place / "at", scope)
        self._lines(block.lines, scope, {}, frozenset(IDENTIFIERS))
        self._lines(block.properties, scope, {})

    def body(self, block: BodyBlock, facts: Mapping[str, BrevoField]) -> None:
        """Check an order, a product or a category."""
        self._conditions(block.when or (), None)
        self.one(block.at, block.place / "at", needed=False)
        who = frozenset(IDENTIFIERS) if facts is FIELDS["order"] else frozenset()
        self._lines(block.lines, None, _kinds(facts), who, facts)

    def _conditions(self, conditions: Iterable[Condition], scope: Schema | None) -> None:
        for condition in conditions:
            self.one(condition.expression, condition.place, scope)

    def _lines(
        self,
        lines: Iterable[Line],
        scope: Schema | None,
        kinds: Mapping[str, str],
        who: frozenset[str] = frozenset(),
        facts: Mapping[str, BrevoField] = _NO_FACTS,
    ) -> None:
        """Check lines; of those whose target is in ``who``, one at least has to be there."""
        missing: list[Line] = []
        found = not who
        for line in lines:
            needed = any(name in facts and facts[name].required for name in line.targets)
            there, result = self.one(line.source, line.place, scope, needed=needed)
            if there:
                self._fit(line, result, kinds)
            if who & set(line.targets):
                found = found or there
                missing += [] if there else [line]
            if line.each:
                inner = facts[line.targets[0]].inside if facts else _NO_FACTS
                inside = self._inside(result, line.place) if there else {}
                self._lines(line.each, inside, _kinds(inner), facts=inner)
        if not found and missing:
            self.one(missing[0].source, missing[0].place, scope)

    def _inside(self, listed: Schema, place: Place) -> Schema:
        """Return the schema of a list's element, with the record around it."""
        kinds = self.follower.kinds(listed)
        if kinds and "array" not in kinds:
            raise place.error("not a list", right="a field that is a list of objects")
        element = self.follower.element(listed)
        if element is None:
            return {}
        return {"allOf": [element, {"properties": {"_record": self.root}}]}

    def _fit(self, line: Line, result: Schema, kinds: Mapping[str, str]) -> None:
        """Refuse a kind of value that one of the line's targets can never hold."""
        found = self.follower.kinds(result)
        for target in line.targets:
            kind = kinds.get(target) or ("text" if target in IDENTIFIERS else None)
            if kind is None or line.each or not found:
                continue
            if all(_clash(one, kind) for one in found):
                is_now = " or ".join(_WORDS.get(one, f"a {one}") for one in sorted(found))
                raise line.place.error(
                    f"'{line.source.text}' is {is_now}, {target} is {kind}",
                    right="for a list: join(', ', field) or field[0]; for an object: a field in it"
                    if found & {"array", "object"}
                    else f"another source, or another type of {target}",
                )


def _kinds(facts: Mapping[str, BrevoField]) -> dict[str, str]:
    return {name: fact.kind for name, fact in facts.items()}


def _clash(found: str, kind: str) -> bool:
    if found == "object":
        return True
    if (found == "array") != (kind in _LISTS):
        return True
    return kind in _CLASHES.get(found, ())
