"""Contact imports that were asked for, so that a killed run's are waited for by the next."""

from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import Connection, select, update

from target_brevo.clock import moment
from target_brevo.ledger.database import Database
from target_brevo.ledger.tables import IMPORTS


@dataclass(frozen=True, slots=True)
class Imports:
    """The import processes of one account."""

    database: Database
    account: str

    def intend(self, rows: int, at: str) -> str:
        """Commit that an import of ``rows`` is about to be asked for; return its number here."""
        number = token_hex(16)
        row = {
            "account": self.account,
            "number": number,
            "process": None,
            "state": "open",
            "rows": rows,
            "opened_at": at,
            "closed_at": None,
        }
        with self.database.begin() as connection:
            self.database.upsert(connection, IMPORTS, [row])
        return number

    def opened(self, number: str, process: int) -> None:
        """Write the process id that Brevo answered."""
        with self.database.begin() as connection:
            self._set(connection, number, process=process)

    def closed(self, connection: Connection, number: str, state: str, at: str) -> None:
        """Write how an import ended: ``done`` or ``failed``."""
        self._set(connection, number, state=state, closed_at=at)

    def left_open(self) -> list[tuple[str, int | None]]:
        """Return (number, process id or None) of imports that an earlier run left open."""
        with self.database.begin() as connection:
            rows = connection.execute(
                select(IMPORTS.c.number, IMPORTS.c.process).where(
                    IMPORTS.c.account == self.account, IMPORTS.c.state == "open"
                )
            )
            return [(row.number, row.process) for row in rows]

    def last_done(self) -> tuple[int, float] | None:
        """Return rows and seconds of the import that was last seen to be done; None for none."""
        with self.database.begin() as connection:
            row = connection.execute(
                select(IMPORTS.c.rows, IMPORTS.c.opened_at, IMPORTS.c.closed_at)
                .where(IMPORTS.c.account == self.account, IMPORTS.c.state == "done")
                .order_by(IMPORTS.c.closed_at.desc())
                .limit(1)
            ).first()
        opened, closed = (moment(row.opened_at), moment(row.closed_at)) if row else (None, None)
        if row is None or opened is None or closed is None:
            return None
        return int(row.rows), max(0.0, (closed - opened).total_seconds())

    def _set(self, connection: Connection, number: str, **values: str | int) -> None:
        connection.execute(
            update(IMPORTS)
            .where(IMPORTS.c.account == self.account, IMPORTS.c.number == number)
            .values(**values)
        )
