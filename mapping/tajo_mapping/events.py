"""From a record to events, by one of the mapping's event blocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tajo_mapping import values
from tajo_mapping.errors import LeftOut, Unfit
from tajo_mapping.expressions import ABSENT, Expression
from tajo_mapping.grammar import EventBlock, Line
from tajo_mapping.making import (
    DELETED,
    NOBODY,
    FieldLine,
    Fields,
    Identity,
    addressee,
    around,
    identity,
    names_record,
    target_place,
    unmet,
    without_nulls,
)
from tajo_mapping.operations import Event, Filtered, Outcome, Refused, Source
from tajo_mapping.places import Place


@dataclass(frozen=True, slots=True)
class EventMaker:
    """An event block, compiled: a pure function of the record."""

    block: EventBlock
    key: Expression
    at: Expression
    who: Identity
    properties: Fields

    def __call__(self, record: Mapping[str, Any], source: Source, deleted: bool) -> list[Outcome]:
        """Return one outcome, or with ``each`` one for every element of its list."""
        if deleted:
            return [Filtered(source, "event", DELETED)]
        try:
            elements = [record] if self.block.each is None else self._elements(record)
        except Unfit as unfit:
            return [self._refused(source, unfit, record)]
        return [self._outcome(element, source) for element in elements]

    def _elements(self, record: Mapping[str, Any]) -> list[Any]:
        place = self.block.place / "each"
        try:
            value = self.block.each.read(record) if self.block.each else None
        except LeftOut:
            value = None
        except Unfit as unfit:
            raise unfit.at(place) from None
        if value is None or value is ABSENT:
            return []
        if not isinstance(value, list):
            raise Unfit(f"{values.kind_of(value)} where a list is read", line=str(place))
        return [around(element, record) for element in value]

    def _outcome(self, element: Any, source: Source) -> Outcome:
        key = ""
        try:
            reason = unmet(self.block.when or (), element)
            if reason is not None:
                return Filtered(source, "event", reason)
            email, ext_id = self.who.read(element)
            if not (email or ext_id):
                return Filtered(source, "event", NOBODY)
            key = _needed(self.key, element, values.text, self.block.place / "key")
            return Event(
                source=source,
                name=self.block.name,
                key=key,
                at=_needed(self.at, element, values.time, self.block.place / "at"),
                email=email,
                ext_id=ext_id,
                properties=self.properties.build(element),
            )
        except Unfit as unfit:
            return self._refused(source, unfit, element, key)

    def _refused(self, source: Source, unfit: Unfit, element: Any, key: str = "") -> Refused:
        line = unfit.line or str(self.block.place)
        name, email = self.block.name, addressee(self.who.email, element)
        return Refused(
            source, "event", unfit.reason, line, unfit.hint, name=name, key=key, email=email
        )


def _needed(expression: Expression, element: Any, convert: Any, place: Place) -> str:
    """Return the value that an event cannot be without."""
    try:
        value = expression.read(element)
        made = None if value is ABSENT else convert(value)
    except LeftOut:
        made = None
    except Unfit as unfit:
        raise unfit.at(place) from None
    if not made:
        raise Unfit(f"the event has no {place.path[-1]}", line=str(place))
    return str(made)


def compile_event(block: EventBlock, prefix: str) -> EventMaker:
    """Return the compiled block; ``prefix`` is ``<platform>:<store>``.

    Raises:
        MappingError: The block has no key, no time, or nobody whom the event belongs to.
    """
    if block.key is None or block.at is None:
        missing = "key" if block.key is None else "at"
        raise (block.place / missing).error(
            f"the event has no {missing}",
            right="key: what tells one from another; at: when it happened",
        )
    who = identity(block.lines, prefix)
    if who.email is None and who.ext_id is None:
        raise (block.place / "field_mapping").error(
            "nobody whom the event belongs to", right="a line for email or ext_id"
        )
    return EventMaker(block, block.key, block.at, who, Fields(_properties(block.properties)))


def _properties(lines: tuple[Line, ...]) -> tuple[FieldLine, ...]:
    return tuple(
        FieldLine(
            path=tuple(target.split(".")),
            source=line.source,
            convert=without_nulls,
            place=target_place(line.place, target),
            inside=Fields(_properties(line.each), names_record(line.each)) if line.each else None,
        )
        for line in lines
        for target in line.targets
    )
