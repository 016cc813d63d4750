"""Finds out which persons Brevo holds already, with as few calls as that takes.

Either one read per person, or a walk over all contacts (1,000 a page), whichever costs less.
What a read shows goes into the ledger, so the next run asks less.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from target_brevo.brevo.client import Client
from target_brevo.brevo.facts import facts_of
from target_brevo.brevo.pages import overlapping
from target_brevo.clock import Clock, moment, stamped
from target_brevo.contacts.merging import is_value
from target_brevo.contacts.row import Identity, Row, unpacked
from target_brevo.contacts.unsubscriptions import latest
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.holdings import Person, Seen
from target_brevo.ledger.objections import Objection

# GET /contacts: at most 1,000 a page (API v3, checked 2026-11-24).
PAGE = 1000
# So few are read one by one without asking how many contacts the account has.
_FEW = 3
# Clocks differ: a walk since the last one begins a little earlier.
_OVERLAP = timedelta(minutes=10)


class Presence:
    """Reads contacts of one account."""

    def __init__(
        self,
        client: Client,
        ledger: Ledger,
        clock: Clock,
        wanted_names: Callable[[], Collection[str]],
    ) -> None:
        self._client = client
        self._ledger = ledger
        self._clock = clock
        self._wanted_names = wanted_names
        self._knows_all = False
        self._all_fresh = False
        self._has_new = False
        self._watched: dict[int, str] = {}
        self._on_list: set[tuple[str, int]] = set()
        self.started = self._latest = clock.stamp()

    @property
    def is_complete(self) -> bool:
        """Whether all contacts were read in this run: there is nothing more to look for."""
        return self._all_fresh

    def is_fresh(self, person: Person) -> bool:
        """Say whether this run has seen the person in Brevo, or written it.

        Where a clock was set back, or is another machine's, what earlier runs saw may lie ahead.
        """
        return self.started <= person.seen_at <= self._latest

    def saw(self, now: str) -> str:
        """Take in that persons are seen ``now`` (RFC 3339, UTC), and return that."""
        self._latest = max(self._latest, now)
        return now

    def watch(self, list_id: int) -> None:
        """From now on, note who is on this list: a mirrored list that others fill as well."""
        if list_id not in self._watched:
            self._watched[list_id] = self._clock.stamp()
            self._all_fresh = False

    def is_on(self, person: str, list_id: int) -> bool:
        """Say whether a person (a hash) was on a watched list when they were last seen."""
        return (person, list_id) in self._on_list

    def is_watched_since(self, person: Person) -> bool:
        """Say whether the person was seen after the last list began to be watched."""
        return all(person.seen_at > since for since in self._watched.values())

    def look(self, unknown: Sequence[Row], stale: Sequence[Row]) -> None:
        """Bring the ledger up to date on the persons of these rows, one of each.

        ``unknown`` were never seen (are they there?); of ``stale`` it matters what they hold now.
        Who is among them and not fresh afterwards is not in Brevo.
        """
        if self._all_fresh:
            return
        if self._knows_all:
            unknown = ()
        needed = len(unknown) + len(stale)
        if needed > _FEW:
            since = None if stale else self._since()
            if self._walk(since, most_pages=needed + 1):
                return
        for row in (*unknown, *stale):
            identity = unpacked(row).identity
            found = self.read(identity.type, identity.value) if identity else None
            if found is not None:
                self.observe([found])

    def read(self, kind: str, value: str) -> dict[str, Any] | None:
        """Return one contact as Brevo shows it, or None where it has no such contact."""
        path = f"/contacts/{quote(value, safe='')}"
        answer = self._client.get(path, {"identifierType": kind}, also={400, 404})
        return facts_of(answer, "id") if answer.status == 200 else None  # noqa: PLR2004 - found

    def has_new(self) -> None:
        """Take in that contacts may have been made whose ids nobody has seen yet."""
        self._has_new = True

    def walk(self) -> None:
        """Read all contacts, unless this run has done so; then those alone that are new since."""
        if not self._all_fresh:
            self._walk(since=None)
        elif self._has_new:
            self._walk(since=self._since())
            self._all_fresh = True

    def walk_if_cheaper(self, needed: int) -> None:
        """Read all contacts, where that is fewer calls than reading ``needed`` of them."""
        if not self._all_fresh:
            self._walk(since=None, most_pages=needed + 1)

    def seen(self, contact: Mapping[str, Any]) -> list[Person]:
        """Return what a contact as read says of its person, under each of its identities."""
        attributes = contact.get("attributes") or {}
        identities = [
            Identity(kind, str(value).lower() if kind == "email_id" else str(value))
            for kind, value in (
                ("email_id", contact.get("email")),
                ("phone_id", attributes.get("SMS")),
                ("whatsapp_id", attributes.get("WHATSAPP")),
            )
            if value
        ]
        if not identities and attributes.get("EXT_ID"):
            identities = [Identity("ext_id", str(attributes["EXT_ID"]))]
        wanted = self._wanted_names()
        filled = {name for name, value in attributes.items() if is_value(value) and name in wanted}
        return [
            Person(
                person=identity.hashed(self._ledger),
                seen_at=self.saw(self._clock.stamp()),
                brevo_id=contact.get("id"),
                email_blocked=bool(contact.get("emailBlacklisted")),
                sms_blocked=bool(contact.get("smsBlacklisted")),
                filled=frozenset(filled),
                lists_left=frozenset(contact.get("listUnsubscribed") or ()),
            )
            for identity in identities
        ]

    def _since(self) -> str | None:
        at = moment(self._ledger.places.walked_at())
        return stamped(at - _OVERLAP) if at and at <= self._clock.now() else None

    def _walk(self, since: str | None, most_pages: int | None = None) -> bool:
        began = self._clock.stamp()
        params = {"limit": str(PAGE), "sort": "asc"} | ({"createdSince": since} if since else {})
        counted: list[int] = []

        def read(offset: int) -> list[dict[str, Any]]:
            answer = self._client.get("/contacts", {**params, "offset": str(offset)})
            body = facts_of(answer, "count")
            counted.append(-(-int(body["count"] or 0) // PAGE))
            return body.get("contacts") or []

        # Invariant 3: who moved over the edge of a page would count as not there, with every no.
        for contacts in overlapping(read, PAGE):
            if most_pages is not None and counted[0] > most_pages:
                return False
            self.observe(contacts)
        self._knows_all, self._has_new = True, False
        self._all_fresh = since is None
        self._ledger.places.walked(began)
        return True

    def observe(self, contacts: Sequence[Mapping[str, Any]]) -> None:
        """Write what Brevo shows of these contacts, and which of its blocks are news."""
        # One person may stand under two identities, and one identity twice on shifting pages.
        found = {person.person: (person, each) for each in contacts for person in self.seen(each)}
        now = self._clock.stamp()
        if self._watched:
            self._note_lists(found.values())
        with self._ledger.database.begin() as connection:
            seen = self._ledger.people.observe(connection, [person for person, _ in found.values()])
            self._ledger.objections.add(
                connection,
                [_objection(each, found[each.person][1], now) for each in seen if each.blocked],
            )
            for each in seen:
                if not each.blocked:
                    self._ledger.objections.lift(connection, each.person, each.channel, now)

    def _note_lists(self, found: Iterable[tuple[Person, Mapping[str, Any]]]) -> None:
        for person, contact in found:
            listed = contact.get("listIds") or ()
            self._on_list |= {(person.person, each) for each in listed if each in self._watched}


def _objection(seen: Seen, contact: Mapping[str, Any], now: str) -> Objection:
    told = latest(contact) if seen.channel == "email" else None
    return Objection(seen.person, seen.channel, now, *((told.text, told.by) if told else ()))
