"""Closes a ticket and counts its verdict in one step, so that neither happens alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from target_brevo.gate import Gate
from target_brevo.originals import Originals
from target_brevo.tally import Tally, Verdict


class Claim(NamedTuple):
    """One operation under way: its ticket, and the stream and kind it is counted under.

    ``place`` is where its record stands among the originals.
    """

    ticket: int
    stream: str
    kind: str
    place: int


class Settled(NamedTuple):
    """The verdict that one operation got."""

    kind: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Opens claims and settles them; what becomes of a record in ``watched`` is kept there."""

    gate: Gate
    tally: Tally
    originals: Originals
    watched: dict[int, list[Settled]] = field(default_factory=dict)

    def claim(self, stream: str, kind: str) -> Claim:
        """Open a claim for one operation made from a record of ``stream``."""
        self.tally.made(stream, kind)
        return Claim(self.gate.open(), stream, kind, self.originals.claim())

    def settle(self, claim: Claim, verdict: Verdict, reason: str = "") -> None:
        """Give the claim its one verdict.

        What the verdict rests on (Brevo's answer, the reject's row) must be in the ledger before.
        """
        self.tally.settle(claim.stream, claim.kind, verdict, reason)
        self.gate.close(claim.ticket)
        if claim.place in self.watched:
            self.watched[claim.place].append(Settled(claim.kind, verdict, reason))
        self.originals.release(claim.place)

    def recognised(self, stream: str, kind: str, count: int) -> None:
        """Count operations of which the ledger says, before they are made, that they are unchanged.

        Nothing waits for them, so they open no ticket.
        """
        self.tally.made(stream, kind, count)
        self.tally.settle(stream, kind, "unchanged", count=count)

    def settle_all(self, claims: Sequence[tuple[int, str, str, int]], verdict: Verdict) -> None:
        """Give all claims (their fields) the same verdict, as ``settle`` does one by one."""
        for (stream, kind), count in Counter(map(itemgetter(1, 2), claims)).items():
            self.tally.settle(stream, kind, verdict, count=count)
        for ticket, count in Counter(map(itemgetter(0), claims)).items():
            self.gate.close(ticket, count)
        if self.watched:
            for _, _, kind, place in claims:
                if place in self.watched:
                    self.watched[place].append(Settled(kind, verdict, ""))
        files = map(self.originals.file_of, map(itemgetter(3), claims))
        for number, count in Counter(files).items():
            self.originals.release_many(number, count)
