"""Closes a ticket and counts its verdict in one step, so that neither happens alone."""

from dataclasses import dataclass
from typing import NamedTuple

from target_brevo.gate import Gate
from target_brevo.tally import Tally, Verdict


class Claim(NamedTuple):
    """One operation under way: its ticket, and the stream and kind it is counted under."""

    ticket: int
    stream: str
    kind: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Opens claims and settles them."""

    gate: Gate
    tally: Tally

    def claim(self, stream: str, kind: str) -> Claim:
        """Open a claim for one operation made from a record of ``stream``."""
        self.tally.made(stream, kind)
        return Claim(self.gate.open(), stream, kind)

    def settle(self, claim: Claim, verdict: Verdict, reason: str = "") -> None:
        """Give the claim its one verdict.

        What the verdict rests on (Brevo's answer, the reject's row) must be in the ledger before.
        """
        self.tally.settle(claim.stream, claim.kind, verdict, reason)
        self.gate.close(claim.ticket)
