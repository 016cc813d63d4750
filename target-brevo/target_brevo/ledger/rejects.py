"""What was refused, and why, in words for a reader and without the values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import orjson
from sqlalchemy import Connection, case, func, select, update

from target_brevo.clock import is_older
from target_brevo.ledger.database import Database, chunks
from target_brevo.ledger.lookups import found_by
from target_brevo.ledger.refused import RECORD, Filter, Original, Reject, Standing
from target_brevo.ledger.tables import DECLARATIONS, REJECTS
from target_brevo.ledger.upserting import Kept

# What is refused once more counts one try more.
_ANOTHER_TRY = Kept(wholes=("first_seen",), counts=("tries",))


@dataclass(frozen=True, slots=True)
class Rejects:
    """The refused operations of one account.

    With ``again`` none of them is held against what comes in: all is tried once more.
    """

    database: Database
    account: str
    again: bool = False

    def add(self, connection: Connection, rejects: Iterable[Reject], at: str) -> None:
        """Write refused operations; one that was refused before counts another try."""
        chosen = list(rejects)
        for reject in chosen:
            if reject.declared:
                row = {"digest": reject.original.declared, "text": reject.declared}
                self.database.insert_new(connection, DECLARATIONS, row)
        rows = [self._row(reject, at) for reject in chosen]
        self.database.upsert(connection, REJECTS, rows, _ANOTHER_TRY)

    def close(
        self, connection: Connection, kind: str, taken: Mapping[str, str | None], at: str
    ) -> None:
        """Close rejects whose operation Brevo has taken since.

        ``taken`` is key → the source's time of the record that was taken: a success that is older
        than what was refused closes nothing.
        """
        names = ("stream", "kind", "key", "record")
        for stream, of, key, record in self._open(connection, names, list(taken)):
            original = Original.of(record)
            if of in (kind, RECORD) and not is_older(taken[key], original.at):
                self._shut(connection, (stream, of, key), original, at)

    def shut(self, names: Iterable[tuple[str, str, str]], at: str) -> None:
        """Close rejects (stream, kind, key) by hand; their records are forgotten."""
        chosen = list(names)
        if not chosen:
            return
        with self.database.begin() as connection:
            for name in chosen:
                self._shut(connection, name, Original(), at)

    def erase(self, names: Iterable[tuple[str, str, str]]) -> None:
        """Delete rejects (stream, kind, key) with all that is known of them."""
        with self.database.begin() as connection:
            for stream, kind, key in names:
                connection.execute(
                    REJECTS.delete().where(
                        REJECTS.c.account == self.account,
                        REJECTS.c.stream == stream,
                        REJECTS.c.kind == kind,
                        REJECTS.c.key == key,
                    )
                )

    def standing(self, kind: str, keys: Sequence[str]) -> dict[str, Standing]:
        """Return the open rejects of those ``keys``."""
        if not keys:
            return {}
        with self.database.look() as connection:
            rows = self._open(connection, _NAMES, keys)
            found = [_standing(row) for row in rows]
        return {each.key: each for each in found if each.kind == kind}

    def holds(self, standing: Standing | None, fingerprint: str) -> bool:
        """Say whether Brevo refused exactly this before, so that its answer would be the same."""
        return standing is not None and not self.again and standing.fingerprint == fingerprint

    def matching(self, wanted: Filter) -> list[Standing]:
        """Return the rejects that ``wanted`` names, the newest first."""
        order = (REJECTS.c.last_seen.desc(), REJECTS.c.stream, REJECTS.c.kind, REJECTS.c.key)
        with self.database.look() as connection:
            rows = connection.execute(
                select(*_COLUMNS)
                .where(REJECTS.c.account == self.account, *wanted.conditions())
                .order_by(*order)
            )
            return [_standing(row) for row in rows]

    def declaration(self, digest: str) -> dict[str, Any] | None:
        """Return the ``keys`` and the ``schema`` of a kept record's stream."""
        with self.database.look() as connection:
            text = connection.execute(
                select(DECLARATIONS.c.text).where(DECLARATIONS.c.digest == digest)
            ).scalar()
        found: dict[str, Any] | None = orjson.loads(text) if text else None
        return found

    def tried(self, standing: Standing, mapping: str) -> None:
        """Write that an open reject came to nothing under this version of the mapping as well."""
        original = asdict(standing.original) | {"mapping": mapping}
        with self.database.begin() as connection:
            self._set(connection, standing.name, record=Original(**original).text)

    def expire(self, before: str) -> None:
        """Forget the records that were refused before this time, and what was closed before it."""
        mine = REJECTS.c.account == self.account
        old = self.matching_before(before)
        with self.database.begin() as connection:
            connection.execute(REJECTS.delete().where(mine, REJECTS.c.closed_at < before))
            for standing in old:
                self._set(connection, standing.name, record=Original(standing.original.at).text)

    def matching_before(self, before: str) -> list[Standing]:
        """Return open rejects with a kept record that were last refused before this time."""
        with self.database.begin() as connection:
            rows = connection.execute(
                select(*_COLUMNS).where(
                    REJECTS.c.account == self.account,
                    REJECTS.c.last_seen < before,
                    *Filter(kept=True).conditions(),
                )
            )
            return [_standing(row) for row in rows]

    def of(self, keys: Sequence[str]) -> list[Standing]:
        """Return the rejects of these keys (hashes), closed ones included, the newest first."""
        found: list[Standing] = []
        with self.database.begin() as connection:
            for part in chunks(keys):
                rows = connection.execute(
                    select(*_COLUMNS).where(
                        REJECTS.c.account == self.account, REJECTS.c.key.in_(part)
                    )
                )
                found += [_standing(row) for row in rows]
        return sorted(found, key=lambda each: each.last_seen, reverse=True)

    def open_count(self) -> int:
        """Return how many rejects are open."""
        still_open = func.sum(case((REJECTS.c.closed_at.is_(None), 1), else_=0))
        with self.database.look() as connection:
            count = connection.execute(
                select(still_open).where(REJECTS.c.account == self.account)
            ).scalar()
        return int(count or 0)

    def _open(
        self, connection: Connection, names: tuple[str, ...], keys: Sequence[str]
    ) -> list[Any]:
        """Return columns of the open rejects of these keys, of whatever kind."""
        account, still_open = (("account", self.account),), '"closed_at" IS NULL'
        return list(found_by(connection, REJECTS, names, ("key", keys), account, still_open))

    def _shut(
        self, connection: Connection, name: tuple[str, str, str], original: Original, at: str
    ) -> None:
        # What was delivered, or given up, needs no copy of the record here.
        self._set(connection, name, closed_at=at, record=Original(original.at).text)

    def _set(self, connection: Connection, name: tuple[str, str, str], **values: Any) -> None:
        stream, kind, key = name
        connection.execute(
            update(REJECTS)
            .where(
                REJECTS.c.account == self.account,
                REJECTS.c.stream == stream,
                REJECTS.c.kind == kind,
                REJECTS.c.key == key,
            )
            .values(**values)
        )

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
            "record": reject.original.text,
        }


_FIELDS = tuple(each.name for each in fields(Standing))
_NAMES = tuple("record" if name == "original" else name for name in _FIELDS)
_COLUMNS = [REJECTS.c[name] for name in _NAMES]


def _standing(row: Sequence[Any]) -> Standing:
    values = dict(zip(_FIELDS, row, strict=True))
    return Standing(**values | {"original": Original.of(row[-1])})
