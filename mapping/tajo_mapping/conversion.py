"""From a read value to an attribute or a field of Brevo, by the type that it has there."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tajo_mapping import values
from tajo_mapping.brevo_fields import BrevoField
from tajo_mapping.errors import Unfit
from tajo_mapping.phones import e164

Convert = Callable[[Any], Any]

ATTRIBUTE_TYPES: Final[Mapping[str, Convert]] = {
    "text": values.text,
    "float": values.number,
    "date": values.day,
    "boolean": values.boolean,
    "multiple-choice": values.texts,
    "phone": e164,
}


def counted(value: Any) -> int | None:
    """Return a whole number for a bare sum.

    Money of several currencies must never be added blindly, so decimals need a unit to sum by.
    """
    try:
        return values.whole(value)
    except Unfit as unfit:
        hint = "sum by CURRENCY adds decimals of one currency (an attribute that holds it)"
        raise Unfit(f"{unfit.reason}, and a bare sum adds whole numbers only", hint) from None


def meta(value: Any) -> str | int | bool | None:
    """Return a value of ``metaInfo``: text, a whole number, true or false.

    Brevo takes no decimals there (Brevo API v3, Orders, checked 2026-11-24): they become text.
    """
    if value is None or isinstance(value, bool | int):
        return value
    return values.text(value)


def referring(prefix: str) -> Convert:
    """Return the converter of an id that must be the same wherever it is named."""

    def convert(value: Any) -> str | None:
        made = values.text(value)
        return f"{prefix}:{made}" if made else None

    return convert


def field_converter(fact: BrevoField, prefix: str) -> Convert:
    """Return what makes a read value into this field; ``prefix`` goes before references."""
    reference = referring(prefix)
    if fact.kind == "reference":
        return reference
    if fact.kind == "references":
        return lambda value: references(prefix, value)
    simple: Mapping[str, Convert] = {
        "text": values.text,
        "texts": values.texts,
        "number": values.number,
        "whole": values.whole,
        "boolean": values.boolean,
        "time": values.time,
        "seconds": values.seconds,
        "meta": meta,
        "object": values.text,
    }
    return simple[fact.kind]


def references(prefix: str, value: Any) -> list[Any] | None:
    """Return the references of a list of ids; ``prefix`` goes before each."""
    if value is None:
        return None
    if not isinstance(value, list):
        raise Unfit(f"{values.kind_of(value)} cannot become a list")
    convert = referring(prefix)
    return [made for item in value if (made := convert(item)) is not None]
