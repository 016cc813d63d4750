"""What the loader itself has noted: events of unknown outcome, and what was refused."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Noted:
    """``unknown`` events; ``reported`` of them stand in the rejects; ``reasons`` of all others."""

    unknown: int
    reported: int
    reasons: tuple[str, ...]


def noted(file):
    """Read a ledger; it may belong to a process that was killed."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as ledger:
        unknown = ledger.execute(
            "SELECT count(*) FROM sendings WHERE kind = 'event' AND state = 'unknown'"
        ).fetchone()[0]
        rows = ledger.execute(
            "SELECT kind, reason, count(*) FROM rejects WHERE closed_at IS NULL GROUP BY 1, 2"
        ).fetchall()
    said = [row for row in rows if row[1].startswith("outcome unknown")]
    reasons = tuple(f"{kind} {count} x {reason}" for kind, reason, count in rows)
    return Noted(unknown, sum(row[2] for row in said), reasons)
