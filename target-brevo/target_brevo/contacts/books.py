"""The books of a run: what was confirmed or refused is written first, and then judged."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from operator import itemgetter

from sqlalchemy import Connection

from target_brevo.clock import Clock
from target_brevo.contacts.receipts import Packed, Receipt
from target_brevo.keeping import Keeper
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.holdings import INTENDED, SentSource, SourceRow
from target_brevo.ledger.members import Member
from target_brevo.ledger.refused import Reject
from target_brevo.ledger.shares import Share
from target_brevo.ledger.traces import Trace
from target_brevo.tally import Tally, Verdict
from target_brevo.verdicts import Claim, Verdicts

# Persons whose rows are in memory at once, on their way into the ledger.
AT_ONCE = 4000


def _traces(receipt: Receipt) -> list[Trace]:
    return [
        Trace(
            "contact",
            each.source,
            receipt.person.person,
            each.source,
            each.platform,
            each.store,
            each.stream,
        )
        for each in receipt.sources
    ]


@dataclass(frozen=True, slots=True)
class Bookkeeping:
    """Writes what was confirmed or refused, and only then gives the verdicts."""

    ledger: Ledger
    verdicts: Verdicts
    tally: Tally
    clock: Clock
    is_new_list: Callable[[int], bool]
    keeper: Keeper

    def confirmed(self, receipts: Iterable[Packed]) -> None:
        """Remember what Brevo has confirmed, all of it in one transaction.

        The pages of an index that rows of hashes fall on are then written once for all of them.
        """
        # Order in the ledger: check, intent, send, and only now what was sent.
        starts: Counter[int] = Counter()
        claims: list[tuple[int, str, str, int]] = []
        with self.ledger.database.begin() as connection:
            now = self.clock.stamp()
            for part in _parts(receipts):
                self._confirm(connection, part, now)
                starts.update(chain.from_iterable(map(itemgetter(3), part)))
                claims += chain.from_iterable(map(itemgetter(2), part))
        self._count_starts(starts)
        self.verdicts.settle_all(claims, "sent")

    def _confirm(self, connection: Connection, part: Sequence[Packed], now: str) -> None:
        sources = _sources(part)
        self.ledger.people.confirm(connection, [receipt[0] for receipt in part], sources)
        self._remember_parts(
            connection,
            [Share(*share) for share in chain.from_iterable(map(itemgetter(4), part))],
            [Member(*member) for member in chain.from_iterable(map(itemgetter(5), part))],
        )
        taken = {source[0]: source[7] for source in sources}
        self.ledger.rejects.close(connection, "contact", taken, now)

    def intended(self, receipts: Iterable[Packed]) -> None:
        """Remember whom records of which nothing is known yet are about to become.

        Should this run die before Brevo confirms them, the next one still finds their contacts.
        """
        with self.ledger.database.begin() as connection:
            for part in _parts(receipts):
                self.ledger.people.intend(connection, _sources(part))

    def settle(self, claim: Claim, verdict: Verdict, reason: str = "") -> None:
        """Give a verdict that rests on what the ledger holds already."""
        self.verdicts.settle(claim, verdict, reason)

    def reject(self, claim: Claim, reject: Reject, about: Trace | None = None) -> None:
        """Write one reject with what a replay needs, and whom it is ``about``; give its verdict."""
        with self.ledger.database.begin() as connection:
            kept = self.keeper.kept(claim, reject)
            self.ledger.rejects.add(connection, [kept], self.clock.stamp())
            self.ledger.traces.leave(connection, [about] if about else [])
        self.verdicts.settle(claim, "rejected", reject.reason)

    def overtaken(self, kind: str, taken: Mapping[str, str | None]) -> None:
        """Close rejects of records of which a newer version is in Brevo already.

        ``taken`` is key → the newer version's time. Were they left open, a replay would bring the
        older version back.
        """
        with self.ledger.database.begin() as connection:
            self.ledger.rejects.close(connection, kind, taken, self.clock.stamp())

    def unchanged(self, receipt: Receipt) -> None:
        """Remember records of which Brevo holds everything already."""
        with self.ledger.database.begin() as connection:
            self.ledger.people.remember_sources(connection, receipt.sources)
            self._remember_parts(connection, receipt.shares, receipt.members)
        for claim in receipt.claims:
            self.verdicts.settle(claim, "unchanged")

    def _remember_parts(
        self, connection: Connection, shares: Sequence[Share], members: Sequence[Member]
    ) -> None:
        if shares:
            self.ledger.shares.remember(connection, shares)
        if members:
            self.ledger.members.remember(connection, members)

    def refused(self, data: Packed, reason: str, code: str = "", hint: str = "") -> None:
        """Write a person's records to the rejects."""
        receipt = Receipt.unpacked(data)
        rejects = [
            self.keeper.kept(
                claim,
                Reject(
                    stream=claim.stream,
                    kind="contact",
                    key=source.source,
                    shown_key=source.source,
                    reason=reason,
                    code=code,
                    hint=hint,
                    fingerprint=source.fingerprint,
                    at=source.at,
                ),
            )
            for source, claim in zip(receipt.sources, receipt.claims, strict=True)
        ]
        told = self._told(receipt.sources)
        with self.ledger.database.begin() as connection:
            self.ledger.rejects.add(connection, rejects, self.clock.stamp())
            self.ledger.people.remember_sources(connection, told)
            self.ledger.traces.leave(connection, _traces(receipt))
        for claim in receipt.claims:
            self.verdicts.settle(claim, "rejected", reason)

    def _told(self, sources: Sequence[SentSource]) -> list[SentSource]:
        """Return what is remembered of refused records: their time and words, as nothing sent.

        So no older version is sent in their place, and a no among their words is not forgotten.
        """
        known = self.ledger.people.sources([source.source for source in sources])
        return [_unsent(source, known.get(source.source)) for source in sources]

    def _count_starts(self, joined: Mapping[int, int]) -> None:
        # Invariant 5: no automation can hang on a list that this run made.
        for list_id, count in joined.items():
            if not self.is_new_list(list_id):
                self.tally.may_start("additions to a list", count)


def _unsent(refused: SentSource, known: SentSource | None) -> SentSource:
    """Return what is remembered of a refused record; ``known`` is what was known of it before."""
    if known is None or known.fingerprint != INTENDED:
        return replace(refused, person=known.person if known else "", fingerprint="")
    if known.sent_at == refused.sent_at:
        # It was this very sending that was intended, and nothing came of it.
        return replace(refused, person="", fingerprint="")
    # A run before was killed over it: its contact may be in Brevo all the same.
    return replace(refused, person=known.person, fingerprint=INTENDED)


def _sources(part: Sequence[Packed]) -> list[SourceRow]:
    return [*chain.from_iterable(map(itemgetter(1), part))]


def _parts(receipts: Iterable[Packed]) -> Iterator[list[Packed]]:
    waiting = iter(receipts)
    while part := list(islice(waiting, AT_ONCE)):
        yield part
