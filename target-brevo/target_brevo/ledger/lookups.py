"""Looking rows up by thousands of keys, in the driver's own words.

SQLAlchemy writes an ``IN`` of many values anew at every execution, and wraps every row: for a
chunk of a load that was more than the database itself took. Here the text is made once for each
of three lengths, and shorter lists are filled up with their last key.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table

# SQLite takes 32,766 parameters a statement (sqlite.org/limits.html), PostgreSQL 65,535.
_LENGTHS = (16, 256, 2000)


def found_by(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    given: tuple[str, Sequence[str]],
    fixed: tuple[tuple[str, str], ...],
    also: str = "",
) -> Iterator[Any]:
    """Yield rows of ``names`` whose column of ``given`` holds one of its keys.

    ``fixed`` are columns with the one value that they must have, ``also`` is a condition without
    values.
    """
    column, keys = given
    mark = mark_of(connection)
    values = tuple(value for _, value in fixed)
    for start in range(0, len(keys), _LENGTHS[-1]):
        part = tuple(keys[start : start + _LENGTHS[-1]])
        length = next(each for each in _LENGTHS if each >= len(part))
        filled = part + (part[-1],) * (length - len(part))
        columns = tuple(name for name, _ in fixed)
        query = _query(table, names, (column, length), columns, (mark, also))
        yield from connection.exec_driver_sql(query, values + filled).fetchall()


def mark_of(connection: Connection) -> str:
    """Return what stands for a value in the words of the database's driver."""
    return "?" if connection.dialect.name == "sqlite" else "%s"


@cache
def _query(
    table: Table,
    names: tuple[str, ...],
    given: tuple[str, int],
    fixed: tuple[str, ...],
    words: tuple[str, str],
) -> str:
    column, length = given
    mark, also = words
    columns = ", ".join(f'"{name}"' for name in names)
    conditions = [f'"{name}" = {mark}' for name in fixed]
    conditions += [also] if also else []
    conditions.append(f'"{column}" IN ({", ".join([mark] * length)})')
    # Every part is a name from the tables of the ledger, or a condition from this folder.
    return f'SELECT {columns} FROM "{table.name}" WHERE {" AND ".join(conditions)}'  # noqa: S608 - see above
