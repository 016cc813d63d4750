"""Contact attributes: their types, and what becomes of a value that does not fit."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tajo_sandbox.brevo.answers import Refusal, absent, invalid, missing
from tajo_sandbox.brevo.state.identity import KINDS, clean_phone

_NAME = re.compile(r"[A-Z0-9_]{1,50}")
_EUROPEAN_DATE = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
RESERVED = {"EMAIL", "LISTID", "BLACKLISTED"}

# Category: the types it allows (API v3, createAttribute, checked 2026-11-24).
TYPES_BY_CATEGORY = {
    "normal": ("text", "date", "float", "boolean", "multiple-choice", "user"),
    "transactional": ("text", "date", "float", "boolean", "id"),
    "category": ("category",),
    "calculated": (),
    "global": (),
}


@dataclass(slots=True)
class Attribute:
    """One attribute of the account."""

    name: str
    category: str
    type: str | None = None
    enumeration: list[dict[str, Any]] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    formula: str | None = None

    def shown(self) -> dict[str, Any]:
        """As ``GET /contacts/attributes`` lists it."""
        body: dict[str, Any] = {"name": self.name, "category": self.category}
        if self.type and self.type != "category":
            body["type"] = self.type
        if self.category == "category":
            body["enumeration"] = self.enumeration
        if self.type == "multiple-choice":
            body["multiCategoryOptions"] = self.options
        if self.formula is not None:
            body["calculatedValue"] = self.formula
        return body


def default_attributes(language: str) -> dict[str, Attribute]:
    """What a new account has; the names of first and last name follow its language."""
    first, last = ("PRENOM", "NOM") if language == "fr" else ("FIRSTNAME", "LASTNAME")
    texts = (last, first, "SMS", "EXT_ID", "WHATSAPP", "LANDLINE_NUMBER", "JOB_TITLE")
    made = [Attribute(name, "normal", "text") for name in texts]
    labels = [{"value": 1, "label": "Yes"}, {"value": 2, "label": "No"}]
    made.append(Attribute("DOUBLE_OPT-IN", "category", "category", enumeration=labels))
    made.append(Attribute("READERS", "global", formula="COUNT[BLACKLISTED,BLACKLISTED,<,NOW()]"))
    return {attribute.name: attribute for attribute in made}


def new_attribute(
    known: Mapping[str, Attribute], category: str, name: str, body: Mapping[str, Any]
) -> Attribute:
    """An attribute as ``POST /contacts/attributes/{category}/{name}`` asks for it.

    Raises:
        Refusal: The category, name or type is not possible, or the name is taken.
    """
    name = name.upper()
    if category not in TYPES_BY_CATEGORY:
        raise invalid("Invalid attribute category")
    if not _NAME.fullmatch(name) or name in RESERVED:
        raise invalid("Attribute name is not valid")
    if name in known:
        raise Refusal(400, "duplicate_parameter", "Attribute name must be unique")
    kind = body.get("type") or ("category" if category == "category" else None)
    allowed = TYPES_BY_CATEGORY[category]
    if not allowed:
        if not body.get("value"):
            raise missing("value is missing")
        return Attribute(name, category, formula=body["value"])
    if kind is None:
        raise missing("type is missing")
    if kind not in allowed:
        raise invalid(f"type {kind} is not possible for category {category}")
    return Attribute(
        name,
        category,
        kind,
        enumeration=_enumeration(kind, body),
        options=_options(kind, body),
    )


def change_attribute(known: Mapping[str, Attribute], name: str, body: Mapping[str, Any]) -> None:
    """Options, enumeration or formula of an attribute; a type cannot be changed."""
    attribute = known.get(name.upper())
    if attribute is None:
        raise absent("Attribute not found")
    if "enumeration" in body:
        attribute.enumeration = _enumeration("category", body)
    if "multiCategoryOptions" in body:
        attribute.options = list(body["multiCategoryOptions"])
    if "value" in body:
        attribute.formula = body["value"]


def _enumeration(kind: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    if kind != "category":
        return []
    if not body.get("enumeration"):
        raise missing("enumeration is missing")
    return [dict(item) for item in body["enumeration"]]


def _options(kind: str, body: Mapping[str, Any]) -> list[str]:
    if kind != "multiple-choice":
        return []
    if not body.get("multiCategoryOptions"):
        raise missing("multiCategoryOptions is missing")
    return list(body["multiCategoryOptions"])


class Unfit(Exception):
    """A value that its attribute does not take."""


def _text(value: Any, _: Attribute) -> str:
    if not isinstance(value, str):
        raise Unfit
    return value


def _float(value: Any, _: Attribute) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit
    return value


def _boolean(value: Any, _: Attribute) -> bool:
    if not isinstance(value, bool):
        raise Unfit
    return value


def _date(value: Any, _: Attribute) -> str:
    if not isinstance(value, str):
        raise Unfit
    european = _EUROPEAN_DATE.fullmatch(value)
    text = "-".join(reversed(european.groups())) if european else value
    try:
        # Longer forms (a time, a week) parse as well but are no date attribute's value.
        return date.fromisoformat(text).isoformat() if len(text) == len("2026-01-31") else _no()
    except ValueError:
        raise Unfit from None


def _no() -> str:
    raise Unfit


def _choices(value: Any, attribute: Attribute) -> list[str]:
    if not isinstance(value, list) or any(item not in attribute.options for item in value):
        raise Unfit
    return value


def _category(value: Any, attribute: Attribute) -> int:
    for item in attribute.enumeration:
        if value in (item["value"], str(item["value"]), item["label"]) and value is not True:
            return int(item["value"])
    raise Unfit


FITTERS: dict[str, Callable[[Any, Attribute], Any]] = {
    "text": _text,
    "user": _text,
    "id": _text,
    "float": _float,
    "boolean": _boolean,
    "date": _date,
    "multiple-choice": _choices,
    "category": _category,
}


@dataclass(slots=True)
class ReadAttributes:
    """A body's ``attributes`` sorted out.

    ``identifiers`` are normalised; ``emptied`` had null or an empty text; ``dropped`` were let
    go in silence, with the reason; ``bad_phones`` are identifiers that are no phone numbers.
    """

    identifiers: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    emptied: list[str] = field(default_factory=list)
    dropped: list[tuple[str, str]] = field(default_factory=list)
    bad_phones: list[str] = field(default_factory=list)
    email: str | None = None


def read_attributes(known: Mapping[str, Attribute], raw: Mapping[str, Any]) -> ReadAttributes:
    """Sort out ``raw``: unknown names and values of another type are dropped, as Brevo does."""
    read = ReadAttributes()
    for name, value in raw.items():
        if name == "EMAIL":
            read.email = value if isinstance(value, str) and value else None
            continue
        attribute = known.get(name)
        if attribute is None:
            read.dropped.append((name, "unknown attribute"))
        elif value is None or value in ("", []):
            read.emptied.append(name)
        elif name == "EXT_ID" or name in KINDS:
            _identifier(read, name, value)
        elif attribute.category in ("calculated", "global"):
            read.dropped.append((name, "calculated by Brevo"))
        else:
            _value(read, attribute, value)
    return read


def _identifier(read: ReadAttributes, name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        read.dropped.append((name, "wrong type"))
    elif name == "EXT_ID":
        read.identifiers["ext_id"] = str(value)
    else:
        number = clean_phone(str(value))
        if number is None:
            read.bad_phones.append(name)
        else:
            read.identifiers[name] = number


def _value(read: ReadAttributes, attribute: Attribute, value: Any) -> None:
    try:
        read.values[attribute.name] = FITTERS[attribute.type or "text"](value, attribute)
    except Unfit:
        read.dropped.append((attribute.name, f"not a {attribute.type}"))
