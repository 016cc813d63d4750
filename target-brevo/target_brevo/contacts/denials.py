"""A no that arrives after a newer record of the same source which does not speak of consent."""

from dataclasses import dataclass, replace

from target_brevo.brevo.client import Client
from target_brevo.contacts.books import Bookkeeping
from target_brevo.contacts.finding import Finder
from target_brevo.contacts.moves import blocks_of, put
from target_brevo.contacts.refused_nos import RefusedNos
from target_brevo.contacts.row import Row, Wanted, unpacked
from target_brevo.contacts.words import Words, is_denied, with_denials
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.holdings import Person, SentSource
from target_brevo.tally import Verdict


@dataclass(frozen=True, slots=True)
class LateDenials:
    """Blocks, one call each, and writes nothing else of an older record."""

    client: Client
    ledger: Ledger
    books: Bookkeeping
    finder: Finder
    nos: RefusedNos

    def hear(self, row: Row) -> None:
        """Take a row that is older than what was sent, or than a deletion, and says no."""
        # Invariant 3: the newest word counts, and the newer record had none.
        wish = unpacked(row)
        sent = self.ledger.people.sources([row.source]).get(row.source)
        told = sent or unsent(wish, self.books.clock.stamp())
        heard = with_denials(told.consent, told.at, wish.consent, row.at)
        verdict: Verdict = "superseded"
        if sent is None or heard != sent.consent:
            verdict = self._block(replace(told, consent=heard), wish.ext_id)
            if not told.person and self._reached(wish):
                verdict = "sent"
        self.books.settle(row.claim, verdict)

    def _reached(self, wish: Wanted) -> bool:
        """Block the contact that somebody else made for a record of which nothing was sent."""
        identity = wish.identity
        email, sms = wish.email_denied, wish.sms_denied
        return identity is not None and self.nos.say(identity, email=email, sms=sms)

    def said(self, source: str, words: Words, at: str | None, ext_id: str | None) -> bool:
        """Take what a record of ``at`` says, of which nothing else counts; say whether it blocks.

        Nothing is done for a ``source`` (a hash) that never became a contact, or for a no that is
        known or was followed by a later word.
        """
        sent = self.ledger.people.sources([source]).get(source)
        if sent is None:
            return False
        heard = with_denials(sent.consent, sent.at, words, at)
        if heard == sent.consent:
            return False
        return self._block(replace(sent, consent=heard), ext_id) == "sent"

    def _block(self, sent: SentSource, ext_id: str | None) -> Verdict:
        if not sent.person:
            # Nothing of it is in Brevo; the word is there when something comes.
            with self.ledger.database.begin() as connection:
                self.ledger.people.remember_sources(connection, [sent])
            return "superseded"
        email, sms = is_denied(sent.consent, "email"), is_denied(sent.consent, "sms")
        found = self.finder.find(sent.person, sent.source, ext_id)
        flags = blocks_of(email=email, sms=sms)
        if found is not None and flags:
            put(self.client, found, flags)
        known = self.ledger.people.known([sent.person]).get(sent.person)
        person = known or Person(sent.person, seen_at="")
        blocked = person.also_blocked(email=email, sms=sms)
        with self.ledger.database.begin() as connection:
            self.ledger.people.remember(connection, [blocked])
            self.ledger.people.remember_sources(connection, [sent])
        return "sent" if found is not None and flags else "superseded"


def unsent(wish: Wanted, now: str) -> SentSource:
    """Return what is remembered of a record of which nothing was sent."""
    return SentSource(
        source=wish.source,
        person="",
        platform=wish.platform,
        store=wish.store,
        stream=wish.stream,
        owner=wish.owner,
        fingerprint="",
        at=wish.at,
        consent=wish.consent,
        sent_at=now,
    )
