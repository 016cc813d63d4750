"""Imports of which nobody knows the end: a killed run's, and those that got no answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tajo_connector_sdk.errors import Unavailable
from target_brevo.brevo.client import Client
from target_brevo.brevo.facts import facts_of
from target_brevo.clock import Clock
from target_brevo.contacts.looks import Looks
from target_brevo.ledger.book import Ledger

# Brevo itself gives up after 30 minutes ("Processing timeout exceeded", API v3, getProcess).
LONGEST_WAIT_S = 7200.0
ENDED_BADLY = frozenset({"failed", "cancelled"})
_FOUND = 200


@dataclass
class Leftovers:
    """Waits until they have ended, for they must not land after what is sent later."""

    client: Client
    ledger: Ledger
    clock: Clock
    tell: Callable[[str], None]
    looks: Looks
    _settled: bool = field(default=False)

    def settle(self) -> None:
        """Wait for those that an earlier run left open, once a run.

        Raises Unavailable after two hours.
        """
        if self._settled:
            return
        self._settled = True
        for number, process in self.ledger.imports.left_open():
            self.await_end(process, "an import that an earlier run left open")
            with self.ledger.database.begin() as connection:
                self.ledger.imports.closed(connection, number, "failed", self.clock.stamp())

    def await_end(self, process: int | None, what: str) -> None:
        """Wait for the end of an import, of any there is where its number is not known (None).

        Raises Unavailable after two hours.
        """
        waited = 0.0
        while self._is_running(process):
            self.tell(f"waiting for {what}")
            if waited > LONGEST_WAIT_S:
                raise overdue()
            gap = self.looks.next(waited)
            self.clock.sleep(gap)
            waited += gap

    def processes(self) -> dict[int, Mapping[str, Any]]:
        """Return the account's newest processes by number."""
        body = facts_of(self.client.get("/processes", {"limit": "50", "sort": "desc"}))
        return {int(each["id"]): each for each in body.get("processes") or []}

    def _is_running(self, process: int | None) -> bool:
        if process is None:
            found = list(self.processes().values())
        else:
            answer = self.client.get(f"/processes/{process}", also={404})
            found = [facts_of(answer)] if answer.status == _FOUND else []
        ended = {"completed"} | ENDED_BADLY
        return any(
            each.get("name") == "IMPORTUSER" and each.get("status") not in ended for each in found
        )


def overdue() -> Unavailable:
    """Return the error for an import that does not end."""
    return Unavailable(
        "import",
        f"Brevo has not completed it within {LONGEST_WAIT_S / 3600:.0f} hours",
        do="none of its contacts count as sent: run again later",
    )
