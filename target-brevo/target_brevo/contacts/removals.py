"""Persons that the source deleted, merged or no longer counts in: gathered, limited, carried out.

Nothing is removed before the end of a run, when it is known how many would be.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tajo_connector_sdk.errors import ConfigurationError
from tajo_mapping.consent import says_no
from tajo_mapping.operations import Contact
from target_brevo.clock import is_older
from target_brevo.contacts.books import Bookkeeping
from target_brevo.contacts.erasing import DELETED, NOT_OURS, NOT_THERE, SHARED, Erasing
from target_brevo.contacts.filtered_nos import FilteredNos
from target_brevo.contacts.leaving import Act, Leaving, gone_mark, others_of
from target_brevo.contacts.limits import RemovalLimit
from target_brevo.contacts.mirrors import TAKEN_OFF, Leavers, Mirrors
from target_brevo.contacts.row import Row
from target_brevo.contacts.sums import Sums
from target_brevo.contacts.unconfirmed import Unconfirmed
from target_brevo.contacts.unions import Unions
from target_brevo.contacts.unlisting import Unlisting
from target_brevo.ledger.book import Ledger, source_hash
from target_brevo.ledger.holdings import SentSource
from target_brevo.verdicts import Claim

KEPT = "deleted at the source, kept in Brevo (when_deleted: keep)"
NO_PART = "deleted at the source, and was no part of a sum"
NEVER_SENT = "deleted at the source, never sent to Brevo"
# After these a record is there no more.
_GOING = frozenset({"unlink", "delete"})
ON_NO_LIST = "deleted at the source, on no mailing list of ours"


@dataclass
class Removals:
    """The removals of one run."""

    ledger: Ledger
    books: Bookkeeping
    mirrors: Mirrors
    unlisting: Unlisting
    erasing: Erasing
    unions: Unions
    unconfirmed: Unconfirmed
    sums: Sums
    nos: FilteredNos
    limit: RemovalLimit
    allow_delete: bool
    _waiting: list[Leaving] = field(default_factory=list)
    _newest: dict[str, str | None] = field(default_factory=dict)
    _told: dict[str, str | None] = field(default_factory=dict)

    def add(self, contact: Contact, claim: Claim, source: str) -> None:
        """Take in a record that is gone, or leaves its lists.

        Raises ConfigurationError for ``when_deleted: delete`` without ``allow_delete``.
        """
        if contact.deletion == "delete" and not self.allow_delete:
            raise ConfigurationError(
                f"mapping: {contact.source.stream}: when_deleted",
                "'delete' deletes contacts in Brevo, which is not allowed",
                right="keep (nothing happens), unlink (the person leaves our mailing lists), or "
                "the setting allow_delete: true beside it",
                do="set one of them; nothing was lost",
            )
        if contact.owner and says_no(contact.consent):
            alone = contact.deletion == "leave" and not contact.mirrored
            self.nos.add(contact, claim if alone else None, source)
            if alone:
                return
        self._told[source] = contact.source.at
        if contact.deletion == "keep" and not contact.mirrored:
            self.books.settle(claim, "filtered", KEPT)
            return
        self._waiting.append(Leaving(claim, source, contact))
        if not is_older(contact.source.at, self._newest.get(source)):
            self._newest[source] = contact.source.at

    def overtakes(self, row: Row) -> bool:
        """Say whether a removal that waits is newer than ``row``."""
        at = self._newest.get(row.source)
        return at is not None and is_older(row.at, at)

    def followed(self, source: str, at: str | None) -> None:
        """Take in that the record is there (again): removals that are not newer count no more."""
        if source in self._told and not is_older(at, self._told[source]):
            del self._told[source]
        if source not in self._newest or is_older(at, self._newest[source]):
            return
        del self._newest[source]
        for each in [each for each in self._waiting if each.source == source]:
            self._waiting.remove(each)
            self.books.settle(each.claim, "superseded")

    def awaits(self, source: str) -> bool:
        """Say whether a removal of this source waits."""
        return source in self._newest

    @property
    def waiting(self) -> int:
        """How many removals wait."""
        return len(self._waiting) + self.nos.waiting

    def carry_out(self) -> None:
        """Remove what the run has gathered, and what an earlier one could not.

        Everything else must be confirmed. Raises ConfigurationError, before anything is removed,
        where that is more than ``max_deletes`` allows.
        """
        self.nos.hear()
        leaving, self._waiting = self._waiting, []
        self._newest.clear()
        acts = self._acts(leaving)
        kept_on = {act.leaving.source: self._leave_mirrors(act) for act in acts}
        leavers = self.mirrors.leavers()
        unlinked = self._unlinked(acts)
        self._check(acts, unlinked, leavers)
        for list_id, persons in unlinked.items():
            # What a person was put on is what they are taken off, so that is forgotten only now.
            self.unlisting.allow_again(list_id, self.unlisting.take_off(list_id, persons))
        for each in leavers:
            taken = self.mirrors.take_off(each)
            if taken:
                self.books.tally.note(TAKEN_OFF, taken)
        for act in acts:
            self._finish(act, bool(kept_on[act.leaving.source]))
        # Else a replay would bring back who is gone: their record was refused before that.
        told, self._told = self._told, {}
        if told:
            self.books.overtaken("contact", told)

    def _acts(self, leaving: Sequence[Leaving]) -> list[Act]:
        """Give their verdict to those of which nothing is to be done; return the others."""
        sources = self.ledger.people.sources([each.source for each in leaving])
        persons = sorted({sent.person for sent in sources.values() if sent.person})
        people = self.ledger.people.known(persons)
        by_person = self.ledger.people.sources_by_person(persons)
        acts = []
        for each in leaving:
            sent = sources.get(each.source)
            if sent is None:
                self._remember_stranger(each)
            elif sent.fingerprint == gone_mark(each.source):
                self.books.settle(each.claim, "unchanged")
            elif is_older(each.contact.source.at, sent.at):
                # It is there again since.
                self.books.settle(each.claim, "superseded")
            else:
                person = people.get(sent.person)
                if person is None:
                    person = self.unconfirmed.person(sent, each.contact.ext_id)
                acts.append(Act(each, sent, person, others_of(sent, by_person)))
        # Of two records of one person that go together neither is what the other leaves behind.
        going = frozenset(act.leaving.source for act in acts if act.contact.deletion in _GOING)
        return [replace(act, going=going) for act in acts]

    def _remember_stranger(self, each: Leaving) -> None:
        """Remember what was never sent, so that no older version of it is sent later."""
        origin = each.contact.source
        if each.contact.deletion != "leave":
            gone = SentSource(
                source=each.source,
                person="",
                platform=origin.platform,
                store=origin.store,
                stream=origin.stream,
                owner=each.contact.owner,
                fingerprint=gone_mark(each.source),
                at=origin.at,
                consent={},
                sent_at=self.books.clock.stamp(),
            )
            with self.ledger.database.begin() as connection:
                self.ledger.people.remember_sources(connection, [gone])
        self.books.settle(each.claim, "filtered", each.contact.why or NEVER_SENT)

    def _leave_mirrors(self, act: Act) -> int:
        # Written first: a run that is stopped here takes them off at its next start.
        with self.ledger.database.begin() as connection:
            return self.ledger.members.leave(connection, act.leaving.source)

    def _unlinked(self, acts: Sequence[Act]) -> dict[int, set[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        for act in acts:
            if act.contact.deletion in ("unlink", "delete"):
                for list_id in act.lists():
                    found[list_id].add(act.sent.person)
        return found

    def _check(
        self, acts: Sequence[Act], unlinked: dict[int, set[str]], leavers: Sequence[Leavers]
    ) -> None:
        if not acts and not leavers:
            return
        there = self.ledger.people.count()
        # A tap may tell of a deletion more than once: pages overlap, windows as well.
        deleted = {
            act.sent.person
            for act in acts
            if act.contact.deletion == "delete" and not act.is_shared
        }
        self.limit.check("deleted in Brevo", len(deleted), there)
        persons = set().union(*unlinked.values()) if unlinked else set()
        self.limit.check("taken off their mailing lists", len(persons), there)
        for each in leavers:
            on_list = self.ledger.members.count(each.list_id)
            self.limit.check(
                f"taken off the mirrored list {each.list_id}", len(each.persons), on_list
            )

    def _finish(self, act: Act, was_mirrored: bool) -> None:
        contact, sent = act.contact, act.sent
        if contact.deletion == "leave":
            self._remember(replace(sent, fingerprint="", at=contact.source.at))
            self._settle(act, done=was_mirrored, otherwise=contact.why)
            return
        done, otherwise = was_mirrored or bool(act.lists()), ON_NO_LIST
        person = sent.person
        if contact.merged_into is not None:
            survivor = source_hash(self.ledger, contact.source._replace(id=contact.merged_into))
            person, done = self.unions.join(act, survivor), True
        elif contact.deletion == "delete":
            done, otherwise = self._delete(act, done=done)
        elif contact.deletion == "keep":
            otherwise = KEPT
        if contact.deletion == "part":
            done, otherwise = self._leave_sums(act, stays=True), NO_PART
        elif contact.deletion != "keep":
            self._leave_sums(act)
        mark = gone_mark(act.leaving.source)
        self._remember(
            replace(
                sent,
                person=person,
                # What is part of another record owns nobody beside it.
                owner=sent.owner and contact.merged_into is None,
                fingerprint=mark,
                at=contact.source.at,
            )
        )
        self._settle(act, done=done, otherwise=otherwise)

    def _leave_sums(self, act: Act, *, stays: bool = False) -> bool:
        person = act.sent.person
        return bool(person) and self.sums.leave(
            act.leaving.source, person, act.contact.ext_id, stays=stays
        )

    def _delete(self, act: Act, *, done: bool) -> tuple[bool, str]:
        note = self.books.tally.note
        if act.is_shared:
            note(SHARED)
            return done, SHARED
        found = self.erasing.found(act)
        if found is None:
            return done, NOT_THERE
        if self.erasing.is_shared(found, act):
            note(SHARED)
            return done, SHARED
        if not self.erasing.is_ours(found, act) or not self.erasing.erase(found, act.sent.person):
            note(NOT_OURS)
            return done, NOT_OURS
        note(DELETED)
        return True, ""

    def _settle(self, act: Act, *, done: bool, otherwise: str) -> None:
        if done:
            self.books.settle(act.leaving.claim, "sent")
        else:
            self.books.settle(act.leaving.claim, "filtered", otherwise)

    def _remember(self, sent: SentSource) -> None:
        with self.ledger.database.begin() as connection:
            self.ledger.people.remember_sources(connection, [sent])
