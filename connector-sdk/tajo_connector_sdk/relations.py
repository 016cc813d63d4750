"""Rows of a REST API that stand somewhere else than in their list.

At an address of their own, in a list beside it, or behind each row of another stream.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from tajo_connector_sdk import values
from tajo_connector_sdk.errors import BadAnswer, Missing
from tajo_connector_sdk.incremental import Feed
from tajo_connector_sdk.shapes import Shaper
from tajo_connector_sdk.table import Beside, Parent, Stream
from tajo_connector_sdk.transport import Ask
from tajo_connector_sdk.walks import Row, Source, Walker

NO_OBJECT = "a row of its own address is no JSON object"


@dataclass(slots=True)
class Relations:
    """Reads what belongs to rows, for as many rows at once as the platform's rate allows."""

    walker: Walker
    shaper: Shaper

    def by_id(self, ask: Ask, feed: Feed, ids: Sequence[Any]) -> list[Row | None]:
        """Return the rows of these ids in their order and shape, None for one that is gone."""
        name, exact, client = ask.stream.name, self.shaper.shape(ask).exact, self.walker.client

        def read(key: Any) -> Row | None:
            url = client.url(feed.each, {ask.stream.key[0]: quote(str(key), safe="")})
            body, _ = client.ask(
                name, url, feed.params, exact=exact, scopes=ask.stream.scopes, absent=True
            )
            if body is not None and not isinstance(body, dict):
                raise BadAnswer(name, NO_OBJECT)
            return None if body is None or body.get(feed.gone) else body

        found = self._together(read, list(ids))
        self.shaper.whole(ask, [row for row in found if row is not None])
        return found

    def each(self, row: Stream, rows: list[Row], *, exact: bool) -> list[Row]:
        """Return the rows that a list only sums up, each from its own address."""
        client = self.walker.client

        def read(summary: Row) -> Row:
            body, _ = client.ask(row.name, client.url(row.each, summary), row.params, exact=exact)
            if not isinstance(body, dict):
                raise BadAnswer(row.name, NO_OBJECT)
            return body

        return self._together(read, rows)

    def put_beside(self, one: Beside, row: Stream, rows: list[Row], *, exact: bool) -> None:
        """Put into rows what stands in a list beside theirs, asked for with the ids of many."""
        facts = self.walker.facts
        source = Source(f"{row.name}.{one.name}", one.path, {}, facts.records, facts.paging,
                        row.scopes)  # fmt: skip
        wanted: dict[str, list[Row]] = {}
        for found in rows:
            if one.when(found) and (of := found.get(one.of or row.key[0])) is not None:
                wanted.setdefault(str(of), []).append(found)
        asked_for = list(wanted)
        for begin in range(0, len(asked_for), one.most):
            ids = asked_for[begin : begin + one.most]
            lists: dict[str, list[Row]] = {name: [] for name in ids}
            asks = {**one.params, one.asks: ",".join(ids)}
            for part in self.walker.walk(source, asks, None, exact=exact):
                for found in part:
                    if (known := lists.get(str(found.get(one.by)))) is not None:
                        known.append(found)
            for name in ids:
                for found in wanted[name]:
                    found[one.name] = lists[name]

    def children(self, ask: Ask, parents: list[Row]) -> list[Row]:
        """Return the rows behind those of another stream, in shape, with what they carry of it."""
        row, rule = ask.stream, ask.stream.parent
        if rule is None:
            return []
        source, exact = self.walker.source(row), self.shaper.shape(ask).exact
        finish = values.finish_of(rule.stream.fields, empties=self.walker.facts.empties)

        def read(parent: Row) -> list[Row]:
            found = self.walker.walk(source, row.params, None, exact=exact, values_of=parent)
            try:
                made = [one for part in found for one in self.shaper.whole(ask, part)]
            except Missing:  # deleted since its page was read: the next run is told of that
                return []
            if finish:
                finish(parent)
            carried = {name: parent[of] for name, of in rule.carries.items()}
            return [{**one, **carried} for one in made]

        wanted = [
            parent
            for parent in parents
            if (rule.when is None or rule.when(parent))
            and not is_over(rule, parent, ask.window.low)
        ]
        return [one for part in self._together(read, wanted) for one in part]

    def _together(self, read: Callable[[Any], Any], rows: list[Any]) -> list[Any]:
        """Return what ``read`` makes of each row, in their order, as many at once as may be."""
        lanes = self.walker.facts.rate.at_once
        if lanes == 1 or len(rows) < 2:  # noqa: PLR2004 - one row needs no company
            return [read(row) for row in rows]
        with ThreadPoolExecutor(lanes) as pool:
            return list(pool.map(read, rows))


def is_over(rule: Parent, parent: Row, read_at: datetime | None) -> bool:
    """Say whether a parent's children could not change any more when they were last read."""
    if rule.over is None or read_at is None:
        return False
    ended = rule.over(parent)
    return ended is not None and ended < read_at
