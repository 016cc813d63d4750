"""What Brevo holds of a person, and what was sent for a record: values, and rows of the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from target_brevo.ledger.tables import without_nul

# No hash, so whatever is compared with it has changed: it was about to be sent, and whether Brevo
# has it nobody knows.
INTENDED = "intended"
# No hash either: something was sent, and whether Brevo holds that or another version is not sure.
UNSURE = "forgotten"


@dataclass(frozen=True, slots=True)
class Person:
    """What we know of one contact in Brevo; ``person`` is the salted hash of the identity."""

    person: str
    seen_at: str
    brevo_id: int | None = None
    email_blocked: bool = False
    sms_blocked: bool = False
    filled: frozenset[str] = frozenset()
    lists_added: frozenset[int] = frozenset()
    lists_left: frozenset[int] = frozenset()

    def blocks(self, channel: str) -> bool:
        """Say whether ``email`` or ``sms`` is blocked."""
        return self.email_blocked if channel == "email" else self.sms_blocked

    def also_blocked(self, *, email: bool, sms: bool) -> "Person":
        """Return the person with these blocks beside those that are there."""
        return replace(
            self,
            email_blocked=self.email_blocked or email,
            sms_blocked=self.sms_blocked or sms,
        )


class Seen(NamedTuple):
    """That a channel of a person (a hash) turned out to be blocked, or not to be any more."""

    person: str
    channel: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class SentSource:
    """What was last sent for one source record, and the person it became.

    ``line`` says what the record's line was (``contacts.familiar``), empty where that is not told.
    """

    source: str
    person: str
    platform: str
    store: str
    stream: str
    owner: bool
    fingerprint: str
    at: str | None
    consent: Mapping[str, Sequence[str | None]]
    sent_at: str
    line: str = ""


class Marked(NamedTuple):
    """As what a source record was sent last, as which person, and the mark of its line then."""

    fingerprint: str
    person: str
    line: str


class Sent(NamedTuple):
    """What has to be known of a source record to sort a newer version of it.

    ``consent`` is JSON, as the ledger keeps it.
    """

    person: str
    fingerprint: str
    at: str | None
    consent: str
    line: str

    @property
    def words(self) -> Mapping[str, Sequence[str | None]]:
        """What it was sent with of consent."""
        found: Mapping[str, Sequence[str | None]] = orjson.loads(self.consent)
        return found


# A row of the ledger but for its account, in the order of the columns. What waits for its
# confirmation waits in this form, so that nothing is left to be done when it comes.
PersonRow = tuple[str, int | None, bool, bool, str, str, str, str]
SourceRow = tuple[str, str, str, str, str, bool, str, str | None, str, str, str]
PERSON = (
    "person", "brevo_id", "email_blocked", "sms_blocked", "filled", "lists_added", "lists_left",
    "seen_at",
)  # fmt: skip
SOURCE = tuple(each.name for each in fields(SentSource))


def person_row(person: Person) -> PersonRow:
    """Return the row of a person."""
    return (
        person.person,
        person.brevo_id,
        person.email_blocked,
        person.sms_blocked,
        _printed(person.filled),
        _printed(person.lists_added),
        _printed(person.lists_left),
        person.seen_at,
    )


def person_of(row: Sequence[Any]) -> Person:
    """Return the person of a row; SQLite keeps no and yes as 0 and 1."""
    person, brevo_id, email_blocked, sms_blocked, filled, added, left, seen_at = row
    return Person(
        person,
        seen_at,
        brevo_id,
        bool(email_blocked),
        bool(sms_blocked),
        _parsed(filled),
        _parsed(added),
        _parsed(left),
    )


def source_row(sent: SentSource) -> SourceRow:
    """Return the row of a source record."""
    return (
        sent.source,
        sent.person,
        without_nul(sent.platform),
        without_nul(sent.store),
        without_nul(sent.stream),
        sent.owner,
        sent.fingerprint,
        None if sent.at is None else without_nul(sent.at),
        orjson.dumps(sent.consent).decode(),
        sent.sent_at,
        sent.line,
    )


def source_of(row: Sequence[Any]) -> SentSource:
    """Return what a row of a source record says."""
    source, person, platform, store, stream, owner, fingerprint, at, consent, sent_at, line = row
    return SentSource(
        source,
        person,
        platform,
        store,
        stream,
        bool(owner),
        fingerprint,
        at,
        orjson.loads(consent),
        sent_at,
        line,
    )


@lru_cache(maxsize=4096)
def _parsed(text: str) -> frozenset[Any]:
    """Return a set as the ledger keeps it; most persons share theirs with thousands."""
    return frozenset(orjson.loads(text))


@lru_cache(maxsize=4096)
def _printed(members: frozenset[Any]) -> str:
    return orjson.dumps(sorted(members)).decode()
