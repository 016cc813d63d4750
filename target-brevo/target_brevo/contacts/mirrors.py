"""Mirrored lists: who leaves the source's set leaves the list."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tajo_mapping.operations import Source
from target_brevo.contacts.unlisting import Unlisting
from target_brevo.ledger.book import Ledger, source_hash
from target_brevo.ledger.members import Member
from target_brevo.ledger.writers import Stream

TAKEN_OFF = "a person who left the source's set was taken off a mirrored list"


class Leavers(NamedTuple):
    """Who is to leave one list: persons (hashes), and the records that kept them there."""

    list_id: int
    persons: set[str]
    members: Sequence[Member]


@dataclass(slots=True)
class _Reading:
    """One stream that is read whole: the records seen so far, by the streams they are from."""

    version: Any
    seen: dict[Stream, set[int]] = field(default_factory=lambda: defaultdict(set))
    complete: bool = False


@dataclass
class Mirrors:
    """The mirrored lists of one run.

    A record that is not there tells nothing, unless its stream was read whole: Singer's RECORD
    with a ``version``, and ACTIVATE_VERSION of the same behind the last of them.
    """

    ledger: Ledger
    unlisting: Unlisting
    _reading: dict[str, _Reading] = field(default_factory=dict)

    def reads(self, stream: str, version: Any) -> None:
        """Take in that a record of the Singer stream is part of reading ``version`` of it whole."""
        reading = self._reading.get(stream)
        if reading is None or reading.version != version:
            self._reading[stream] = _Reading(version)

    def is_reading(self, stream: str) -> bool:
        """Say whether the Singer stream is being read whole: each record counts then."""
        return stream in self._reading

    def saw(self, stream: str, source: Source) -> None:
        """Take in that a record is there, whatever became of it."""
        reading = self._reading.get(stream)
        if reading is not None:
            origin = (source.platform, source.store, source.stream)
            reading.seen[origin].add(_short(source_hash(self.ledger, source)))

    def ends(self, stream: str, version: Any) -> None:
        """Take in that the Singer stream was read whole."""
        reading = self._reading.get(stream)
        if reading is not None and reading.version == version:
            reading.complete = True

    def leavers(self) -> list[Leavers]:
        """Return who is to leave: not granted any more, or missing in a complete read.

        Nobody whom another record of theirs keeps on the list, and nobody whom we did not add.
        """
        seen: dict[Stream, set[int]] = {}
        for reading in self._reading.values():
            seen |= reading.seen if reading.complete else {}
        by_list: dict[int, list[Member]] = defaultdict(list)
        for member in self.ledger.members.in_doubt(seen):
            there = seen.get(member.from_stream)
            if member.leaving or (there is not None and _short(member.source) not in there):
                by_list[member.list_id].append(member)
        return [self._of(list_id, members) for list_id, members in by_list.items()]

    def _of(self, list_id: int, members: Sequence[Member]) -> Leavers:
        going = {member.source for member in members}
        keepers = self.ledger.members.keepers(list_id)
        persons = {
            member.person for member in members if not keepers.get(member.person, set()) - going
        }
        return Leavers(list_id, persons, members)

    def take_off(self, leavers: Leavers) -> int:
        """Take persons off their list; return how many were on it until now."""
        # Written first: after a kill in between, Brevo tells of nobody that they were on it.
        allowed = self.unlisting.allow_again(leavers.list_id, leavers.persons)
        taken = self.unlisting.take_off(leavers.list_id, leavers.persons)
        # Who left by themselves, or was taken off by hand, is not among them and stays off.
        self.unlisting.keep_off(leavers.list_id, allowed - taken)
        with self.ledger.database.begin() as connection:
            self.ledger.members.forget(connection, leavers.members)
        return len(taken)


def _short(hashed: str) -> int:
    """Return half of a hash as a number: a complete read may be of millions."""
    return int(hashed[:16], 16)
