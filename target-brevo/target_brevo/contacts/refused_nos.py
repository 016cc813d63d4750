"""A no whose record was refused: it blocks all the same, and nothing else of the record is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from target_brevo.brevo.client import Client
from target_brevo.contacts.moves import blocks_of
from target_brevo.contacts.planning import Partition
from target_brevo.contacts.receipts import Draft, Receipt
from target_brevo.contacts.row import Identity, identity_of
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.holdings import Person

ARRIVED = "a record was refused, and its no blocked the contact all the same"
REACHED = "a no to text messages blocked another contact, which has the number"
_DONE = 204
# Nobody there whom it would block, or an address that Brevo does not take at all.
_NOBODY = frozenset({400, 404})


@dataclass(frozen=True, slots=True)
class RefusedNos:
    """Blocks, one call each, whom a refused draft would have blocked."""

    client: Client
    ledger: Ledger
    note: Callable[[str], None]

    def arrive(self, partition: Partition, draft: Draft) -> None:
        """Block the person of a draft that Brevo has refused, where it says no."""
        # Invariant 3: a no must arrive, whatever else is wrong with its record.
        flags = blocks_of(email=partition.email_blocked, sms=partition.sms_blocked)
        identity = _identity(draft) if flags else None
        if identity is not None:
            self._block(identity, Receipt.unpacked(draft.receipt).person.person, flags, ARRIVED)

    def reach(self, partition: Partition, draft: Draft) -> None:
        """Block text messages to the number of a draft, which is another contact's, if it says so.

        The no is about the number, and Brevo sends to it by the contact that has it.
        """
        number = _attributes(draft).get("SMS") if partition.sms_blocked else None
        if number:
            identity = Identity("phone_id", str(number))
            self._block(
                identity, identity.hashed(self.ledger), blocks_of(email=False, sms=True), REACHED
            )

    def say(self, identity: Identity, *, email: bool, sms: bool) -> bool:
        """Block whoever Brevo finds by ``identity``; say whether that is anybody."""
        flags = blocks_of(email=email, sms=sms)
        return bool(flags) and self._block(identity, identity.hashed(self.ledger), flags)

    def _block(
        self, identity: Identity, person: str, flags: dict[str, Any], note: str = ""
    ) -> bool:
        answer = self.client.write(
            "PUT",
            f"/contacts/{quote(identity.value, safe='')}",
            flags,
            expected={_DONE, *_NOBODY},
            params={"identifierType": identity.type},
        )
        if note and answer.status == _DONE:
            self.note(note)
        with self.ledger.database.begin() as connection:
            known = self.ledger.people.known_in(connection, [person]).get(person)
            told = known or Person(person, seen_at="")
            email, sms = "emailBlacklisted" in flags, "smsBlacklisted" in flags
            self.ledger.people.remember(connection, [told.also_blocked(email=email, sms=sms)])
        return answer.status == _DONE


def _attributes(draft: Draft) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(draft.row).get("attributes") or {}
    return found


def _identity(draft: Draft) -> Identity | None:
    attributes = _attributes(draft)
    return identity_of(orjson.loads(draft.row).get("email"), attributes, attributes.get("EXT_ID"))
