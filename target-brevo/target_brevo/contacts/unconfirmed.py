"""Persons that a killed run may have brought into Brevo: the ledger knows only that it meant to."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from target_brevo.contacts.finding import Finder
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.holdings import INTENDED, Person, SentSource


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Makes them known; ``mailing`` tells the ids of the mailing lists that this project made."""

    ledger: Ledger
    finder: Finder
    mailing: Callable[[], frozenset[int]]

    def person(self, sent: SentSource, ext_id: str | None) -> Person | None:
        """Return the person of a record that was about to be sent, None where Brevo has none.

        On a mailing list of ours they were put by us; on others it may have been somebody else.
        """
        if sent.fingerprint != INTENDED:
            return None
        found = self.finder.find(sent.person, sent.source, ext_id)
        if found is None:
            return None
        self.finder.presence.observe([found])
        known = self.ledger.people.known([sent.person]).get(sent.person)
        person = known or Person(sent.person, seen_at="", brevo_id=found["id"])
        joined = frozenset(found.get("listIds") or ()) & self.mailing()
        person = replace(person, lists_added=person.lists_added | joined)
        with self.ledger.database.begin() as connection:
            self.ledger.people.remember(connection, [person])
        return person
