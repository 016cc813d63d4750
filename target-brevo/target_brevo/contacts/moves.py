"""A changed e-mail address: the contact moves, instead of becoming two."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from target_brevo.brevo.client import Client
from target_brevo.brevo.refusals import duplicates
from target_brevo.contacts.presence import Presence
from target_brevo.contacts.row import Wanted
from target_brevo.ledger.book import Ledger

MOVED = "a contact's e-mail address was changed"
TAKEN = "a new e-mail address belonged to another contact: the old contact was left as it was"
SHARED = "an e-mail address changed that other records share: a second contact was made"
_REFUSED = 400


@dataclass(frozen=True, slots=True)
class Moves:
    """Changes addresses, one call each."""

    client: Client
    ledger: Ledger
    presence: Presence
    note: Callable[[str], None]

    def move(self, wish: Wanted, previous: str, person: str) -> None:
        """Give the contact known as ``previous`` (a hash) the address of ``wish``.

        Does nothing but note it where the contact is gone, is shared with another source, or the
        new address is somebody's already; ``wish`` is then sent like any other.
        """
        if not wish.email or not wish.owner:
            return
        if self.ledger.people.owners_of(previous) > 1:
            self.note(SHARED)
            return
        found = self._read(wish, previous)
        if found is None:
            return
        if str(found.get("email") or "").lower() != wish.email and not self._put(found, wish):
            return
        self._remember(found, wish, previous, person)
        self.note(MOVED)

    def _read(self, wish: Wanted, previous: str) -> dict[str, Any] | None:
        known = self.ledger.people.known([previous]).get(previous)
        if known is not None and known.brevo_id is not None:
            return self.presence.read("contact_id", str(known.brevo_id))
        return self.presence.read("ext_id", wish.ext_id) if wish.ext_id else None

    def _put(self, found: dict[str, Any], wish: Wanted) -> bool:
        body: dict[str, Any] = {"attributes": {"EMAIL": wish.email}}
        # Invariant 3: Brevo resubscribes a blocked contact whose address changes, unless the
        # block is sent again in the same call (API v3, updateContact, checked 2026-11-24).
        if found.get("emailBlacklisted") or wish.email_denied:
            body["emailBlacklisted"] = True
        if found.get("smsBlacklisted") or wish.sms_denied:
            body["smsBlacklisted"] = True
        answer = self.client.write(
            "PUT",
            f"/contacts/{found['id']}",
            body,
            expected={204, _REFUSED},
            params={"identifierType": "contact_id"},
        )
        if duplicates(answer):
            self.note(TAKEN)
        return answer.status != _REFUSED

    def _remember(self, found: dict[str, Any], wish: Wanted, previous: str, person: str) -> None:
        known = self.ledger.people.known([previous]).get(previous)
        seen = self.presence.seen(found | {"email": wish.email})[0]
        moved = replace(
            seen,
            person=person,
            email_blocked=seen.email_blocked or wish.email_denied,
            lists_added=known.lists_added if known else frozenset(),
        )
        with self.ledger.database.begin() as connection:
            self.ledger.people.remember(connection, [moved])
            self.ledger.people.forget(connection, previous)
