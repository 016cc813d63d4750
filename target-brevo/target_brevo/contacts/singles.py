"""A handful of contacts, one call each (real time): ``POST /contacts`` with updateEnabled."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from tajo_connector_sdk.http import Answer
from target_brevo.brevo.client import Client
from target_brevo.brevo.refusals import code_of, duplicates, reason_of
from target_brevo.contacts.books import Bookkeeping
from target_brevo.contacts.planning import Partition
from target_brevo.contacts.receipts import Draft, Packed, Receipt, names_somebody, without
from target_brevo.contacts.refused_nos import RefusedNos

BELONGS_ELSEWHERE = "an identifier belongs to another contact"
LEFT_OUT = "{} belongs to another contact: sent without it"
_CREATED, _REFUSED = 201, 400


@dataclass(frozen=True, slots=True)
class Singles:
    """Sends contacts one by one."""

    client: Client
    books: Bookkeeping
    nos: RefusedNos
    note: Callable[[str], None]

    def send(self, partition: Partition, draft: Draft) -> None:
        """Send one contact; a phone number of somebody else is left out, not the contact."""
        body = _body(partition, draft)
        answer = self.client.write("POST", "/contacts", body, expected={_CREATED, 204, _REFUSED})
        if answer.status != _REFUSED:
            self.books.confirmed([_with_id(draft.receipt, answer)])
            return
        taken = duplicates(answer)
        if partition.create_only and "EMAIL" in taken:
            self.nos.arrive(partition, draft)
            self._filter(draft)
            return
        movable = [name for name in taken if name != "EMAIL"]
        rest = without(draft, movable)
        if not movable or "EMAIL" in taken or not names_somebody(rest) or rest == draft:
            self.nos.arrive(partition, draft)
            self.books.refused(
                draft.receipt, BELONGS_ELSEWHERE if taken else reason_of(answer), code_of(answer)
            )
            return
        for name in movable:
            self.note(LEFT_OUT.format(name))
        if "SMS" in movable:
            self.nos.reach(partition, draft)
        self.send(partition, rest)

    def _filter(self, draft: Draft) -> None:
        for claim in Receipt.unpacked(draft.receipt).claims:
            reason = "create_only: the contact is in Brevo already"
            self.books.verdicts.settle(claim, "filtered", reason)


def _body(partition: Partition, draft: Draft) -> dict[str, Any]:
    row: dict[str, Any] = orjson.loads(draft.row)
    attributes = dict(row.get("attributes", {}))
    ext_id = attributes.pop("EXT_ID", None)
    # Invariant 3: a block is set, or left alone; nothing ever sends false.
    blocks = {
        name: True
        for name, blocked in (
            ("emailBlacklisted", partition.email_blocked),
            ("smsBlacklisted", partition.sms_blocked),
        )
        if blocked
    }
    return {
        **({"email": row["email"]} if "email" in row else {}),
        **({"ext_id": ext_id} if ext_id else {}),
        "attributes": attributes,
        "listIds": list(partition.lists),
        **blocks,
        "updateEnabled": not partition.create_only,
    }


def _with_id(data: Packed, answer: Answer) -> Packed:
    """Return the receipt with the id of a contact that this call created."""
    body = answer.json() if answer.status == _CREATED else None
    if not isinstance(body, dict) or not isinstance(body.get("id"), int):
        return data
    receipt = Receipt.unpacked(data)
    return replace(receipt, person=replace(receipt.person, brevo_id=body["id"])).packed()
