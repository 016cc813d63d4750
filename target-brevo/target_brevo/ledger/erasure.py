"""Forgetting a person: everything goes but what keeps a no a no.

What may stay are salted hashes without anything to look them up by: that the channels of a person
are blocked, the lists they left, a source's word for no. Without these a person who comes back with
the next full run would be mailed again. Keys of events stay as well: they name nobody.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, or_, select

from tajo_connector_sdk.errors import RunError
from target_brevo.contacts.words import is_denied, since
from target_brevo.ledger.database import Database
from target_brevo.ledger.holdings import Person, SentSource
from target_brevo.ledger.objections import Objections
from target_brevo.ledger.people import People
from target_brevo.ledger.tables import (
    MEMBERS,
    OBJECTIONS,
    PEOPLE,
    REJECTS,
    SHARES,
    SOURCES,
    TRACES,
)

# A time before every other: the person was never seen, so that Brevo is asked.
_UNSEEN = ""


@dataclass(frozen=True, slots=True)
class Erased:
    """What is kept of somebody's no: channels that are blocked, and how many lists were left."""

    blocks: tuple[str, ...]
    lists_left: int


@dataclass(frozen=True, slots=True)
class Erasure:
    """Forgets persons of one account."""

    database: Database
    account: str

    def persons(self, persons: Iterable[str], *, objected: str | None) -> Erased:
        """Forget whom these hashes name.

        ``objected``: they are deleted in Brevo as well, at this time (RFC 3339), and come blocked
        should they ever come back.
        """
        with self.database.begin() as connection:
            known = self._same_contacts(connection, tuple(persons))
            self._details(connection, known)
            kept = self._nos(connection, known, objected=objected is not None)
            if objected is not None:
                Objections(self.database, self.account).forgotten(connection, known, objected)
        self._settle()
        return Erased(
            tuple(name for name in ("email", "sms") if any(one.blocks(name) for one in kept)),
            len({each for one in kept for each in one.lists_left}),
        )

    def _same_contacts(self, connection: Connection, persons: Sequence[str]) -> list[str]:
        """Return ``persons`` and the other identities of the same contacts."""
        here = PEOPLE.c.account == self.account
        ids = select(PEOPLE.c.brevo_id).where(
            here, PEOPLE.c.person.in_(persons), PEOPLE.c.brevo_id.is_not(None)
        )
        others = connection.execute(
            select(PEOPLE.c.person).where(here, PEOPLE.c.brevo_id.in_(ids))
        ).scalars()
        return sorted({*persons, *others})

    def _details(self, connection: Connection, persons: Sequence[str]) -> None:
        """Delete what was remembered of them beside persons and sources."""
        sources = select(SOURCES.c.source).where(
            SOURCES.c.account == self.account, SOURCES.c.person.in_(persons)
        )
        about = (TRACES.c.account == self.account, TRACES.c.person.in_(persons))
        keys = select(TRACES.c.key).where(*about)
        records = select(TRACES.c.source).where(*about)
        refused = (REJECTS.c.key.in_(named) for named in (persons, sources, keys, records))
        lifted = OBJECTIONS.c.lifted_at.is_not(None)
        doomed = (
            (SHARES, or_(SHARES.c.person.in_(persons), SHARES.c.source.in_(sources))),
            (MEMBERS, or_(MEMBERS.c.person.in_(persons), MEMBERS.c.source.in_(sources))),
            (REJECTS, or_(*refused)),
            # After the rejects, which are found by them.
            (TRACES, TRACES.c.person.in_(persons)),
            (OBJECTIONS, OBJECTIONS.c.person.in_(persons) & lifted),
        )
        for table, chosen in doomed:
            connection.execute(delete(table).where(table.c.account == self.account, chosen))

    def _nos(
        self, connection: Connection, persons: Sequence[str], *, objected: bool
    ) -> list[Person]:
        """Reduce persons and sources to their no, and delete who has said none."""
        # Invariant 3: a no outlives the memory of who said it.
        people = People(self.database, self.account)
        here = (PEOPLE.c.account == self.account, PEOPLE.c.person.in_(persons))
        known = people.known_in(connection, persons)
        told = people.sources_in(connection, persons)
        connection.execute(delete(PEOPLE).where(*here))
        connection.execute(
            delete(SOURCES).where(SOURCES.c.account == self.account, SOURCES.c.person.in_(persons))
        )
        found = [known.get(person) or Person(person, _UNSEEN) for person in persons]
        kept = [no for one in found if (no := _no_of(one, objected=objected)) is not None]
        people.remember(connection, kept)
        denials = map(_denial, told)
        people.remember_sources(connection, [each for each in denials if each is not None])
        return kept

    def _settle(self) -> None:
        """Write a file's pages anew: what was deleted or changed is only marked as free till then.

        Raises RunError where another process keeps the file busy; what was asked for is done.
        """
        if self.database.engine.dialect.name != "sqlite":
            return
        try:
            with closing(self.database.engine.raw_connection()) as connection:
                cursor = connection.cursor()
                cursor.execute("VACUUM")
                # 1 where somebody still reads the journal: sqlite.org/pragma.html.
                held = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error:
            held = 1
        if held:
            raise RunError(
                f"ledger {self.database.shown}",
                "the persons are forgotten, but old pages of the file may still hold their hashes",
                do="run it again when no sync is running",
            )


def _no_of(person: Person, *, objected: bool) -> Person | None:
    """Return what is kept of a person; None where they have said no to nothing."""
    blocked = (person.email_blocked or objected, person.sms_blocked or objected)
    if not any(blocked) and not person.lists_left:
        return None
    return Person(
        person.person,
        _UNSEEN,
        email_blocked=blocked[0],
        sms_blocked=blocked[1],
        lists_left=person.lists_left,
    )


def _denial(sent: SentSource) -> SentSource | None:
    """Return what is kept of a source record: its no, so that another's grant does not undo it."""
    words = {
        channel: ["denied", since(sent.consent, channel, sent.at)]
        for channel in sent.consent
        if is_denied(sent.consent, channel)
    }
    return replace(sent, fingerprint="", at=None, consent=words, sent_at="") if words else None
