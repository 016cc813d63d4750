"""GraphQL documents made from a row's fields: pages, the rest of a list, counts, bulk.

Everything here is text from facts; nothing is sent.
"""

import json
from collections.abc import Callable, Mapping

from tajo_connector_sdk.fields import Connection, Field, Fields, connections_of
from tajo_connector_sdk.table import Deletions, Stream

ListText = Callable[[Connection], str]


def selection(fields: Fields, list_text: ListText) -> str:
    """Return the selection of these fields; ``list_text`` writes what follows a connection."""
    return " ".join(_one(name, field, list_text) for name, field in fields.items())


def _one(name: str, field: Field, list_text: ListText) -> str:
    if isinstance(field, Connection):
        return f"{name}{list_text(field)}"
    if isinstance(field, list):
        return _one(name, field[0], list_text)
    if isinstance(field, Mapping):
        return f"{name} {{ {selection(field, list_text)} }}"
    return name


def _page_of(field: Connection) -> str:
    inner = selection(field.fields, _page_of)
    return f"(first: {field.first}) {{ nodes {{ {inner} }} pageInfo {{ hasNextPage endCursor }} }}"


def _edges(field: Connection) -> str:
    return f" {{ edges {{ node {{ {selection(field.fields, _edges)} }} }} }}"


def page_query(row: Stream, fields: Fields, sort: str) -> str:
    """Return the query of one page; variables: first, after, query.

    The platform's own count under the same filter comes with it, at the price of one object.
    """
    order = f", sortKey: {sort}" if sort else ""
    count = f"total: {_count(row.count)}" if row.count else ""
    return (
        f"query {name_of(row)}($first: Int!, $after: String, $query: String) {{ "
        f"{row.path}(first: $first, after: $after, query: $query{order}) {{ "
        f"nodes {{ {selection(fields, _page_of)} }} pageInfo {{ hasNextPage endCursor }} }} "
        f"{count} }}"
    )


def count_query(row: Stream) -> str:
    """Return the query of the platform's own count; variable: query."""
    return f"query {name_of(row)}Count($query: String) {{ total: {_count(row.count or '')} }}"


def _count(root: str) -> str:
    return f"{root}(query: $query, limit: null) {{ count precision }}"


def rest_query(row: Stream, name: str, field: Connection) -> str:
    """Return the query of the rest of one row's list; variables: id, first, after."""
    inner = selection(field.fields, _page_of)
    return (
        f"query {name_of(row)}Rest($id: ID!, $first: Int!, $after: String) {{ "
        f"node(id: $id) {{ ... on {row.kind} {{ {name}(first: $first, after: $after) {{ "
        f"nodes {{ {inner} }} pageInfo {{ hasNextPage endCursor }} }} }} }} }}"
    )


def deletions_query(rule: Deletions) -> str:
    """Return the query of a page of deletions; variables: first, after, query."""
    return (
        "query Deletions($first: Int!, $after: String, $query: String) { "
        f"{rule.path}(first: $first, after: $after, query: $query, sortKey: {rule.sort}) {{ "
        f"nodes {{ {rule.selection} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    )


def bulk_query(row: Stream, fields: Fields, search: str) -> str:
    """Return the query that a bulk operation runs: no variables, no page sizes."""
    asked = f"(query: {json.dumps(search)})" if search else ""
    return f"{{ {row.path}{asked} {{ edges {{ node {{ {selection(fields, _edges)} }} }} }} }}"


def name_of(row: Stream) -> str:
    """Return the operation's name, which the platform shows in its own logs."""
    return "".join(part.title() for part in row.name.split("_"))


def lists_of(fields: Fields) -> dict[str, Connection]:
    """Return the lists that come with a row, by name."""
    return connections_of(fields)
