"""Blocks that were found in Brevo: what persons clicked there, and what it did by itself.

What an explanation shows, and what can be sent back to the platform a person came from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from target_brevo.ledger.database import Database
from target_brevo.ledger.tables import OBJECTIONS

By = Literal["user", "admin", "unknown", "elsewhere", "forgotten"]


@dataclass(frozen=True, slots=True)
class Objection:
    """One block of a channel (``email`` or ``sms``) of one person (a hash).

    ``since`` is Brevo's own time of the latest unsubscription, where it told one: by the ``user``
    or by an ``admin``; ``elsewhere`` is a no said under another address, ``forgotten`` one that
    counts as said because the person was deleted in Brevo on request. ``found_at`` is when a run
    first saw the block, ``lifted_at`` when it was gone again: unblocked in Brevo, or by a newer
    grant. Times are RFC 3339, UTC.
    """

    person: str
    channel: str
    found_at: str
    since: str | None = None
    by: By = "unknown"
    lifted_at: str | None = None


@dataclass(frozen=True, slots=True)
class Objections:
    """The blocks that were found in one account."""

    database: Database
    account: str

    def add(self, connection: Connection, found: Iterable[Objection]) -> None:
        """Write what was found; the latest find of a person's channel is kept."""
        rows = [{"account": self.account, **asdict(one)} for one in found]
        self.database.upsert(connection, OBJECTIONS, rows)

    def forgotten(self, connection: Connection, persons: Sequence[str], now: str) -> None:
        """Write that these persons (hashes) were deleted on request, where no other no stands."""
        known = {(one.person, one.channel): one for person in persons
                 for one in self._of(connection, person)}  # fmt: skip
        self.add(
            connection,
            [
                Objection(person, channel, found_at=now, by="forgotten")
                for person in persons
                for channel in ("email", "sms")
                if (one := known.get((person, channel))) is None or one.lifted_at is not None
            ],
        )

    def lift(self, connection: Connection, person: str, channel: str, now: str) -> None:
        """Write that a block is gone since ``now``, where it had been found."""
        connection.execute(
            OBJECTIONS.update()
            .where(
                OBJECTIONS.c.account == self.account,
                OBJECTIONS.c.person == person,
                OBJECTIONS.c.channel == channel,
                OBJECTIONS.c.lifted_at.is_(None),
            )
            .values(lifted_at=now)
        )

    def carry(self, connection: Connection, previous: str, person: str) -> None:
        """Let what was found of ``previous`` (a hash) be known of ``person`` as well."""
        self.add(
            connection, (replace(one, person=person) for one in self._of(connection, previous))
        )

    def say_elsewhere(
        self,
        connection: Connection,
        previous: str,
        person: str,
        channels: Sequence[str],
        now: str,
    ) -> None:
        """Let a standing no of ``previous`` (a hash) hold for ``person``, in another contact.

        ``channels`` are blocked there; a block that was never a find (the shop had asked for it,
        whatever followed) is one of ``now``, of which nothing else is known.
        """
        said = {channel: Objection(person, channel, found_at=now) for channel in channels}
        said |= {
            one.channel: one for one in self._of(connection, previous) if one.lifted_at is None
        }
        found = (replace(one, person=person, by="elsewhere") for one in said.values())
        self.add(connection, found)

    def of(self, person: str) -> list[Objection]:
        """Return what was found of one person (a hash)."""
        with self.database.begin() as connection:
            return self._of(connection, person)

    def standing(self) -> list[Objection]:
        """Return all that were not lifted, the oldest find first: what a shop may have to hear."""
        query = (
            select(OBJECTIONS)
            .where(OBJECTIONS.c.account == self.account, OBJECTIONS.c.lifted_at.is_(None))
            .order_by(OBJECTIONS.c.found_at, OBJECTIONS.c.person, OBJECTIONS.c.channel)
        )
        with self.database.begin() as connection:
            return [_objection(row) for row in connection.execute(query)]

    def _of(self, connection: Connection, person: str) -> list[Objection]:
        query = select(OBJECTIONS).where(
            OBJECTIONS.c.account == self.account, OBJECTIONS.c.person == person
        )
        found = connection.execute(query.order_by(OBJECTIONS.c.channel))
        return [_objection(row) for row in found]


def _objection(row: Row[Any]) -> Objection:
    return Objection(
        person=row.person,
        channel=row.channel,
        found_at=row.found_at,
        since=row.since,
        by=row.by,
        lifted_at=row.lifted_at,
    )
