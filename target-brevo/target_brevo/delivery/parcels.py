"""What waits to be sent of orders, products and categories: the newest version per id."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from tajo_mapping.operations import Source
from target_brevo.clock import Clock, is_older
from target_brevo.contacts.receipts import Bookkeeping
from target_brevo.ledger.book import Ledger, digest, source_hash
from target_brevo.ledger.goods import Fingerprint
from target_brevo.ledger.rejects import Reject, shown
from target_brevo.packing import packed
from target_brevo.verdicts import Claim

# Far below the 5 MB that a body of orders may have, so that a body can always be cut in time.
LARGEST = 1_000_000


class Parcel(NamedTuple):
    """One order, product or category: ``key`` is the hash of its id, ``at`` the source's time.

    ``source`` is the hash of the record, ``person`` that of its buyer's address, ``ext_id`` the
    buyer's own id where there are both; ``live`` says whether it may start automations, ``gone``
    that the source deleted it.
    """

    claim: Claim
    key: str
    id: str
    fingerprint: str
    at: str | None
    body: bytes
    source: str
    person: str = ""
    ext_id: str = ""
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
        refused = self.ledger.rejects.standing(self.kind, keys)
        changed = []
        for parcel in parcels:
            sent = known.get(parcel.key)
            if sent is not None and sent.fingerprint == parcel.fingerprint:
                self.books.settle(parcel.claim, "unchanged")
            elif sent is not None and is_older(parcel.at, sent.at):
                self.books.settle(parcel.claim, "superseded")
            elif refused.get(parcel.key, ("", ""))[0] == parcel.fingerprint:
                # Brevo's answer would be the same: it is tried again when the record changes.
                self.books.settle(parcel.claim, "rejected", refused[parcel.key][1])
            else:
                changed.append(parcel)
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
            refused = keys + [each.source for each in parcels]
            self.ledger.rejects.close(connection, self.kind, refused, now)
        for each in parcels:
            self.books.settle(each.claim, "sent")

    def needless(self, parcels: Sequence[Parcel], reason: str) -> None:
        """Leave out what need not be sent, and close what was refused of it before."""
        now = self.clock.stamp()
        refused = [key for each in parcels for key in (each.key, each.source)]
        with self.ledger.database.begin() as connection:
            self.ledger.rejects.close(connection, self.kind, refused, now)
        for each in parcels:
            self.books.settle(each.claim, "filtered", reason)

    def reject(self, parcel: Parcel, reason: str, code: str = "") -> None:
        """Write a refused parcel to the rejects."""
        shown_key = shown(parcel.id, parcel.key)
        stream = parcel.claim.stream
        reject = Reject(
            stream,
            self.kind,
            parcel.key,
            shown_key,
            reason,
            code=code,
            fingerprint=parcel.fingerprint,
        )
        self.books.reject(parcel.claim, reject)
