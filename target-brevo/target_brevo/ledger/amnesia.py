"""Forgetting what was sent, so that the next full run sends it again: drift is repaired.

Only fingerprints go, and the time at which a person was last seen, so that Brevo is asked again.
What must outlast any repair stays: event keys, first sendings of orders, blocks, lists that were
joined or left, and who is deleted at the source.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import ColumnElement, select, update

from target_brevo.ledger.database import Database, chunks
from target_brevo.ledger.holdings import INTENDED, UNSURE
from target_brevo.ledger.tables import FINGERPRINTS, PEOPLE, SOURCES

NEVER = ""


@dataclass(frozen=True, slots=True)
class Amnesia:
    """Forgets fingerprints of one account; every method returns of how many records."""

    database: Database
    account: str

    def persons(self, persons: Sequence[str]) -> int:
        """Forget what was sent for these persons (hashes)."""
        return sum(self._contacts(SOURCES.c.person.in_(part)) for part in chunks(persons))

    def stream(self, stream: str) -> int:
        """Forget the contacts that were sent from this stream."""
        return self._contacts(SOURCES.c.stream == stream)

    def contacts(self) -> int:
        """Forget every contact that was sent."""
        return self._contacts()

    def goods(self, kinds: Sequence[str]) -> int:
        """Forget orders, products or categories (``kinds``)."""
        with self.database.begin() as connection:
            done = connection.execute(
                update(FINGERPRINTS)
                .where(FINGERPRINTS.c.account == self.account, FINGERPRINTS.c.kind.in_(kinds))
                .values(fingerprint=UNSURE)
            )
            return done.rowcount

    def members(self, list_id: int) -> list[str]:
        """Return the persons (hashes) that were put on this list by us."""
        with self.database.begin() as connection:
            rows = connection.execute(
                select(PEOPLE.c.person, PEOPLE.c.lists_added).where(
                    PEOPLE.c.account == self.account, PEOPLE.c.lists_added != "[]"
                )
            )
            return [row.person for row in rows if list_id in orjson.loads(row.lists_added)]

    def _contacts(self, *narrowed: ColumnElement[bool]) -> int:
        # A source without a person was deleted before it was sent: there is nothing to repair, and
        # what Brevo has not confirmed is sent anyway.
        sent = (SOURCES.c.person != "", SOURCES.c.fingerprint != INTENDED)
        chosen = (SOURCES.c.account == self.account, *sent, *narrowed)
        persons = select(SOURCES.c.person).where(*chosen)
        with self.database.begin() as connection:
            # Not seen: the next run looks in Brevo first whether they are there and what they left.
            connection.execute(
                update(PEOPLE)
                .where(PEOPLE.c.account == self.account, PEOPLE.c.person.in_(persons))
                .values(seen_at=NEVER)
            )
            done = connection.execute(update(SOURCES).where(*chosen).values(fingerprint=UNSURE))
            return done.rowcount
