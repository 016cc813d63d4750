"""A changed e-mail address: the contact moves, instead of becoming two; a no moves along."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from tajo_connector_sdk.http import Answer
from target_brevo.brevo.client import Client
from target_brevo.brevo.refusals import duplicates
from target_brevo.contacts.finding import Finder
from target_brevo.contacts.leaving import owners_among
from target_brevo.contacts.row import Wanted
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.holdings import Person, SentSource

MOVED = "a contact's e-mail address was changed"
TAKEN = "a new e-mail address belonged to another contact: the old contact was left as it was"
SHARED = "an e-mail address changed that other records share: a second contact was made"
_REFUSED = 400


class Past(NamedTuple):
    """What a person takes along to a new identity: blocks, and the lists they have left."""

    email_blocked: bool = False
    sms_blocked: bool = False
    lists_left: frozenset[int] = frozenset()

    def of(self, person: Person) -> Person:
        """Return ``person`` with this past."""
        return replace(
            person,
            email_blocked=person.email_blocked or self.email_blocked,
            sms_blocked=person.sms_blocked or self.sms_blocked,
            lists_left=person.lists_left | self.lists_left,
        )

    @property
    def blocked(self) -> tuple[str, ...]:
        """The channels that are blocked."""
        flags = {"email": self.email_blocked, "sms": self.sms_blocked}
        return tuple(channel for channel, blocked in flags.items() if blocked)

    def beside(self, other: "Past") -> "Past":
        """Return what both have."""
        return Past(
            self.email_blocked or other.email_blocked,
            self.sms_blocked or other.sms_blocked,
            self.lists_left | other.lists_left,
        )


NO_PAST = Past()


@dataclass(frozen=True, slots=True)
class Moves:
    """Changes addresses, one call each."""

    client: Client
    ledger: Ledger
    finder: Finder
    note: Callable[[str], None]

    def move(self, wish: Wanted, previous: str, person: str) -> Past:
        """Give the contact known as ``previous`` (a hash) the address of ``wish``.

        Does nothing but note it where the contact is gone, is shared with another source, or the
        new address is somebody's already; ``wish`` is then sent like any other. Returns what the
        person at the new address has to keep of the old one.
        """
        if not wish.owner:
            return NO_PAST
        known = self.ledger.people.known([previous]).get(previous)
        found = self.finder.find(previous, wish.source, wish.ext_id)
        if found is not None:
            self.finder.presence.observe([found])
        past = self._past(previous, known, found)
        owners = owners_among(self._sources(previous, wish, found))
        shared = any(each.source != wish.source for each in owners)
        if shared:
            self.note(SHARED)
        elif found is not None:
            here = str(found.get("email") or "").lower() == wish.email
            # Where no contact has the new address, what is known of it is all that is left of it.
            there = NO_PAST if here else self._memory_of(person)
            if here or (wish.email and self._put(found, wish, there)):
                self._remember(found, wish, (previous, person), past, there)
                self.note(MOVED)
                # The contact itself has taken all of it along.
                return NO_PAST
            self._block(found, wish)
        with self.ledger.database.begin() as connection:
            # Invariant 3: why the old contact was blocked is not in the new one's statistics.
            now = self.finder.presence.started
            self.ledger.objections.say_elsewhere(connection, previous, person, past.blocked, now)
            if shared:
                # Its contact may hold what this record wrote: theirs is to be written again.
                others = [each.source for each in owners if each.source != wish.source]
                self.ledger.people.doubt(connection, others)
            if shared and past == NO_PAST:
                # Its contact is the one to be made: a run after a kill has to find that one.
                self.ledger.people.pass_on(connection, wish.source, person)
                if found is not None and person not in self.ledger.people.known_in(
                    connection, [person]
                ):
                    # Invariant 3: and it has to hear what is said at the shared address till then.
                    left = Person(person, seen_at="", brevo_id=found["id"])
                    self.ledger.people.remember(connection, [left])
        return past

    def left_by(self, person: Person) -> Past:
        """Return what the contact says that somebody has left whose own was never seen."""
        if person.seen_at or person.brevo_id is None:
            return NO_PAST
        found = self.finder.presence.read("contact_id", str(person.brevo_id))
        if found is None:
            return NO_PAST
        self.finder.presence.observe([found])
        past = _past_of(None, found)
        there = self.finder.presence.seen(found)
        now = self.finder.presence.started
        with self.ledger.database.begin() as connection:
            for each in there[:1]:
                self.ledger.objections.say_elsewhere(
                    connection, each.person, person.person, past.blocked, now
                )
        return past

    def _sources(
        self, previous: str, wish: Wanted, found: dict[str, Any] | None
    ) -> list[SentSource]:
        """Return the records behind the contact known as ``previous``.

        A record that was known by its number may stand in the contact of another one, whose
        address is not its to change: with it would go the lists that the other has joined.
        """
        sources = self.ledger.people.sources_of(previous)
        bears = str((found or {}).get("email") or "").lower()
        if found is None or bears in ("", wish.email):
            return sources
        there = self.finder.presence.seen(found)[0].person
        return sources if there == previous else sources + self.ledger.people.sources_of(there)

    def _past(self, previous: str, known: Person | None, found: dict[str, Any] | None) -> Past:
        """Return what Brevo shows of the old contact.

        The source may be found in a contact that it left behind at an address before the old one;
        what was known at the old address then counts as well.
        """
        past = _past_of(known, found)
        if found is None and known is not None:
            past = past.beside(self.left_by(known))
        if found is None or previous in {each.person for each in self.finder.presence.seen(found)}:
            return past
        return past.beside(_past_of(known, None))

    def _memory_of(self, person: str) -> Past:
        known = self.ledger.people.known([person]).get(person)
        return _past_of(known, None)

    def _put(self, found: dict[str, Any], wish: Wanted, there: Past) -> bool:
        # Invariant 3: Brevo resubscribes a blocked contact whose address changes, unless the
        # block is sent again in the same call (API v3, updateContact, checked 2026-11-24).
        body = {"attributes": {"EMAIL": wish.email}} | blocks_of(
            email=bool(found.get("emailBlacklisted")) or wish.email_denied or there.email_blocked,
            sms=bool(found.get("smsBlacklisted")) or wish.sms_denied or there.sms_blocked,
        )
        answer = put(self.client, found, body, also=_REFUSED)
        if duplicates(answer):
            self.note(TAKEN)
        return answer.status != _REFUSED

    def _block(self, found: dict[str, Any], wish: Wanted) -> None:
        """Block the contact that stays behind at the old address, where its source says no."""
        email = wish.email_denied and not found.get("emailBlacklisted")
        sms = wish.sms_denied and not found.get("smsBlacklisted")
        if email or sms:
            put(self.client, found, blocks_of(email=email, sms=sms))

    def _remember(
        self,
        found: dict[str, Any],
        wish: Wanted,
        identities: tuple[str, str],
        past: Past,
        there: Past,
    ) -> None:
        previous, person = identities
        known = self.ledger.people.known([previous]).get(previous)
        now_there = self.finder.presence.seen(found | {"email": wish.email})
        # After a kill the contact bears an address that came between the one that is known and
        # the new one: nobody has that one any more either.
        came_by = {each.person for each in self.finder.presence.seen(found)}
        left = {previous} | came_by - {each.person for each in now_there}
        moved = replace(
            now_there[0],
            person=person,
            email_blocked=now_there[0].email_blocked or wish.email_denied,
            sms_blocked=now_there[0].sms_blocked or wish.sms_denied,
            lists_added=known.lists_added if known else frozenset(),
        )
        with self.ledger.database.begin() as connection:
            self.ledger.people.pass_on(connection, wish.source, person)
            # Who moves takes the lists along, and has to leave them by the new name.
            self.ledger.members.carry(connection, wish.source, person)
            for each in sorted(left):
                self.ledger.objections.carry(connection, each, person)
                self.ledger.traces.carry(connection, each, person)
                self.ledger.people.forget(connection, each)
                if past != NO_PAST:
                    # The old address said no as well: should it turn up again, that still holds.
                    gone = past.of(Person(each, seen_at=""))
                    self.ledger.people.remember(connection, [gone])
            self.ledger.people.remember(connection, [there.of(moved)])


def put(client: Client, found: dict[str, Any], body: dict[str, Any], also: int = 204) -> Answer:
    """Change one contact by its id (``PUT /contacts/{id}``); return the answer."""
    return client.write(
        "PUT",
        f"/contacts/{found['id']}",
        body,
        expected={204, also},
        params={"identifierType": "contact_id"},
    )


def blocks_of(*, email: bool, sms: bool) -> dict[str, Any]:
    """Return the flags that block; a flag that does not is left out, never false."""
    flags = {"emailBlacklisted": email, "smsBlacklisted": sms}
    return {name: True for name, blocked in flags.items() if blocked}


def _past_of(known: Person | None, found: dict[str, Any] | None) -> Past:
    """Return what Brevo shows, or where it shows nothing any more, what we remember."""
    if found is not None:
        return Past(
            bool(found.get("emailBlacklisted")),
            bool(found.get("smsBlacklisted")),
            frozenset(found.get("listUnsubscribed") or ()),
        )
    if known is not None:
        return Past(known.email_blocked, known.sms_blocked, known.lists_left)
    return NO_PAST
