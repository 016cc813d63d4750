"""Which attributes each stream writes, as its records have shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson
from sqlalchemy import select

from target_brevo.ledger.database import Database
from target_brevo.ledger.tables import WRITERS

# Platform, store, stream.
Stream = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Writers:
    """The streams of one account."""

    database: Database
    account: str
    _seen: dict[Stream, frozenset[str]] = field(default_factory=dict)
    _kept: dict[Stream, frozenset[str]] = field(default_factory=dict)

    def saw(self, stream: Stream, names: Iterable[str]) -> None:
        """Take in that a record of the stream writes ``names``.

        What this run has seen takes the place of what an earlier one saw: mappings change.
        """
        before = self._seen.get(stream)
        if before is not None and before.issuperset(names):
            return
        self._seen[stream] = (before or frozenset()).union(names)
        row = {
            "account": self.account,
            "platform": stream[0],
            "store": stream[1],
            "stream": stream[2],
            "names": orjson.dumps(sorted(self._seen[stream])).decode(),
        }
        with self.database.begin() as connection:
            self.database.upsert(connection, WRITERS, [row])

    def names(self, stream: Stream) -> frozenset[str]:
        """Return the attributes that the stream writes, as far as was seen."""
        if stream in self._seen:
            return self._seen[stream]
        if stream not in self._kept:
            query = select(WRITERS.c.names).where(
                WRITERS.c.account == self.account,
                WRITERS.c.platform == stream[0],
                WRITERS.c.store == stream[1],
                WRITERS.c.stream == stream[2],
            )
            with self.database.begin() as connection:
                found = connection.execute(query).scalar()
            self._kept[stream] = frozenset(orjson.loads(found) if found else ())
        return self._kept[stream]
