"""Persons as Brevo holds them, and which source record became which person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Row, func, select

from target_brevo.ledger.database import Database, chunks
from target_brevo.ledger.tables import PEOPLE, SOURCES


@dataclass(frozen=True, slots=True)
class Person:
    """What we know of one contact in Brevo; ``person`` is the salted hash of the identity."""

    person: str
    seen_at: str
    brevo_id: int | None = None
    email_blocked: bool = False
    sms_blocked: bool = False
    filled: frozenset[str] = frozenset()
    lists_added: frozenset[int] = frozenset()
    lists_left: frozenset[int] = frozenset()

    def blocks(self, channel: str) -> bool:
        """Say whether ``email`` or ``sms`` is blocked."""
        return self.email_blocked if channel == "email" else self.sms_blocked


class Seen(NamedTuple):
    """That a channel of a person (a hash) turned out to be blocked, or not to be any more."""

    person: str
    channel: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class SentSource:
    """What was last sent for one source record, and the person it became."""

    source: str
    person: str
    platform: str
    store: str
    stream: str
    owner: bool
    fingerprint: str
    at: str | None
    consent: Mapping[str, Sequence[str | None]]
    sent_at: str


@dataclass(frozen=True, slots=True)
class People:
    """The contact map of one account."""

    database: Database
    account: str

    def known(self, persons: Sequence[str]) -> dict[str, Person]:
        """Return the persons among ``persons`` (hashes) that Brevo is known to hold."""
        if not persons:
            return {}
        with self.database.begin() as connection:
            return self.known_in(connection, persons)

    def known_in(self, connection: Connection, persons: Sequence[str]) -> dict[str, Person]:
        """Return what ``known`` does, within an open transaction."""
        found: dict[str, Person] = {}
        for part in chunks(persons):
            query = select(PEOPLE).where(
                PEOPLE.c.account == self.account, PEOPLE.c.person.in_(part)
            )
            found.update((row.person, _person(row)) for row in connection.execute(query))
        return found

    def remember(self, connection: Connection, persons: Iterable[Person]) -> None:
        """Write what Brevo holds of ``persons`` now."""
        rows = [_person_row(self.account, person) for person in persons]
        self.database.upsert(connection, PEOPLE, rows)

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

    def sources(self, sources: Sequence[str]) -> dict[str, SentSource]:
        """Return what was last sent for each of ``sources`` (hashes) that was ever sent."""
        found: dict[str, SentSource] = {}
        if not sources:
            return found
        with self.database.begin() as connection:
            for part in chunks(sources):
                rows = connection.execute(
                    select(SOURCES).where(
                        SOURCES.c.account == self.account, SOURCES.c.source.in_(part)
                    )
                )
                found.update((row.source, _sent_source(row)) for row in rows)
        return found

    def remember_sources(self, connection: Connection, sent: Iterable[SentSource]) -> None:
        """Write what Brevo has confirmed for each source record."""
        rows = [_source_row(self.account, source) for source in sent]
        self.database.upsert(connection, SOURCES, rows)

    def sources_in(self, connection: Connection, persons: Sequence[str]) -> list[SentSource]:
        """Return what was last sent for these persons (hashes), within an open transaction."""
        found: list[SentSource] = []
        for part in chunks(persons):
            query = select(SOURCES).where(
                SOURCES.c.account == self.account, SOURCES.c.person.in_(part)
            )
            found += [_sent_source(row) for row in connection.execute(query)]
        return found

    def sources_by_person(self, persons: Sequence[str]) -> dict[str, list[SentSource]]:
        """Return what was last sent, by person (a hash)."""
        found: dict[str, list[SentSource]] = {}
        if not persons:
            return found
        with self.database.begin() as connection:
            for part in chunks(persons):
                query = select(SOURCES).where(
                    SOURCES.c.account == self.account, SOURCES.c.person.in_(part)
                )
                for row in connection.execute(query):
                    found.setdefault(row.person, []).append(_sent_source(row))
        return found

    def count(self) -> int:
        """Return how many persons are known."""
        query = select(func.count()).select_from(PEOPLE).where(PEOPLE.c.account == self.account)
        with self.database.begin() as connection:
            return int(connection.execute(query).scalar_one())

    def sources_of(self, person: str) -> list[SentSource]:
        """Return what was last sent for each source record that became this person."""
        query = select(SOURCES).where(SOURCES.c.account == self.account, SOURCES.c.person == person)
        with self.database.begin() as connection:
            return [_sent_source(row) for row in connection.execute(query)]

    def owners_of(self, person: str, besides: str = "") -> int:
        """Return how many source records own this person (guests do not).

        ``besides`` is a source that is not counted.
        """
        with self.database.begin() as connection:
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


def _person(row: Row[Any]) -> Person:
    return Person(
        person=row.person,
        seen_at=row.seen_at,
        brevo_id=row.brevo_id,
        email_blocked=row.email_blocked,
        sms_blocked=row.sms_blocked,
        filled=frozenset(orjson.loads(row.filled)),
        lists_added=frozenset(orjson.loads(row.lists_added)),
        lists_left=frozenset(orjson.loads(row.lists_left)),
    )


def _person_row(account: str, person: Person) -> dict[str, Any]:
    return {
        "account": account,
        "person": person.person,
        "brevo_id": person.brevo_id,
        "email_blocked": person.email_blocked,
        "sms_blocked": person.sms_blocked,
        "filled": orjson.dumps(sorted(person.filled)).decode(),
        "lists_added": orjson.dumps(sorted(person.lists_added)).decode(),
        "lists_left": orjson.dumps(sorted(person.lists_left)).decode(),
        "seen_at": person.seen_at,
    }


def _sent_source(row: Row[Any]) -> SentSource:
    return SentSource(
        source=row.source,
        person=row.person,
        platform=row.platform,
        store=row.store,
        stream=row.stream,
        owner=row.owner,
        fingerprint=row.fingerprint,
        at=row.at,
        consent=orjson.loads(row.consent),
        sent_at=row.sent_at,
    )


def _source_row(account: str, sent: SentSource) -> dict[str, Any]:
    return {
        "account": account,
        "source": sent.source,
        "person": sent.person,
        "platform": sent.platform,
        "store": sent.store,
        "stream": sent.stream,
        "owner": sent.owner,
        "fingerprint": sent.fingerprint,
        "at": sent.at,
        "consent": orjson.dumps(sent.consent).decode(),
        "sent_at": sent.sent_at,
    }
