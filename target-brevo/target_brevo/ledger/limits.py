"""What is left of Brevo's limits, shared by all runs of an account on this ledger."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import select

from target_brevo.brevo.windows import Window
from target_brevo.ledger.database import Database
from target_brevo.ledger.tables import LIMITS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """The windows of one account, by bucket."""

    database: Database
    account: str

    def change(self, bucket: str, step: Callable[[Window], T]) -> tuple[T, Window]:
        """Let ``step`` change a window while no other run can; return its result, and the window.

        Only what has changed is written.
        """
        table = LIMITS
        query = select(table).where(table.c.account == self.account, table.c.bucket == bucket)
        with self.database.begin() as connection:
            row = connection.execute(query).one_or_none()
            window = Window() if row is None else Window(*row[2:])
            before = replace(window)
            result = step(window)
            if window != before:
                self.database.upsert(connection, LIMITS, [self._row(bucket, window)])
        return result, window

    def _row(self, bucket: str, window: Window) -> dict[str, str | int | float | bool | None]:
        return {
            "account": self.account,
            "bucket": bucket,
            "calls": window.limit,
            "length": window.length,
            "opened": window.opened,
            "closes": window.closes,
            "anchored": window.anchored,
            "left": window.left,
            "spilt": window.spilt,
        }
