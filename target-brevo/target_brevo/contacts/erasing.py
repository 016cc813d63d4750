"""Deletes contacts in Brevo: only those that this project created, and only when told to twice."""

from dataclasses import dataclass
from typing import Any

from target_brevo.brevo.client import Client
from target_brevo.contacts.finding import Finder
from target_brevo.contacts.leaving import Act, owners_among
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.holdings import Person

NOT_THERE = "deleted at the source, not in Brevo (any more)"
NOT_OURS = "a contact that was in Brevo before was not deleted, only taken off our lists"
SHARED = "a contact that other records share was not deleted"
DELETED = "a contact was deleted in Brevo"
_NO_MORE, _PROTECTED = 404, 405


@dataclass(frozen=True, slots=True)
class Erasing:
    """``DELETE /contacts/{id}``, one call each after reading the contact."""

    client: Client
    ledger: Ledger
    finder: Finder

    def found(self, act: Act) -> dict[str, Any] | None:
        """Return the contact of a record, with its blocks and lists left noted in the ledger."""
        if act.person is None:
            return None
        found = self.finder.find(act.person.person, act.leaving.source, act.contact.ext_id)
        if found is not None:
            # Invariant 3: Brevo forgets a block with its contact; the ledger does not.
            self.finder.presence.observe([found])
        return found

    def is_ours(self, found: dict[str, Any], act: Act) -> bool:
        """Say whether this record created the contact: only then it bears its own id."""
        own = found.get("ext_id") or (found.get("attributes") or {}).get("EXT_ID")
        return bool(own) and str(own) == act.contact.ext_id

    def is_shared(self, found: dict[str, Any], act: Act) -> bool:
        """Say whether another record that is still there owns the contact, by whatever name."""
        names = [each.person for each in self.finder.presence.seen(found)]
        by_name = self.ledger.people.sources_by_person(names)
        owners = owners_among(each for sources in by_name.values() for each in sources)
        return any(each.source not in {act.leaving.source, *act.going} for each in owners)

    def erase(self, found: dict[str, Any], person: str) -> bool:
        """Delete the contact; return False where Brevo protects it (the account's own address)."""
        answer = self.client.write(
            "DELETE",
            f"/contacts/{found['id']}",
            None,
            expected={204, _NO_MORE, _PROTECTED},
            params={"identifierType": "contact_id"},
        )
        if answer.status == _PROTECTED:
            return False
        known = self.ledger.people.known([person]).get(person)
        if known is not None:
            # What was said no to outlives the contact; that it is there does not.
            gone = Person(
                person,
                seen_at="",
                email_blocked=known.email_blocked,
                sms_blocked=known.sms_blocked,
                lists_left=known.lists_left,
            )
            with self.ledger.database.begin() as connection:
                self.ledger.people.remember(connection, [gone])
        return True
