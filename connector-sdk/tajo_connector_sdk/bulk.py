"""Bulk operations: the platform writes a file of everything, the tap reads it line by line.

What is promised: partial data is never loaded; a file that holds fewer objects than the platform
counted is an error; the file's address is followed without credentials, and only to public https
hosts or to ``api_url``; an operation that a crash left behind is taken up again by its id.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tajo_connector_sdk import queries
from tajo_connector_sdk.errors import (
    BadAnswer,
    ConfigurationError,
    Gone,
    Incomplete,
    RunError,
    Unavailable,
)
from tajo_connector_sdk.fields import connections_of
from tajo_connector_sdk.graphql import BulkFacts, Client, GraphQL, search_of
from tajo_connector_sdk.joining import Joined, Plain
from tajo_connector_sdk.seen import Seen
from tajo_connector_sdk.transport import Ask

# Seconds between two looks at an operation: the first gap, its growth, the longest.
FIRST_GAP, GROWTH, LONGEST_GAP = 0.25, 1.5, 15.0
DOWNLOADS = 3


class Status(Enum):
    """Where an operation stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Started:
    """The answer to a start: an id, or ``busy`` (no room now), or the platform's error codes."""

    id: str | None
    busy: bool = False
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as the platform tells it: ``objects`` written so far, ``code`` of a failure.

    ``denied`` says that the failure is a missing permission.
    """

    id: str
    status: Status
    objects: int = 0
    url: str | None = None
    code: str = ""
    denied: bool = False


class StartAnew(RunError):
    """This operation gives nothing any more; a new one may."""


@dataclass(slots=True)
class BulkReader:
    """Starts operations, looks after them, reads their files."""

    facts: BulkFacts
    client: Client
    api: GraphQL

    def query(self, ask: Ask) -> str:
        """Return the query that an operation for this question runs."""
        return queries.bulk_query(ask.stream, ask.fields, search_of(self.api, ask))

    def start(self, ask: Ask) -> str | None:
        """Start an operation and return its id; None when the platform has no room now."""
        where = f"{ask.stream.name} (bulk)"
        said: Started = self.facts.started(
            self.client.ask(where, self.facts.run, {"query": self.query(ask)}, guess=10.0)
        )
        if said.id is None and not said.busy:
            raise BadAnswer(where, f"the platform refuses to start it ({', '.join(said.errors)})")
        return said.id if not said.busy else None

    def look(self, where: str, key: str) -> Operation:
        """Return how an operation stands; raises StartAnew when the platform knows it no more."""
        operation: Operation | None = self.facts.state(
            self.client.ask(where, self.facts.poll, {"id": key})
        )
        if operation is None:
            raise StartAnew(f"{where} (bulk)", "the platform knows the operation no more")
        return operation

    def outcome(self, where: str, operation: Operation) -> None:
        """Return when the operation is done and whole.

        Raises StartAnew where a second one may do better, else an error that says what to do.
        """
        where = f"{where} (bulk)"
        if operation.status is Status.DONE:
            if operation.objects and not operation.url:
                raise Incomplete(where, f"{operation.objects} objects counted, and no file")
            return
        code = f" ({operation.code})" if operation.code else ""
        if operation.denied:
            raise ConfigurationError(where, f"the platform denies access{code}")
        if operation.status is Status.CANCELED:
            raise RunError(
                where,
                "the operation was canceled on the platform",
                do="run again; nothing of it was loaded and the bookmark stays",
            )
        raise StartAnew(
            where,
            f"the operation {operation.status.value}{code}",
            do="what it had written is not loaded and the bookmark stays; run again later",
        )

    def rows(self, ask: Ask, operation: Operation) -> Iterator[dict[str, Any]]:
        """Yield every row of a finished operation once, with its lists whole.

        Raises Incomplete when the file holds fewer objects than were counted, StartAnew when it
        is there no more, Unavailable when it breaks off again and again.
        """
        if not operation.url:
            return
        with Seen() as seen:
            for attempt in range(1, DOWNLOADS + 1):
                reading = self._joining(ask, seen)
                try:
                    yield from reading.rows(self._lines(ask, operation.url))
                    break
                except Unavailable:
                    if attempt == DOWNLOADS:
                        raise
            if reading.met < operation.objects:
                raise Incomplete(
                    f"{ask.stream.name} (bulk)",
                    f"{reading.met} objects in the file, and the platform counted "
                    f"{operation.objects}",
                    do="the bookmark stays: run again",
                )

    def _lines(self, ask: Ask, url: str) -> Iterator[bytes]:
        try:
            yield from self.client.site.session.lines(url)
        except Gone as error:
            raise StartAnew(
                f"{ask.stream.name} (bulk)",
                f"the file's address has expired ({error.what})",
                do="run again: a new operation is started",
            ) from None

    def _joining(self, ask: Ask, seen: Seen) -> Plain | Joined:
        lists = connections_of(ask.fields)
        where, key = f"{ask.stream.name} (bulk)", ask.stream.key[0]
        if lists:
            return Joined(where, key, lists, self.facts.kind)
        return Plain(where, key, seen)


def hash_of(text: str) -> str:
    """Return a short mark of a query, to know it again after a crash."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
