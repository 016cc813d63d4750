"""What waits to be sent of orders, products and categories: the newest version per id."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import orjson

from tajo_mapping.operations import Source
from target_brevo.clock import Clock, is_older
from target_brevo.contacts.books import Bookkeeping
from target_brevo.ledger.book import Ledger, digest, source_hash
from target_brevo.ledger.goods import Fingerprint
from target_brevo.ledger.holdings import UNSURE
from target_brevo.ledger.refused import Reject, shown
from target_brevo.ledger.traces import Trace, trace
from target_brevo.packing import packed
from target_brevo.verdicts import Claim

# Far below the 5 MB that a body of orders may have, so that a body can always be cut in time.
LARGEST = 1_000_000


class Parcel(NamedTuple):
    """One order, product or category: ``key`` is the hash of its id, ``at`` the source's time.

    ``source`` is the hash of the record, ``person`` that of its buyer's address, ``ext_id`` the
    buyer's own id where there are both, ``by_own_id`` says that it is all there is; ``live`` says
    whether it may start automations, ``gone`` that the source deleted it.
    """

    claim: Claim
    key: str
    id: str
    fingerprint: str
    at: str | None
    body: bytes
    source: str
    origin: Source
    person: str = ""
    ext_id: str = ""
    by_own_id: bool = False
    live: bool = False
    gone: bool = False


@dataclass
class Shelf:
    """Parcels of one kind, until they are sent."""

    kind: str
    ledger: Ledger
    books: Bookkeeping
    clock: Clock
    _parcels: dict[str, Parcel] = field(default_factory=dict)

    def parcel(self, claim: Claim, item_id: str, origin: Source, body: dict[str, Any]) -> Parcel:
        """Return a parcel of ``body`` (Brevo's own field names)."""
        printed = orjson.dumps(body, option=orjson.OPT_SORT_KEYS, default=str)
        return Parcel(
            claim=claim,
            key=self.ledger.hash(self.kind, item_id),
            id=item_id,
            fingerprint=digest(b"", printed.decode()),
            at=origin.at,
            body=packed(body),
            source=source_hash(self.ledger, origin),
            origin=origin,
        )

    def put(self, parcel: Parcel) -> None:
        """Take in a parcel; an older version of the same id is superseded."""
        if len(parcel.body) > LARGEST:
            self.reject(parcel, f"the {self.kind} is larger than 1 MB")
            return
        other = self._parcels.get(parcel.key)
        if other is not None and is_older(parcel.at, other.at):
            self.books.settle(parcel.claim, "superseded")
            return
        if other is not None:
            self.books.settle(other.claim, "superseded")
        self._parcels[parcel.key] = parcel

    @property
    def waiting(self) -> int:
        """How many parcels have not left yet."""
        return len(self._parcels)

    def changed(self) -> tuple[list[Parcel], set[str]]:
        """Take out what Brevo does not hold yet; also return the keys that were sent before."""
        parcels, self._parcels = list(self._parcels.values()), {}
        keys = [parcel.key for parcel in parcels]
        known = self.ledger.goods.known(self.kind, keys)
        refused = self.ledger.rejects.standing(self.kind, [each.source for each in parcels])
        changed = []
        # Invariant 6: what is still as it was sent is so at a newer time; and until Brevo has
        # confirmed what is sent anew, it may hold either, so no version equals what was sent.
        noted: list[Fingerprint] = []
        for parcel in parcels:
            sent, before = known.get(parcel.key), refused.get(parcel.source)
            if sent is not None and sent.fingerprint == parcel.fingerprint:
                if before is not None and is_older(before.original.at, parcel.at):
                    self.books.overtaken(self.kind, {parcel.source: parcel.at})
                if is_older(sent.at, parcel.at):
                    noted.append(replace(sent, at=parcel.at))
                self.books.settle(parcel.claim, "unchanged")
            elif sent is not None and is_older(parcel.at, sent.at):
                self.books.settle(parcel.claim, "superseded")
            elif before is not None and self.ledger.rejects.holds(before, parcel.fingerprint):
                # Brevo's answer would be the same: it is tried again when the record changes.
                self.books.settle(parcel.claim, "rejected", before.reason)
            else:
                if sent is not None:
                    noted.append(replace(sent, fingerprint=UNSURE))
                changed.append(parcel)
        if noted:
            with self.ledger.database.begin() as connection:
                self.ledger.goods.remember(connection, self.kind, noted)
        return changed, set(known)

    def sent(self, parcels: Sequence[Parcel]) -> None:
        """Remember what Brevo has taken, then give the verdicts."""
        now = self.clock.stamp()
        with self.ledger.database.begin() as connection:
            self.ledger.goods.remember(
                connection,
                self.kind,
                [Fingerprint(each.key, each.fingerprint, each.at, now) for each in parcels],
            )
            keys = [each.key for each in parcels]
            if self.kind == "order":
                self.ledger.sendings.outcome(connection, keys, "accepted", now)
            taken = {each.source: each.at for each in parcels}
            self.ledger.rejects.close(connection, self.kind, taken, now)
            self.ledger.traces.leave(connection, map(self._trace, parcels))
        for each in parcels:
            self.books.settle(each.claim, "sent")

    def needless(self, parcels: Sequence[Parcel], reason: str) -> None:
        """Leave out what need not be sent, and close what was refused of it before."""
        self.books.overtaken(self.kind, {each.source: each.at for each in parcels})
        for each in parcels:
            self.books.settle(each.claim, "filtered", reason)

    def reject(self, parcel: Parcel, reason: str, code: str = "") -> None:
        """Write a refused parcel to the rejects."""
        reject = Reject(
            parcel.claim.stream,
            self.kind,
            # The record's hash, as where the mapping refuses it: a later success closes either.
            parcel.source,
            shown(parcel.id, parcel.source),
            reason,
            code=code,
            fingerprint=parcel.fingerprint,
            at=parcel.at,
        )
        self.books.reject(parcel.claim, reject, self._trace(parcel))

    def _trace(self, parcel: Parcel) -> Trace:
        return trace(self.kind, parcel.key, parcel.person, parcel.source, parcel.origin)
