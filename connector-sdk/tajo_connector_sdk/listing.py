"""Reading streams from a REST API: what the engine asks, as pages of rows that are whole."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tajo_connector_sdk.bulk import BulkReader
from tajo_connector_sdk.errors import Denied
from tajo_connector_sdk.incremental import Feed, Sorted
from tajo_connector_sdk.paging import Turn, dotted, number_of, passed_of
from tajo_connector_sdk.questions import bounds_of, fresh_in, question_of
from tajo_connector_sdk.relations import Relations
from tajo_connector_sdk.rest import REST, Client
from tajo_connector_sdk.shapes import Shaper
from tajo_connector_sdk.table import Deletions, Trash
from tajo_connector_sdk.transport import Account, Ask, Deletion, Page
from tajo_connector_sdk.walks import Row, Source, Walker


@dataclass(slots=True)
class RestReader:
    """Answers the engine's questions from a REST API (``transport.Reader``)."""

    facts: REST
    client: Client
    withheld: dict[str, set[str]] = field(default_factory=dict)
    _walker: Walker = field(init=False)
    _shaper: Shaper = field(init=False)
    _relations: Relations = field(init=False)

    def __post_init__(self) -> None:
        self._walker = Walker(self.facts, self.client)
        self._shaper = Shaper(self._walker, self.client.site.settings)
        self._relations = Relations(self._walker, self._shaper)

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
        source = self._walker.source(row.parent.stream if row.parent else row)
        exact = self._shaper.shape(ask).exact
        params = {**source.params, **question_of(ask)}
        seamed = source.overlaps and (ask.by_id or not isinstance(row.incremental, Sorted))
        rows, turn, body = self._walker.page(
            source, params, cursor, exact=exact, most=most, seamed=seamed
        )
        if row.parent:
            page = paged(self._relations.children(ask, rows), turn, source, seamed=seamed)
            return replace(page, total=None, behind=turn.total)
        fresh = fresh_in(row, body)
        if row.each:
            rows = self._relations.each(row, rows, exact=exact)
        for one in row.beside:
            if one.name in ask.fields:
                self._relations.put_beside(one, row, rows, exact=exact)
        around = {name: dotted(body, path) for name, path in row.around.items()}
        for found in rows if around else ():
            found.update(around)
        page = paged(self._shaper.whole(ask, rows), turn, source, seamed=seamed)
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
        return self._walker.size(self._walker.source(ask.stream))

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
        ask, cursor, more = replace(ask, stream=bin_of, by_id=True), None, True
        while more:
            page = self.page(ask, cursor)
            for row in page.rows:
                yield Deletion({name: row[name] for name in ask.stream.key}, str(row[rule.at]))
            more, cursor = page.more, page.cursor

    def again(self, ask: Ask, feed: Feed, ids: Sequence[Any]) -> list[Row | None]:
        """Return the rows of these ids as they are now, None for one that is gone."""
        return self._relations.by_id(ask, feed, ids)

    def bulk(self) -> BulkReader | None:
        """Return None: nothing is read in bulk."""
        return None


def paged(rows: list[Row], turn: Turn, source: Source, *, seamed: bool) -> Page:
    """Return rows with how to go on behind them."""
    places = source.paging.places
    return Page(rows, turn.more, turn.cursor, turn.total, places=places, seamed=seamed)
