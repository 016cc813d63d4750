"""Finds a buyer who has another e-mail address by now than the order or cart bears, or none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import orjson

from target_brevo.brevo.client import Client
from target_brevo.contacts.room import ContactRoom
from target_brevo.contacts.row import Identity
from target_brevo.ledger.book import Ledger
from target_brevo.packing import packed

_FOUND = 200
# So few are read one by one without asking how many contacts the account has.
_FEW = 3
NOT_THERE = "said no, and Brevo holds no such contact: an event could make one without the block"


@dataclass
class Buyers:
    """Looks buyers up by the source's own id, where the ledger does not know their address.

    A platform gives an order as it stood at some moment, with its customer's address of then; the
    contact may have moved since. To Brevo the old address is nobody, or a new contact.
    """

    client: Client
    ledger: Ledger
    contacts: ContactRoom
    _held: dict[tuple[str, str], bool] = field(default_factory=dict)

    def moved(self, buyers: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return which of ``buyers`` Brevo holds under their own id and not under their address.

        A buyer is the hash of an e-mail address and the own id (``ext_id``), empty where there is
        none.
        """
        asked = {(person, ext_id) for person, ext_id in buyers if ext_id}
        known = self.ledger.people.known([person for person, _ in asked])
        # Invariant 3: of an address that was left with a no the ledger keeps the no, and Brevo may
        # hold nobody there. An event would make a new contact of it, without the block.
        seen = {person for person, found in known.items() if found.seen_at}
        strangers = {(person, ext_id) for person, ext_id in asked if person not in seen}
        if strangers:
            # The contact may be on its way under its new address.
            self.contacts.settle()
        return {(person, ext_id) for person, ext_id in strangers if self._holds("ext_id", ext_id)}

    def wait_for(self, buyers: Iterable[tuple[str, bool]]) -> None:
        """Send contacts that are ready, and wait until none of ``buyers`` is under way.

        A buyer is a hash, and whether it is that of an own id alone: which contact that will be
        nobody knows before it is there, so all contacts are waited for.
        """
        named = dict(buyers)
        if any(named.values()):
            self.contacts.settle()
        else:
            self.contacts.wait_for(named)

    def gone(self, buyers: Mapping[str, Identity]) -> set[str]:
        """Return those of ``buyers`` (hash → by what Brevo finds them) who said no and are nobody.

        Forgotten or deleted, that is, by us or in Brevo, and not loaded since. Whether an event
        makes a contact of them Brevo does not say (API v3, createEvent, checked 2026-11-24).
        """
        # Invariant 3: the contact would come without the block, and its automations with it.
        no = self._unseen_noes(buyers)
        if len(no) > _FEW:
            self.contacts.departure.presence.walk_if_cheaper(len(no))
            no = self._unseen_noes(buyers)
        return {person for person in no if not self._holds(*buyers[person])}

    def _unseen_noes(self, buyers: Mapping[str, Identity]) -> set[str]:
        """Return those of ``buyers`` who said no, and of whom this run has not seen a contact."""
        known = self.ledger.people.known(list(buyers))
        presence = self.contacts.departure.presence
        return {
            person
            for person, found in known.items()
            if (found.email_blocked or found.sms_blocked) and not presence.is_fresh(found)
        }

    def _holds(self, kind: str, value: str) -> bool:
        if (kind, value) not in self._held:
            path = f"/contacts/{quote(value, safe='')}"
            answer = self.client.get(path, {"identifierType": kind}, also={400, 404})
            self._held[kind, value] = answer.status == _FOUND
        return self._held[kind, value]


def named_in(body: bytes) -> Identity:
    """Return by what the body of an event names its contact."""
    [(kind, value)] = orjson.loads(body)["identifiers"].items()
    return Identity(kind, value)


def by_own_id(body: bytes, ext_id: str) -> bytes:
    """Return the body of an event or an order with the own id as its only identifier."""
    return packed({**orjson.loads(body), "identifiers": {"ext_id": ext_id}})
