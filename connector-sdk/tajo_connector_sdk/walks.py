"""Walking over one list of a REST API: a page of it, or page after page to its end."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tajo_connector_sdk.errors import BadAnswer, Failed, Throttled, Unavailable
from tajo_connector_sdk.paging import (
    COUNTED,
    Arrived,
    Numbered,
    Paging,
    Turn,
    dotted,
    larger,
    passed_of,
    smaller,
)
from tajo_connector_sdk.parameters import Params
from tajo_connector_sdk.rest import REST, Client
from tajo_connector_sdk.seams import Seam, marks_of
from tajo_connector_sdk.sizes import Sizes
from tajo_connector_sdk.table import Stream

Row = dict[str, Any]
# So often a list is read from its beginning because no page knows a row of the one before it.
BEGINNINGS = 2
# Where a page can be halved, the platform is not asked for the same again and again.
HALVING_TRIES = 2


@dataclass(frozen=True, slots=True)
class Source:
    """Where a page comes from: a path with its parameters, how it is dealt out.

    ``key`` are the fields that tell its rows apart.
    """

    name: str
    path: str
    params: Params
    records: str
    paging: Paging
    scopes: tuple[str, ...] = ()
    key: tuple[str, ...] = ("id",)

    @property
    def overlaps(self) -> bool:
        """Whether its pages are places that can overlap."""
        paging = self.paging
        return isinstance(paging, Numbered) and paging.places and paging.ends in COUNTED


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is the same for all pages of a list: where they come from, what goes with a question."""

    source: Source
    params: Params
    exact: bool
    values_of: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page as it came: ``begin`` rows lie before it, ``size`` were asked for."""

    rows: list[Row]
    turn: Turn
    body: Any
    begin: int
    size: int


@dataclass(slots=True)
class Walker:
    """Asks for the pages of any list, each in the size that the platform is able to give."""

    facts: REST
    client: Client
    _sizes: Sizes = field(default_factory=Sizes)
    _grown: dict[str, int] = field(default_factory=dict)  # after a spoiled page, by steps
    _begun: Counter[str] = field(default_factory=Counter)  # how often a list was begun once more

    def source(self, row: Stream) -> Source:
        """Return where the rows of a stream come from."""
        records = self.facts.records if row.records is None else row.records
        paging = row.paging or self.facts.paging
        return Source(row.name, row.path, row.params, records, paging, row.scopes, row.key)

    def size(self, source: Source) -> int:
        """Return how many rows a page of this list holds."""
        return self._sizes.of(source.name, source.paging.most)

    def page(
        self,
        source: Source,
        params: Params,
        cursor: str | None,
        *,
        exact: bool,
        most: int | None = None,
        values_of: Mapping[str, Any] | None = None,
        seamed: bool = False,
    ) -> tuple[list[Row], Turn, Any]:
        """Return the rows of one page, how to go on, and the whole answer.

        ``exact``: numbers with a fraction come as Decimal. ``most`` rows are wanted, where no page
        lies before; ``values_of`` fills the braces of the path. ``seamed``: the next page is to
        overlap with this one (``seams``), so that some rows come twice. Raises what ``Client.ask``
        does, and BadAnswer for an answer that holds no rows.
        """
        self._sizes.grow(source.name, source.paging.most)
        size = min(self.size(source), most or self.size(source)) if cursor is None else (
            self.size(source)
        )  # fmt: skip
        sheet, seam = Sheet(source, params, exact, values_of), Seam.read(cursor)
        leaf = self._joined(sheet, seam, size) if seam else self._asked(sheet, cursor, size)
        turn = leaf.turn
        if seamed and source.overlaps and turn.more and self._begun[source.name] <= BEGINNINGS:
            known = frozenset(marks_of(leaf.rows, source.key))
            on = Seam(leaf.begin + len(leaf.rows), known)
            turn = replace(turn, more=bool(known), cursor=on.cursor)
        return leaf.rows, turn, leaf.body

    def _joined(self, sheet: Sheet, seam: Seam, size: int) -> Leaf:
        """Return a page that holds a row of the one before, from further ahead until it does."""
        place, source = seam.passed - 1, sheet.source
        while True:
            leaf = self._asked(sheet, None, size, place)
            marks = marks_of(leaf.rows, source.key)
            known = [mark in seam.known for mark in marks]
            if any(known) or (leaf.begin > place and self._stands(sheet, seam, place)):
                ended = (not known or known[-1]) and len(known) < leaf.size
                if ended:
                    return replace(leaf, turn=replace(leaf.turn, more=False))
                if Seam(leaf.begin + len(marks), frozenset(marks)) != seam:
                    return leaf
                break
            if not place or not leaf.begin:
                break
            place = max(0, min(place, leaf.begin) - size)
        return self._begin(sheet, size)

    def _stands(self, sheet: Sheet, seam: Seam, place: int) -> bool:
        """Say whether a place holds a known row, where no page holds it and the next one."""
        rows = self._asked(sheet, str(place) if place else None, 1).rows
        return not seam.known.isdisjoint(marks_of(rows, sheet.source.key))

    def _begin(self, sheet: Sheet, size: int) -> Leaf:
        """Return a list's first page once more, since no page goes on where the others ended."""
        name = sheet.source.name
        self._begun[name] += 1
        if self._begun[name] == BEGINNINGS + 1:
            self.client.site.session.tell(
                f"{name}: its rows stand in another order on each page, also when read again: one "
                "that leaves meanwhile may hide another. The platform's count is compared all the "
                "same, where it tells one; the next full read sees all rows"
            )
        return self._asked(sheet, None, size)

    def _asked(self, sheet: Sheet, cursor: str | None, size: int, place: int | None = None) -> Leaf:
        """Ask for the page of a cursor, or for one that holds a place."""
        source, paging = sheet.source, sheet.source.paging
        whole, size = size, min(size, self._grown.get(source.name, size))
        numbered = isinstance(paging, Numbered) and not paging.rows
        while numbered and place is None and passed_of(cursor) % size:
            size = smaller(size)  # a page begins where the last ended
        while True:
            fits = size
            if place is not None and isinstance(paging, Numbered):
                first, fits = paging.holding(place, size)
                cursor = str(first) if first else None
            url = self.client.url(source.path, sheet.values_of)
            sent = {**sheet.params, **paging.asks(cursor, fits)}
            if cursor and cursor.startswith(("/", "http:", "https:")):
                url, sent = self.client.followed(cursor, source.name), {}
            try:
                body, headers = self.client.ask(
                    source.name, url, sent, exact=sheet.exact, scopes=source.scopes,
                    tries=HALVING_TRIES if self.facts.halves and size > 1 else None,
                )  # fmt: skip
                break
            except (Unavailable, BadAnswer) as failed:
                if not self.facts.halves or size == 1 or isinstance(failed, Throttled):
                    raise
                size = smaller(size)
                if not (self.facts.spoils and isinstance(failed, Failed)):
                    self._sizes.failed(source.name, size)
        if fits > 1 or whole == 1:
            self._sizes.came(source.name)
        if self.facts.spoils and size < whole:
            self._grown[source.name] = larger(size, whole)
        rows = rows_in(source, body, first=not cursor)
        turn = paging.turn(Arrived(cursor, fits, body, headers, rows))
        begin = passed_of(cursor) if isinstance(paging, Numbered) else 0
        return Leaf([] if turn.repeated else rows, turn, body, begin, fits)

    def walk(
        self,
        source: Source,
        params: Params,
        cursor: str | None,
        *,
        exact: bool,
        values_of: Mapping[str, Any] | None = None,
    ) -> Iterator[list[Row]]:
        """Yield page after page, each row once, from ``cursor`` on; raises as ``page`` does."""
        more, met = True, set[str]()
        while more:
            rows, turn, _ = self.page(
                source, params, cursor, exact=exact, values_of=values_of, seamed=True
            )
            if source.overlaps and (turn.more or met):
                marked = zip(rows, marks_of(rows, source.key), strict=True)
                rows = [row for row, mark in marked if mark not in met]
                met.update(marks_of(rows, source.key))
            yield rows
            if turn.more and turn.cursor == cursor and not source.overlaps:
                raise BadAnswer(source.name, "the same cursor came twice", do="run again")
            more, cursor = turn.more, turn.cursor


def rows_in(source: Source, body: Any, *, first: bool) -> list[Row]:
    """Return the rows of an answer, none for one without content; ``{}`` may say so of a list."""
    if body is None or (first and body == {}):
        return []
    found = dotted(body, source.records)
    if not isinstance(found, list):
        at = source.records or "the body"
        raise BadAnswer(
            source.name, "the answer holds no rows", right=f"a list at {at}", do="check api_url"
        )
    return found
