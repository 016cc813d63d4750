"""Class C: everything is read each time, and only what differs from the last time goes on.

What is kept between runs are sums, not rows: the rows' hashes, added up in a few thousand buckets
by key. A row that changed, came or went changes the sum of its bucket, and then all rows of that
bucket go on, a handful; that costs nothing at the other end, and the state stays at 64 KiB at
most, however large the stream. The sums are exact in the sense that matters: a change is never
overlooked but by a collision of 48 bits.

Nothing is kept while a scan runs, so a run that is killed changes nothing: the next one compares
with the last whole scan. A first scan holds no row back. A later one cannot know a bucket before
its last row, so rows wait in a private file: memory is flat.
"""

import base64
import hashlib
import sqlite3
import zlib
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import orjson

from tajo_connector_sdk.seen import private_database
from tajo_connector_sdk.values import plain

Row = dict[str, Any]
FEWEST, MOST = 64, 8192
ROWS_A_BUCKET, BATCH = 4, 500
BYTES = 6
MODULUS = 1 << (8 * BYTES)


@dataclass(slots=True)
class Sums:
    """The sums of one scan, in the finest buckets; coarser ones are sums of these."""

    of: "array[int]" = field(default_factory=lambda: array("Q", bytes(8 * MOST)))
    rows: int = 0

    def add(self, bucket: int, row: Row) -> None:
        """Add a row's hash."""
        text = orjson.dumps(row, default=plain, option=orjson.OPT_SORT_KEYS)
        digest = hashlib.blake2b(text, digest_size=BYTES).digest()
        self.of[bucket] = (self.of[bucket] + int.from_bytes(digest, "big")) % MODULUS
        self.rows += 1

    def folded(self, buckets: int) -> list[int]:
        """Return the sums in so many buckets (a power of two)."""
        return [sum(self.of[n::buckets]) % MODULUS for n in range(buckets)]

    def text(self) -> str:
        """Return the sums for the state, in as many buckets as the rows deserve."""
        wanted = max(FEWEST, min(MOST, self.rows // ROWS_A_BUCKET))
        sums = self.folded(1 << (wanted - 1).bit_length())
        return base64.b64encode(b"".join(one.to_bytes(BYTES, "big") for one in sums)).decode()


def read_sums(text: str) -> list[int]:
    """Return the sums that a state holds. Raises ValueError when these are none."""
    raw = base64.b64decode(text, validate=True)
    buckets = len(raw) // BYTES
    if len(raw) % BYTES or not FEWEST <= buckets <= MOST or buckets & (buckets - 1):
        raise ValueError(len(raw))
    return [int.from_bytes(raw[n : n + BYTES], "big") for n in range(0, len(raw), BYTES)]


def bucket_of(row: Row, key: tuple[str, ...]) -> int:
    """Return the finest bucket of a row."""
    return zlib.crc32("|".join(str(row[name]) for name in key).encode()) % MOST


@dataclass(slots=True)
class Scan:
    """One scan: ``kept`` are the sums of the last one, None on a first."""

    key: tuple[str, ...]
    ignore: tuple[str, ...]
    kept: list[int] | None
    sums: Sums = field(default_factory=Sums)

    def sifted(self, parts: Iterable[list[Row]]) -> Iterator[list[Row]]:
        """Yield, of all rows, those whose bucket differs; ``sums`` is whole at the end."""
        if self.kept is None:
            for rows in parts:
                self._note(rows)
                yield rows
            return
        with closing(private_database()) as held:
            held.execute("CREATE TABLE held (bucket INTEGER, row BLOB)")
            for rows in parts:
                buckets = self._note(rows)
                bodies = [orjson.dumps(row, default=plain) for row in rows]
                held.executemany(
                    "INSERT INTO held VALUES (?, ?)", zip(buckets, bodies, strict=True)
                )
                yield []  # the time to show progress
            yield from self._changed(held, self.kept)

    def _note(self, rows: list[Row]) -> list[int]:
        buckets = []
        for row in rows:
            bucket = bucket_of(row, self.key)
            left = {k: v for k, v in row.items() if k not in self.ignore} if self.ignore else row
            self.sums.add(bucket, left)
            buckets.append(bucket)
        return buckets

    def _changed(self, held: sqlite3.Connection, kept: list[int]) -> Iterator[list[Row]]:
        now = self.sums.folded(len(kept))
        changed = {n for n, one in enumerate(kept) if one != now[n]}
        if not changed:
            return
        batch: list[Row] = []
        for bucket, body in held.execute("SELECT bucket, row FROM held ORDER BY rowid"):
            if bucket % len(kept) in changed:
                batch.append(orjson.loads(body))
                if len(batch) == BATCH:
                    yield batch
                    batch = []
        if batch:
            yield batch
