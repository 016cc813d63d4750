"""Streams that need no mapping: ``contacts``, ``events``, ``orders``, ``products``, ``categories``.

``to_record`` and ``from_record`` are each other's inverse for what our mapper writes. A record of
anybody else's tap is read by the same names: lower-case fields as in ``SCHEMAS``, fields in
capitals are attributes, and what is absent is unknown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tajo_mapping.binding import record_key
from tajo_mapping.canonical_contacts import contact_from, contact_record
from tajo_mapping.canonical_fields import body_from, text_of, time_of
from tajo_mapping.canonical_schemas import (
    KIND_OF,
    MARK,
    NEEDED,
    SCHEMAS,
    STREAM_OF,
    schema_message,
)
from tajo_mapping.errors import Unfit
from tajo_mapping.making import DELETED, NOBODY, without_nulls
from tajo_mapping.operations import (
    Category,
    Event,
    Filtered,
    Kind,
    Operation,
    Order,
    Outcome,
    Product,
    Refused,
    Source,
)
from tajo_mapping.targets import PROPERTY, is_attribute

__all__ = [
    "KIND_OF",
    "MARK",
    "SCHEMAS",
    "STREAM_OF",
    "CanonicalBinding",
    "attribute_types_of",
    "bind",
    "from_record",
    "is_marked",
    "is_ours",
    "schema_message",
    "to_record",
    "unused_fields",
]

Record = dict[str, Any]


def is_marked(json_schema: Mapping[str, Any]) -> bool:
    """Return whether a stream's schema says that its records came out of our mapper."""
    return json_schema.get(MARK) == 1


def is_ours(stream: str, json_schema: Mapping[str, Any], *, alone: bool) -> bool:
    """Return whether a stream is one of ours: by its name, where there is no mapping (``alone``).

    A tap that has a mapping may have a stream of its own by such a name that means another thing
    (Stripe's ``events``); there ours has to declare what its records cannot be without.
    """
    if stream not in SCHEMAS or alone:
        return stream in SCHEMAS
    declared = set(json_schema.get("properties") or ())
    return all(declared & wanted for wanted in NEEDED[KIND_OF[stream]])


def to_record(operation: Operation) -> tuple[str, Record]:
    """Return the stream and the record that say all that the operation says."""
    source = operation.source
    record: Record = {
        "platform": source.platform,
        "store": source.store,
        "source_stream": source.stream,
        "source_id": source.id,
    }
    if source.at is not None:
        record["updated_at"] = source.at
    if operation.kind == "contact":
        record |= contact_record(operation)
    elif operation.kind == "event":
        record |= {
            "name": operation.name,
            "key": operation.key,
            "at": operation.at,
            **_who(operation),
            "properties": dict(operation.properties),
        }
    elif operation.kind == "order":
        record |= {**operation.body, "id": operation.id, "at": operation.at, **_who(operation)}
    else:
        record |= {**operation.body, "id": operation.id}
    return STREAM_OF[operation.kind], record


def _who(operation: Event | Order) -> Record:
    named = {"email": operation.email, "ext_id": operation.ext_id}
    return {name: value for name, value in named.items() if value is not None}


def from_record(
    stream: str,
    record: Mapping[str, Any],
    *,
    platform: str = "",
    store: str = "",
    key_properties: Sequence[str] = ("id",),
    types: Mapping[str, str] | None = None,
) -> list[Outcome]:
    """Return what becomes of a record of one of our streams.

    Args:
        stream: One of ``SCHEMAS``.
        record: A record of our mapper's (it has a ``source_stream``) is taken as it is; any other
            is converted and checked.
        platform: The platform of records that do not name theirs.
        store: The store of records that do not name theirs (``store`` or ``_tajo_store``).
        key_properties: The key of the stream's SCHEMA.
        types: Attribute → Brevo's type (``attribute_types_of``).
    """
    kind = KIND_OF[stream]
    exact = isinstance(record.get("source_stream"), str)
    source = _source(stream, record, platform, store, tuple(key_properties))
    if not source.id and kind in {"contact", "event"}:
        reason = f"the record has no key ({', '.join(key_properties)})"
        return [Refused(source, kind, reason, stream)]
    try:
        if kind == "contact":
            return [contact_from(record, source, exact=exact, types=types or {})]
        return [_READERS[kind](record, source, exact)]
    except Unfit as unfit:
        line = unfit.line or stream
        email = _addressee(record, kind)
        return [Refused(source, kind, unfit.reason, line, unfit.hint, email=email)]


def _addressee(record: Mapping[str, Any], kind: Kind) -> str | None:
    try:
        return text_of(record, f"{kind}s.email", address=True)
    except Unfit:
        return None


def _source(
    stream: str, record: Mapping[str, Any], platform: str, store: str, keys: tuple[str, ...]
) -> Source:
    own = record.get("source_id")
    return Source(
        platform=str(record.get("platform") or platform),
        store=str(record.get("store") or record.get("_tajo_store") or store),
        stream=str(record.get("source_stream") or stream),
        id=str(own) if own is not None else record_key(record, keys),
        at=time_of(record, "updated_at", lenient=True),
    )


