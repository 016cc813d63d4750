"""Rows of a bulk file: children joined to their parents whatever the order of the lines.

In an unordered file a parent is complete only at the end, so a row with lists is spilled to a
private file and given out when all lines are there. Rows without lists stream straight through.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from tajo_connector_sdk.errors import BadAnswer, Incomplete
from tajo_connector_sdk.fields import Connection, in_order
from tajo_connector_sdk.seen import Seen, private_database

PARENT = "__parentId"
BATCH = 2_000


def parsed(where: str, line: bytes) -> dict[str, Any]:
    """Return the object on a line; raises BadAnswer, which shows nothing of the line."""
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise BadAnswer(where, "a line of the bulk file is not JSON", do="run again") from None
    if not isinstance(said, dict):
        raise BadAnswer(where, "a line of the bulk file is no object", do="run again")
    return said


@dataclass(slots=True)
class Plain:
    """Rows without lists: each line is a row, and is given out once."""

    where: str
    key: str
    seen: Seen = field(default_factory=Seen)

    def rows(self, lines: Iterator[bytes]) -> Iterator[dict[str, Any]]:
        """Yield the rows of a file as they come."""
        for line in lines:
            if line:
                row = parsed(self.where, line)
                if self.seen.add(str(row.get(self.key))):
                    yield row

    @property
    def met(self) -> int:
        """Distinct objects so far."""
        return self.seen.count


@dataclass(slots=True)
class Joined:
    """Rows with lists: parents and children meet in a private file.

    ``kind`` tells the type of an object from its id; it is needed when there is more than one
    list. ``met`` counts the distinct objects that were given out.
    """

    where: str
    key: str
    lists: Mapping[str, Connection]
    kind: Callable[[str], str]
    met: int = field(default=0, init=False)

    def rows(self, lines: Iterator[bytes]) -> Iterator[dict[str, Any]]:
        """Yield every row with its lists, after the last line was read."""
        database = private_database()
        try:
            self._fill(database, lines)
            yield from self._drain(database)
        finally:
            database.close()

    def _fill(self, database: sqlite3.Connection, lines: Iterator[bytes]) -> None:
        database.execute("CREATE TABLE parents (id TEXT, line BLOB)")
        database.execute("CREATE TABLE children (parent TEXT, line BLOB)")
        parents: list[tuple[str, bytes]] = []
        children: list[tuple[str, bytes]] = []
        for line in lines:
            if not line:
                continue
            said = parsed(self.where, line)
            owner = said.get(PARENT)
            if owner is None:
                parents.append((str(said.get(self.key)), line))
            else:
                children.append((str(owner), line))
            if len(parents) + len(children) >= BATCH:
                _flush(database, parents, children)
        _flush(database, parents, children)
        database.execute("CREATE INDEX of_parent ON children (parent)")
        database.execute("CREATE INDEX by_id ON parents (id)")

    def _drain(self, database: sqlite3.Connection) -> Iterator[dict[str, Any]]:
        self._no_orphans(database)
        # The first line of each id, in the order of the file; a line that came twice is one row.
        first = "SELECT id, line FROM parents p WHERE rowid = (SELECT min(rowid) FROM parents q WHERE q.id = p.id) ORDER BY rowid"  # noqa: E501 - one statement
        for key, line in database.execute(first):
            row = parsed(self.where, line)
            for name in self.lists:
                row[name] = []
            owned = database.execute(
                "SELECT line FROM children WHERE parent = ? ORDER BY rowid", (key,)
            )
            self._give(row, (parsed(self.where, child) for (child,) in owned))
            row.update({name: in_order(row[name]) for name in self.lists})
            self.met += 1
            yield row

    def _give(self, row: dict[str, Any], children: Iterator[dict[str, Any]]) -> None:
        met = set()
        for child in children:
            del child[PARENT]
            key = child.get("id")
            if key is not None:
                if key in met:
                    continue
                met.add(key)
            row[self._list_of(key)].append(child)
            self.met += 1

    def _list_of(self, key: Any) -> str:
        if len(self.lists) == 1:
            return next(iter(self.lists))
        kind = self.kind(str(key))
        for name, listed in self.lists.items():
            if listed.kind == kind:
                return name
        raise BadAnswer(self.where, f"a child of the kind '{kind}'", right=", ".join(self.lists))

    def _no_orphans(self, database: sqlite3.Connection) -> None:
        asked = database.execute(
            "SELECT count(*) FROM children WHERE parent NOT IN (SELECT id FROM parents)"
        )
        if orphans := asked.fetchone()[0]:
            raise Incomplete(
                self.where,
                f"{orphans} lines of the bulk file belong to rows that are not in it",
                do="nothing was given out and the bookmark stays: run again",
            )


def _flush(
    database: sqlite3.Connection,
    parents: list[tuple[str, bytes]],
    children: list[tuple[str, bytes]],
) -> None:
    database.executemany("INSERT INTO parents VALUES (?, ?)", parents)
    database.executemany("INSERT INTO children VALUES (?, ?)", children)
    parents.clear()
    children.clear()
