"""The streams ``contacts``, ``events``, ``orders``, ``products``, ``categories`` as JSON Schemas.

They are what our mapper writes, and what a tap of anybody's may write to need no mapping.
"""

from collections.abc import Mapping
from typing import Any, Final

from tajo_mapping.brevo_fields import FIELDS, BrevoField
from tajo_mapping.operations import Kind

MARK: Final = "x-tajo-brevo"
STREAM_OF: Final[Mapping[Kind, str]] = {
    "contact": "contacts",
    "event": "events",
    "order": "orders",
    "product": "products",
    "category": "categories",
}
KIND_OF: Final[Mapping[str, Kind]] = {stream: kind for kind, stream in STREAM_OF.items()}

Json = dict[str, Any]


def _nullable(*types: str, **more: Any) -> Json:
    return {"type": [*types, "null"], **more}


_TEXT = _nullable("string")
_TIME = _nullable("string", format="date-time")
_OBJECT = _nullable("object", additionalProperties=True)
_TEXTS = _nullable("array", items={"type": "string"})

# Where the record came from; a record with a source_stream was made by our mapper and is taken
# as it is.
SOURCE: Final[Mapping[str, Json]] = {
    "platform": _TEXT,
    "store": _TEXT,
    "source_stream": _TEXT,
    "source_id": _TEXT,
    "updated_at": _TIME,
}
WHO: Final[Mapping[str, Json]] = {"email": _TEXT, "ext_id": _TEXT}
CONTACT: Final[Mapping[str, Json]] = {
    **WHO,
    "listed": _TEXTS,
    "mirrored": _TEXTS,
    "email_consent": _TEXT,
    "email_consent_at": _TIME,
    "email_reconsent": _nullable("boolean"),
    "sms_consent": _TEXT,
    "sms_consent_at": _TIME,
    "whatsapp_consent": _TEXT,
    "whatsapp_consent_at": _TIME,
    "mode": _TEXT,
    "owner": _nullable("boolean"),
    "rules": _OBJECT,
    "deletion": _TEXT,
    "why": _TEXT,
    "merged_into": _TEXT,
    "notes": _TEXTS,
}
EVENT: Final[Mapping[str, Json]] = {
    **WHO,
    "name": _TEXT,
    "key": _TEXT,
    "at": _TIME,
    "properties": _OBJECT,
}
_WHO = frozenset(WHO)


def _insisted(kind: Kind) -> tuple[frozenset[str], ...]:
    return tuple(frozenset({name}) for name, fact in FIELDS[kind].items() if fact.required)


# Of each of these a record has to have at least one field.
NEEDED: Final[Mapping[Kind, tuple[frozenset[str], ...]]] = {
    "contact": (_WHO,),
    "event": (_WHO, frozenset({"name"}), frozenset({"at"})),
    "order": (_WHO, *_insisted("order")),
    "product": _insisted("product"),
    "category": _insisted("category"),
}
_SIMPLE: Final[Mapping[str, Json]] = {
    "text": _TEXT,
    "reference": _TEXT,
    "texts": _TEXTS,
    "references": _TEXTS,
    "number": _nullable("number"),
    "whole": _nullable("integer"),
    "boolean": _nullable("boolean"),
    "time": _TIME,
    "seconds": _TIME,
    "meta": _OBJECT,
}
_ATTRIBUTES: Final[Mapping[str, Json]] = {
    "text": _TEXT,
    "float": _nullable("number"),
    "date": _nullable("string", format="date"),
    "boolean": _nullable("boolean"),
    "multiple-choice": _TEXTS,
}


def _of_field(fact: BrevoField) -> Json:
    if fact.kind in _SIMPLE:
        return _SIMPLE[fact.kind]
    inside = {name: _of_field(one) for name, one in fact.inside.items()}
    if fact.kind == "object":
        return _nullable("object", properties=inside)
    return _nullable("array", items={"type": "object", "properties": inside})


def _body(kind: Kind) -> Json:
    own = {name: _of_field(fact) for name, fact in FIELDS[kind].items()}
    return {**WHO, "at": _TIME, **own} if kind == "order" else own


def _schema(fields: Mapping[str, Json], keys: list[str]) -> Json:
    properties = {**SOURCE, **fields}
    for key in keys:
        properties[key] = {"type": "string"}
    return {
        "key_properties": keys,
        "schema": {
            "type": "object",
            "properties": properties,
            "required": keys,
            "additionalProperties": True,
            MARK: 1,
        },
    }


SCHEMAS: Final[Mapping[str, Json]] = {
    "contacts": _schema(CONTACT, ["platform", "store", "source_stream", "source_id"]),
    "events": _schema(EVENT, ["platform", "store", "name", "key"]),
    "orders": _schema(_body("order"), ["id"]),
    "products": _schema(_body("product"), ["id"]),
    "categories": _schema(_body("category"), ["id"]),
}


def schema_message(stream: str, attributes: Mapping[str, str]) -> Json:
    """Return the Singer SCHEMA message of one of our streams.

    Args:
        stream: One of ``SCHEMAS``.
        attributes: Attribute → Brevo's type, for contacts.
    """
    known = SCHEMAS[stream]
    schema = dict(known["schema"])
    if stream == "contacts":
        typed = {name: _ATTRIBUTES[kind] for name, kind in sorted(attributes.items())}
        schema["properties"] = {**schema["properties"], **typed}
    return {
        "type": "SCHEMA",
        "stream": stream,
        "schema": schema,
        "key_properties": known["key_properties"],
    }
