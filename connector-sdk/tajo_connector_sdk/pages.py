"""Reading pages of a GraphQL API: sizes that the platform can pay for, lists that are whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import floor
from typing import Any

from tajo_connector_sdk import queries
from tajo_connector_sdk.bulk import BulkReader
from tajo_connector_sdk.errors import BadAnswer
from tajo_connector_sdk.fields import Connection, Fields, in_order, objects_in
from tajo_connector_sdk.graphql import Client, GraphQL, Search, TooCostly, search_of
from tajo_connector_sdk.incremental import Feed, Sorted
from tajo_connector_sdk.table import Deletions, Stream, Trash
from tajo_connector_sdk.transport import Account, Ask, Deletion, Page

# What a question costs besides its rows; and how much of the limit is used, as a guess can miss.
OVERHEAD, SHARE = 5.0, 0.95


@dataclass(slots=True)
class GraphQLReader:
    """Answers the engine's questions from a GraphQL API (``transport.Reader``)."""

    facts: GraphQL
    client: Client
    withheld: dict[str, set[str]] = field(default_factory=dict)
    _row_cost: dict[str, float] = field(default_factory=dict)

    @property
    def clock(self) -> datetime | None:
        """The platform's time when it last answered."""
        return self.client.clock

    @property
    def versions(self) -> tuple[str, str]:
        """The API's version that was asked for, and the one that answers."""
        asked = self.client.site.settings.get(self.facts.version_setting, "")
        return str(asked), self.client.version

    @property
    def depth(self) -> int:
        """Objects that one cursor may walk over."""
        return self.facts.depth_limit

    def account(self) -> Account:
        """Ask whose data this is."""
        return self.facts.account(self.client.ask("identity", self.facts.identity, {}))

    def page(self, ask: Ask, cursor: str | None, *, most: int | None = None) -> Page:
        """Return one page, halving its size as long as the platform finds it too costly."""
        query = queries.page_query(ask.stream, ask.fields, sort_of(ask))
        variables = {"after": cursor, "query": search_of(self.facts, ask)}
        size = min(self._ready(ask, cursor), most or self.facts.page_limit)
        while True:
            try:
                data = self._priced(ask, query, size, variables)
                break
            except TooCostly:
                if size == 1:
                    raise
                size = max(1, size // 2)
                self._row_cost[ask.stream.name] = self.facts.cost_limit / size
        found = self._connection(ask.stream.name, data.get(ask.stream.path))
        rows = [self._whole(ask, node) for node in found["nodes"] if node]
        turn = found["pageInfo"]
        return Page(rows, bool(turn["hasNextPage"]), turn["endCursor"], count_in(data))

    def count(self, ask: Ask) -> int | None:
        """Return the platform's own count for the question."""
        if not ask.stream.count:
            return None
        query = queries.count_query(ask.stream)
        return count_in(
            self.client.ask(ask.stream.name, query, {"query": search_of(self.facts, ask)})
        )

    def page_size(self, ask: Ask) -> int:
        """Return how many rows one question may ask for: from the fields, then from answers."""
        budget = self.facts.cost_limit * SHARE - OVERHEAD
        return max(1, min(self.facts.page_limit, floor(budget / self._cost_of(ask))))

    @property
    def lanes(self) -> int:
        """One: points are the limit here, and a cursor waits for the page before."""
        return 1

    def back(self, ask: Ask, cursor: str | None, rows: int) -> str | None:  # noqa: ARG002
        """Return the cursor itself: it remembers a row, not a place."""
        return cursor

    def deletions(self, rule: Deletions | Trash, ask: Ask) -> Iterator[Deletion]:
        """Yield the deletions told in a window, oldest first."""
        if not isinstance(rule, Deletions):
            raise TypeError(rule)
        query = queries.deletions_query(rule)
        search = self.facts.search(Search(terms=rule.filters, name=rule.filter, window=ask.window))
        cursor, more = None, True
        while more:
            variables = {"first": self.facts.page_limit, "after": cursor, "query": search}
            data = self.client.ask(rule.path, query, variables, guess=self.facts.cost_limit / 2)
            found = self._connection(rule.path, data.get(rule.path))
            for node in found["nodes"]:
                key = rule.read(node)
                if key is not None:
                    yield Deletion(key, str(node[rule.at]))
            cursor, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]

    def again(
        self,
        ask: Ask,  # noqa: ARG002 - the protocol's
        feed: Feed,
        ids: Sequence[Any],  # noqa: ARG002 - as above
    ) -> list[dict[str, Any] | None]:
        """Refuse: no table of a GraphQL API can say this (``GraphQL.faults``)."""
        raise TypeError(feed)

    def bulk(self) -> BulkReader | None:
        """Return the way to read much at once."""
        return BulkReader(self.facts.bulk, self.client, self.facts) if self.facts.bulk else None

    def _ready(self, ask: Ask, cursor: str | None) -> int:
        """Return a page's size; a first page takes what the bucket holds rather than wait.

        An increment is mostly a few rows: a full page would be paid for in advance and handed back.
        """
        size, holds = self.page_size(ask), self.client.bucket.holds()
        if cursor is not None or holds is None:
            return size
        return max(1, size // 10, min(size, floor((holds - OVERHEAD) / self._cost_of(ask))))

    def _cost_of(self, ask: Ask) -> float:
        return self._row_cost.get(ask.stream.name) or float(objects_in(ask.fields))

    def _priced(self, ask: Ask, query: str, size: int, variables: dict[str, Any]) -> dict[str, Any]:
        name = ask.stream.name
        self.client.price[query] = self._cost_of(ask) * size + OVERHEAD
        data = self.client.ask(name, query, {"first": size, **variables})
        self._row_cost[name] = max(1.0, (self.client.price[query] - OVERHEAD) / size)
        if self.client.denied:
            self.withheld.setdefault(name, set()).update(self.client.denied)
        return data

    def _whole(self, ask: Ask, node: dict[str, Any]) -> dict[str, Any]:
        for name, listed in queries.lists_of(ask.fields).items():
            found = node.get(name)
            if found is None:
                continue
            turn = found.get("pageInfo") or {}
            node[name] = found["nodes"]
            if turn.get("hasNextPage"):
                node[name] += self._rest(ask.stream, node, name, listed, turn["endCursor"])
            node[name] = in_order(node[name])
        return node

    def _rest(
        self, row: Stream, node: dict[str, Any], name: str, listed: Connection, cursor: str
    ) -> list[dict[str, Any]]:
        query = queries.rest_query(row, name, listed)
        first = self._rest_size(listed.fields)
        nodes: list[dict[str, Any]] = []
        while True:
            variables = {"id": node[row.key[0]], "first": first, "after": cursor}
            guess = first * objects_in(listed.fields) + OVERHEAD
            try:
                data = self.client.ask(f"{row.name}.{name}", query, variables, guess=guess)
            except TooCostly:
                if first == 1:
                    raise
                first = max(1, first // 2)
                continue
            owner = data.get("node")
            if not owner:  # the row was deleted meanwhile; what was read of it stands
                return nodes
            nodes += owner[name]["nodes"]
            turn = owner[name]["pageInfo"]
            if not turn["hasNextPage"]:
                return nodes
            cursor = turn["endCursor"]

    def _rest_size(self, fields: Fields) -> int:
        budget = self.facts.cost_limit * SHARE - OVERHEAD
        return max(1, min(self.facts.page_limit, floor(budget / objects_in(fields))))

    @staticmethod
    def _connection(where: str, found: Any) -> dict[str, Any]:
        if not isinstance(found, dict) or "nodes" not in found or "pageInfo" not in found:
            raise BadAnswer(where, "the answer holds no page", right="nodes and pageInfo")
        return found


def sort_of(ask: Ask) -> str:
    """Return the platform's word for the order that a question wants, empty for its own."""
    known = ask.stream.incremental
    if known is None or isinstance(known, Feed):
        return ""
    order = known.sort if isinstance(known, Sorted) and not ask.by_id else known.by_id
    return str(order)


def count_in(data: dict[str, Any]) -> int | None:
    """Return the count that came with an answer, or None.

    A count that stopped at a limit is a lower bound, and is used as one.
    """
    total = data.get("total")
    return int(total["count"]) if isinstance(total, dict) and "count" in total else None
