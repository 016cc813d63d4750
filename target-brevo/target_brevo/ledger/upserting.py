"""Inserting rows, or replacing those that are there.

SQLAlchemy 2.0 compiles an insert with a conflict clause anew at every execution, which took a
fifth of a small run; plain text is compiled once.
"""

from functools import cache
from typing import NamedTuple

from sqlalchemy import Table, TextClause, bindparam, text


class Owned(NamedTuple):
    """A column that says whose a row is, and which columns a row that is nobody's takes over."""

    column: str
    changed: tuple[str, ...]


@cache
def replacing(table: Table, names: tuple[str, ...]) -> TextClause:
    """Return the statement that writes rows of ``names``; those with the same key are replaced.

    For SQLite and PostgreSQL, which share the clause.
    """
    marks = tuple(f":{name}" for name in names)
    return _bound(_replacing(table, names, marks), table, names)


@cache
def replacing_plainly(table: Table, names: tuple[str, ...], mark: str) -> str:
    """Return the same statement in the driver's own words, which write ``mark`` for each value.

    Nothing of SQLAlchemy then stands between the rows and the driver: for rows by the thousand.
    """
    return _replacing(table, names, (mark,) * len(names))


@cache
def claiming_plainly(table: Table, names: tuple[str, ...], mark: str, owned: Owned) -> str:
    """Return the statement that writes rows which are not there, in the driver's own words.

    Of those that are there and have nothing in the column of ``owned``, its ``changed`` columns
    are replaced.
    """
    column = f"{_quoted(table.name)}.{_quoted(owned.column)}"
    marks = (mark,) * len(names)
    return f"{_replacing(table, names, marks, owned.changed)} WHERE {column} = ''"


@cache
def adding(table: Table, names: tuple[str, ...]) -> TextClause:
    """Return the statement that writes rows of ``names`` whose key is not there yet."""
    marks = tuple(f":{name}" for name in names)
    return _bound(_insert(table, names, marks, "ON CONFLICT DO NOTHING"), table, names)


def _replacing(
    table: Table, names: tuple[str, ...], marks: tuple[str, ...], only: tuple[str, ...] = ()
) -> str:
    keys = [column.name for column in table.primary_key]
    changed = ", ".join(
        f"{_quoted(name)} = excluded.{_quoted(name)}" for name in only or names if name not in keys
    )
    on = ", ".join(map(_quoted, keys))
    return _insert(table, names, marks, f"ON CONFLICT ({on}) DO UPDATE SET {changed}")


def _insert(table: Table, names: tuple[str, ...], marks: tuple[str, ...], otherwise: str) -> str:
    columns = ", ".join(map(_quoted, names))
    # Every part is a name from the tables of the ledger.
    return f"INSERT INTO {_quoted(table.name)} ({columns}) VALUES ({', '.join(marks)}) {otherwise}"  # noqa: S608 - see above


def _bound(statement: str, table: Table, names: tuple[str, ...]) -> TextClause:
    return text(statement).bindparams(
        *(bindparam(name, type_=table.c[name].type) for name in names)
    )


def _quoted(name: str) -> str:
    return f'"{name}"'
