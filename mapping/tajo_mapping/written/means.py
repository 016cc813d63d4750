"""What the written functions call."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from tajo_mapping import functions, values
from tajo_mapping.contacts import UNREACHABLE
from tajo_mapping.conversion import counted, meta, references
from tajo_mapping.errors import Unfit
from tajo_mapping.expressions import ABSENT, Absent, truth
from tajo_mapping.making import DELETED, NOBODY, put, without_nulls
from tajo_mapping.operations import (
    NOTHING,
    UNKNOWN,
    Category,
    Consent,
    Contact,
    Event,
    Filtered,
    Order,
    Product,
    Source,
)
from tajo_mapping.phones import e164

_NO_OBJECTS = frozenset({str, int, float, bool, list, Decimal, Absent})


class Undecided(Exception):
    """The plain makers have to say what becomes of the record."""


def beside(value: Any) -> Any:
    """Return what a field inside of something is that is no object: of null it is null."""
    if value is None:
        return None
    if type(value) in _NO_OBJECTS:
        return ABSENT
    raise Undecided


def since(value: Any) -> str | None:
    """Return a time in UTC, None for what is none."""
    if value is None or value is ABSENT:
        return None
    try:
        return values.time(value)
    except Unfit:
        return None


def text_or_none(value: Any) -> str | None:
    """Return text, None of null and absent."""
    return None if value is ABSENT else values.text(value)


def time_or_none(value: Any) -> str | None:
    """Return a time in UTC, None of null and absent."""
    return None if value is ABSENT else values.time(value)


def address_or_none(value: Any) -> str | None:
    """Return an e-mail address, None where there is none."""
    return None if value is ABSENT else values.address(value)


def own_id(prefix: str, value: Any, other: str | None) -> str | None:
    """Return an ext_id of a value, or of the other where there is none."""
    own = value if type(value) is str else text_or_none(value)
    own = own or other
    return f"{prefix}:{own}" if own else None


def negated(value: Any) -> bool:
    """Return JMESPath's ``!``, which takes 0 for true."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and value == 0:
        return False
    return not value


def first(*given: Any) -> Any:
    """Return the first that is not null."""
    for one in given:
        if one is not None:
            return one
    return None


def element(value: Any, index: int) -> Any:
    """Return an element of a list, None of anything else."""
    if type(value) is not list:
        return None
    try:
        return value[index]
    except IndexError:
        return None


def inside(value: Any, name: str) -> Any:
    """Return a field of an object, None of anything else."""
    return value.get(name) if type(value) is dict else None


# The converters and functions that the source calls by these names.
NAMED: Final[Mapping[str, Any]] = {
    "address": values.address,
    "boolean": values.boolean,
    "counted": counted,
    "date": values.day,
    "e164": e164,
    "hashed": functions.hashed,
    "id_of": functions.id_of,
    "lower": functions.lower,
    "meta": meta,
    "number": values.number,
    "seconds": values.seconds,
    "text": values.text,
    "texts": values.texts,
    "time": values.time,
    "trim": functions.trim,
    "whole": values.whole,
    "without_nulls": without_nulls,
}
MEANS: Final[Mapping[str, Any]] = {
    **NAMED,
    **{
        kind.__name__: kind
        for kind in (Category, Consent, Contact, Event, Filtered, Order, Product, Source)
    },
    "ABSENT": ABSENT,
    "DELETED": DELETED,
    "NOBODY": NOBODY,
    "NOTHING": NOTHING,
    "UNKNOWN": UNKNOWN,
    "UNREACHABLE": UNREACHABLE,
    "address_or_none": address_or_none,
    "beside": beside,
    "element": element,
    "first": first,
    "holds": truth,
    "inside": inside,
    "negated": negated,
    "new": tuple.__new__,
    "own_id": own_id,
    "put": put,
    "references": references,
    "since": since,
    "text_or_none": text_or_none,
    "time_or_none": time_or_none,
}