def _event(record: Mapping[str, Any], source: Source, exact: bool) -> Outcome:
    if not exact and record.get("_sdc_deleted_at") is not None:
        return Filtered(source, "event", DELETED)
    email, ext_id = (
        text_of(record, "events.email", address=not exact),
        text_of(record, "events.ext_id"),
    )
    if not (email or ext_id):
        return Filtered(source, "event", NOBODY)
    name = text_of(record, "events.name", needed=True)
    if not PROPERTY.fullmatch(name or ""):
        raise Unfit("an event's name is letters, digits, - and _", line="events.name")
    properties = record.get("properties") or {}
    if not isinstance(properties, Mapping):
        raise Unfit("the properties are no object", line="events.properties")
    return Event(
        source=source,
        name=name or "",
        key=text_of(record, "events.key") or source.id,
        at=time_of(record, "events.at", needed=True) or "",
        email=email,
        ext_id=ext_id,
        properties=dict(properties) if exact else without_nulls(properties),
    )


def _order(record: Mapping[str, Any], source: Source, exact: bool) -> Outcome:
    if not exact and record.get("_sdc_deleted_at") is not None:
        return Filtered(source, "order", DELETED)
    email, ext_id = (
        text_of(record, "orders.email", address=not exact),
        text_of(record, "orders.ext_id"),
    )
    if not (email or ext_id):
        return Filtered(source, "order", NOBODY)
    body = body_from(record, "order", exact=exact)
    if not exact:
        body.setdefault("storeId", source.store)
    at = time_of(record, "orders.at") or body["createdAt"]
    return Order(source, body["id"], at, email, ext_id, body)


def _product(record: Mapping[str, Any], source: Source, exact: bool) -> Outcome:
    body = body_from(record, "product", exact=exact)
    return Product(source, body["id"], body)


def _category(record: Mapping[str, Any], source: Source, exact: bool) -> Outcome:
    body = body_from(record, "category", exact=exact)
    return Category(source, body["id"], body)


_READERS: Mapping[Kind, Callable[[Mapping[str, Any], Source, bool], Outcome]] = {
    "event": _event,
    "order": _order,
    "product": _product,
    "category": _category,
}


def attribute_types_of(json_schema: Mapping[str, Any]) -> dict[str, str]:
    """Return attribute → Brevo's type for the fields in capitals of a ``contacts`` schema."""
    return {
        name: _brevo_type(schema)
        for name, schema in (json_schema.get("properties") or {}).items()
        if is_attribute(name)
    }


def _brevo_type(schema: Any) -> str:
    if not isinstance(schema, Mapping):
        return "text"
    types = schema.get("type") or ()
    kinds = {types} if isinstance(types, str) else set(types)
    for alternative in (*(schema.get("anyOf") or ()), *(schema.get("oneOf") or ())):
        found = _brevo_type(alternative)
        if found != "text":
            return found
    if kinds & {"number", "integer"}:
        return "float"
    if "boolean" in kinds:
        return "boolean"
    if "array" in kinds:
        return "multiple-choice"
    return "date" if schema.get("format") in {"date", "date-time"} else "text"


def unused_fields(stream: str, json_schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields of a schema that have no meaning in one of our streams, for a warning."""
    known = {*SCHEMAS[stream]["schema"]["properties"], "id"}
    kind = KIND_OF[stream]
    return tuple(
        name
        for name in json_schema.get("properties") or {}
        if name not in known
        and not name.startswith(("_sdc_", "_tajo_"))
        and not (kind == "contact" and is_attribute(name))
    )


@dataclass(frozen=True, slots=True)
class CanonicalBinding:
    """One of our streams, bound: a pure function from a record to its outcomes."""

    stream: str
    platform: str
    store: str
    key_properties: tuple[str, ...]
    types: Mapping[str, str]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Return the one kind that the stream's records become."""
        return (KIND_OF[self.stream],)

    def __call__(self, record: Mapping[str, Any]) -> list[Outcome]:
        """Return ``operations(record)``."""
        return self.operations(record)

    def operations(self, record: Mapping[str, Any]) -> list[Outcome]:
        """Return what becomes of the record (``from_record``)."""
        return from_record(
            self.stream,
            record,
            platform=self.platform,
            store=self.store,
            key_properties=self.key_properties,
            types=self.types,
        )


def bind(
    stream: str,
    store: str,
    key_properties: Sequence[str],
    json_schema: Mapping[str, Any],
    *,
    platform: str = "",
) -> CanonicalBinding:
    """Return the function for one of our streams, as ``CompiledMapping.bind`` for mapped ones."""
    return CanonicalBinding(
        stream, platform, store, tuple(key_properties), attribute_types_of(json_schema)
    )
