"""Where contacts wait, are sorted, and leave: unchanged, superseded, or on their way to Brevo."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tajo_mapping.operations import Contact
from target_brevo.clock import Clock, is_older
from target_brevo.contacts.dispatch import LARGEST_ROW, Dispatch
from target_brevo.contacts.merging import merged
from target_brevo.contacts.moves import Moves
from target_brevo.contacts.planning import Rules, planned
from target_brevo.contacts.presence import Presence
from target_brevo.contacts.receipts import Bookkeeping, drafted, receipt_of
from target_brevo.contacts.removals import Removals
from target_brevo.contacts.row import Identity, Row, Wanted, unpacked, wanted
from target_brevo.ledger.book import Ledger, source_hash
from target_brevo.ledger.database import CHUNK, chunks
from target_brevo.ledger.people import Person
from target_brevo.ledger.rejects import Reject
from target_brevo.packing import packed
from target_brevo.tally import Verdict
from target_brevo.verdicts import Claim

# A load is cut by bytes and by rows, so that memory does not grow with the number of contacts.
MOST_ROWS = 20_000
MOST_BYTES = 7_500_000
TOO_LARGE = "the contact is larger than 500 KB"
NOBODY = "no identifier: neither e-mail address nor phone number nor own id"


@dataclass
class ContactRoom:
    """The contacts of one run.

    ``names`` gives the account's own names of attributes; ``backfill`` is the setting
    ``backfill_existing_lists``.
    """

    ledger: Ledger
    books: Bookkeeping
    presence: Presence
    moves: Moves
    removals: Removals
    dispatch: Dispatch
    rules: Rules
    names: Mapping[str, str]
    clock: Clock
    _incoming: list[Row] = field(default_factory=list)
    _ready: dict[str, Row] = field(default_factory=dict)
    _bytes: int = 0
    _held: set[str] = field(default_factory=set)

    def add(self, contact: Contact, claim: Claim) -> None:
        """Take in one contact; full buffers leave by themselves."""
        source = source_hash(self.ledger, contact.source)
        if contact.deletion is not None:
            self.removals.add(contact, claim, source)
            return
        wish = wanted(contact, self.names, self.rules.backfill_existing, source)
        identity, data = wish.identity, packed(wish)
        if identity is None or len(data) > LARGEST_ROW:
            self._refuse(wish, claim, NOBODY if identity is None else TOO_LARGE)
            return
        self._incoming.append(
            Row(
                source=source,
                person=identity.hashed(self.ledger),
                previous=None,
                at=wish.at,
                ticket=claim.ticket,
                stream=claim.stream,
                fingerprint=wish.fingerprint,
                data=data,
            )
        )
        if len(self._incoming) >= CHUNK:
            self._sift()
        if self._bytes >= MOST_BYTES or len(self._ready) >= MOST_ROWS:
            self.flush()

    @property
    def waiting(self) -> int:
        """How many contacts have not left yet."""
        return len(self._incoming) + len(self._ready) + self.removals.waiting

    @property
    def has_removals(self) -> bool:
        """Whether persons wait to be taken off lists."""
        return self.removals.waiting > 0

    def wait_for(self, persons: Iterable[str]) -> None:
        """Send what is ready, and wait until none of ``persons`` (hashes) is under way."""
        self.flush()
        waiting = set(persons)
        while waiting := {person for person in waiting if self.dispatch.holds(person)}:
            self.dispatch.wait()
            self.flush()

    def flush(self) -> None:
        """Send what is ready, except persons whom an open import is about to write."""
        self._sift()
        self.dispatch.make_room()
        if self._plan(self._leaving()):
            self.dispatch.send()

    def settle(self) -> None:
        """Send everything and wait until Brevo has confirmed it."""
        while self._incoming or self._ready or self.dispatch.is_waiting:
            self.flush()
            self.dispatch.wait()
        if self.removals.waiting:
            self.removals.flush()

    def _sift(self) -> None:
        """Drop what the ledger says is unchanged or older, and keep one row per source."""
        incoming, self._incoming = self._incoming, []
        sources = [row.source for row in incoming]
        known = self.ledger.people.sources(sources)
        refused = self.ledger.rejects.standing("contact", sources)
        for row in incoming:
            sent = known.get(row.source)
            fingerprint, reason = refused.get(row.source, ("", ""))
            if sent is not None and sent.fingerprint == row.fingerprint:
                self._settle(row, "unchanged")
            elif sent is not None and is_older(row.at, sent.at):
                # Invariant 6: an older version never follows a newer one.
                self._settle(row, "superseded")
            elif fingerprint == row.fingerprint:
                # Brevo's answer would be the same: it is tried again when the record changes.
                self._settle(row, "rejected", reason)
            else:
                previous = sent.person if sent and sent.person != row.person else None
                self._enter(row._replace(previous=previous))

    def _enter(self, row: Row) -> None:
        other = self._ready.get(row.source)
        if other is not None and is_older(row.at, other.at):
            self._settle(row, "superseded")
            return
        if other is not None:
            self._settle(other, "superseded")
            self._bytes -= len(other.data)
        self._ready[row.source] = row
        self._bytes += len(row.data)

    def _leaving(self) -> list[Row]:
        """Take out the rows that may leave now."""
        again = [self._take(source) for source in self._held & self._ready.keys()]
        self._held.clear()
        # What was held back may have been overtaken by what was open then: ask the ledger again.
        self._incoming.extend(again)
        if again:
            self._sift()
        leaving = []
        for source, row in list(self._ready.items()):
            if self.dispatch.holds(row.person):
                self._held.add(source)
            else:
                leaving.append(self._take(source))
        return leaving

    def _take(self, source: str) -> Row:
        row = self._ready.pop(source)
        self._bytes -= len(row.data)
        return row

    def _plan(self, rows: list[Row]) -> bool:
        """Plan what is sent for these rows, using them up; say whether there were any."""
        if not rows:
            return False
        self.dispatch.prepare()
        self._move(rows)
        by_person: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_person[row.person].append(row)
        rows.clear()
        persons = list(by_person)
        self._look(persons, by_person)
        for part in chunks(persons):
            known = self.ledger.people.known(part)
            for person in part:
                self._plan_one(person, by_person.pop(person), known.get(person))
        return True

    def _move(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if row.previous is not None:
                self.moves.move(unpacked(row.data), row.previous, row.person)

    def _look(self, persons: Sequence[str], by_person: Mapping[str, Sequence[Row]]) -> None:
        """Find out what Brevo holds where the ledger does not know or may be out of date."""
        unknown: list[Identity] = []
        stale: list[Identity] = []
        for part in chunks(persons):
            known = self.ledger.people.known(part)
            for person in part:
                found = known.get(person)
                wishes = [unpacked(row.data) for row in by_person[person]]
                identity = wishes[0].identity
                if identity is None:
                    continue
                if found is None:
                    unknown.append(identity)
                elif not self.presence.is_fresh(found) and _needs_a_look(wishes, found):
                    stale.append(identity)
        self.presence.look(unknown, stale)

    def _plan_one(self, person: str, rows: Sequence[Row], known: Person | None) -> None:
        wishes = [unpacked(row.data) for row in rows]
        identity = wishes[0].identity
        if identity is None:
            raise AssertionError(person)  # a row without one never enters
        after = known or Person(person, self.clock.stamp())
        plan = planned(merged(identity, wishes), known, after, self.rules)
        now = self.clock.stamp()
        for note in plan.notes:
            self.books.tally.note(note)
        if plan.filtered:
            for row in rows:
                self._settle(row, "filtered", plan.filtered)
        elif plan.nothing or plan.partition is None:
            self.books.unchanged(receipt_of(plan, wishes, rows, now))
        else:
            self.dispatch.add(plan.partition, person, drafted(plan, wishes, rows, now))

    def _settle(self, row: Row, verdict: Verdict, reason: str = "") -> None:
        self.books.settle(Claim(row.ticket, row.stream, "contact"), verdict, reason)

    def _refuse(self, wish: Wanted, claim: Claim, reason: str) -> None:
        reject = Reject(wish.stream, "contact", wish.source, wish.source, reason)
        self.books.reject(claim, reject)


def _needs_a_look(wishes: Iterable[Wanted], known: Person) -> bool:
    """Say whether what an earlier run saw of the person is too old to decide on.

    Guests fill what is empty now, and nobody is put on a list that they have left since.
    """
    return any(wish.fills for wish in wishes) or (
        not known.email_blocked and any(wish.lists for wish in wishes)
    )
