"""Records that the platform merged: the survivor takes over what the other one became."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from target_brevo.brevo.client import Client
from target_brevo.contacts.finding import Finder
from target_brevo.contacts.leaving import Act
from target_brevo.contacts.moves import Past, blocks_of, put
from target_brevo.contacts.words import is_denied, with_denials
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.holdings import Person, SentSource

JOINED = "a record was merged into another one at the source"


@dataclass(frozen=True, slots=True)
class Unions:
    """The one place for merges (Shopify's CUSTOMERS_MERGE and the like).

    The survivor keeps its own attributes and lists, for the platform sends it again with what the
    merge made of it; a no of either of the two is a no of both.
    """

    client: Client
    ledger: Ledger
    finder: Finder
    note: Callable[[str], None]

    def join(self, act: Act, survivor: str) -> str:
        """Merge the record of ``act`` into ``survivor`` (a hash); return whose person it is now.

        Where nothing was sent of the survivor yet, the contact itself becomes the survivor's: it
        moves to the survivor's address when that record comes.
        """
        self.note(JOINED)
        kept = self.ledger.people.sources([survivor]).get(survivor)
        if kept is None or not kept.person:
            heir = replace(act.sent, source=survivor, fingerprint="", at=None)
            if kept is not None:
                words = with_denials(kept.consent, kept.at, act.sent.consent, act.sent.at)
                heir = replace(heir, consent=words, at=kept.at)
            self._remember(heir)
            return act.sent.person
        words = with_denials(kept.consent, kept.at, act.sent.consent, act.sent.at)
        if kept.person != act.sent.person:
            # Invariant 3: a no wins, and moves with the person.
            self._carry(act, kept)
        self._remember(replace(kept, consent=words))
        return kept.person

    def _carry(self, act: Act, kept: SentSource) -> None:
        known = self.ledger.people.known([kept.person]).get(kept.person)
        there = known or Person(kept.person, seen_at="")
        words, before = act.sent.consent, self._as_it_is(act)
        past = Past(
            is_denied(words, "email") or bool(before and before.email_blocked),
            is_denied(words, "sms") or bool(before and before.sms_blocked),
            before.lists_left if before else frozenset(),
        )
        flags = blocks_of(
            email=past.email_blocked and not there.email_blocked,
            sms=past.sms_blocked and not there.sms_blocked,
        )
        found = self.finder.find(kept.person, kept.source, None) if flags else None
        if found is not None:
            put(self.client, found, flags)
        with self.ledger.database.begin() as connection:
            self.ledger.objections.carry(connection, act.sent.person, kept.person)
            self.ledger.people.remember(connection, [past.of(there)])

    def _as_it_is(self, act: Act) -> Person | None:
        """Return the merged record's person as Brevo shows them now: a click there is a no too."""
        found = self.finder.find(act.sent.person, act.sent.source, act.contact.ext_id)
        if found is None:
            return act.person
        self.finder.presence.observe([found])
        return self.ledger.people.known([act.sent.person]).get(act.sent.person, act.person)

    def _remember(self, sent: SentSource) -> None:
        with self.ledger.database.begin() as connection:
            self.ledger.people.remember_sources(connection, [sent])
