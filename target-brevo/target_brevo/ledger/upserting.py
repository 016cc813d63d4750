"""Inserting rows, or replacing those that are there.

SQLAlchemy 2.0 compiles an insert with a conflict clause anew at every execution, which took a
fifth of a small run; plain text is compiled once.
"""

from functools import cache

from sqlalchemy import Table, TextClause, bindparam, text


@cache
def replacing(table: Table, names: tuple[str, ...]) -> TextClause:
    """Return the statement that writes rows of ``names``; those with the same key are replaced.

    For SQLite and PostgreSQL, which share the clause.
    """
    keys = [column.name for column in table.primary_key]
    changed = ", ".join(
        f"{_quoted(name)} = excluded.{_quoted(name)}" for name in names if name not in keys
    )
    on = ", ".join(map(_quoted, keys))
    return _insert(table, names, f"ON CONFLICT ({on}) DO UPDATE SET {changed}")


@cache
def adding(table: Table, names: tuple[str, ...]) -> TextClause:
    """Return the statement that writes rows of ``names`` whose key is not there yet."""
    return _insert(table, names, "ON CONFLICT DO NOTHING")


def _insert(table: Table, names: tuple[str, ...], otherwise: str) -> TextClause:
    columns = ", ".join(map(_quoted, names))
    values = ", ".join(f":{name}" for name in names)
    # Every part is a name from the tables of the ledger.
    statement = text(
        f"INSERT INTO {_quoted(table.name)} ({columns}) VALUES ({values}) {otherwise}"  # noqa: S608 - see above
    )
    return statement.bindparams(*(bindparam(name, type_=table.c[name].type) for name in names))


def _quoted(name: str) -> str:
    return f'"{name}"'
