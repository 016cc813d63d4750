"""Walking over one list of a REST API: a page of it, or page after page to its end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tajo_connector_sdk.errors import BadAnswer, Failed, Unavailable
from tajo_connector_sdk.paging import Arrived, Paging, Turn, dotted, larger, passed_of, smaller
from tajo_connector_sdk.parameters import Params
from tajo_connector_sdk.rest import REST, Client
from tajo_connector_sdk.table import Stream

Row = dict[str, Any]


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
class Walker:
    """Asks for the pages of any list, each in the size that the platform has been able to give."""

    facts: REST
    client: Client
    _sizes: dict[str, int] = field(default_factory=dict)
    _grown: dict[str, int] = field(default_factory=dict)  # after a spoiled page, by steps

    def source(self, row: Stream) -> Source:
        """Return where the rows of a stream come from."""
        records = self.facts.records if row.records is None else row.records
        paging = row.paging or self.facts.paging
        return Source(row.name, row.path, row.params, records, paging, row.scopes)

    def size(self, source: Source) -> int:
        """Return how many rows a page of this list holds."""
        return self._sizes.get(source.name, source.paging.most)

    def page(
        self,
        source: Source,
        params: Params,
        cursor: str | None,
        *,
        exact: bool,
        most: int | None = None,
        values_of: Mapping[str, Any] | None = None,
    ) -> tuple[list[Row], Turn, Any]:
        """Return the rows of one page, how to go on, and the whole answer.

        ``exact``: numbers with a fraction come as Decimal. ``most`` rows are wanted, where no page
        lies before; ``values_of`` fills the braces of the path. Raises what ``Client.ask`` does,
        and BadAnswer for an answer that holds no rows.
        """
        size = min(self.size(source), most or self.size(source)) if cursor is None else (
            self.size(source)
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

    def walk(
        self,
        source: Source,
        params: Params,
        cursor: str | None,
        *,
        exact: bool,
        values_of: Mapping[str, Any] | None = None,
    ) -> Iterator[list[Row]]:
        """Yield page after page, from the one behind ``cursor`` on; raises as ``page`` does."""
        more = True
        while more:
            rows, turn, _ = self.page(source, params, cursor, exact=exact, values_of=values_of)
            yield rows
            if turn.more and turn.cursor == cursor:
                raise BadAnswer(source.name, "the same cursor came twice", do="run again")
            more, cursor = turn.more, turn.cursor


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
