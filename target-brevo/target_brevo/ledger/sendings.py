"""Things that must not be sent twice: the intent before, the outcome after.

States: ``pending`` (about to be sent), ``accepted`` (Brevo took it), ``done`` (found in Brevo
afterwards), ``unknown`` (sent without an answer, and not found).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select, update

from target_brevo.ledger.database import Database, chunks
from target_brevo.ledger.tables import SENDINGS

SETTLED = frozenset({"accepted", "done"})
UNDONE = frozenset({"pending", "unknown"})


class Held(NamedTuple):
    """What the ledger says of a key: the state, and the run that brought it there."""

    state: str
    run: str


@dataclass(frozen=True, slots=True)
class Sending:
    """One event or live order by the hash of its key; ``happened_at`` is its own time (UTC).

    ``run`` is the token of the run that intended it.
    """

    key: str
    kind: str
    name: str
    happened_at: str
    state: str
    at: str
    run: str = ""


@dataclass(frozen=True, slots=True)
class Sendings:
    """What one account was sent once."""

    database: Database
    account: str

    def states(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the state of those ``keys`` that were ever intended."""
        return {key: held.state for key, held in self.held(keys).items()}

    def held(self, keys: Sequence[str]) -> dict[str, Held]:
        """Return state and run of those ``keys`` that were ever intended."""
        if not keys:
            return {}
        with self.database.begin() as connection:
            return self._held(connection, keys)

    def claim(self, sendings: Iterable[Sending], seen: Mapping[str, Held]) -> set[str]:
        """Commit the intent to send, before a byte of it goes out; return the keys that are ours.

        A key that is no longer as it was ``seen`` has been claimed by another run meanwhile: that
        run sends it, and this one must not.
        """
        # Invariant 4: intent before, outcome after. One transaction goes at a time (engines.py),
        # so of two runs exactly one finds a key as both have seen it.
        wanted = {one.key: one for one in sendings}
        if not wanted:
            return set()
        run = self.database.runs.token
        with self.database.begin() as connection:
            held = self._held(connection, list(wanted))
            ours = [each for each in wanted if held.get(each) == seen.get(each)]
            rows = [
                {"account": self.account, **asdict(replace(wanted[each], run=run))} for each in ours
            ]
            self.database.upsert(connection, SENDINGS, rows)
        return set(ours)

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

    def of(self, keys: Sequence[str]) -> list[Sending]:
        """Return everything remembered of those ``keys`` that were ever intended."""
        found: list[Sending] = []
        with self.database.begin() as connection:
            for part in chunks(keys):
                query = select(SENDINGS).where(
                    SENDINGS.c.account == self.account, SENDINGS.c.key.in_(part)
                )
                found += [_sending(row) for row in connection.execute(query)]
        return found

    def pending(self, kind: str) -> list[Sending]:
        """Return the intents without an outcome: a killed run leaves them, a live one has them."""
        with self.database.begin() as connection:
            rows = connection.execute(
                select(SENDINGS).where(
                    SENDINGS.c.account == self.account,
                    SENDINGS.c.kind == kind,
                    SENDINGS.c.state == "pending",
                )
            )
            return [_sending(row) for row in rows]

    def _held(self, connection: Connection, keys: Sequence[str]) -> dict[str, Held]:
        table = SENDINGS
        found: dict[str, Held] = {}
        for part in chunks(keys):
            rows = connection.execute(
                select(table.c.key, table.c.state, table.c.run).where(
                    table.c.account == self.account, table.c.key.in_(part)
                )
            )
            found.update((row.key, Held(row.state, row.run)) for row in rows)
        return found


def _sending(row: Row[Any]) -> Sending:
    return Sending(row.key, row.kind, row.name, row.happened_at, row.state, row.at, row.run)
