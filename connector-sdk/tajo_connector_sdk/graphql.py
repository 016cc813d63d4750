"""The GraphQL transport: facts for the table, and the client that asks.

What differs between GraphQL platforms (how a filter is written, what an answer tells about cost,
which error means what) are pure functions in the tap's ``quirks.py``, named by the fact.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tajo_connector_sdk.answers import Answer, redirected, sent_at
from tajo_connector_sdk.errors import BadAnswer, ConfigurationError, Refusal, RunError, Unavailable
from tajo_connector_sdk.incremental import Feed, Window, Windowed, asked
from tajo_connector_sdk.pacing import Cost, CostBucket
from tajo_connector_sdk.transport import Account, Ask, Fault, Reader, Site

if TYPE_CHECKING:
    from tajo_connector_sdk.table import Stream

OK, UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 200, 401, 403, 404
# How often one question is put again: while others drain the bucket, and when the platform fails.
THROTTLED_TRIES, FAILED_TRIES = 40, 4
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,80}\Z")


@dataclass(frozen=True, slots=True)
class Search:
    """What a filter has to say: fixed terms, bounds of a time, rows above an id."""

    terms: tuple[str, ...] = ()
    name: str = ""
    window: Window | None = None
    above: str | None = None


@dataclass(frozen=True, slots=True)
class BulkFacts:
    """How much is read at once: documents, and what their answers mean.

    ``run`` takes the variable query, ``poll`` the variable id. ``started`` and ``state`` read the
    answers. ``kind`` tells the type of an object from its id. More than ``above_pages`` pages go
    this way; at most ``at_once`` operations run together.
    """

    run: str
    poll: str
    started: Callable[[Mapping[str, Any]], Any]
    state: Callable[[Mapping[str, Any]], Any]
    kind: Callable[[str], str]
    at_once: int = 5
    above_pages: int = 4
    keeps_days: int = 7


@dataclass(frozen=True, slots=True)
class GraphQL:
    """A GraphQL API.

    ``path`` may hold settings in braces. ``account`` reads the answer to the query ``identity``.
    ``search`` writes a filter, ``cost`` reads an answer's price, ``fault`` says what an error
    means. ``version_header`` is the answer's header that tells the version, ``version_setting``
    the setting that asks for one. ``page_limit`` rows a page, ``cost_limit`` points a question,
    ``depth_limit`` objects a cursor. ``hints`` say, by HTTP status, what to do.
    """

    path: str
    identity: str
    account: Callable[[Mapping[str, Any]], Account]
    search: Callable[[Search], str]
    cost: Callable[[Mapping[str, Any]], Cost | None]
    fault: Callable[[Mapping[str, Any]], Fault]
    version_header: str = ""
    version_setting: str = ""
    page_limit: int = 250
    cost_limit: float = 1000.0
    depth_limit: int = 25_000
    bulk: BulkFacts | None = None
    hints: Mapping[int, str] = field(default_factory=dict)

    @property
    def whole_rows(self) -> bool:
        """Say that only what is asked for comes."""
        return False

    def open(self, site: Site) -> Reader:
        """Return a reader of this API; nothing is sent yet."""
        from tajo_connector_sdk.pages import GraphQLReader  # noqa: PLC0415 - it builds on this

        return GraphQLReader(self, Client(self, site, CostBucket(sleep=site.session.sleep)))

    def faults(self, row: "Stream") -> Iterator[tuple[str, str, str]]:
        """Yield what a stream says in the words of a REST API."""
        spoken = {"params": row.params, "records": row.records, "paging": row.paging,
                  "each": row.each, "parent": row.parent, "beside": row.beside,
                  "adds": row.adds}  # fmt: skip
        for name, said in spoken.items():
            if said:
                yield name, "a word for REST APIs", "filters and fields, on a GraphQL API"
        known = row.incremental
        if isinstance(known, Feed):
            yield "incremental", "a feed, a word for REST APIs", "Sorted or Filtered"
            return
        words = () if known is None else (known.by_id, getattr(known, "filter", ""),
                                          getattr(known, "sort", ""))  # fmt: skip
        if not all(isinstance(word, str) for word in words):
            yield "incremental", "parameters", "the schema's own words, as text"


class TooCostly(RunError):
    """The platform refuses a question of this price: ask for less."""

    def __init__(self, where: str) -> None:
        super().__init__(
            where,
            "the platform finds one row too costly for one question",
            do="take fields away in the catalog, lists first",
        )


@dataclass(slots=True)
class Client:
    """Asks one GraphQL endpoint: pacing, a new token once on a 401, errors by what they mean.

    ``denied`` holds, after an answer, the fields that came as null for want of an approval.
    ``version`` is the version that the platform says it answers in, ``clock`` its time.
    """

    facts: GraphQL
    site: Site
    bucket: CostBucket
    clock: datetime | None = None
    version: str = ""
    denied: set[str] = field(default_factory=set)
    price: dict[str, float] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where questions go."""
        return self.site.base_url + self.facts.path.format_map(self.site.settings)

    def ask(
        self, where: str, query: str, variables: Mapping[str, Any], *, guess: float = 1.0
    ) -> dict[str, Any]:
        """Return the data of an answer; ``guess`` is the price where none is known yet.

        Raises ConfigurationError when nobody is let in or a permission is missing, TooCostly,
        Unavailable after a few failures of the platform, BadAnswer for anything else.
        """
        throttled = failed = 0
        while throttled < THROTTLED_TRIES and failed < FAILED_TRIES:
            self.bucket.before(self.price.get(query, guess))
            said = self._once(where, query, variables)
            cost = self.facts.cost(said)
            errors = [error for error in said.get("errors") or [] if isinstance(error, dict)]
            faults = {self.facts.fault(error) for error in errors}
            if Fault.THROTTLED in faults:
                if cost and cost.requested > cost.maximum:
                    raise TooCostly(where)
                throttled += 1
                self.bucket.refused(cost)
                continue
            self.bucket.after(cost)
            if cost:
                self.price[query] = cost.requested
            if Fault.LATER not in faults:
                return self._data(where, said, errors, faults)
            failed += 1
            self.bucket.sleep(2.0**failed)
        what = "is busy" if throttled == THROTTLED_TRIES else "reports a failure of its own"
        raise Unavailable(
            where,
            f"the platform {what}, on {throttled + failed} tries",
            do="nothing was lost: run again later, it goes on from the last state",
        )

    def _data(
        self, where: str, said: dict[str, Any], errors: list[dict[str, Any]], faults: set[Fault]
    ) -> dict[str, Any]:
        if Fault.TOO_COSTLY in faults:
            raise TooCostly(where)
        data = said.get("data")
        refused = [error for error in errors if self.facts.fault(error) is Fault.DENIED]
        self.denied = {str(error["path"][-1]) for error in refused if error.get("path")}
        if Fault.OTHER in faults or not isinstance(data, dict):
            if faults == {Fault.DENIED}:
                raise ConfigurationError(where, "the platform denies access to it")
            raise BadAnswer(where, f"the platform refuses the question ({words_of(errors)})")
        if Fault.DENIED in faults and all(value is None for value in data.values()):
            raise ConfigurationError(where, "the platform denies access to it")
        return data

    def _once(self, where: str, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._send(query, variables)
        if answer.status == UNAUTHORIZED and self.site.credentials.renew():
            answer = self._send(query, variables)
        self._learn(answer)
        if answer.status != OK:
            raise self._refused(answer)
        said = answer.json()
        if not isinstance(said, dict):
            raise BadAnswer(where, "the answer is no JSON object", right="data or errors")
        return said

    def _send(self, query: str, variables: Mapping[str, Any]) -> Answer:
        return self.site.session.send(
            "POST",
            self.url,
            headers=self.site.credentials.headers(),
            body={"query": query, "variables": variables},
        )

    def _learn(self, answer: Answer) -> None:
        self.version = answer.headers.get(self.facts.version_header, "") or self.version
        self.clock = sent_at(answer) or self.clock

    def _refused(self, answer: Answer) -> RunError | ConfigurationError:
        if moved := redirected(answer):
            return moved
        hint = self.facts.hints.get(answer.status, "")
        if answer.status in {UNAUTHORIZED, FORBIDDEN, NOT_FOUND}:
            return ConfigurationError(
                answer.where, f"HTTP {answer.status}", do=hint or "check address and credentials"
            )
        return Refusal(answer.where, f"HTTP {answer.status}", do=hint)


__all__ = ["BulkFacts", "Client", "Fault", "GraphQL", "Search", "TooCostly", "search_of"]


def search_of(facts: GraphQL, ask: Ask) -> str:
    """Return the filter of a question in the platform's own words."""
    known = ask.stream.incremental
    window = asked(known, ask.window) if known else None
    name = str(known.filter) if isinstance(known, Windowed) else ""
    return facts.search(Search(ask.stream.filters, name, window, ask.above))


def words_of(errors: list[dict[str, Any]]) -> str:
    """Return what errors say in words that can hold nobody's data: codes, types, field names."""
    said = []
    for error in errors[:3]:
        extensions = error.get("extensions") or {}
        words = [extensions.get(name) for name in ("code", "typeName", "fieldName")]
        said += [" ".join(word for word in words if isinstance(word, str) and _WORD.match(word))]
    return ", ".join(word for word in said if word) or "it names no code"
