"""Finds the contact that a source record became, also where its address is another by now."""

from dataclasses import dataclass
from typing import Any

from target_brevo.contacts.presence import Presence
from target_brevo.ledger.book import Ledger


@dataclass(frozen=True, slots=True)
class Finder:
    """Looks contacts up by what the ledger holds of them, which is never an address."""

    ledger: Ledger
    presence: Presence

    def find(self, person: str, source: str, ext_id: str | None) -> dict[str, Any] | None:
        """Return the contact known as ``person`` (a hash) to ``source``, as Brevo shows it now.

        By Brevo's own id, else by the source's; else all contacts are read, once a run. None where
        it is gone, or has become the contact of other sources.
        """
        found = self._by_id(person)
        if found is None and ext_id:
            found = self.presence.read("ext_id", ext_id)
        if found is None or not self._is_theirs(found, person, source):
            # Contacts of an import have no id yet, those that guests made have no ext_id.
            self.presence.walk()
            found = self._by_id(person)
        return found if found and self._is_theirs(found, person, source) else None

    def _by_id(self, person: str) -> dict[str, Any] | None:
        known = self.ledger.people.known([person]).get(person)
        if known is None or known.brevo_id is None:
            return None
        return self.presence.read("contact_id", str(known.brevo_id))

    def _is_theirs(self, found: dict[str, Any], person: str, source: str) -> bool:
        """Say whether a contact is this person, or at least nobody else's."""
        names = [each.person for each in self.presence.seen(found)]
        return person in names or not any(
            self.ledger.people.owners_of(name, besides=source) for name in names
        )
