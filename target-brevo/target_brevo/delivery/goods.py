"""Products and categories, by hundreds, created or updated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tajo_mapping.operations import Category, Product
from target_brevo.brevo.refusals import code_of, reason_of
from target_brevo.delivery.parcels import Parcel, Shelf
from target_brevo.delivery.shop import Shop
from target_brevo.verdicts import Claim

# POST /products/batch and /categories/batch: 100 (API v3, checked 2026-11-24).
MOST_ITEMS = 100
_REFUSED = 400
NEVER_HERE = "deleted in the source, and Brevo does not hold it"


@dataclass
class GoodsRoom:
    """The products or the categories of one run."""

    path: Literal["/products", "/categories"]
    shelf: Shelf
    shop: Shop

    def add(self, item: Product | Category, claim: Claim) -> None:
        """Take in one item; a full buffer leaves by itself."""
        body: dict[str, Any] = {"id": item.id, **_without_nulls(item.body)}
        parcel = self.shelf.parcel(claim, item.id, item.source, body)
        parcel = parcel._replace(gone=body.get("isDeleted") is True)
        if not item.id:
            self.shelf.reject(parcel, f"the {self.shelf.kind} has no id")
            return
        self.shelf.put(parcel)
        if self.shelf.waiting >= MOST_ITEMS:
            self.flush()

    @property
    def waiting(self) -> int:
        """How many items have not left yet."""
        return self.shelf.waiting

    def flush(self) -> None:
        """Send what Brevo does not hold yet."""
        parcels, known = self.shelf.changed()
        parcels = self._without_absent(parcels, known)
        for start in range(0, len(parcels), MOST_ITEMS):
            self._send(parcels[start : start + MOST_ITEMS])

    def _without_absent(self, parcels: list[Parcel], known: set[str]) -> list[Parcel]:
        """Leave out deletions of what Brevo does not hold: sent, they would create it.

        The ledger alone cannot tell: a run may have been killed between Brevo's answer and it.
        """
        asked = [each for each in parcels if each.gone and each.key not in known]
        held = self.shop.held(self.path, [each.id for each in asked])
        absent = [each for each in asked if each.id not in held]
        if absent:
            self.shelf.needless(absent, NEVER_HERE)
        left_out = {each.key for each in absent}
        return [each for each in parcels if each.key not in left_out]

    def _send(self, parcels: Sequence[Parcel]) -> None:
        name = self.path.removeprefix("/").encode()
        items = b",".join(each.body for each in parcels)
        body = b'{"updateEnabled":true,"' + name + b'":[' + items + b"]}"
        answer = self.shop.write(f"{self.path}/batch", body, {201, _REFUSED})
        if answer.status != _REFUSED:
            self.shelf.sent(parcels)
            return
        # All or nothing: one by one, each gets its own verdict.
        for parcel in parcels:
            self._send_one(parcel)

    def _send_one(self, parcel: Parcel) -> None:
        body = parcel.body[:-1] + b',"updateEnabled":true}'
        answer = self.shop.write(self.path, body, {201, 204, _REFUSED})
        if answer.status == _REFUSED:
            self.shelf.reject(parcel, reason_of(answer), code_of(answer))
        else:
            self.shelf.sent([parcel])


def _without_nulls(body: Any) -> dict[str, Any]:
    return {name: value for name, value in dict(body).items() if value is not None}
