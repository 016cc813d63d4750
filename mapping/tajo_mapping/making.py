"""What contacts, events and bodies have in common: conditions, identifiers, nested fields."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tajo_mapping import values
from tajo_mapping.conversion import Convert
from tajo_mapping.errors import LeftOut, Unfit
from tajo_mapping.expressions import ABSENT, Expression, truth
from tajo_mapping.grammar import Condition, Line
from tajo_mapping.operations import Outcome, Source
from tajo_mapping.places import Place

# (record, its source, whether the source deleted it) -> what becomes of it.
Maker = Callable[[Mapping[str, Any], Source, bool], list[Outcome]]

DELETED: Final = "deleted in the source"
NOBODY: Final = "no e-mail address and no customer to send it for"


def unmet(conditions: Sequence[Condition], record: Any) -> str | None:
    """Return the reason of the first condition that does not hold, None when all do."""
    for condition in conditions:
        try:
            holds = truth(condition.expression.read(record))
        except LeftOut:
            holds = False
        except Unfit as unfit:
            raise unfit.at(condition.place) from None
        if not holds:
            return condition.reason
    return None


@dataclass(frozen=True, slots=True)
class Identity:
    """Reads whom an event or an order belongs to."""

    email: Line | None
    ext_id: Line | None
    prefix: str

    def read(self, record: Any) -> tuple[str | None, str | None]:
        """Return e-mail address and ext_id, None for what the record does not have."""
        address = take(self.email, record, values.address, "email")
        own = take(self.ext_id, record, values.text, "ext_id")
        return address or None, f"{self.prefix}:{own}" if own else None


def identity(lines: Iterable[Line], prefix: str) -> Identity:
    """Return the reader of the lines whose targets are email and ext_id.

    ``prefix`` is ``<platform>:<store>`` and goes before every id of the source.
    """
    by_target = {target: line for line in lines for target in line.targets}
    return Identity(by_target.get("email"), by_target.get("ext_id"), prefix)


def take(line: Line | None, record: Any, convert: Convert, target: str) -> Any:
    """Return the converted value of a line, None where there is none."""
    if line is None:
        return None
    try:
        value = line.source.read(record)
        return None if value is ABSENT else convert(value)
    except LeftOut:
        return None
    except Unfit as unfit:
        raise unfit.at(target_place(line.place, target)) from None


def addressee(line: Line | None, record: Any) -> str | None:
    """Return the e-mail address of a record that is refused, None where it has none."""
    try:
        return take(line, record, values.address, "email") or None
    except Unfit:
        return None


def target_place(place: Place, target: str) -> Place:
    """Return the place of a line as a reader knows it: by what it writes."""
    return place.parent / target


def optional_time(expression: Expression | None, record: Any, place: Place) -> str | None:
    """Return a time of the record in UTC, None where the mapping or the record has none.

    Raises:
        Unfit: What the record has is no time.
    """
    if expression is None:
        return None
    try:
        value = expression.read(record)
        return None if value is ABSENT else values.time(value)
    except LeftOut:
        return None
    except Unfit as unfit:
        raise unfit.at(place) from None


def take_text(expression: Expression | None, record: Any, place: Place) -> str | None:
    """Return the text of an optional expression, None where the record has none.

    Raises:
        Unfit: What the record has is no text.
    """
    if expression is None:
        return None
    try:
        value = expression.read(record)
        return None if value is ABSENT else values.text(value) or None
    except LeftOut:
        return None
    except Unfit as unfit:
        raise unfit.at(place) from None


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One target of a body or of properties: where it goes, from what, and made how.

    ``kind`` is that of Brevo's field, or ``property``.
    """

    path: tuple[str, ...]
    source: Expression
    convert: Convert
    place: Place
    required: bool = False
    inside: "Fields | None" = None
    kind: str = "property"

    def value(self, record: Any) -> Any:
        """Return the converted value; None where there is none."""
        value = self.source.read(record)
        if value is None or value is ABSENT:
            return None
        if self.inside is None:
            return self.convert(value)
        if not isinstance(value, list):
            raise Unfit(f"{values.kind_of(value)} cannot become a list")
        return [self.inside.build(element, record) for element in value]


@dataclass(frozen=True, slots=True)
class Fields:
    """The lines of one object; ``reaches_out`` says that they name the record around it.

    ``one_of`` are targets of which at least one must be there.
    """

    lines: tuple[FieldLine, ...]
    reaches_out: bool = False
    one_of: tuple[str, ...] = ()

    def build(self, element: Any, record: Any = None) -> dict[str, Any]:
        """Return the object.

        Raises:
            Unfit: A required field is missing, or a value cannot become what its field takes.
        """
        if self.reaches_out:
            element = around(element, record)
        made: dict[str, Any] = {}
        for line in self.lines:
            try:
                value = line.value(element)
            except LeftOut:
                value = None
            except Unfit as unfit:
                raise unfit.at(line.place) from None
            if value is not None:
                put(made, line.path, value)
            elif line.required:
                raise Unfit(f"'{line.path[-1]}' is missing", line=str(line.place))
        if self.one_of and not any(name in made for name in self.one_of):
            raise Unfit(f"'{self.one_of[0]}' is missing", line=str(self.lines[0].place))
        return made


def around(element: Any, record: Any) -> Any:
    """Return a list's element with the record it is from, as ``_record``."""
    return {**element, "_record": record} if isinstance(element, Mapping) else element


def put(made: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Set a value in an object, making the objects on the way."""
    for name in path[:-1]:
        made = made.setdefault(name, {})
    made[path[-1]] = value


def without_nulls(value: Any) -> Any:
    """Return JSON data without the nulls in its objects and lists: Brevo's events take none."""
    if isinstance(value, Mapping):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value if item is not None]
    return value


def names_record(lines: Iterable[Line]) -> bool:
    """Return whether any line of a nested list names ``_record``."""
    return any("_record" in line.source.text for line in lines)
