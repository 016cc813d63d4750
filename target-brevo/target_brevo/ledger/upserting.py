"""Inserting rows, or replacing those that are there.

SQLAlchemy 2.0 compiles an insert with a conflict clause anew at every execution, which took a
fifth of a small run; plain text is compiled once.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from sqlalchemy import Table, TextClause, bindparam, text


class Owned(NamedTuple):
    """A column that says whose a row is, and which columns a row that is nobody's takes over.

    In somebody's row ``marked`` becomes ``mark``, unless it holds one of ``spared``.
    """

    column: str
    changed: tuple[str, ...]
    marked: str
    mark: str
    spared: tuple[str, ...]


class Kept(NamedTuple):
    """What a row that is there keeps where the new one has less of it.

    Of ``flags`` those that are set, of ``sets`` of numbers (printed as JSON) what is in either, of
    ``counts`` the sum of both; ``wholes`` it keeps whatever the new one has.
    """

    flags: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    wholes: tuple[str, ...] = ()


class Fixed(NamedTuple):
    """Columns whose value is the same in all rows, written into the statement: words of ours."""

    columns: tuple[tuple[str, str | None], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns."""
        return tuple(name for name, _ in self.columns)

    @property
    def values(self) -> tuple[str, ...]:
        """Their values, as SQL has them."""
        return tuple(_literal(value) for _, value in self.columns)


class Found(NamedTuple):
    """Columns that are written, none of them in an index, and those by which a row is found."""

    changed: tuple[str, ...]
    keys: tuple[str, ...]


NOTHING = Kept()


@cache
def replacing(table: Table, names: tuple[str, ...], kept: Kept = NOTHING) -> TextClause:
    """Return the statement that writes rows of ``names``; those with the same key are replaced.

    For SQLite and PostgreSQL, which share the clause.
    """
    marks = tuple(f":{name}" for name in names)
    return _bound(_replacing(table, names, marks, kept), table, names)


@cache
def replacing_plainly(
    table: Table, fixed: Fixed, names: tuple[str, ...], mark: str, kept: Kept = NOTHING
) -> str:
    """Return the same statement in the driver's own words, which write ``mark`` for each value.

    Nothing of SQLAlchemy then stands between the rows and the driver: for rows by the thousand.
    """
    marks = (*fixed.values, *(mark,) * len(names))
    return _replacing(table, (*fixed.names, *names), marks, kept)


@cache
def claiming_plainly(
    table: Table, fixed: Fixed, names: tuple[str, ...], mark: str, owned: Owned
) -> str:
    """Return the statement that writes rows which are not there, in the driver's own words.

    Those that are there are changed as ``owned`` says.
    """
    nobodys = f"{_held(table, owned.column)} = ''"
    spared = ", ".join(f"'{each}'" for each in owned.spared)
    changed = {
        name: f"CASE WHEN {nobodys} THEN {_new(name)} ELSE {_held(table, name)} END"
        for name in owned.changed
    }
    marked = _held(table, owned.marked)
    changed[owned.marked] = (
        f"CASE WHEN {nobodys} THEN {_new(owned.marked)} "
        f"WHEN {marked} IN ({spared}) THEN {marked} ELSE '{owned.mark}' END"
    )
    marks = (*fixed.values, *(mark,) * len(names))
    return _conflicting(table, (*fixed.names, *names), marks, changed)


@cache
def updating_plainly(table: Table, fixed: Fixed, found: Found, mark: str) -> str:
    """Return the statement that changes rows which are there, in the driver's own words.

    Its values are those of ``changed`` and then of ``keys``; ``fixed`` are more keys.
    """
    changed = ", ".join(f"{_quoted(name)} = {mark}" for name in found.changed)
    values = (*fixed.values, *(mark,) * len(found.keys))
    named = zip((*fixed.names, *found.keys), values, strict=True)
    keys = " AND ".join(f"{_quoted(name)} = {value}" for name, value in named)
    # Every part is a name from the tables of the ledger.
    return f"UPDATE {_quoted(table.name)} SET {changed} WHERE {keys}"  # noqa: S608 - see above


@cache
def adding(table: Table, names: tuple[str, ...]) -> TextClause:
    """Return the statement that writes rows of ``names`` whose key is not there yet."""
    marks = tuple(f":{name}" for name in names)
    return _bound(_insert(table, names, marks, "ON CONFLICT DO NOTHING"), table, names)


def _replacing(
    table: Table, names: tuple[str, ...], marks: tuple[str, ...], kept: Kept = NOTHING
) -> str:
    keys = [column.name for column in table.primary_key]
    changed = {name: _new(name) for name in names if name not in (*keys, *kept.wholes)}
    for name in kept.counts:
        changed[name] = f"{_held(table, name)} + {_new(name)}"
    for name in kept.flags:
        changed[name] = f"({_held(table, name)} OR {_new(name)})"
    for name in kept.sets:
        held, new = _held(table, name), _new(name)
        united = _united(held, new, json_each="?" in marks)
        changed[name] = f"CASE WHEN {held} = {new} THEN {held} ELSE ({united}) END"
    return _conflicting(table, names, marks, changed)


def _united(held: str, new: str, *, json_each: bool) -> str:
    """Return the query of what is in either of two printed sets, as SQLite or PostgreSQL has it."""
    # Every part is a name from the tables of the ledger.
    if json_each:
        both = " UNION ".join(f"SELECT value FROM json_each({each})" for each in (held, new))  # noqa: S608 - see above
        return f"SELECT json_group_array(value) FROM ({both})"  # noqa: S608 - see above
    both = " UNION ".join(
        f"SELECT value::text::bigint FROM json_array_elements({each}::json) AS e(value)"  # noqa: S608 - see above
        for each in (held, new)
    )
    return f"SELECT coalesce(json_agg(value), '[]'::json)::text FROM ({both}) AS b(value)"  # noqa: S608 - see above


def _held(table: Table, name: str) -> str:
    return f"{_quoted(table.name)}.{_quoted(name)}"


def _new(name: str) -> str:
    return f"excluded.{_quoted(name)}"


def _conflicting(
    table: Table, names: tuple[str, ...], marks: tuple[str, ...], changed: Mapping[str, str]
) -> str:
    on = ", ".join(_quoted(column.name) for column in table.primary_key)
    words = ", ".join(f"{_quoted(name)} = {value}" for name, value in changed.items())
    return _insert(table, names, marks, f"ON CONFLICT ({on}) DO UPDATE SET {words}")


def _insert(table: Table, names: tuple[str, ...], marks: tuple[str, ...], otherwise: str) -> str:
    columns = ", ".join(map(_quoted, names))
    # Every part is a name from the tables of the ledger.
    return f"INSERT INTO {_quoted(table.name)} ({columns}) VALUES ({', '.join(marks)}) {otherwise}"  # noqa: S608 - see above


def _bound(statement: str, table: Table, names: tuple[str, ...]) -> TextClause:
    return text(statement).bindparams(
        *(bindparam(name, type_=table.c[name].type) for name in names)
    )


def _literal(value: str | None) -> str:
    """Return a value of our own as SQL has it; raises ValueError where it is not plain."""
    if value is None:
        return "NULL"
    if set(value) & set("'\\%:?\0"):
        raise ValueError("not plain enough for a statement")
    return f"'{value}'"


def _quoted(name: str) -> str:
    return f'"{name}"'
