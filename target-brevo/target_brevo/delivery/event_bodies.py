"""What of an event goes to Brevo, and what Brevo would not take."""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

import orjson

from tajo_mapping.operations import Event, Source
from target_brevo.clock import moment
from target_brevo.contacts.row import Identity
from target_brevo.ledger.book import Ledger, digest, source_hash
from target_brevo.packing import packed

# POST /events/batch: 200 events and 512 KB a body, 50 KB of properties an event
# (developers.brevo.com/docs/event-endpoints, checked 2026-11-24).
MOST_EVENTS = 200
LARGEST_BODY = 500_000
LARGEST_PROPERTIES = 50 * 1024
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")


def buyer(event: Event) -> Identity:
    """Return by what Brevo finds the event's contact."""
    # The e-mail address alone where there is one: an own id may name another contact.
    if event.email:
        return Identity("email_id", event.email)
    return Identity("ext_id", event.ext_id or "")


def body_of(event: Event, tajo_key: str) -> bytes:
    """Return the event as Brevo takes it, packed."""
    identity = buyer(event)
    return packed(
        {
            "event_name": event.name,
            "event_date": event.at,
            "identifiers": {identity.type: identity.value},
            # By this an event is found again in GET /events, which has no id of its own.
            "event_properties": {**_without_nulls(event.properties), "tajo_key": tajo_key},
        }
    )


def _without_nulls(properties: object) -> dict[str, object]:
    # event_properties take text, number, boolean, object and array (API v3), no null.
    found = dict(properties) if isinstance(properties, dict) else {}
    return {name: value for name, value in found.items() if value is not None}


def problem_of(event: Event) -> str:
    """Return why Brevo would not take the event; empty where it would."""
    if not _NAME.fullmatch(event.name):
        return "the event's name may hold only letters, digits, - and _"
    if moment(event.at) is None:
        return "the event's time is no time"
    if not event.email and not event.ext_id:
        return "the event names no contact: neither e-mail address nor own id"
    if len(orjson.dumps(dict(event.properties), default=str)) > LARGEST_PROPERTIES:
        return "the event's properties are larger than 50 KB"
    return ""


class HasBody(Protocol):
    """Anything with an event's body."""

    @property
    def body(self) -> bytes:
        """The event, packed."""


Row = TypeVar("Row", bound=HasBody)


def in_bodies(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield ``rows`` in their order, as many together as one batch may hold."""
    part: list[Row] = []
    size = 0
    for row in rows:
        if part and (len(part) >= MOST_EVENTS or size + len(row.body) > LARGEST_BODY):
            yield part
            part, size = [], 0
        part.append(row)
        size += len(row.body) + 1
    if part:
        yield part


def tajo_key_of(origin: Source, name: str, key: str) -> str:
    """Return the key by which an event is known for good, in the ledger and in Brevo."""
    return digest(b"", origin.platform, origin.store, name, key)


def reject_key(ledger: Ledger, origin: Source, name: str, key: str) -> str:
    """Return the hash of a refused event: the event's own, or its record's where it has no key."""
    if key:
        return ledger.hash("event", tajo_key_of(origin, name, key))
    return ledger.hash("event of", name, source_hash(ledger, origin))
