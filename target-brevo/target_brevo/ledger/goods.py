"""Fingerprints of what was last sent of orders, products and categories."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from target_brevo.ledger.database import Database, chunks
from target_brevo.ledger.tables import FINGERPRINTS

# The kinds that are known by a fingerprint and name no person.
GOODS = ("order", "product", "category")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The hash of what was last sent under ``key`` (a hash), and the source's time of it."""

    key: str
    fingerprint: str
    at: str | None
    sent_at: str


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What one account was last sent, by kind and key."""

    database: Database
    account: str

    def known(self, kind: str, keys: Sequence[str]) -> dict[str, Fingerprint]:
        """Return the fingerprints of those ``keys`` that were ever sent."""
        table = FINGERPRINTS
        found: dict[str, Fingerprint] = {}
        if not keys:
            return found
        with self.database.begin() as connection:
            for part in chunks(keys):
                rows = connection.execute(
                    select(table).where(
                        table.c.account == self.account,
                        table.c.kind == kind,
                        table.c.key.in_(part),
                    )
                )
                for row in rows:
                    found[row.key] = Fingerprint(row.key, row.fingerprint, row.at, row.sent_at)
        return found

    def remember(self, connection: Connection, kind: str, sent: Iterable[Fingerprint]) -> None:
        """Write what Brevo has confirmed."""
        rows = [
            {
                "account": self.account,
                "kind": kind,
                "key": one.key,
                "fingerprint": one.fingerprint,
                "at": one.at,
                "sent_at": one.sent_at,
            }
            for one in sent
        ]
        self.database.upsert(connection, FINGERPRINTS, rows)
