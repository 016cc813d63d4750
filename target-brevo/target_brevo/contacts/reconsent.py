"""A yes after a no: the only place that ever unblocks, and only as far as the mapping allows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from target_brevo.brevo.client import Client
from target_brevo.brevo.facts import facts_of
from target_brevo.clock import Clock, is_older, moment
from target_brevo.contacts.merging import Wish
from target_brevo.contacts.presence import Presence
from target_brevo.contacts.unsubscriptions import is_undeliverable, unsubscriptions
from target_brevo.contacts.words import is_denied, since
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.holdings import Person

UNBLOCKED = "a blocked person was unblocked by a newer grant (reconsent)"
NO_TIME = "a newer grant unblocked nobody: Brevo tells no time of the block"
ELSEWHERE = "a newer grant unblocked nobody: the no was said under another address"
UNDELIVERABLE = "a newer grant unblocked nobody: a hard bounce or a complaint"
NOT_NEWER = "a grant unblocked nobody: the no is newer"
# A contact comes with the statistics of 90 days; earlier ones are read apart, at most 90 days a
# call (API v3, GET /contacts/{identifier} and its /campaignStats, checked 2026-11-24).
_WINDOW = timedelta(days=89)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reconsent:
    """Unblocks e-mail, one call each, after reading when the person said no."""

    client: Client
    ledger: Ledger
    presence: Presence
    clock: Clock
    note: Callable[[str], None]

    def heard(self, wish: Wish, known: Person) -> Person:
        """Return the person as Brevo holds them now: unblocked, or as ``known``."""
        # Invariant 3: only a grant that is newer than every no unblocks, and only in so many words.
        granted = moment(wish.regranted_at)
        silent = granted is None or wish.email_denied or wish.mode == "create_only"
        if granted is None or silent or not known.email_blocked:
            return known
        contact = self.presence.read(wish.identity.type, wish.identity.value)
        if contact is None:
            return known
        # A record may know the contact by its number, and say no by that name.
        names = sorted({known.person, *(each.person for each in self.presence.seen(contact))})
        if self._said_elsewhere(names):
            why_not = ELSEWHERE
        else:
            why_not = self._why_not(wish, names, contact, granted)
        if why_not:
            self.note(why_not)
            return known
        return self._unblock(contact, known)

    def _why_not(
        self, wish: Wish, names: Sequence[str], contact: Mapping[str, Any], granted: datetime
    ) -> str:
        if self._denied_elsewhere(wish, names):
            return NOT_NEWER
        created = moment(contact.get("createdAt"))
        if created is None:
            return NO_TIME
        times = False
        for statistics in self._statistics(contact, created):
            if is_undeliverable(statistics):
                return UNDELIVERABLE
            for each in unsubscriptions(statistics):
                if each.at is None:
                    return NO_TIME
                if each.at >= granted:
                    return NOT_NEWER
                times = True
        return "" if times else NO_TIME

    def _denied_elsewhere(self, wish: Wish, names: Sequence[str]) -> bool:
        """Say whether another source of the person says no, and not surely before the grant."""
        here = {source.source for source in wish.sources}
        return any(
            is_denied(sent.consent, "email")
            and not is_older(since(sent.consent, "email", sent.at), wish.regranted_at)
            for sources in self.ledger.people.sources_by_person(names).values()
            for sent in sources
            if sent.source not in here
        )

    def _said_elsewhere(self, names: Sequence[str]) -> bool:
        """Say whether a block came along from a contact that could not be moved.

        Its times, bounces and complaints stand in that contact, so nothing can be newer for sure.
        """
        return any(
            each.channel == "email" and each.by == "elsewhere" and each.lifted_at is None
            for name in names
            for each in self.ledger.objections.of(name)
        )

    def _statistics(
        self, contact: Mapping[str, Any], created: datetime
    ) -> Iterator[Mapping[str, Any]]:
        """Yield what Brevo tells of the contact, from now back to its first day."""
        yield contact.get("statistics") or {}
        end = self.clock.now() - _WINDOW
        while end >= created - _DAY:
            window = {
                "startDate": (end - _WINDOW).date().isoformat(),
                "endDate": end.date().isoformat(),
            }
            yield facts_of(self.client.get(f"/contacts/{contact['id']}/campaignStats", window))
            end -= _WINDOW

    def _unblock(self, contact: Mapping[str, Any], known: Person) -> Person:
        self.client.write(
            "PUT",
            f"/contacts/{contact['id']}",
            {"emailBlacklisted": False},
            expected={204},
            params={"identifierType": "contact_id"},
        )
        free = replace(known, email_blocked=False)
        with self.ledger.database.begin() as connection:
            self.ledger.people.remember(connection, [free])
            self.ledger.objections.lift(connection, known.person, "email", self.clock.stamp())
        self.note(UNBLOCKED)
        return free
