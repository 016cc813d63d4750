"""Values as a record bears them: times RFC 3339 in UTC, money as text, whatever the platform has.

The fields of a row become one function for the whole stream; a stream whose values are right as
they come has none, and its rows are not looked at.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from tajo_connector_sdk import times
from tajo_connector_sdk.fields import Connection, Field, Fields, Scalar

Row: TypeAlias = dict[str, Any]
Value: TypeAlias = Callable[[Any], Any]
Finish: TypeAlias = Callable[[Row], None]
PLACES = 4


def decimal_text(value: Any) -> str | None:
    """Return a number as the platform wrote it, without an exponent."""
    if value is None or value == "":
        return None
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def decimal_4_text(value: Any) -> str | None:
    """Return a number with at most 4 decimals: what stands behind them is a float's noise."""
    if isinstance(value, Decimal) and int(value.as_tuple().exponent) < -PLACES:
        shorter = value.quantize(Decimal(1).scaleb(-PLACES)).normalize()
        return format(shorter, "f")
    return decimal_text(value)


def plain(value: Any) -> Any:
    """Return a value that JSON does not know as one that it does.

    A number that was read exactly is a number where a float holds it, text where none does.
    """
    if isinstance(value, Decimal) and Decimal(repr(near := float(value))) == value:
        return near
    return str(value)


def plain_number(value: Any) -> Any:
    """Return a number that was read exactly as JSON has it."""
    return float(value) if isinstance(value, Decimal) else value


READERS: Mapping[str, Value] = {
    "unix_time": times.from_unix,
    "utc_time": times.from_unmarked,
    "offset_time": times.from_offset,
    "mail_time": times.from_mail,
    "decimal_number": decimal_text,
    "decimal_4": decimal_4_text,
}


def is_exact(fields: Fields) -> bool:
    """Say whether some field is money written as a JSON number: no float may stand in between."""
    return any(_exact(field) for field in fields.values())


def _exact(field: Field) -> bool:
    if isinstance(field, Scalar):
        return field.word in {"decimal_number", "decimal_4"}
    if isinstance(field, Connection):
        return is_exact(field.fields)
    return _exact(field[0]) if isinstance(field, list) else is_exact(field)


def finish_of(fields: Fields, *, empties: bool = False) -> Finish | None:
    """Return the function that brings a row's values into shape, or None when there is nothing.

    ``empties``: an empty list where an object belongs is one without fields.
    """
    steps = _steps(fields, exact=is_exact(fields), empties=empties)
    return _finish(steps) if steps else None


def _steps(fields: Fields, *, exact: bool, empties: bool) -> list[tuple[str, Value]]:
    made = ((name, _step(field, exact=exact, empties=empties)) for name, field in fields.items())
    return [(name, step) for name, step in made if step]


def _finish(steps: list[tuple[str, Value]]) -> Finish:
    def finish(row: Row) -> None:
        for name, step in steps:
            value = row.get(name)
            if value is not None:
                row[name] = step(value)

    return finish


def _step(field: Field, *, exact: bool, empties: bool) -> Value | None:
    if isinstance(field, Scalar):
        if empties and field.type == "object":
            return _object
        number = plain_number if exact and field.word == "number" else None
        return READERS.get(field.word, number)
    if isinstance(field, list | Connection):
        of = field.fields if isinstance(field, Connection) else field[0]
        inner = _step(of, exact=exact, empties=empties)
        return _each(inner) if inner else None
    steps = _steps(field, exact=exact, empties=empties)
    inside = _inside(_finish(steps)) if steps else None
    if not empties:
        return inside
    return (lambda value: inside(_object(value))) if inside else _object


def _object(value: Any) -> Any:
    return {} if value == [] else value


def _each(step: Value) -> Value:
    return lambda value: [step(one) for one in value] if isinstance(value, list) else value


def _inside(finish: Finish) -> Value:
    def step(value: Any) -> Any:
        if isinstance(value, dict):
            finish(value)
        return value

    return step


def drop_of(declared: Fields, wanted: Fields) -> Finish | None:
    """Return the function that takes de-selected fields out of a row, or None when all are wanted.

    What the table does not declare passes.
    """
    gone = declared.keys() - wanted.keys()
    inner = [
        (name, step)
        for name, field in wanted.items()
        if isinstance(field, Mapping) and (step := drop_of(declared[name], field))
    ]
    if not gone and not inner:
        return None

    def drop(row: Row) -> None:
        for name in gone & row.keys():
            del row[name]
        for name, step in inner:
            if isinstance(row.get(name), dict):
                step(row[name])

    return drop
