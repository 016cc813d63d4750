"""Events that were sent without an answer: looked for in Brevo, never sent on a guess.

Brevo's events have no id and no idempotency key, so one killed between Brevo's answer and our
note of it cannot be told from one that was never sent, except by looking.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from target_brevo.brevo.client import Client
from target_brevo.brevo.facts import facts_of
from target_brevo.clock import Clock, moment, stamped
from target_brevo.delivery.rivals import Rivals
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.sendings import Held
from target_brevo.tally import Tally

NO_ANSWER = "outcome unknown: sent without an answer and not found in Brevo, so not sent again"
# GET /events: at most 10,000 a page, newest first (Events API, checked 2026-11-24).
PAGE = 1000
_MARGIN = timedelta(days=1)
# Events are queued: one that is not there yet gets a second look.
_LOOKS = 2
_BETWEEN_S = 2.0


@dataclass
class Unknowns:
    """Looks for events by name and time, and knows them by our key in their properties."""

    client: Client
    ledger: Ledger
    tally: Tally
    clock: Clock
    rivals: Rivals

    def settle_leftovers(self) -> None:
        """Look for the events that a killed run was about to send; a live run knows by itself."""
        pending = [
            each
            for each in self.ledger.sendings.pending("event")
            if not self.rivals.is_sending(Held(each.state, each.run))
        ]
        if not pending:
            return
        found = self.found([(each.name, each.happened_at, each.key) for each in pending])
        with self.ledger.database.begin() as connection:
            self.ledger.sendings.outcome(connection, sorted(found), "done", self.clock.stamp())
        if found:
            self.tally.note("events of an earlier run without an answer were found", len(found))
        self.give_up([each.key for each in pending if each.key not in found])

    def give_up(self, keys: Sequence[str]) -> None:
        """Record that these could not be found: reported, and not sent twice."""
        if not keys:
            return
        with self.ledger.database.begin() as connection:
            self.ledger.sendings.outcome(connection, keys, "unknown", self.clock.stamp())
        self.tally.unknown += len(keys)

    def found(self, wanted: Iterable[tuple[str, str, str]]) -> set[str]:
        """Return those keys of (name, time, key) that Brevo holds."""
        missing: dict[str, dict[str, str]] = defaultdict(dict)
        for name, at, key in wanted:
            missing[name][key] = at
        found: set[str] = set()
        for look in range(_LOOKS):
            if look:
                self.clock.sleep(_BETWEEN_S)
            for name, times in missing.items():
                found |= self._look(name, times)
            if all(key in found for times in missing.values() for key in times):
                break
        return found

    def _look(self, name: str, times: dict[str, str]) -> set[str]:
        moments = [at for at in map(moment, times.values()) if at is not None]
        params = {
            "event_name": name,
            "startDate": stamped(min(moments) - _MARGIN),
            "endDate": stamped(max(moments) + _MARGIN),
            "limit": str(PAGE),
        }
        found: set[str] = set()
        offset = 0
        while True:
            body = facts_of(self.client.get("/events", params | {"offset": str(offset)}))
            rows = body.get("events") or []
            for row in rows:
                key = (row.get("event_properties") or {}).get("tajo_key")
                hashed = self.ledger.hash("event", str(key))
                if hashed in times:
                    found.add(hashed)
            offset += len(rows)
            if len(rows) < PAGE or len(found) == len(times):
                return found
