"""What is to be remembered once Brevo has confirmed a person, packed until then."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

import orjson
from sqlalchemy import Connection

from target_brevo.clock import Clock
from target_brevo.contacts.planning import Plan
from target_brevo.contacts.row import Row, Wanted
from target_brevo.keeping import Keeper
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.holdings import (
    INTENDED,
    Person,
    SentSource,
    person_of,
    person_row,
    source_of,
    source_row,
)
from target_brevo.ledger.members import Member
from target_brevo.ledger.refused import Reject
from target_brevo.ledger.shares import Share
from target_brevo.ledger.traces import Trace
from target_brevo.tally import Tally, Verdict
from target_brevo.verdicts import Claim, Verdicts

# Confirmed persons that are written in one transaction.
AT_ONCE = 4000


@dataclass(frozen=True, slots=True)
class Receipt:
    """One person's outcome to be: the person afterwards, its sources, and their claims."""

    person: Person
    sources: Sequence[SentSource]
    claims: Sequence[Claim]
    joined: Sequence[int] = ()
    shares: Sequence[Share] = ()
    members: Sequence[Member] = ()

    @property
    def keys(self) -> list[str]:
        """The hashes of everything that this outcome is about: the person and its sources."""
        return [self.person.person, *(source.source for source in self.sources)]

    def packed(self) -> bytes:
        """Return the receipt as bytes without a line break or a tab: rows of the ledger."""
        sources = [source_row(source) for source in self.sources]
        claims = [tuple(claim) for claim in self.claims]
        return orjson.dumps(
            (person_row(self.person), sources, claims, self.joined, self.shares, self.members)
        )

    @classmethod
    def unpacked(cls, data: bytes) -> "Receipt":
        """Return what ``packed`` made bytes of."""
        person, sources, claims, joined, shares, members = orjson.loads(data)
        return cls(
            person_of(person),
            [source_of(source) for source in sources],
            [Claim(*claim) for claim in claims],
            joined,
            [Share(**share) for share in shares],
            [Member(**member) for member in members],
        )


class Draft(NamedTuple):
    """One row of an import's ``jsonBody`` and its packed receipt."""

    row: bytes
    receipt: bytes


def receipt_of(
    plan: Plan,
    wishes: Sequence[Wanted],
    rows: Sequence[Row],
    now: str,
    shares: Sequence[Share] = (),
    members: Sequence[Member] = (),
) -> Receipt:
    """Return what is to be remembered of ``plan`` and of the records behind it."""
    sources = [
        SentSource(
            source=wish.source,
            person=plan.after.person,
            platform=wish.platform,
            store=wish.store,
            stream=wish.stream,
            owner=wish.owner,
            fingerprint=wish.fingerprint,
            at=wish.at,
            consent=wish.consent,
            sent_at=now,
            line=row.line,
        )
        for wish, row in zip(wishes, rows, strict=True)
    ]
    claims = [row.claim for row in rows]
    # Its time of being seen stays: what we write shows nothing of what happened in Brevo since.
    return Receipt(plan.after, sources, claims, plan.joined, shares, members)


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

    def confirmed(self, receipts: Iterable[bytes]) -> None:
        """Remember what Brevo has confirmed."""
        # Order in the ledger: check, intent, send, and only now what was sent.
        waiting = iter(receipts)
        while part := [orjson.loads(data) for data in islice(waiting, AT_ONCE)]:
            sources = [source for receipt in part for source in receipt[1]]
            now = self.clock.stamp()
            with self.ledger.database.begin() as connection:
                self.ledger.people.confirm(connection, [receipt[0] for receipt in part], sources)
                self._remember_parts(
                    connection,
                    [Share(**share) for receipt in part for share in receipt[4]],
                    [Member(**member) for receipt in part for member in receipt[5]],
                )
                taken = {source[0]: source[7] for source in sources}
                self.ledger.rejects.close(connection, "contact", taken, now)
            self._count_starts(Counter(each for receipt in part for each in receipt[3]))
            self.verdicts.settle_all((claim for receipt in part for claim in receipt[2]), "sent")

    def intended(self, receipts: Iterable[bytes]) -> None:
        """Remember whom records of which nothing is known yet are about to become.

        Should this run die before Brevo confirms them, the next one still finds their contacts.
        """
        waiting = iter(receipts)
        while part := [orjson.loads(data)[1] for data in islice(waiting, AT_ONCE)]:
            self.ledger.people.intend(source for sources in part for source in sources)

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

    def refused(self, data: bytes, reason: str, code: str = "", hint: str = "") -> None:
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


def without(draft: Draft, names: Iterable[str]) -> Draft:
    """Return the draft less some attributes, whose values belong to somebody else."""
    row = orjson.loads(draft.row)
    gone = set(names)
    row["attributes"] = {
        name: value for name, value in row.get("attributes", {}).items() if name not in gone
    }
    receipt = Receipt.unpacked(draft.receipt)
    person = replace(receipt.person, filled=receipt.person.filled - gone)
    return Draft(orjson.dumps(row), replace(receipt, person=person).packed())


def names_somebody(draft: Draft) -> bool:
    """Say whether the row still holds an identifier."""
    row = orjson.loads(draft.row)
    named = {"SMS", "WHATSAPP", "EXT_ID", "LANDLINE_NUMBER"}
    return bool(row.get("email")) or bool(named & set(row.get("attributes", {})))
