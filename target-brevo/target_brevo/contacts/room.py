"""Where contacts wait, are sorted, and leave: unchanged, superseded, or on their way to Brevo."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tajo_mapping.operations import Contact
from target_brevo.clock import is_older
from target_brevo.contacts.denials import LateDenials
from target_brevo.contacts.departure import Departure
from target_brevo.contacts.dispatch import LARGEST_ROW, Dispatch
from target_brevo.contacts.receipts import Bookkeeping
from target_brevo.contacts.removals import Removals
from target_brevo.contacts.row import Row, Wanted, unpacked, wanted
from target_brevo.contacts.words import denies
from target_brevo.ledger.book import Ledger, source_hash
from target_brevo.ledger.database import CHUNK
from target_brevo.ledger.people import SentSource
from target_brevo.ledger.refused import Reject, Standing
from target_brevo.ledger.traces import Trace
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
    """The contacts of one run. ``names`` gives the account's own names of attributes."""

    ledger: Ledger
    books: Bookkeeping
    denials: LateDenials
    removals: Removals
    departure: Departure
    dispatch: Dispatch
    names: Mapping[str, str]
    _incoming: list[Row] = field(default_factory=list)
    _ready: dict[str, Row] = field(default_factory=dict)
    _bytes: int = 0
    _held: set[str] = field(default_factory=set)
    _late: list[Row] = field(default_factory=list)
    _mirrored: set[str] = field(default_factory=set)

    def add(self, contact: Contact, claim: Claim) -> None:
        """Take in one contact; full buffers leave by themselves."""
        source = source_hash(self.ledger, contact.source)
        if contact.deletion is not None:
            self.removals.add(contact, claim, source)
            return
        self.removals.followed(source, contact.source.at)
        wish = wanted(contact, self.names, self.departure.rules.backfill_existing, source)
        for name in wish.mirrored:
            if name not in self._mirrored:
                self._mirrored.add(name)
                self.departure.watch(name)
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
                claim=claim,
                fingerprint=wish.fingerprint,
                denies=denies(wish.consent),
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
        return len(self._incoming) + len(self._ready) + len(self._late) + self.removals.waiting

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
        self._hear_late()
        self.dispatch.make_room()
        leaving = self._leaving()
        self._hear_late()
        if self.departure.plan(leaving):
            self.dispatch.send()

    def settle(self) -> None:
        """Send everything and wait until Brevo has confirmed it."""
        while self._incoming or self._ready or self.dispatch.is_waiting:
            self.flush()
            self.dispatch.wait()

    def part(self) -> None:
        """Settle, and then carry out the removals of the run; once, at its end."""
        self.settle()
        self.removals.carry_out()

    def _sift(self) -> None:
        """Drop what the ledger says is unchanged or older, and keep one row per source."""
        incoming, self._incoming = self._incoming, []
        if not incoming:
            return
        sources = [row.source for row in incoming]
        known = self.ledger.people.sources(sources)
        refused = self.ledger.rejects.standing("contact", sources)
        for row in incoming:
            if self._is_under_way(row):
                # What the ledger says of it is about to change: it is asked again then.
                self._enter(row)
                self._held.add(row.source)
            else:
                self._sort(row, known.get(row.source), refused.get(row.source))

    def _sort(self, row: Row, sent: SentSource | None, refused: Standing | None) -> None:
        if sent is not None and sent.fingerprint == row.fingerprint:
            if refused is not None and is_older(refused.original.at, row.at):
                self.books.overtaken("contact", {row.source: row.at})
            self._settle(row, "unchanged")
        elif sent is not None and is_older(row.at, sent.at):
            self._overtaken(row)
        elif refused is not None and self.ledger.rejects.holds(refused, row.fingerprint):
            # Brevo's answer would be the same: it is tried again when the record changes.
            self._settle(row, "rejected", refused.reason)
        elif sent is not None:
            previous = sent.person if sent.person != row.person else None
            self._enter(row._replace(previous=previous or None).hearing(sent.consent, sent.at))
        else:
            self._enter(row)

    def _overtaken(self, row: Row) -> None:
        # Invariant 6: an older version never follows a newer one; only its no may.
        if row.denies:
            self._late.append(row)
        else:
            self._settle(row, "superseded")

    def _enter(self, row: Row) -> None:
        other = self._ready.get(row.source)
        if other is not None:
            row, gone = (other, row) if is_older(row.at, other.at) else (row, other)
            self._settle(gone, "superseded")
            if gone.denies:
                row = row.hearing(unpacked(gone.data).consent, gone.at)
        self._put(row)

    def _put(self, row: Row) -> None:
        other = self._ready.get(row.source)
        self._bytes += len(row.data) - (len(other.data) if other else 0)
        self._ready[row.source] = row

    def _is_under_way(self, row: Row) -> bool:
        return any(map(self.dispatch.holds, row.keys))

    def _hear_late(self) -> None:
        late, self._late = self._late, []
        if late:
            self.dispatch.prepare()
        for row in late:
            self.denials.hear(row)
            newer = self._ready.get(row.source)
            if newer is not None:
                # It was compared with the ledger before the ledger knew of this word.
                self._put(newer.hearing(unpacked(row.data).consent, row.at))

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
            if self._is_under_way(row):
                self._held.add(source)
            elif self.removals.overtakes(row):
                self._overtaken(self._take(source))
            else:
                leaving.append(self._take(source))
        return leaving

    def _take(self, source: str) -> Row:
        row = self._ready.pop(source)
        self._bytes -= len(row.data)
        return row

    def _settle(self, row: Row, verdict: Verdict, reason: str = "") -> None:
        self.books.settle(row.claim, verdict, reason)

    def _refuse(self, wish: Wanted, claim: Claim, reason: str) -> None:
        reject = Reject(claim.stream, "contact", wish.source, wish.source, reason, at=wish.at)
        person = wish.identity.hashed(self.ledger) if wish.identity else ""
        about = Trace(
            "contact", wish.source, person, wish.source, wish.platform, wish.store, wish.stream
        )
        self.books.reject(claim, reject, about)
