"""Persons as Brevo holds them, and which source record became which person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, bindparam, case, func, select, update

from target_brevo.ledger.database import Database
from target_brevo.ledger.holdings import (
    INTENDED,
    PERSON,
    SOURCE,
    UNSURE,
    Marked,
    Person,
    Seen,
    Sent,
    SentSource,
    person_of,
    person_row,
    source_of,
    source_row,
)
from target_brevo.ledger.lookups import found_by, mark_of
from target_brevo.ledger.tables import PEOPLE, SOURCES, without_nul
from target_brevo.ledger.upserting import NOTHING, Fixed, Found, Kept, Owned

_KEY = itemgetter(0)
# Invariant 3: no confirmation takes a no away, nor a list that another run has joined meanwhile.
_NOS = Kept(("email_blocked", "sms_blocked"), ("lists_left", "lists_added"))
# A source record whose person stands already: the columns that change, and how it is found.
_INTENDED = Found(
    ("owner", "fingerprint", "at", "consent", "sent_at", "line"), ("source", "person")
)
_AS_INTENDED = itemgetter(*map(SOURCE.index, (*_INTENDED.changed, *_INTENDED.keys)))
# What is written of a source record before it leaves, and what stands there for the rest.
_WHOSE = ("source", "person", "platform", "store", "stream", "owner", "sent_at")
_OF_WHOM = itemgetter(*map(SOURCE.index, _WHOSE))
_UNSAID = (("fingerprint", INTENDED), ("at", None), ("consent", "{}"), ("line", ""))
_NOBODYS = Owned("person", ("person", "sent_at"), "fingerprint", UNSURE, ("", INTENDED))


@dataclass(frozen=True, slots=True)
class People:
    """The contact map of one account."""

    database: Database
    account: str

    def known(self, persons: Sequence[str]) -> dict[str, Person]:
        """Return the persons among ``persons`` (hashes) that Brevo is known to hold."""
        if not persons:
            return {}
        with self.database.look() as connection:
            return self.known_in(connection, persons)

    def known_in(self, connection: Connection, persons: Sequence[str]) -> dict[str, Person]:
        """Return what ``known`` does, within an open transaction."""
        rows = self._found(connection, PEOPLE, PERSON, "person", persons)
        return {row[0]: person_of(row) for row in rows}

    def remember(self, connection: Connection, persons: Iterable[Person]) -> None:
        """Write what Brevo holds of ``persons`` now."""
        self._write_people(connection, map(person_row, persons), NOTHING)

    def confirm(
        self,
        connection: Connection,
        persons: Iterable[tuple[Any, ...]],
        sent: Iterable[tuple[Any, ...]],
    ) -> None:
        """Write rows that Brevo has confirmed, of persons and of source records.

        They were made before they were sent: a block or a list left that was seen since stays.
        Most of them stand there as they were intended: then only what no index holds is written.
        """
        self._write_people(connection, persons, _NOS)
        sources = sorted(sent, key=_KEY)
        into = SOURCES, self._mine
        if not self.database.update(connection, into, _INTENDED, [*map(_AS_INTENDED, sources)]):
            self.database.write(connection, into, SOURCE, sources)

    def _write_people(
        self, connection: Connection, persons: Iterable[tuple[Any, ...]], kept: Kept
    ) -> None:
        # In the order of their keys, so that neighbours in an index are written together.
        rows = sorted(persons, key=_KEY)
        self.database.write(connection, (PEOPLE, self._mine), PERSON, rows, kept)

    @property
    def _mine(self) -> Fixed:
        return Fixed((("account", self.account),))

    def intend(self, connection: Connection, sent: Iterable[tuple[Any, ...]]) -> None:
        """Write whom source records (``SourceRow``) are about to become, where none is known.

        Of what they say nothing is kept: it counts only once Brevo has confirmed it. Until then
        Brevo may hold what was sent before or what is sent now, so no version equals either.
        """
        rows = sorted(map(_OF_WHOM, sent), key=_KEY)
        into = SOURCES, Fixed((*self._mine.columns, *_UNSAID))
        self.database.claim(connection, into, _WHOSE, rows, _NOBODYS)

    def observe(self, connection: Connection, persons: Sequence[Person]) -> list[Seen]:
        """Write what Brevo showed of ``persons``, keeping what only we know of them.

        Returns each block that was not known before, and each that was and is gone.
        """
        ours = self.known_in(connection, [person.person for person in persons])
        kept = [
            replace(
                person,
                lists_added=ours[person.person].lists_added,
                # A list that was left stays left, also where its contact is a new one.
                lists_left=person.lists_left | ours[person.person].lists_left,
            )
            if person.person in ours
            else person
            for person in persons
        ]
        self.remember(connection, kept)
        return [
            Seen(person.person, channel, person.blocks(channel))
            for person in persons
            for channel in ("email", "sms")
            if person.blocks(channel)
            != (person.person in ours and ours[person.person].blocks(channel))
        ]

    def forget(self, connection: Connection, person: str) -> None:
        """Drop a person whose identity moved to another."""
        connection.execute(
            PEOPLE.delete().where(PEOPLE.c.account == self.account, PEOPLE.c.person == person)
        )

    def still(self, newer: Sequence[tuple[str, str]]) -> None:
        """Write that source records (hashes) are at these times what was sent of them before."""
        if not newer:
            return
        statement = (
            update(SOURCES)
            .where(SOURCES.c.account == self.account, SOURCES.c.source == bindparam("which"))
            .values(at=bindparam("time"))
        )
        rows = [{"which": source, "time": without_nul(at)} for source, at in sorted(newer)]
        with self.database.begin() as connection:
            connection.execute(statement, rows)

    def doubt(self, connection: Connection, sources: Sequence[str]) -> None:
        """Write that Brevo may not hold what these source records were sent with."""
        connection.execute(
            update(SOURCES)
            .where(
                SOURCES.c.account == self.account,
                SOURCES.c.source.in_(sources),
                SOURCES.c.fingerprint.not_in(("", INTENDED)),
            )
            .values(fingerprint=UNSURE)
        )

    def pass_on(self, connection: Connection, source: str, person: str) -> None:
        """Write that a source record has become another ``person`` (a hash)."""
        spared = SOURCES.c.fingerprint.in_(("", INTENDED))
        connection.execute(
            update(SOURCES)
            .where(SOURCES.c.account == self.account, SOURCES.c.source == source)
            .values(person=person, fingerprint=case((spared, SOURCES.c.fingerprint), else_=UNSURE))
        )

    def sent(self, sources: Sequence[str]) -> dict[str, Sent]:
        """Return what has to be known of those of ``sources`` (hashes) that were ever sent."""
        if not sources:
            return {}
        names = ("source", "person", "fingerprint", "at", "consent", "line")
        with self.database.look() as connection:
            rows = self._found(connection, SOURCES, names, "source", sources)
            return {row[0]: Sent(*row[1:]) for row in rows}

    def marked(self, sources: Sequence[str]) -> dict[str, Marked]:
        """Return those of ``sources`` (hashes) whose line was marked when they were sent."""
        if not sources:
            return {}
        names = ("source", "fingerprint", "person", "line")
        with self.database.look() as connection:
            rows = self._found(connection, SOURCES, names, "source", sources)
            return {row[0]: Marked(*row[1:]) for row in rows if row[3]}

    def sources(self, sources: Sequence[str]) -> dict[str, SentSource]:
        """Return what was last sent for each of ``sources`` (hashes) that was ever sent."""
        if not sources:
            return {}
        with self.database.look() as connection:
            rows = self._found(connection, SOURCES, SOURCE, "source", sources)
            return {row[0]: source_of(row) for row in rows}

    def remember_sources(self, connection: Connection, sent: Iterable[SentSource]) -> None:
        """Write what Brevo has confirmed for each source record."""
        rows = sorted(map(source_row, sent), key=_KEY)
        self.database.write(connection, (SOURCES, self._mine), SOURCE, rows)

    def recognise(self, lines: Sequence[tuple[str, str, str]]) -> None:
        """Write what the lines of unchanged records were: (line, source, fingerprint) of each."""
        if not lines:
            return
        with self.database.begin() as connection:
            mark = mark_of(connection)
            connection.exec_driver_sql(
                f"UPDATE sources SET line = {mark} WHERE account = {mark} AND source = {mark} "  # noqa: S608 - a mark of the driver's
                f"AND fingerprint = {mark}",
                [(line, self.account, source, known) for line, source, known in lines],
            )

    def sources_in(self, connection: Connection, persons: Sequence[str]) -> list[SentSource]:
        """Return what was last sent for these persons (hashes), within an open transaction."""
        rows = self._found(connection, SOURCES, SOURCE, "person", persons)
        return [source_of(row) for row in rows]

    def sources_by_person(self, persons: Sequence[str]) -> dict[str, list[SentSource]]:
        """Return what was last sent, by person (a hash)."""
        found: dict[str, list[SentSource]] = {}
        if not persons:
            return found
        with self.database.look() as connection:
            for sent in self.sources_in(connection, persons):
                found.setdefault(sent.person, []).append(sent)
        return found

    def count(self) -> int:
        """Return how many persons are known."""
        query = select(func.count()).select_from(PEOPLE).where(PEOPLE.c.account == self.account)
        with self.database.look() as connection:
            return int(connection.execute(query).scalar_one())

    def sources_of(self, person: str) -> list[SentSource]:
        """Return what was last sent for each source record that became this person."""
        with self.database.look() as connection:
            return self.sources_in(connection, [person])

    def owners_of(self, person: str, besides: str = "") -> int:
        """Return how many source records own this person (guests do not).

        ``besides`` is a source that is not counted.
        """
        with self.database.look() as connection:
            count = connection.execute(
                select(func.count())
                .select_from(SOURCES)
                .where(
                    SOURCES.c.account == self.account,
                    SOURCES.c.person == person,
                    SOURCES.c.owner.is_(True),
                    SOURCES.c.source != besides,
                )
            ).scalar_one()
        return int(count)

    def _found(
        self,
        connection: Connection,
        table: Table,
        names: tuple[str, ...],
        column: str,
        keys: Sequence[str],
    ) -> list[Any]:
        account = (("account", self.account),)
        return list(found_by(connection, table, names, (column, keys), account))
