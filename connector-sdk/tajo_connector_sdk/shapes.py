"""Rows of a REST API as records bear them: lists inside them whole, values as their fields say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tajo_connector_sdk import values
from tajo_connector_sdk.errors import BadAnswer
from tajo_connector_sdk.fields import Connection, connections_of
from tajo_connector_sdk.paging import Arrived, dotted
from tajo_connector_sdk.table import Stream
from tajo_connector_sdk.transport import Ask
from tajo_connector_sdk.walks import Row, Source, Walker


@dataclass(frozen=True, slots=True)
class Shape:
    """What is done to each row of a question, decided once.

    ``exact``: its fractions are to come as Decimal.
    """

    drop: values.Finish | None
    finish: values.Finish | None
    lists: Mapping[str, Connection]
    exact: bool


@dataclass(slots=True)
class Shaper:
    """Gives rows their shape; ``settings`` are the tap's."""

    walker: Walker
    settings: Mapping[str, Any]
    _shapes: dict[int, tuple[Ask, Shape]] = field(default_factory=dict)

    def shape(self, ask: Ask) -> Shape:
        """Return what is done to the rows of a question."""
        kept = self._shapes.get(id(ask.fields))
        if kept is None or kept[0].fields is not ask.fields:
            declared = ask.stream.fields
            shape = Shape(
                values.drop_of(declared, ask.fields),
                values.finish_of(ask.fields, empties=self.walker.facts.empties),
                connections_of(ask.fields) if self.walker.facts.lists else {},
                values.is_exact(declared),
            )
            self._shapes[id(ask.fields)] = kept = (ask, shape)
        return kept[1]

    def whole(self, ask: Ask, rows: list[Row]) -> list[Row]:
        """Return rows as records bear them; most streams have nothing to do here.

        Raises BadAnswer for a value that is not what its field says, and what asking for the rest
        of a list inside a row raises.
        """
        shape = self.shape(ask)
        for name in shape.lists:
            for row in rows:
                found = self._list(f"{ask.stream.name}.{name}", row.get(name), exact=shape.exact)
                row[name] = found
        self._add(ask.stream, rows)
        if shape.drop:
            for row in rows:
                shape.drop(row)
        if shape.finish:
            try:
                for row in rows:
                    shape.finish(row)
            except (ValueError, TypeError, OverflowError):
                raise BadAnswer(
                    ask.stream.name,
                    "a value that is not what its field says",
                    right="the words of the table's fields",
                    do="compare the row's times and amounts with the table",
                ) from None
        return rows

    def _add(self, row: Stream, rows: list[Row]) -> None:
        """Take away what no record bears, and add what the stream makes of its rows."""
        for name in self.walker.facts.drops:
            for one in rows:
                one.pop(name, None)
        if row.adds:
            for one in rows:
                one.update(row.adds(one, self.settings))

    def _list(self, name: str, found: Any, *, exact: bool) -> list[Row] | None:
        """Return a list inside a row whole, where only its first page stands there."""
        facts = self.walker.facts
        if facts.lists is None or not isinstance(found, dict):
            return found if isinstance(found, list) else None
        rows: list[Row] = list(dotted(found, facts.lists.rows) or [])
        if not dotted(found, facts.lists.more):
            return rows
        path = urlpath(str(dotted(found, facts.lists.path) or ""))
        source = Source(name, path, {}, facts.lists.rows, facts.paging)
        turn = source.paging.turn(Arrived(None, len(rows) or 1, found, {}, rows))
        rest = self.walker.walk(source, {}, turn.cursor, exact=exact)
        return rows + [row for part in rest for row in part]


def urlpath(address: str) -> str:
    """Return path and query of an address as a template: its braces stand for themselves."""
    return address.replace("{", "{{").replace("}", "}}")
