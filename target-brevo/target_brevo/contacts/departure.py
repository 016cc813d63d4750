"""What leaves: moves first, then a look at Brevo, then one plan for each person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import orjson

from target_brevo.clock import Clock
from target_brevo.contacts.alike import Alike, drafted
from target_brevo.contacts.books import Bookkeeping
from target_brevo.contacts.dispatch import Dispatch
from target_brevo.contacts.leaving import gone_mark
from target_brevo.contacts.merging import Written, merged
from target_brevo.contacts.moves import NO_PAST, Moves, Past
from target_brevo.contacts.planning import Rules, planned
from target_brevo.contacts.presence import Presence
from target_brevo.contacts.receipts import Draft, receipt_of
from target_brevo.contacts.reconsent import Reconsent
from target_brevo.contacts.row import Pattern, Row, Wanted, unpacked
from target_brevo.contacts.sums import Sums
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.database import chunks
from target_brevo.ledger.holdings import INTENDED, Person, SentSource
from target_brevo.ledger.members import Member
from target_brevo.ledger.shares import Share

# So many persons are read from the ledger at once.
AT_ONCE = 2000


class Before(NamedTuple):
    """What was sent of persons (hashes) before, and what it adds to their sums."""

    sources: Mapping[str, Sequence[SentSource]]
    shares: Mapping[str, Sequence[Share]]


@dataclass(frozen=True, slots=True)
class Departure:
    """Decides what each person of a flush is sent, and hands it to ``dispatch``."""

    ledger: Ledger
    books: Bookkeeping
    presence: Presence
    moves: Moves
    dispatch: Dispatch
    reconsent: Reconsent
    sums: Sums
    rules: Rules
    clock: Clock
    alike: Alike

    def watch(self, name: str) -> None:
        """Prepare for a mirrored list: who is on it by somebody else's doing must be known."""
        list_id = self.rules.list_id(name)
        if list_id is not None and not self.rules.is_ours(list_id):
            self.presence.watch(list_id)

    def plan(self, rows: list[Row]) -> None:
        """Plan what is sent for these rows, using them up."""
        if not rows:
            return
        self.dispatch.prepare()
        pasts = self._move(rows)
        by_person: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_person[row.person].append(row)
        rows.clear()
        persons = list(by_person)
        looked_for = None if self.presence.is_complete else self._look(persons, by_person)
        for part in chunks(persons, AT_ONCE):
            known = self.ledger.people.known(part)
            before = self._before(part, known, by_person)
            # A stamp costs as much as a plan: one will do for persons planned together.
            now = self.presence.saw(self.clock.stamp())
            for person in part:
                memory, theirs = known.get(person), by_person.pop(person)
                gone = memory is not None and self._is_gone(memory, theirs, looked_for)
                if not gone and self._plan_alike(theirs, memory, before, now):
                    continue
                past = pasts.get(person, NO_PAST)
                if gone and memory:
                    past = past.beside(self.moves.left_by(memory))
                after = _remembered(person, memory, past, now, gone=gone)
                self._plan_one(theirs, None if gone else memory, after, before, now)

    def _is_gone(self, memory: Person, rows: Sequence[Row], looked_for: set[str] | None) -> bool:
        """Say whether a person who was known is in Brevo no more.

        ``looked_for`` are those whom Brevo was asked for, None where it has shown everybody.
        """
        if self.presence.is_fresh(memory):
            return False
        if looked_for is not None:
            return memory.person in looked_for
        return self._is_stale(memory, [row.pattern for row in rows])

    def _plan_alike(
        self, rows: Sequence[Row], memory: Person | None, before: Before, now: str
    ) -> bool:
        """Plan a person as others like them, where nothing else has to be looked at."""
        row = rows[0]
        if len(rows) > 1 or row.previous is not None:
            return False
        if row.person in before.sources and _has_others(before.sources[row.person], rows):
            return False
        shared = self.alike.plan_of(row, memory, now)
        if shared is None:
            return False
        for note in shared.notes:
            self.books.tally.note(note)
        keys = (row.person, row.source)
        self.dispatch.add(shared.partition, keys, drafted(row, shared, memory, now))
        return True

    def _before(
        self,
        persons: Sequence[str],
        known: Mapping[str, Person],
        by_person: Mapping[str, Sequence[Row]],
    ) -> Before:
        met = [person for person in persons if person in known]
        sources = self.ledger.people.sources_by_person(met)
        # What one record writes whole, another one may add up.
        adding = [
            person
            for person in persons
            if any(row.sums != b"{}" for row in by_person[person])
            or (person in sources and _has_others(sources[person], by_person[person]))
        ]
        return Before(sources, self.ledger.shares.of(adding) if adding else {})

    def _move(self, rows: Iterable[Row]) -> dict[str, Past]:
        """Move contacts; return what persons have to keep of an identity that they had before."""
        pasts: dict[str, Past] = {}
        for row in rows:
            if row.previous is not None:
                wish = unpacked(row)
                past = self.moves.move(wish, row.previous, row.person)
                self.sums.leave(row.source, row.previous, wish.ext_id)
                pasts[row.person] = past.beside(pasts.get(row.person, NO_PAST))
        return pasts

    def _look(self, persons: Sequence[str], by_person: Mapping[str, Sequence[Row]]) -> set[str]:
        """Find out what Brevo holds where the ledger does not know or may be out of date.

        Returns the known persons among those that were looked for.
        """
        unknown: list[Row] = []
        stale: list[Row] = []
        looked_for: set[str] = set()
        for part in chunks(persons, AT_ONCE):
            known = self.ledger.people.known(part)
            for person in part:
                found = known.get(person)
                rows = by_person[person]
                if found is None:
                    # Who is to be mailed must not be missed, however they came into Brevo.
                    mailed = any(row.pattern.lists for row in rows)
                    (stale if mailed else unknown).append(rows[0])
                elif self._is_stale(found, [row.pattern for row in rows]):
                    stale.append(rows[0])
                    looked_for.add(person)
        self.presence.look(unknown, stale)
        return looked_for

    def _is_stale(self, known: Person, patterns: Sequence[Pattern]) -> bool:
        if self.presence.is_fresh(known):
            mirrored = any(pattern.mirrored for pattern in patterns)
            return mirrored and not self.presence.is_watched_since(known)
        return _needs_a_look(patterns, known)

    def _plan_one(
        self, rows: Sequence[Row], known: Person | None, after: Person, before: Before, now: str
    ) -> None:
        wishes = [unpacked(row) for row in rows]
        identity = wishes[0].identity
        if identity is None:
            raise AssertionError(after.person)  # a row without one never enters
        wish = merged(identity, wishes, self._others(wishes, before.sources.get(after.person, ())))
        wish, shares = self.sums.applied(wish, after.person, before.shares.get(after.person, ()))
        if known is not None and after == known:
            known = after = self.reconsent.heard(wish, known)
        plan = planned(wish, known, after, self.rules)
        members = self._members(wishes, plan.after)
        receipt = receipt_of(plan, wishes, rows, now, shares, members)
        for note in plan.notes:
            self.books.tally.note(note)
        if plan.filtered:
            for row in rows:
                claim = row.claim
                self.books.settle(claim, "filtered", plan.filtered)
        elif plan.nothing or plan.partition is None:
            self.books.unchanged(receipt)
        else:
            draft = Draft(orjson.dumps(plan.body), receipt.packed())
            self.dispatch.add(plan.partition, receipt.keys, draft)

    def _others(self, wishes: Sequence[Wanted], sent: Sequence[SentSource]) -> list[Written]:
        """Return what other records have written of the person whom ``wishes`` are about."""
        writers = self.ledger.writers
        for wish in wishes:
            writers.saw((wish.platform, wish.store, wish.stream), wish.attributes)
        here = {wish.source for wish in wishes}
        return [
            Written(each.at, writers.names((each.platform, each.store, each.stream)))
            for each in sent
            if each.source not in here
            and each.owner
            and each.fingerprint not in ("", INTENDED, gone_mark(each.source))
        ]

    def _members(self, wishes: Sequence[Wanted], after: Person) -> list[Member]:
        """Return on which mirrored lists each record keeps its person, and on which no more."""
        found = []
        for wish in wishes:
            for name in wish.mirrored:
                list_id = self.rules.list_id(name)
                granted = name in wish.lists
                if list_id is None or (granted and list_id not in after.lists_added):
                    continue
                found.append(
                    Member(
                        list_id,
                        wish.source,
                        after.person,
                        wish.platform,
                        wish.store,
                        wish.stream,
                        leaving=not granted,
                    )
                )
        return found


def _has_others(sent: Sequence[SentSource], rows: Sequence[Row]) -> bool:
    """Say whether for one of ``rows`` another record of its person was sent before."""
    return any(each.source != row.source for row in rows for each in sent)


def _remembered(person: str, memory: Person | None, past: Past, now: str, *, gone: bool) -> Person:
    """Return what is known of a person, whether Brevo holds them or not."""
    after = memory or Person(person, now)
    if gone:
        after = replace(after, seen_at=now, brevo_id=None, filled=frozenset())
    return past.of(after)


def _needs_a_look(patterns: Iterable[Pattern], known: Person) -> bool:
    """Say whether what an earlier run saw of the person is too old to decide on.

    Guests fill what is empty now; nobody is put on a list that they have left since; a grant that
    may unblock has to know of the block; and where the contact is gone with a block or a list
    left, a new one must not come without. What may only be created, or only be updated, depends on
    whether it is there.
    """
    has_past = known.email_blocked or known.sms_blocked or bool(known.lists_left)
    # Who was never seen, or is to be sent again, may be gone: nothing of the memory is sure.
    return (
        has_past
        or not known.seen_at
        or any(
            each.fills or each.lists or each.reconsent or each.mode != "upsert" for each in patterns
        )
    )
