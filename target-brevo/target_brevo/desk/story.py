"""Everything that the ledger and one read of Brevo tell of one person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from target_brevo.brevo.client import Client
from target_brevo.contacts.row import Identity
from target_brevo.desk.asking import Asked, ids_of
from target_brevo.desk.consent_now import CHANNELS, ConsentNow, consent_now
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.holdings import INTENDED, Person, SentSource
from target_brevo.ledger.refused import Standing
from target_brevo.ledger.sendings import Sending

_FOUND = 200
_STATES = {
    "accepted": "sent",
    "done": "sent, found in Brevo afterwards",
    "pending": "about to be sent; the next run looks whether it was",
    "unknown": "sent without an answer and not found in Brevo, so not sent again",
}
# By what the ledger has for a fingerprint; anything else is one.
_OUTCOMES = {
    "": "not sent, or to be sent again",
    INTENDED: "about to be sent, not confirmed; the next run sends it",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing that went to Brevo.

    ``at`` is when, ``of`` the source's own time, ``record`` its record's id, or the hash of it.
    """

    what: str
    at: str
    of: str | None
    platform: str
    store: str
    stream: str
    record: str
    outcome: str = "sent"


@dataclass(frozen=True, slots=True)
class Membership:
    """One list: whether the person is on it now, was put there by us, and has left it."""

    list_id: int
    name: str
    on_it: bool
    put_there: bool
    left: bool


@dataclass(frozen=True, slots=True)
class Story:
    """What there is to tell; ``contact`` is what Brevo shows now, None where it holds nobody."""

    contact: Mapping[str, Any] | None
    consent: Sequence[ConsentNow]
    lists: Sequence[Membership]
    sent: Sequence[Sent]
    refused: Sequence[Standing]

    @property
    def is_empty(self) -> bool:
        """Whether nobody of that name was ever met."""
        said = any(each.state != "unknown" for each in self.consent)
        return self.contact is None and not (said or self.lists or self.sent or self.refused)


def told(asked: Asked, ledger: Ledger, client: Client) -> Story:
    """Return the story of whom was asked for: the ledger, and one call."""
    persons = asked.persons(ledger)
    known = list(ledger.people.known(persons).values())
    brevo_id = next((each.brevo_id for each in known if each.brevo_id is not None), None)
    identity = asked.read_as(brevo_id)
    contact = _read(client, identity) if identity else None
    persons = list(dict.fromkeys([*persons, *_identities(contact, ledger)]))
    known = list(ledger.people.known(persons).values())
    sources = [each for person in persons for each in ledger.people.sources_of(person)]
    objections = [each for person in persons for each in ledger.objections.of(person)]
    sent = [*_contacts(ledger, sources, contact), *_operations(ledger, persons)]
    traces = ledger.traces.about(persons)
    keys = [each.key for each in traces] + [each.source for each in traces]
    keys += [each.source for each in sources]
    return Story(
        contact=contact,
        consent=[consent_now(name, contact, known, sources, objections) for name in CHANNELS],
        lists=_lists(ledger, contact, known),
        sent=sorted(sent, key=lambda each: each.at, reverse=True),
        refused=ledger.rejects.of(list(dict.fromkeys([*keys, *asked.sources(ledger)]))),
    )


def as_facts(story: Story, *, values: bool) -> dict[str, Any]:
    """Return a story as JSON values; what attributes hold only with ``values``."""
    contact = story.contact
    shown = None
    if contact is not None:
        names = ("id", "createdAt", "modifiedAt", "emailBlacklisted", "smsBlacklisted")
        shown = {name: contact.get(name) for name in names}
        held = {name: v for name, v in sorted(_attributes(contact).items()) if v not in (None, "")}
        shown["attributes"] = held if values else list(held)
    return {
        "contact": shown,
        "consent": [asdict(each) for each in story.consent],
        "lists": [asdict(each) for each in story.lists],
        "sent": [asdict(each) for each in story.sent],
        "refused": [each.shown() for each in story.refused],
    }


def _read(client: Client, identity: Identity) -> dict[str, Any] | None:
    path = f"/contacts/{quote(identity.value, safe='')}"
    answer = client.get(path, {"identifierType": identity.type}, also={400, 404})
    return answer.json() if answer.status == _FOUND else None


def _attributes(contact: Mapping[str, Any]) -> Mapping[str, Any]:
    return contact.get("attributes") or {}


def _identities(contact: Mapping[str, Any] | None, ledger: Ledger) -> Iterator[str]:
    """Yield every hash under which the ledger may know this contact."""
    if contact is None:
        return
    attributes = _attributes(contact)
    values = (
        ("email_id", str(contact.get("email") or "").lower()),
        ("phone_id", attributes.get("SMS")),
        ("whatsapp_id", attributes.get("WHATSAPP")),
        ("ext_id", attributes.get("EXT_ID")),
    )
    for kind, value in values:
        if value:
            yield Identity(kind, str(value)).hashed(ledger)


def _contacts(
    ledger: Ledger, sources: Sequence[SentSource], contact: Mapping[str, Any] | None
) -> Iterator[Sent]:
    ext_id = str(_attributes(contact).get("EXT_ID") or "") if contact else ""
    for each in sources:
        record = ext_id.removeprefix(f"{each.platform}:{each.store}:")
        named = each.source in (
            ledger.hash(each.platform, each.store, each.stream, own)
            for own in ids_of(each.platform, each.stream, record)
        )
        yield Sent(
            what="contact" if each.owner else "contact (as a guest)",
            at=each.sent_at,
            of=each.at,
            platform=each.platform,
            store=each.store,
            stream=each.stream,
            # The ledger keeps no id; where Brevo's own ext_id is this record's, it can be named.
            record=record if named else each.source,
            outcome=_OUTCOMES.get(each.fingerprint, "sent"),
        )


def _operations(ledger: Ledger, persons: Sequence[str]) -> Iterator[Sent]:
    traces = ledger.traces.about(persons)
    keys = [each.key for each in traces]
    once = {each.key: each for each in ledger.sendings.of(keys)}
    orders = ledger.goods.known("order", [each.key for each in traces if each.kind == "order"])
    for each in traces:
        sending, order = once.get(each.key), orders.get(each.key)
        of: str | None
        if each.kind == "event" and sending is not None:
            what, at, of = f"event {sending.name}", sending.at, sending.happened_at
            outcome = _STATES[sending.state]
        elif each.kind == "order" and order is not None:
            what, at, of, outcome = "order", order.sent_at, order.at, _of_order(sending)
        else:
            continue
        yield Sent(what, at, of, each.platform, each.store, each.stream, each.source, outcome)


def _of_order(live: Sending | None) -> str:
    if live is None:
        return "sent as historical: it started no automation"
    return f"sent as new at first ({live.at[:19]}): automations may have started"


def _lists(
    ledger: Ledger, contact: Mapping[str, Any] | None, known: Sequence[Person]
) -> list[Membership]:
    names = {number: name for name, number in ledger.places.made_lists().items()}
    now = set(contact.get("listIds") or ()) if contact else set()
    left = set(contact.get("listUnsubscribed") or ()) if contact else set()
    left = left.union(*(each.lists_left for each in known))
    added = set().union(*(each.lists_added for each in known))
    return [
        Membership(each, names.get(each, ""), each in now, each in added, each in left)
        for each in sorted(now | left | added)
    ]
