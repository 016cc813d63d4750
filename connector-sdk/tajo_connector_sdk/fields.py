"""What a stream's record holds, said once: nested literals that give the query and the schema.

``{...}`` is an object, ``[...]`` an array, ``connection({...})`` a paged list of a GraphQL API
whose nodes become a plain list under the field's own name. Scalars are the words below. Nothing
here talks to anybody.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value: its word in a table, its JSON Schema type and format."""

    word: str
    type: str
    format: str | None = None


string = Scalar("string", "string")
integer = Scalar("integer", "integer")
number = Scalar("number", "number")
boolean = Scalar("boolean", "boolean")
date_time = Scalar("date_time", "string", "date-time")
decimal = Scalar("decimal", "string")  # money: the platform's own text, never a float
# What a REST API may write instead; the record bears RFC 3339 in UTC, and money as text (values).
unix_time = Scalar("unix_time", "string", "date-time")  # seconds since 1970
utc_time = Scalar("utc_time", "string", "date-time")  # 2026-01-31 13:00:00, UTC without a mark
offset_time = Scalar("offset_time", "string", "date-time")  # 2026-01-31T13:00:00+0200
mail_time = Scalar("mail_time", "string", "date-time")  # RFC 2822
decimal_number = Scalar("decimal_number", "string")  # money that comes as a JSON number
# As above, out of a column of 4 decimals by way of a float: 19.989999999999998 is 19.99.
decimal_4 = Scalar("decimal_4", "string")
obj = Scalar("obj", "object")


@dataclass(frozen=True, slots=True)
class Connection:
    """A paged list inside a row.

    ``first`` nodes are asked for with the row; where there are more, the rest is read by queries
    of their own. ``kind`` tells the children of two connections of one row apart in a bulk file.
    """

    fields: Mapping[str, Any]
    first: int = 10
    kind: str | None = None


def connection(
    fields: Mapping[str, Any], *, first: int = 10, kind: str | None = None
) -> Connection:
    """Return a paged list of nodes with these fields (see ``Connection``)."""
    return Connection(fields, first, kind)


# A field is a Scalar, a Connection, a mapping of fields, or a list of one field.
Field: TypeAlias = Any
Fields: TypeAlias = Mapping[str, Any]


def named(field: Field, names: str) -> dict[str, Any]:
    """Return fields of one kind by their names: ``named(string, "first_name last_name")``."""
    return dict.fromkeys(names.split(), field)


def schema_of(fields: Fields, key: tuple[str, ...] = ()) -> Schema:
    """Return the JSON Schema of an object: keys required, all else nullable, unknown passes."""
    made: Schema = {
        "type": "object",
        "properties": {name: _property(field) for name, field in fields.items()},
        "additionalProperties": True,
    }
    for name in key:
        made["properties"][name]["type"] = made["properties"][name]["type"][0]
    if key:
        made["required"] = list(key)
    return made


def _property(field: Field) -> Schema:
    if isinstance(field, Scalar):
        made: Schema = {"type": [field.type, "null"]}
        if field.format:
            made["format"] = field.format
        if field.type == "object":
            made["additionalProperties"] = True
        return made
    if isinstance(field, Connection):
        return {"type": ["array", "null"], "items": _property(field.fields)}
    if isinstance(field, list):
        return {"type": ["array", "null"], "items": _property(field[0])}
    return {**schema_of(field), "type": ["object", "null"]}


def selected(
    fields: Fields,
    wanted: Callable[[tuple[str, ...]], bool],
    at: tuple[str, ...] = (),
    *,
    keep_empty: bool = False,
) -> dict[str, Any]:
    """Return the fields for which ``wanted`` says yes; it is asked with Singer breadcrumbs.

    Objects are looked into, lists are taken or left as a whole; an object of which nothing is
    left is left out, for it cannot be asked for; with ``keep_empty`` it stays, for it may hold
    more than is declared.
    """
    kept: dict[str, Any] = {}
    for name, field in fields.items():
        breadcrumb = (*at, "properties", name)
        if not wanted(breadcrumb):
            continue
        if isinstance(field, Mapping):
            inner = selected(field, wanted, breadcrumb, keep_empty=keep_empty)
            if inner or keep_empty:
                kept[name] = inner
        else:
            kept[name] = field
    return kept


def connections_of(fields: Fields) -> dict[str, Connection]:
    """Return the connections that stand directly in a row, by name."""
    return {name: field for name, field in fields.items() if isinstance(field, Connection)}


def in_order(children: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the nodes of a connection by id: a page and a bulk file then give equal records.

    An id is text that ends in a number of growing length, so the shorter one is the older one.
    """
    return sorted(children, key=lambda child: (len(str(child.get("id"))), str(child.get("id"))))


def faults_of(fields: Fields, at: str) -> Iterator[tuple[str, str, str]]:
    """Yield (where, what is wrong, what would be right) for every field that cannot be.

    A connection stands directly in a row: a bulk operation takes none inside a plain list, and
    the rest of a long one is asked for by the id of the row.
    """
    for name, field in fields.items():
        yield from _field_faults(field, f"{at}.{name}", top=True)


def _field_faults(field: Field, at: str, *, top: bool) -> Iterator[tuple[str, str, str]]:
    if isinstance(field, Connection):
        if not top:
            yield at, "a connection inside a list or an object", "it stands directly in the row"
        for name, inner in field.fields.items():
            yield from _field_faults(inner, f"{at}.{name}", top=False)
    elif isinstance(field, list):
        if len(field) != 1:
            yield at, f"a list of {len(field)} fields", "exactly one: what each element looks like"
        else:
            yield from _field_faults(field[0], f"{at}[]", top=False)
    elif isinstance(field, Mapping):
        for name, inner in field.items():
            yield from _field_faults(inner, f"{at}.{name}", top=False)
    elif not isinstance(field, Scalar):
        words = "string, integer, number, boolean, date_time, decimal, obj, {...}, [...]"
        yield at, f"{type(field).__name__} is no field", words


def objects_in(fields: Fields) -> int:
    """Return about how many objects one row holds, itself included.

    A connection counts two and its nodes, a plain list as one of its elements.
    """
    total = 1
    for field in fields.values():
        if isinstance(field, Connection):
            total += 2 + field.first * objects_in(field.fields)
        elif isinstance(field, Mapping):
            total += objects_in(field)
        elif isinstance(field, list) and isinstance(field[0], Mapping):
            total += objects_in(field[0])
    return total
