"""Reading lists of a REST API: pages of a stream, lists inside its rows, rows behind rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from tajo_connector_sdk import values
from tajo_connector_sdk.bulk import BulkReader
from tajo_connector_sdk.errors import BadAnswer, Denied, Failed, Missing, Unavailable
from tajo_connector_sdk.fields import Connection, connections_of
from tajo_connector_sdk.http import Params
from tajo_connector_sdk.incremental import Feed
from tajo_connector_sdk.paging import (
    Arrived,
    Paging,
    Turn,
    dotted,
    larger,
    number_of,
    passed_of,
    smaller,
)
from tajo_connector_sdk.questions import bounds_of, fresh_in, question_of
from tajo_connector_sdk.rest import REST, Client
from tajo_connector_sdk.table import Beside, Deletions, Stream, Trash
from tajo_connector_sdk.transport import Account, Ask, Deletion, Page

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """What is done to each row of a question, decided once."""

    drop: values.Finish | None
    finish: values.Finish | None
    lists: Mapping[str, Connection]
    exact: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Where a page comes from: a path with its parameters, how it is dealt out."""

    name: str
    path: str
    params: Params
    records: str
    paging: Paging
    scopes: tuple[str, ...] = ()


@dataclass(slots=True)
class RestReader:
    """Answers the engine's questions from a REST API (``transport.Reader``)."""

    facts: REST
    client: Client
    withheld: dict[str, set[str]] = field(default_factory=dict)
    _sizes: dict[str, int] = field(default_factory=dict)
    _grown: dict[str, int] = field(default_factory=dict)  # after a spoiled page, by steps
    _shapes: dict[int, tuple[Ask, Shape]] = field(default_factory=dict)

    @property
    def clock(self) -> datetime | None:
        """The platform's time when it last answered."""
        return self.client.clock

    @property
    def versions(self) -> tuple[str, str]:
        """No versions: a header of the table pins one."""
        return "", ""

    @property
    def depth(self) -> int:
        """Rows that one walk may pass."""
        return self.facts.depth_limit

    @property
    def lanes(self) -> int:
        """How many requests may be in flight."""
        return self.facts.rate.at_once

    def account(self) -> Account:
        """Ask whose data this is; where only that is denied, the settings have to tell."""
        body = None
        if self.facts.identity:
            url = self.client.url(self.facts.identity)
            with suppress(Denied):
                body, _ = self.client.ask("identity", url, {})
        return self.facts.account(body, self.client.site.settings)

    def page(self, ask: Ask, cursor: str | None, *, most: int | None = None) -> Page:
        """Return one page; where the platform fails at its size, by half of it."""
        row = ask.stream
        source = self._source(row.parent.stream if row.parent else row)
        shape = self._shape(ask)
        exact = shape.exact
        params = {**source.params, **question_of(ask)}
        rows, turn, body = self._arrived(source, params, cursor, exact=exact, most=most)
        if row.parent:
            page = self._paged(self._children(ask, rows), turn, source)
            return replace(page, total=None, behind=turn.total)
        fresh = fresh_in(row, body)
        if row.each:
            rows = self._each(row, rows, exact=exact)
        for one in row.beside:
            if one.name in ask.fields:
                self._put_beside(one, row, rows, exact=exact)
        around = {name: dotted(body, path) for name, path in row.around.items()}
        for found in rows if around else ():
            found.update(around)
        page = self._paged(self._whole(ask, shape, rows), turn, source)
        return replace(page, fresh=fresh) if fresh else page

    def count(self, ask: Ask) -> int | None:
        """Return the platform's own count for the question, where it tells one."""
        row, paging = ask.stream, ask.stream.paging or self.facts.paging
        if row.count:
            body, _ = self.client.ask(row.name, self.client.url(row.count), bounds_of(ask))
            return number_of(dotted(body, self.facts.counted))
        if row.parent or not getattr(paging, "total", ""):
            return None
        return self.page(ask, None, most=1).total

    def page_size(self, ask: Ask) -> int:
        """Return how many rows a page holds."""
        return self._size(self._source(ask.stream))

    def back(self, ask: Ask, cursor: str | None, rows: int) -> str | None:
        """Return the cursor of the page that lies at least so many rows before this one."""
        size = self.page_size(ask)
        earlier = max(0, passed_of(cursor) - -(-rows // size) * size)
        return str(earlier) if earlier else None

    def deletions(self, rule: Deletions | Trash, ask: Ask) -> Iterator[Deletion]:
        """Yield the rows that lie in the platform's trash since the window began."""
        if not isinstance(rule, Trash):
            raise TypeError(rule)
        bin_of = replace(ask.stream, params={**ask.stream.params, **rule.params})
        ask, cursor, more = replace(ask, stream=bin_of), None, True
        while more:
            page = self.page(ask, cursor)
            for row in page.rows:
                yield Deletion({name: row[name] for name in ask.stream.key}, str(row[rule.at]))
            more, cursor = page.more, page.cursor

    def again(self, ask: Ask, feed: Feed, ids: Sequence[Any]) -> list[Row | None]:
        """Return the rows of these ids as they are now, None for one that is gone."""
        name, shape = ask.stream.name, self._shape(ask)

        def read(key: Any) -> Row | None:
            url = self.client.url(feed.each, {ask.stream.key[0]: quote(str(key), safe="")})
            body, _ = self.client.ask(
                name, url, feed.params, exact=shape.exact, scopes=ask.stream.scopes, absent=True
            )
            if body is not None and not isinstance(body, dict):
                raise BadAnswer(name, "a row of its own address is no JSON object")
            return None if body is None or body.get(feed.gone) else body

        found = self._together(read, list(ids))
        self._whole(ask, shape, [row for row in found if row is not None])
        return found

    def bulk(self) -> BulkReader | None:
        """Return None: nothing is read in bulk."""
        return None

    def _source(self, row: Stream) -> Source:
        records = self.facts.records if row.records is None else row.records
        paging = row.paging or self.facts.paging
        return Source(row.name, row.path, row.params, records, paging, row.scopes)

    def _size(self, source: Source) -> int:
        return self._sizes.get(source.name, source.paging.most)

    def _arrived(
        self,
        source: Source,
        params: Params,
        cursor: str | None,
        *,
        exact: bool,
        most: int | None = None,
        values_of: Mapping[str, Any] | None = None,
    ) -> tuple[list[Row], Turn, Any]:
        """Return the rows of one page, how to go on, and the whole answer."""
        size = min(self._size(source), most or self._size(source)) if cursor is None else (
            self._size(source)
        )  # fmt: skip
        whole, size = size, min(size, self._grown.get(source.name, size))
        while self.facts.spoils and passed_of(cursor) % size:  # a page begins where the last ended
            size = smaller(size)
        while True:
            url = self.client.url(source.path, values_of)
            sent = {**params, **source.paging.asks(cursor, size)}
            if cursor and cursor.startswith(("/", "http:", "https:")):
                url, sent = self.client.followed(cursor, source.name), {}
            try:
                body, headers = self.client.ask(
                    source.name, url, sent, exact=exact, scopes=source.scopes
                )
                break
            except (Unavailable, BadAnswer) as failed:
                if not self.facts.halves or size == 1:
                    raise
                size = smaller(size)
                if not (self.facts.spoils and isinstance(failed, Failed)):
                    self._sizes[source.name] = size
        if self.facts.spoils and size < whole:
            self._grown[source.name] = larger(size, whole)
        rows = rows_in(source, body)
        turn = source.paging.turn(Arrived(cursor, size, body, headers, rows))
        return ([] if turn.repeated else rows), turn, body

    def _paged(self, rows: list[Row], turn: Turn, source: Source) -> Page:
        return Page(rows, turn.more, turn.cursor, turn.total, places=source.paging.places)

    def _shape(self, ask: Ask) -> Shape:
        kept = self._shapes.get(id(ask.fields))
        if kept is None or kept[0].fields is not ask.fields:
            declared = ask.stream.fields
            shape = Shape(
                values.drop_of(declared, ask.fields),
                values.finish_of(ask.fields),
                connections_of(ask.fields) if self.facts.lists else {},
                values.is_exact(declared),
            )
            self._shapes[id(ask.fields)] = kept = (ask, shape)
        return kept[1]

    def _whole(self, ask: Ask, shape: Shape, rows: list[Row]) -> list[Row]:
        """Return rows as records bear them; most streams have nothing to do here."""
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
        for name in self.facts.drops:
            for one in rows:
                one.pop(name, None)
        if row.adds:
            for one in rows:
                one.update(row.adds(one, self.client.site.settings))

    def _list(self, name: str, found: Any, *, exact: bool) -> list[Row] | None:
        lists = self.facts.lists
        if lists is None or not isinstance(found, dict):
            return found if isinstance(found, list) else None
        rows: list[Row] = list(dotted(found, lists.rows) or [])
        if not dotted(found, lists.more):
            return rows
        path = urlpath(str(dotted(found, lists.path) or ""))
        source = Source(name, path, {}, lists.rows, self.facts.paging)
        arrived = Arrived(None, len(rows) or 1, found, {}, rows)
        turn = source.paging.turn(arrived)
        return rows + [
            row for part in self._walk(source, {}, turn.cursor, exact=exact) for row in part
        ]

    def _walk(
        self,
        source: Source,
        params: Params,
        cursor: str | None,
        *,
        exact: bool,
        values_of: Mapping[str, Any] | None = None,
    ) -> Iterator[list[Row]]:
        more = True
        while more:
            rows, turn, _ = self._arrived(source, params, cursor, exact=exact, values_of=values_of)
            yield rows
            if turn.more and turn.cursor == cursor:
                raise BadAnswer(source.name, "the same cursor came twice", do="run again")
            more, cursor = turn.more, turn.cursor

    def _each(self, row: Stream, rows: list[Row], *, exact: bool) -> list[Row]:
        def read(summary: Row) -> Row:
            url = self.client.url(row.each, summary)
            body, _ = self.client.ask(row.name, url, row.params, exact=exact)
            if not isinstance(body, dict):
                raise BadAnswer(row.name, "a row of its own address is no JSON object")
            return body

        return self._together(read, rows)

    def _put_beside(self, one: Beside, row: Stream, rows: list[Row], *, exact: bool) -> None:
        source = Source(f"{row.name}.{one.name}", one.path, {}, self.facts.records,
                        self.facts.paging, row.scopes)  # fmt: skip
        wanted: dict[str, list[Row]] = {}
        for found in rows:
            if one.when(found) and (of := found.get(one.of or row.key[0])) is not None:
                wanted.setdefault(str(of), []).append(found)
        asked_for = list(wanted)
        for begin in range(0, len(asked_for), one.most):
            ids = asked_for[begin : begin + one.most]
            lists: dict[str, list[Row]] = {name: [] for name in ids}
            asks = {**one.params, one.asks: ",".join(ids)}
            for part in self._walk(source, asks, None, exact=exact):
                for found in part:
                    if (known := lists.get(str(found.get(one.by)))) is not None:
                        known.append(found)
            for name in ids:
                for found in wanted[name]:
                    found[one.name] = lists[name]

    def _children(self, ask: Ask, parents: list[Row]) -> list[Row]:
        row, rule = ask.stream, ask.stream.parent
        if rule is None:
            return []
        source, shape = self._source(row), self._shape(ask)
        finish = values.finish_of(rule.stream.fields)

        def read(parent: Row) -> list[Row]:
            found = self._walk(
                source, row.params, None, exact=shape.exact, values_of=parent
            )  # fmt: skip
            try:
                made = [one for part in found for one in self._whole(ask, shape, part)]
            except Missing:  # deleted since its page was read: the next run is told of that
                return []
            if finish:
                finish(parent)
            carried = {name: parent[of] for name, of in rule.carries.items()}
            return [{**one, **carried} for one in made]

        wanted = [parent for parent in parents if rule.when is None or rule.when(parent)]
        return [one for part in self._together(read, wanted) for one in part]

    def _together(self, read: Callable[[Any], Any], rows: list[Any]) -> list[Any]:
        """Return what ``read`` makes of each row, in their order, as many at once as may be."""
        if self.lanes == 1 or len(rows) < 2:  # noqa: PLR2004 - one row needs no company
            return [read(row) for row in rows]
        with ThreadPoolExecutor(self.lanes) as pool:
            return list(pool.map(read, rows))


def rows_in(source: Source, body: Any) -> list[Row]:
    """Return the rows of an answer, none for one without content."""
    found = dotted(body, source.records)
    if body is None or (found is None and isinstance(body, dict) and not body):
        return []
    if not isinstance(found, list):
        at = source.records or "the body"
        raise BadAnswer(
            source.name, "the answer holds no rows", right=f"a list at {at}", do="check api_url"
        )
    return found


def urlpath(address: str) -> str:
    """Return path and query of an address as a template: its braces stand for themselves."""
    return address.replace("{", "{{").replace("}", "}}")
