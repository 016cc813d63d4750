"""What was refused, and why, in words for a reader and without the values."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, Connection, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from target_brevo.ledger.database import Database, chunks
from target_brevo.ledger.tables import REJECTS

# An address or a phone number: a key that holds one is shown as its hash only.
_PERSONAL = re.compile(r"@|\+?\d[\d ().-]{6,}\d$")


@dataclass(frozen=True, slots=True)
class Reject:
    """One refused operation; ``key`` is the hash that identifies it within stream and kind.

    ``fingerprint`` is the hash of what Brevo refused; empty where it was never sent.
    """

    stream: str
    kind: str
    key: str
    shown_key: str
    reason: str
    line: str = ""
    code: str = ""
    hint: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A reject as the ledger keeps it; times are RFC 3339 in UTC."""

    stream: str
    kind: str
    key: str
    shown_key: str
    reason: str
    line: str
    code: str
    hint: str
    first_seen: str
    last_seen: str
    tries: int
    closed_at: str | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rejects are meant; empty fields do not narrow. ``key`` is a shown key or a hash."""

    stream: str = ""
    kind: str = ""
    reason: str = ""
    key: str = ""
    closed: bool = False

    def conditions(self, account: str) -> list[ColumnElement[bool]]:
        """Return the filter as SQL conditions."""
        found = [REJECTS.c.account == account]
        if self.stream:
            found.append(REJECTS.c.stream == self.stream)
        if self.kind:
            found.append(REJECTS.c.kind == self.kind)
        if self.reason:
            found.append(REJECTS.c.reason.icontains(self.reason, autoescape=True))
        if self.key:
            found.append(or_(REJECTS.c.shown_key == self.key, REJECTS.c.key == self.key))
        if not self.closed:
            found.append(REJECTS.c.closed_at.is_(None))
        return found


def shown(key: str, hashed: str) -> str:
    """Return ``key`` where it names no person, else its hash."""
    return hashed if _PERSONAL.search(key) else key


@dataclass(frozen=True, slots=True)
class Rejects:
    """The refused operations of one account."""

    database: Database
    account: str

    def add(self, connection: Connection, rejects: Iterable[Reject], at: str) -> None:
        """Write refused operations; one that was refused before counts another try."""
        dialect = postgresql if self.database.engine.dialect.name == "postgresql" else sqlite
        rows = [self._row(reject, at) for reject in rejects]
        if not rows:
            return
        statement = dialect.insert(REJECTS)
        new = statement.excluded
        kept = ("first_seen", "tries")
        keys = [column.name for column in REJECTS.primary_key]
        changed = {c.name: new[c.name] for c in REJECTS.c if c.name not in (*keys, *kept)}
        changed["tries"] = REJECTS.c.tries + 1
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)

    def close(self, connection: Connection, kind: str, keys: Sequence[str], at: str) -> None:
        """Close rejects whose operation Brevo has taken since."""
        for part in chunks(keys):
            connection.execute(
                update(REJECTS)
                .where(
                    REJECTS.c.account == self.account,
                    REJECTS.c.kind == kind,
                    REJECTS.c.key.in_(part),
                    REJECTS.c.closed_at.is_(None),
                )
                .values(closed_at=at)
            )

    def standing(self, kind: str, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Return fingerprint and reason of those ``keys`` that Brevo refused and never took."""
        table = REJECTS
        found: dict[str, tuple[str, str]] = {}
        if not keys:
            return found
        with self.database.begin() as connection:
            for part in chunks(keys):
                rows = connection.execute(
                    select(table.c.key, table.c.fingerprint, table.c.reason).where(
                        table.c.account == self.account,
                        table.c.kind == kind,
                        table.c.key.in_(part),
                        table.c.closed_at.is_(None),
                        table.c.fingerprint != "",
                    )
                )
                found.update((row.key, (row.fingerprint, row.reason)) for row in rows)
        return found

    def matching(self, wanted: Filter) -> list[Standing]:
        """Return the rejects that ``wanted`` names, the newest first."""
        columns = [REJECTS.c[each.name] for each in fields(Standing)]
        order = (REJECTS.c.last_seen.desc(), REJECTS.c.stream, REJECTS.c.kind, REJECTS.c.key)
        with self.database.begin() as connection:
            rows = connection.execute(
                select(*columns).where(*wanted.conditions(self.account)).order_by(*order)
            )
            return [Standing(*row) for row in rows]

    def open_count(self) -> int:
        """Return how many rejects are open."""
        still_open = func.sum(case((REJECTS.c.closed_at.is_(None), 1), else_=0))
        with self.database.begin() as connection:
            count = connection.execute(
                select(still_open).where(REJECTS.c.account == self.account)
            ).scalar()
        return int(count or 0)

    def _row(self, reject: Reject, at: str) -> dict[str, str | int | None]:
        return {
            "account": self.account,
            "stream": reject.stream,
            "kind": reject.kind,
            "key": reject.key,
            "shown_key": reject.shown_key,
            "reason": reject.reason,
            "line": reject.line,
            "code": reject.code,
            "hint": reject.hint,
            "first_seen": at,
            "last_seen": at,
            "tries": 1,
            "closed_at": None,
            "fingerprint": reject.fingerprint,
            "record": None,
        }
