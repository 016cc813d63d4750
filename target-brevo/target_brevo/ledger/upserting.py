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
    columns = ", ".join(map(_quoted, names))
    values = ", ".join(f":{name}" for name in names)
    changed = ", ".join(
        f"{_quoted(name)} = excluded.{_quoted(name)}" for name in names if name not in keys
    )
    # Every part is a name from the tables of the ledger.
    statement = text(
        f"INSERT INTO {_quoted(table.name)} ({columns}) VALUES ({values}) "  # noqa: S608 - see above
        f"ON CONFLICT ({', '.join(map(_quoted, keys))}) DO UPDATE SET {changed}"
    )
    return statement.bindparams(*(bindparam(name, type_=table.c[name].type) for name in names))


def _quoted(name: str) -> str:
    return f'"{name}"'
