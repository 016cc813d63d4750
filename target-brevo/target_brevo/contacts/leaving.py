"""What the source says of records that are gone, or are not part of its set any more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tajo_mapping.operations import Contact
from target_brevo.ledger.book import digest
from target_brevo.ledger.holdings import Person, SentSource
from target_brevo.verdicts import Claim


@dataclass(frozen=True, slots=True)
class Leaving:
    """One such record; ``source`` is its hash."""

    claim: Claim
    source: str
    contact: Contact


@dataclass(frozen=True, slots=True)
class Act:
    """A record that is gone, with what was sent of it, its person, and that person's others.

    ``going`` are all sources (hashes) that are gone in this run.
    """

    leaving: Leaving
    sent: SentSource
    person: Person | None
    all_others: Sequence[SentSource]
    going: frozenset[str] = frozenset()

    @property
    def contact(self) -> Contact:
        """The operation."""
        return self.leaving.contact

    @property
    def others(self) -> list[SentSource]:
        """The person's other records that stay."""
        return [each for each in self.all_others if each.source not in self.going]

    @property
    def is_shared(self) -> bool:
        """Whether another record owns the person as well."""
        return any(other.owner for other in self.others)

    @property
    def is_granted_elsewhere(self) -> bool:
        """Whether another record of the person says yes to e-mail."""
        return any(
            other.owner and other.consent.get("email", ("",))[0] == "granted"
            for other in self.others
        )

    def lists(self) -> frozenset[int]:
        """Return the lists that the person leaves because of this record."""
        if self.person is None or self.is_granted_elsewhere:
            return frozenset()
        return self.person.lists_added


def others_of(sent: SentSource, by_person: Mapping[str, Sequence[SentSource]]) -> list[SentSource]:
    """Return the other records of the same person that are still there."""
    return [
        other
        for other in by_person.get(sent.person, ())
        if other.source != sent.source and other.fingerprint != gone_mark(other.source)
    ]


def owners_among(sources: Iterable[SentSource]) -> list[SentSource]:
    """Return those records that own their person (guests do not) and are still there."""
    return [each for each in sources if each.owner and each.fingerprint != gone_mark(each.source)]


def gone_mark(source: str) -> str:
    """Return the fingerprint of a record whose deletion was carried out."""
    return digest(b"", "deleted", source)
