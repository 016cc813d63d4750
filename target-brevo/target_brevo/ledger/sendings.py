"""Things that must not be sent twice: the intent before, the outcome after.

States: ``pending`` (about to be sent), ``accepted`` (Brevo took it), ``done`` (found in Brevo
afterwards), ``unknown`` (sent without an answer, and not found).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from target_brevo.ledger.database import Database, chunks
from target_brevo.ledger.tables import SENDINGS

SETTLED = frozenset({"accepted", "done"})
UNDONE = frozenset({"pending", "unknown"})


@dataclass(frozen=True, slots=True)
class Sending:
    """One event or live order by the hash of its key; ``happened_at`` is its own time (UTC)."""

    key: str
    kind: str
    name: str
    happened_at: str
    state: str
    at: str


@dataclass(frozen=True, slots=True)
class Sendings:
    """What one account was sent once."""

    database: Database
    account: str

    def states(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the state of those ``keys`` that were ever intended."""
        table = SENDINGS
        found: dict[str, str] = {}
        if not keys:
            return found
        with self.database.begin() as connection:
            for part in chunks(keys):
                rows = connection.execute(
                    select(table.c.key, table.c.state).where(
                        table.c.account == self.account, table.c.key.in_(part)
                    )
                )
                found.update((row.key, row.state) for row in rows)
        return found

    def intend(self, sendings: Iterable[Sending]) -> None:
        """Commit the intent to send, before a byte of it goes out."""
        # Invariant 4: intent before, outcome after.
        rows = [
            {
                "account": self.account,
                "key": one.key,
                "kind": one.kind,
                "name": one.name,
                "happened_at": one.happened_at,
                "state": one.state,
                "at": one.at,
            }
            for one in sendings
        ]
        with self.database.begin() as connection:
            self.database.upsert(connection, SENDINGS, rows)

    def outcome(self, connection: Connection, keys: Sequence[str], state: str, at: str) -> None:
        """Write what became of ``keys``."""
        for part in chunks(keys):
            connection.execute(
                update(SENDINGS)
                .where(SENDINGS.c.account == self.account, SENDINGS.c.key.in_(part))
                .values(state=state, at=at)
            )

    def withdraw(self, connection: Connection, keys: Sequence[str]) -> None:
        """Drop intents that Brevo surely did not take, so that they may be sent again."""
        for part in chunks(keys):
            connection.execute(
                SENDINGS.delete().where(
                    SENDINGS.c.account == self.account, SENDINGS.c.key.in_(part)
                )
            )

    def pending(self, kind: str) -> list[Sending]:
        """Return the intents without an outcome, as a killed run leaves them."""
        with self.database.begin() as connection:
            rows = connection.execute(
                select(SENDINGS).where(
                    SENDINGS.c.account == self.account,
                    SENDINGS.c.kind == kind,
                    SENDINGS.c.state == "pending",
                )
            )
            return [
                Sending(row.key, row.kind, row.name, row.happened_at, row.state, row.at)
                for row in rows
            ]
