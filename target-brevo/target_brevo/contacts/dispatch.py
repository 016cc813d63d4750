"""Sends drafts: few one by one, many by imports, and those that Brevo sent back once more."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from target_brevo.contacts.cells import cells_of
from target_brevo.contacts.imports import LARGEST_BODY, Imports
from target_brevo.contacts.planning import Partition
from target_brevo.contacts.receipts import Draft, Receipt
from target_brevo.contacts.sheets import Sheet, may_stand_in
from target_brevo.contacts.singles import Singles
from target_brevo.contacts.spools import Spool

# A load of so few goes one by one (real time); of a larger one, what needs an import of its own.
MOST_SINGLES = 20
_FEW_OF_A_KIND = 3
MOST_OPEN = 4
# Spools that wait for more of their kind: each takes memory, and two files where it is long.
MOST_KEPT = 16


S = TypeVar("S", bound=Spool)


@dataclass
class Dispatch:
    """The drafts of one run on their way. ``prepare`` is called before the first write.

    ``as_csv`` says that imports leave as CSV where their rows allow it. ``since`` is when the
    oldest record came (monotonic seconds) of which drafts are taken in now.
    """

    imports: Imports
    singles: Singles
    prepare: Callable[[], None]
    as_csv: bool = False
    since: float = 0.0
    _spools: dict[Partition, Spool] = field(default_factory=dict)
    _sheets: dict[Partition, Sheet] = field(default_factory=dict)
    # What Brevo sent back, and of it the spools that have no room for more.
    _again: dict[Partition, Spool] = field(default_factory=dict)
    _full: list[Spool] = field(default_factory=list)
    _made: list[Spool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.imports.again = self._send_again

    def add(self, partition: Partition, keys: Iterable[str], draft: Draft) -> None:
        """Take in one draft; a spool that has no room for it leaves at once."""
        if self.as_csv and self._put(partition, keys, draft):
            return
        spool = self._spools.get(partition)
        if spool is not None and spool.size + len(draft.row) > LARGEST_BODY:
            self._start(self._spools.pop(partition))
            spool = None
        if spool is None or spool.since > self.since:
            spool = self._kept_in(self._spools, partition, Spool)
        spool.add(keys, draft)

    def _put(self, partition: Partition, keys: Iterable[str], draft: Draft) -> bool:
        """Take in one draft as CSV; say whether CSV can hold it as it is."""
        cells = cells_of(draft.row)
        if cells is None:
            return False
        sheet = self._sheets.get(partition)
        if sheet is None and not may_stand_in(partition, cells.names):
            return False
        if sheet is None or sheet.since > self.since:
            sheet = self._kept_in(self._sheets, partition, Sheet)
        outcome = sheet.put(keys, draft, cells, LARGEST_BODY)
        if outcome == "full":
            self._start(self._sheets.pop(partition))
            sheet = self._kept_in(self._sheets, partition, Sheet)
            outcome = sheet.put(keys, draft, cells, LARGEST_BODY)
        return outcome == "taken"

    def holds(self, key: str) -> bool:
        """Say whether Brevo has not yet confirmed a draft of this person or source."""
        if self.imports.holds(key):
            return True
        hashed = bytes.fromhex(key)
        return any(spool.holds(hashed) for spool in self._kept)

    def among(self, keys: Iterable[str]) -> set[str]:
        """Return those of many persons or sources of which ``holds`` is true."""
        spools = [*(each.spool for each in self.imports.open), *self._kept]
        if not spools:
            return set()
        hashed = set(map(bytes.fromhex, keys))
        return {each.hex() for spool in spools for each in spool.among(hashed)}

    @property
    def is_waiting(self) -> bool:
        """Whether anything is not confirmed yet."""
        return bool(self.imports.open or self._kept)

    @property
    def _kept(self) -> list[Spool]:
        """The spools that have not left."""
        return [
            *self._spools.values(), *self._sheets.values(), *self._again.values(), *self._full
        ]  # fmt: skip

    @property
    def is_scattered(self) -> bool:
        """Whether what was taken in lies in so many spools that none may wait for more."""
        return len(self._spools) + len(self._sheets) > MOST_KEPT

    def send(self, before: float = math.inf) -> None:
        """Send what was taken in, or of it the spools with a record that came ``before``."""
        spools = [spool for spool in self._spools.values() if spool.since <= before]
        sheets = [sheet for sheet in self._sheets.values() if sheet.since <= before]
        if spools or sheets:
            self.prepare()
            for spool in spools:
                del self._spools[spool.partition]
            for sheet in sheets:
                del self._sheets[sheet.partition]
            self._leave([*spools, *sheets])

    def make_room(self) -> None:
        """Wait until another import may be opened."""
        while len(self.imports.open) >= MOST_OPEN:
            self.imports.wait_for_one()

    def poll(self) -> None:
        """Look after imports that are due, and send again what they gave back."""
        self.imports.poll()
        self._leave_again()

    def wait(self) -> None:
        """Wait for the next import to end or to be polled."""
        self.imports.wait_for_one()
        self._leave_again()

    def _leave_again(self) -> None:
        spools, self._again, self._full = [*self._full, *self._again.values()], {}, []
        self._leave(spools)

    def _leave(self, spools: Sequence[Spool]) -> None:
        few = sum(spool.count for spool in spools) <= MOST_SINGLES
        for spool in spools:
            # A single call takes no null (API v3, createContact); an import clears as documented.
            clears = spool.partition.clears is not None
            if clears or not (few or spool.count <= _FEW_OF_A_KIND):
                self._start(spool)
                continue
            self.imports.books.intended(spool.receipts())
            for draft in spool:
                self.singles.send(spool.partition, draft)
            spool.close()

    def _start(self, spool: Spool) -> None:
        self.prepare()
        self.make_room()
        # Order in the ledger: check, intent, send, and only later what was sent.
        self.imports.books.intended(spool.receipts())
        self.imports.start(spool)

    def _send_again(self, partition: Partition, draft: Draft) -> None:
        keys = Receipt.unpacked(draft.receipt).keys
        spool = self._again.get(partition)
        if spool is not None and spool.size + len(draft.row) > LARGEST_BODY:
            # An import is being looked at, so this one leaves when that is done.
            self._full.append(self._again.pop(partition))
        self._kept_in(self._again, partition, Spool).add(keys, draft)

    def close(self) -> None:
        """Let go of what a run that ends early has not sent."""
        for spool in self._made:
            spool.close()
        self._made.clear()

    def _kept_in(self, kept: dict[Partition, S], partition: Partition, kind: type[S]) -> S:
        if partition not in kept:
            self._made = [spool for spool in self._made if not spool.closed]
            kept[partition] = kind(partition, self.since)
            self._made.append(kept[partition])
        kept[partition].since = min(kept[partition].since, self.since)
        return kept[partition]
