"""Which events and orders, and which refused records, were about whom: what can be explained."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields

from sqlalchemy import Connection, select, update

from tajo_mapping.operations import Source
from target_brevo.ledger.database import Database, chunks
from target_brevo.ledger.tables import TRACES


@dataclass(frozen=True, slots=True)
class Trace:
    """That the operation ``key`` (a hash) of ``kind`` was about ``person`` (a hash).

    ``source`` is the hash of the record behind it, of ``stream`` in ``store`` of ``platform``.
    """

    kind: str
    key: str
    person: str
    source: str
    platform: str
    store: str
    stream: str


def trace(kind: str, key: str, person: str, source: str, origin: Source) -> Trace:
    """Return the trace of an operation that was made from a record of ``origin``."""
    return Trace(kind, key, person, source, origin.platform, origin.store, origin.stream)


@dataclass(frozen=True, slots=True)
class Traces:
    """The traces of one account."""

    database: Database
    account: str

    def leave(self, connection: Connection, traces: Iterable[Trace]) -> None:
        """Write traces; those that name nobody are left out."""
        rows = [{"account": self.account, **asdict(one)} for one in traces if one.person]
        self.database.upsert(connection, TRACES, rows)

    def carry(self, connection: Connection, previous: str, person: str) -> None:
        """Let what was about ``previous`` (a hash) be about ``person`` from now on."""
        connection.execute(
            update(TRACES)
            .where(TRACES.c.account == self.account, TRACES.c.person == previous)
            .values(person=person)
        )

    def about(self, persons: Sequence[str]) -> list[Trace]:
        """Return everything that was about any of these persons (hashes)."""
        columns = [TRACES.c[each.name] for each in fields(Trace)]
        found: list[Trace] = []
        with self.database.begin() as connection:
            for part in chunks(persons):
                query = select(*columns).where(
                    TRACES.c.account == self.account, TRACES.c.person.in_(part)
                )
                found += [Trace(*row) for row in connection.execute(query)]
        return found

    def persons(self, source: str) -> list[str]:
        """Return whom operations made from one record (a hash) were about."""
        query = select(TRACES.c.person).where(
            TRACES.c.account == self.account, TRACES.c.source == source
        )
        with self.database.begin() as connection:
            return sorted({str(row.person) for row in connection.execute(query)})
