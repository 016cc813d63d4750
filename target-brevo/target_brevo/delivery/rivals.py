"""Other runs on the same ledger that are sending the same thing at this moment."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tajo_connector_sdk.errors import Unavailable
from target_brevo.clock import Clock
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.sendings import Held

_FIRST_GAP_S = 0.1
_LONGEST_GAP_S = 5.0
_GROWTH = 1.5
# An hourly limit may be used up once in between.
_LONGEST_WAIT_S = 7200.0


@dataclass(frozen=True, slots=True)
class Rivals:
    """Waits for what another run is sending. ``tell`` gets a line about it."""

    ledger: Ledger
    clock: Clock
    tell: Callable[[str], None]

    def is_sending(self, held: Held | None) -> bool:
        """Say whether another run that is alive is about to send what is ``held`` so."""
        if held is None or held.state != "pending":
            return False
        return self.ledger.database.runs.is_elsewhere(held.run)

    def wait_for(self, keys: Iterable[str]) -> None:
        """Wait until no other run is sending one of ``keys``: its outcome is known, or it died.

        Raises Unavailable after two hours.
        """
        left, gap, waited = list(keys), _FIRST_GAP_S, 0.0
        while left := self._under_way(left):
            if waited > _LONGEST_WAIT_S:
                raise Unavailable(
                    "ledger",
                    f"another run has not said for two hours what became of {len(left)} sendings",
                    do="end it, then run again: what it has sent is looked for in Brevo",
                )
            if gap >= _LONGEST_GAP_S:
                self.tell(f"waiting for another run that is sending {len(left)} of the same")
            self.clock.sleep(gap)
            waited += gap
            gap = min(gap * _GROWTH, _LONGEST_GAP_S)

    def _under_way(self, keys: list[str]) -> list[str]:
        held = self.ledger.sendings.held(keys)
        return [key for key in keys if self.is_sending(held.get(key))]
