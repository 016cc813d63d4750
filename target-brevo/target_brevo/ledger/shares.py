"""What each source record adds to the attributes that are sums."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select

from target_brevo.ledger.database import Database, chunks
from target_brevo.ledger.tables import SHARES


@dataclass(frozen=True, slots=True)
class Share:
    """``amount`` (a decimal as text; empty: none any more) of ``unit``, of a record of time ``at``.

    ``source`` and ``person`` are hashes, ``name`` is the attribute.
    """

    source: str
    person: str
    name: str
    amount: str
    unit: str | None
    at: str | None


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of one account."""

    database: Database
    account: str

    def of(self, persons: Sequence[str]) -> Mapping[str, list[Share]]:
        """Return the shares by person (hashes), empty for who has none."""
        found: defaultdict[str, list[Share]] = defaultdict(list)
        table = SHARES
        with self.database.begin() as connection:
            for part in chunks(persons):
                query = select(table).where(
                    table.c.account == self.account, table.c.person.in_(part)
                )
                for row in connection.execute(query.order_by(table.c.source)):
                    share = Share(row.source, row.person, row.name, row.amount, row.unit, row.at)
                    found[row.person].append(share)
        return found

    def remember(self, connection: Connection, shares: Iterable[Share]) -> None:
        """Write shares in the place of what the same records added before."""
        rows = [{"account": self.account, **asdict(share)} for share in shares]
        self.database.upsert(connection, SHARES, rows)

    def drop(self, connection: Connection, source: str) -> None:
        """Forget what a record added, which is gone."""
        connection.execute(
            SHARES.delete().where(SHARES.c.account == self.account, SHARES.c.source == source)
        )
