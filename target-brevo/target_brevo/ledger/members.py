"""Why somebody is on a mirrored list: the source records that are granted."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from target_brevo.ledger.database import Database
from target_brevo.ledger.tables import MEMBERS
from target_brevo.ledger.writers import Stream


@dataclass(frozen=True, slots=True)
class Member:
    """One record (``source``, a hash) that keeps its ``person`` (a hash) on a list, or did."""

    list_id: int
    source: str
    person: str
    platform: str
    store: str
    stream: str
    leaving: bool = False

    @property
    def from_stream(self) -> Stream:
        """Where the record is from."""
        return self.platform, self.store, self.stream


@dataclass(frozen=True, slots=True)
class Members:
    """The mirrored lists of one account."""

    database: Database
    account: str

    def remember(self, connection: Connection, members: Iterable[Member]) -> None:
        """Write who is granted, and of who was and is not any more that they have to leave."""
        told = list(members)
        granted = [each for each in told if not each.leaving]
        rows = [{"account": self.account, **asdict(each)} for each in granted]
        self.database.upsert(connection, MEMBERS, rows)
        for each in told:
            if each.leaving:
                here = and_(MEMBERS.c.list_id == each.list_id, MEMBERS.c.source == each.source)
                self._leave(connection, here)

    def leave(self, connection: Connection, source: str) -> int:
        """Write that a record keeps nobody on any list any more; return on how many it did."""
        return self._leave(connection, MEMBERS.c.source == source)

    def carry(self, connection: Connection, source: str, person: str) -> None:
        """Write that a record's person has become another ``person`` (a hash), lists and all."""
        connection.execute(
            update(MEMBERS)
            .where(MEMBERS.c.account == self.account, MEMBERS.c.source == source)
            .values(person=person)
        )

    def _leave(self, connection: Connection, chosen: ColumnElement[bool]) -> int:
        done = connection.execute(
            update(MEMBERS).where(MEMBERS.c.account == self.account, chosen).values(leaving=True)
        )
        return done.rowcount

    def in_doubt(self, streams: Iterable[Stream]) -> list[Member]:
        """Return who has to leave, and all that are there because of ``streams``."""
        whole = [
            and_(
                MEMBERS.c.platform == platform, MEMBERS.c.store == store, MEMBERS.c.stream == stream
            )
            for platform, store, stream in streams
        ]
        query = select(MEMBERS).where(
            MEMBERS.c.account == self.account, or_(MEMBERS.c.leaving.is_(True), *whole)
        )
        with self.database.begin() as connection:
            rows = connection.execute(query.order_by(MEMBERS.c.list_id, MEMBERS.c.source))
            return [
                Member(
                    row.list_id,
                    row.source,
                    row.person,
                    row.platform,
                    row.store,
                    row.stream,
                    row.leaving,
                )
                for row in rows
            ]

    def keepers(self, list_id: int) -> dict[str, set[str]]:
        """Return person → records that keep them on the list."""
        query = select(MEMBERS.c.person, MEMBERS.c.source).where(
            MEMBERS.c.account == self.account,
            MEMBERS.c.list_id == list_id,
            MEMBERS.c.leaving.is_(False),
        )
        found: dict[str, set[str]] = {}
        with self.database.begin() as connection:
            for row in connection.execute(query):
                found.setdefault(row.person, set()).add(row.source)
        return found

    def count(self, list_id: int) -> int:
        """Return how many persons are or were kept on the list by a record."""
        query = select(func.count(MEMBERS.c.person.distinct())).where(
            MEMBERS.c.account == self.account, MEMBERS.c.list_id == list_id
        )
        with self.database.begin() as connection:
            return int(connection.execute(query).scalar_one())

    def forget(self, connection: Connection, gone: Iterable[Member]) -> None:
        """Drop records that keep nobody on a list any more."""
        for each in gone:
            connection.execute(
                MEMBERS.delete().where(
                    MEMBERS.c.account == self.account,
                    MEMBERS.c.list_id == each.list_id,
                    MEMBERS.c.source == each.source,
                )
            )
