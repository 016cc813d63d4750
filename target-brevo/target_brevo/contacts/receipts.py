"""What is to be remembered once Brevo has confirmed a person, packed until then."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple

import orjson
from sqlalchemy import Connection

from target_brevo.clock import Clock
from target_brevo.contacts.planning import Partition, Plan
from target_brevo.contacts.row import Row, Wanted
from target_brevo.keeping import Keeper
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.database import CHUNK
from target_brevo.ledger.members import Member
from target_brevo.ledger.people import Person, SentSource
from target_brevo.ledger.refused import Reject
from target_brevo.ledger.shares import Share
from target_brevo.ledger.traces import Trace
from target_brevo.tally import Tally, Verdict
from target_brevo.verdicts import Claim, Verdicts

_IN_MEMORY = 1024 * 1024


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
        """Return the receipt as bytes without a line break or a tab."""
        person = {
            **_fields(self.person),
            "filled": sorted(self.person.filled),
            "lists_added": sorted(self.person.lists_added),
            "lists_left": sorted(self.person.lists_left),
        }
        claims = [tuple(claim) for claim in self.claims]
        return orjson.dumps((person, self.sources, claims, self.joined, self.shares, self.members))

    @classmethod
    def unpacked(cls, data: bytes) -> "Receipt":
        """Return what ``packed`` made bytes of."""
        person, sources, claims, joined, shares, members = orjson.loads(data)
        sets = {name: frozenset(person[name]) for name in ("filled", "lists_added", "lists_left")}
        return cls(
            Person(**(person | sets)),
            [SentSource(**source) for source in sources],
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
        )
        for wish in wishes
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


def _nameless_file() -> IO[bytes]:
    return SpooledTemporaryFile(_IN_MEMORY)


@dataclass(slots=True)
class Spool:
    """Drafts of one partition: in memory while few, else in a file that has no name."""

    partition: Partition
    count: int = 0
    size: int = 0
    _keys: set[bytes] = field(default_factory=set)
    _file: IO[bytes] = field(default_factory=_nameless_file)

    def add(self, keys: Iterable[str], draft: Draft) -> None:
        """Add one person's draft; ``keys`` are the hashes of the person and its sources."""
        # JSON escapes tabs and line breaks, so neither occurs inside.
        self._file.write(draft.row + b"\t" + draft.receipt + b"\n")
        self.count += 1
        self.size += len(draft.row) + 1
        self._keys.update(map(bytes.fromhex, keys))

    def holds(self, hashed: bytes) -> bool:
        """Say whether a draft of this person or source (a hash) is in here."""
        return hashed in self._keys

    def __iter__(self) -> Iterator[Draft]:
        self._file.seek(0)
        for line in self._file:
            row, _, receipt = line.rstrip(b"\n").partition(b"\t")
            yield Draft(row, receipt)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._keys.clear()

    @property
    def closed(self) -> bool:
        """Whether the file was let go."""
        return self._file.closed


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
        while part := [Receipt.unpacked(data) for data in islice(waiting, CHUNK)]:
            sources = [source for receipt in part for source in receipt.sources]
            now = self.clock.stamp()
            with self.ledger.database.begin() as connection:
                self.ledger.people.remember(connection, [receipt.person for receipt in part])
                self.ledger.people.remember_sources(connection, sources)
                self._remember_parts(connection, part)
                taken = {source.source: source.at for source in sources}
                self.ledger.rejects.close(connection, "contact", taken, now)
            for receipt in part:
                self._count_starts(receipt)
                for claim in receipt.claims:
                    self.verdicts.settle(claim, "sent")

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
            self._remember_parts(connection, [receipt])
        for claim in receipt.claims:
            self.verdicts.settle(claim, "unchanged")

    def _remember_parts(self, connection: Connection, part: Sequence[Receipt]) -> None:
        shares = [share for receipt in part for share in receipt.shares]
        members = [member for receipt in part for member in receipt.members]
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
        return [
            replace(
                source,
                person=known[source.source].person if source.source in known else "",
                fingerprint="",
            )
            for source in sources
        ]

    def _count_starts(self, receipt: Receipt) -> None:
        # Invariant 5: no automation can hang on a list that this run made.
        for list_id in receipt.joined:
            if not self.is_new_list(list_id):
                self.tally.may_start("additions to a list")


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


def _fields(person: Person) -> dict[str, Any]:
    return {
        "person": person.person,
        "seen_at": person.seen_at,
        "brevo_id": person.brevo_id,
        "email_blocked": person.email_blocked,
        "sms_blocked": person.sms_blocked,
    }
