"""What becomes of sendings whose outcome cannot be known: the setting ``on_unknown_event``."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tajo_connector_sdk.errors import Unavailable
from target_brevo.ledger.sendings import UNDONE

SENT_AGAIN = "sent without an answer and not found in Brevo: sent again (on_unknown_event: resend)"


@dataclass
class Doubts:
    """Sends the doubtful again, once a run, or leaves them to be reported.

    ``resends``: rather twice than never. A killed run leaves the same doubts as a lost answer.
    """

    resends: bool
    _tried: set[str] = field(default_factory=set)

    def may_go(self, state: str | None) -> bool:
        """Say whether something of this state in the ledger (None: never intended) may be sent."""
        return state is None or (self.resends and state in UNDONE)

    def may_go_again(self, keys: Sequence[str]) -> bool:
        """Say whether these, which this run has sent without an answer, are sent once more.

        Raises Unavailable where that was done already: state is held, and the next run goes on.
        """
        if not self.resends:
            return False
        if self._tried.intersection(keys):
            raise Unavailable(
                "on_unknown_event",
                f"{len(keys)} events or live orders were sent twice without an answer",
                do="run again: they are looked for in Brevo first, and sent where they are missing",
            )
        self._tried.update(keys)
        return True
