"""Where contacts wait, are sorted, and leave: unchanged, superseded, or on their way to Brevo."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tajo_mapping.operations import Contact
from target_brevo.clock import is_older
from target_brevo.contacts.books import Bookkeeping
from target_brevo.contacts.denials import LateDenials
from target_brevo.contacts.departure import Departure
from target_brevo.contacts.dispatch import Dispatch
from target_brevo.contacts.overwriting import overwritten
from target_brevo.contacts.removals import Removals
from target_brevo.contacts.row import Row, identity_of
from target_brevo.contacts.taking import Taking
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.holdings import Sent
from target_brevo.ledger.refused import Reject, Standing
from target_brevo.ledger.traces import trace
from target_brevo.tally import Verdict
from target_brevo.verdicts import Claim

# So much waits to be planned, by rows and by bytes, so that memory does not grow with a load.
MOST_ROWS = 10_000
MOST_BYTES = 7_500_000
# So many are compared with the ledger at once.
CHUNK = 2000


@dataclass
class ContactRoom:
    """The contacts of one run."""

    ledger: Ledger
    books: Bookkeeping
    denials: LateDenials
    removals: Removals
    departure: Departure
    dispatch: Dispatch
    taking: Taking
    _incoming: list[Row] = field(default_factory=list)
    _ready: dict[str, Row] = field(default_factory=dict)
    _bytes: int = 0
    _held: set[str] = field(default_factory=set)
    _late: list[Row] = field(default_factory=list)
    _mirrored: set[str] = field(default_factory=set)
    _entered: set[str] = field(default_factory=set)
    _since: float | None = None
    turn: int = 0

    def add(self, contact: Contact, claim: Claim, line: bytes = b"") -> None:
        """Take in one contact; full buffers leave by themselves.

        ``line`` is its record's, where the contact is all that becomes of it.
        """
        source = self.taking.hashing(contact.source[:3], contact.source.id)
        if contact.deletion is not None:
            self.removals.add(contact, claim, source)
            return
        self.removals.followed(source, contact.source.at)
        for name in contact.mirrored if contact.owner else ():
            if name not in self._mirrored:
                self._mirrored.add(name)
                self.departure.watch(name)
        row = self.taking.row(contact, claim, source, line)
        if isinstance(row, str):
            self._refuse(contact, claim, source, row)
            return
        if self._since is None:
            self._since = self.books.clock.monotonic()
        self._incoming.append(row)
        self._entered.add(source)
        if len(self._incoming) >= CHUNK:
            self._sift()
            if self._is_full:
                self._make_way()

    @property
    def waiting(self) -> int:
        """How many contacts have not left yet."""
        return len(self._incoming) + len(self._ready) + len(self._late) + self.removals.waiting

    def has(self, source: str) -> bool:
        """Say whether a record of this source, or its removal, came in this run and waits here."""
        return (
            source in self._ready
            or source in self._entered
            or self.removals.awaits(source)
            or (bool(self._late) and any(row.source == source for row in self._late))
        )

    def settled(self, records: Sequence[tuple[str, str]]) -> set[str]:
        """Return the sources among these (source, person) of which nothing is under way or refused.

        It holds for one ``turn``, in which nothing leaves.
        """
        refused = self.ledger.rejects.standing("contact", [source for source, _ in records])
        held = self.dispatch.among(key for keys in records for key in keys)
        return {
            source
            for source, person in records
            if source not in refused and source not in held and person not in held
        }

    def wait_for(self, persons: Iterable[str]) -> None:
        """Send what is ready, and wait until none of ``persons`` (hashes) is under way."""
        self.flush()
        waiting = set(persons)
        while waiting := {person for person in waiting if self.dispatch.holds(person)}:
            self.dispatch.wait()
            self.flush()

    @property
    def _is_full(self) -> bool:
        return self._bytes >= MOST_BYTES or len(self._ready) >= MOST_ROWS

    def _make_way(self) -> None:
        """Plan what is ready; it leaves with more of its kind, by an import's size or by age."""
        self.flush(whole=False)
        while self._is_full and self.dispatch.is_waiting:
            # What is left is about persons who are under way.
            self.dispatch.wait()
            self.flush()

    def flush(self, *, whole: bool = True) -> None:
        """Send what is ready, except persons whom an open import is about to write.

        With ``whole`` off, imports that have room for more may stay.
        """
        self.turn += 1
        self._sift()
        self._hear_late()
        leaving = self._leaving()
        self._hear_late()
        now = self.books.clock.monotonic()
        self.dispatch.since = now if self._since is None else self._since
        self.departure.plan(leaving)
        # Who has to wait for somebody else's import is looked at again when that is old.
        self._since = now if self._ready else None
        if whole or self.dispatch.is_scattered:
            self.dispatch.send()

    def flush_old(self, before: float) -> None:
        """Send what came ``before`` (monotonic seconds), with what would go in the same imports."""
        if self._since is not None and self._since <= before:
            self.flush(whole=False)
        self.dispatch.send(before)

    def settle(self) -> None:
        """Send everything and wait until Brevo has confirmed it."""
        while self._incoming or self._ready or self.dispatch.is_waiting:
            self.flush()
            self.dispatch.wait()

    def part(self) -> None:
        """Settle, and then carry out the removals of the run; once, at its end."""
        self.settle()
        if self.removals.waiting:
            # An import that a killed run left open must not land after the removal.
            self.dispatch.prepare()
        self.removals.carry_out()

    def _sift(self) -> None:
        """Drop what the ledger says is unchanged or older, and keep one row per source."""
        incoming, self._incoming = self._incoming, []
        self._entered.clear()
        if not incoming:
            return
        sources = [row.source for row in incoming]
        known = self.ledger.people.sent(sources)
        refused = self.ledger.rejects.standing("contact", sources)
        held = self._under_way(incoming)
        unchanged: list[Claim] = []
        same: list[tuple[Row, Sent]] = []
        still: list[tuple[Row, Sent]] = []
        for row in incoming:
            sent = known.get(row.source)
            if held and not held.isdisjoint(row.keys):
                # What the ledger says of it is about to change: it is asked again then.
                self._enter(row)
                self._held.add(row.source)
            elif sent is None and row.source not in self._ready and row.source not in refused:
                self._put(row)
            elif sent is None or sent.fingerprint != row.fingerprint or row.source in self._ready:
                # Where another version waits, being what was sent before is a change again.
                self._sort(row, sent, refused.get(row.source))
            elif row.at is None or row.at == sent.at or is_older(row.at, sent.at):
                self._is_unchanged(row, refused.get(row.source))
                unchanged.append(row.claim)
                same.append((row, sent))
            else:
                known[row.source] = sent._replace(at=row.at)
                still.append((row, sent))
        unchanged += self._still(still, refused) if still else []
        self.ledger.people.recognise(
            [
                (row.line, row.source, row.fingerprint)
                for row, sent in (*same, *still)
                if row.line not in ("", sent.line) and row.source not in self._ready
            ]
        )
        self.books.verdicts.settle_all(unchanged, "unchanged")

    def _still(
        self, rows: Sequence[tuple[Row, Sent]], refused: Mapping[str, Standing]
    ) -> list[Claim]:
        """Take rows that say at a later time what was sent; return the claims of the unchanged.

        Invariant 6: what lies between that time and this one is older. Of the same record it has
        been overtaken; of another record of the person it may have been sent, and then this one
        goes again.
        """
        since = overwritten(self.ledger, rows, self._ready.values())
        unchanged, times = [], []
        for row, sent in rows:
            if row.source in since:
                self._sort(row, sent, refused.get(row.source))
                continue
            self._is_unchanged(row, refused.get(row.source))
            unchanged.append(row.claim)
            times.append((row.source, row.at or ""))
        self.ledger.people.still(times)
        return unchanged

    def _under_way(self, rows: Collection[Row]) -> set[str]:
        keys = [row.source for row in rows]
        keys += [row.person for row in rows]
        keys += [row.previous for row in rows if row.previous]
        return self.dispatch.among(keys)

    def _is_unchanged(self, row: Row, refused: Standing | None) -> None:
        if refused is not None and is_older(refused.original.at, row.at):
            self.books.overtaken("contact", {row.source: row.at})

    def _sort(self, row: Row, sent: Sent | None, refused: Standing | None) -> None:
        if sent is not None and is_older(row.at, sent.at):
            self._overtaken(row)
        elif refused is not None and self.ledger.rejects.holds(refused, row.fingerprint):
            # Brevo's answer would be the same: it is tried again when the record changes.
            self._settle(row, "rejected", refused.reason)
        elif sent is not None:
            previous = sent.person if sent.person != row.person else None
            self._enter(row._replace(previous=previous or None).hearing(sent.words, sent.at))
        else:
            self._enter(row)

    def _overtaken(self, row: Row) -> None:
        # Invariant 6: an older version never follows a newer one; only its no may.
        if row.pattern.denies:
            self._late.append(row)
        else:
            self._settle(row, "superseded")

    def _enter(self, row: Row) -> None:
        other = self._ready.get(row.source)
        if other is not None:
            row, gone = (other, row) if is_older(row.at, other.at) else (row, other)
            self._settle(gone, "superseded")
            if gone.pattern.denies:
                row = row.hearing(gone.words, gone.at)
        self._put(row)

    def _put(self, row: Row) -> None:
        other = self._ready.get(row.source)
        self._bytes += row.size if other is None else row.size - other.size
        self._ready[row.source] = row

    def _hear_late(self) -> None:
        late, self._late = self._late, []
        if late:
            self.dispatch.prepare()
        for row in late:
            self.denials.hear(row)
            newer = self._ready.get(row.source)
            if newer is not None:
                # It was compared with the ledger before the ledger knew of this word.
                self._put(newer.hearing(row.words, row.at))

    def _leaving(self) -> list[Row]:
        """Take out the rows that may leave now."""
        again = [self._take(source) for source in self._held & self._ready.keys()]
        self._held.clear()
        # What was held back may have been overtaken by what was open then: ask the ledger again.
        self._incoming.extend(again)
        if again:
            self._sift()
        held = self._under_way(self._ready.values())
        if not held and not self.removals.waiting:
            leaving = list(self._ready.values())
            self._ready.clear()
            self._bytes = 0
            return leaving
        leaving = []
        for source, row in list(self._ready.items()):
            if held and not held.isdisjoint(row.keys):
                self._held.add(source)
            elif self.removals.overtakes(row):
                self._overtaken(self._take(source))
            else:
                leaving.append(self._take(source))
        return leaving

    def _take(self, source: str) -> Row:
        row = self._ready.pop(source)
        self._bytes -= row.size
        return row

    def _settle(self, row: Row, verdict: Verdict, reason: str = "") -> None:
        self.books.settle(row.claim, verdict, reason)

    def _refuse(self, contact: Contact, claim: Claim, source: str, reason: str) -> None:
        origin = contact.source
        reject = Reject(claim.stream, "contact", source, source, reason, at=origin.at)
        identity = identity_of(contact.email, contact.attributes, contact.ext_id)
        person = identity.hashed(self.ledger) if identity else ""
        about = trace("contact", source, person, source, origin)
        self.books.reject(claim, reject, about)
