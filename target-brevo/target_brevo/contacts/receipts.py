"""What is to be remembered once Brevo has confirmed a person, packed until then."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any, NamedTuple

import orjson

from target_brevo.contacts.planning import Plan
from target_brevo.contacts.row import Row, Wanted
from target_brevo.ledger.holdings import (
    Person,
    PersonRow,
    SentSource,
    SourceRow,
    person_of,
    person_row,
    source_of,
    source_row,
)
from target_brevo.ledger.members import Member
from target_brevo.ledger.shares import Share
from target_brevo.verdicts import Claim

# A receipt as it waits: rows of the ledger (a person, its sources), and the fields of its claims,
# the lists joined, and the fields of its shares and members. Nothing but plain tuples and values,
# which ``marshal`` writes and reads by the hundred.
Packed = tuple[
    PersonRow,
    tuple[SourceRow, ...],
    tuple[tuple[int, str, str, int], ...],
    tuple[int, ...],
    tuple[tuple[Any, ...], ...],
    tuple[tuple[Any, ...], ...],
]


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

    def packed(self) -> Packed:
        """Return the receipt as plain tuples: rows of the ledger."""
        return (
            person_row(self.person),
            tuple(map(source_row, self.sources)),
            tuple((ticket, stream, kind, place) for ticket, stream, kind, place in self.claims),
            tuple(self.joined),
            tuple(map(astuple, self.shares)),
            tuple(map(astuple, self.members)),
        )

    @classmethod
    def unpacked(cls, data: Packed) -> "Receipt":
        """Return what ``packed`` made tuples of."""
        person, sources, claims, joined, shares, members = data
        return cls(
            person_of(person),
            [source_of(source) for source in sources],
            [Claim(*claim) for claim in claims],
            joined,
            [Share(*share) for share in shares],
            [Member(*member) for member in members],
        )


class Draft(NamedTuple):
    """One row of an import's ``jsonBody`` and its packed receipt."""

    row: bytes
    receipt: Packed


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
