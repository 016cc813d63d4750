"""The loader's two ways out, on the caller's thread: the stand-in without a socket, and a ledger
without a file.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tajo_connector_sdk.http import Answer, Params
from tajo_sandbox.brevo import BrevoAccount
from tajo_sandbox.brevo.inprocess import Direct
from target_brevo.ledger.database import Database, open_database
from target_brevo.ledger.tables import FACTS, METADATA


@dataclass
class Wire:
    """In the place of the loader's HTTP session; ``calls`` are what it was asked."""

    account: BrevoAccount
    direct: Direct
    calls: list[str] = field(default_factory=list)

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        body: bytes | None = None,
        repeatable: bool = True,
    ) -> Answer:
        del repeatable
        path = url.partition("/v3")[2] + (f"?{urlencode(params)}" if params else "")
        self.calls.append(f"{method} {path}")
        heard = self.direct.send(method, path, body or b"", headers)
        return Answer(heard.status, heard.headers, heard.body, f"{method} 127.0.0.1/v3{path}")

    def lines(self, url: str) -> Iterator[bytes]:
        yield from self.account.files[url.rpartition("/")[2]].split(b"\n")


class KeptLedger(Database):
    """A ledger that outlives a run, as a file does."""

    def close(self) -> None:
        """Stay open for the next run."""

    def empty(self) -> None:
        """Forget everything but what a ledger is made with."""
        with self.begin() as connection:
            for table in METADATA.sorted_tables:
                if table is not FACTS:
                    connection.execute(table.delete())


@functools.cache
def memory_ledger() -> KeptLedger:
    """Return the one ledger in memory of this process."""
    made = open_database("sqlite://")
    return KeptLedger(made.engine, made.salt, made.shown)
