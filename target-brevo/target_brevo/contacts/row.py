"""One contact on its way, packed small: a load of thousands waits as bytes, not as objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import orjson

from target_brevo.contacts.words import Words, denies, is_denied, with_denials
from target_brevo.ledger.book import Ledger
from target_brevo.verdicts import Claim

# What identifies a person, the first that is there: Brevo's identifierType, and where it is.
IDENTIFIERS = (("phone_id", "SMS"), ("whatsapp_id", "WHATSAPP"))


class Identity(NamedTuple):
    """By what Brevo finds a contact: its ``identifierType`` and the value."""

    type: str
    value: str

    def hashed(self, ledger: Ledger) -> str:
        """Return the salted hash under which the ledger keeps this person."""
        return ledger.hash(self.type, self.known_by)

    @property
    def known_by(self) -> str:
        """The value as it is hashed: however a phone number is written, it is the same one."""
        return self.value.lstrip("+0") if self.type in _PHONES else self.value


_PHONES = frozenset({"phone_id", "whatsapp_id"})


# Amount (a decimal as text, None for null), unit, and the attribute that holds the unit.
Addend = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one source record wants of its person.

    ``source`` and ``fingerprint`` are hashes; ``attributes`` carry the account's names;
    ``fills`` are attributes that may only be written where Brevo holds nothing; ``reconsent``
    says that its grant may unblock who said no before. ``sums`` are what it adds to attributes
    that are sums; ``mirrored`` are the lists that its person leaves when it is not granted.
    """

    source: str
    fingerprint: str
    platform: str
    store: str
    stream: str
    at: str | None
    email: str | None
    ext_id: str | None
    attributes: dict[str, Any]
    fills: dict[str, Any]
    consent: dict[str, list[str | None]]
    lists: list[str]
    mode: str
    owner: bool
    reconsent: bool = False
    sums: dict[str, Addend] = field(default_factory=dict)
    mirrored: list[str] = field(default_factory=list)

    @property
    def email_denied(self) -> bool:
        """Whether the source says no to e-mail."""
        return is_denied(self.consent, "email")

    @property
    def sms_denied(self) -> bool:
        """Whether the source says no to text messages."""
        return is_denied(self.consent, "sms")

    @property
    def granted_at(self) -> str | None:
        """Since when the source says yes to e-mail, where it says so."""
        state, at = self.consent.get("email", [None, None])
        return at if state == "granted" else None

    @property
    def identity(self) -> Identity | None:
        """By what Brevo finds this person."""
        return identity_of(self.email, self.attributes | self.fills, self.ext_id)


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """What a row has in common with others: everything of it that is no value.

    Rows share one object where they are from the same stream, say the same of consent and lists,
    and have something, nothing or a null in the same attributes: whoever is planned by that alone
    can be planned once for all of them. ``plain`` says that this is enough.
    """

    platform: str
    store: str
    stream: str
    lists: tuple[str, ...]
    mirrored: tuple[str, ...]
    mode: str
    owner: bool
    reconsent: bool
    fills: bool
    denies: bool
    plain: bool


class Row(NamedTuple):
    """A source record's wish, packed, with what is needed to sort it without unpacking.

    ``previous`` is the person that this source became before, where that was another.
    ``attributes``, ``fills``, ``consent`` and ``sums`` are those of ``Wanted``, as JSON, ``line``
    is the mark of the record's line (``marks``).
    """

    source: str
    person: str
    previous: str | None
    at: str | None
    claim: Claim
    fingerprint: str
    pattern: Pattern
    email: str | None
    ext_id: str | None
    attributes: bytes
    fills: bytes
    consent: str
    sums: bytes
    line: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The hashes of everything that must not be under way while this row leaves."""
        keys = (self.source, self.person)
        return (*keys, self.previous) if self.previous else keys

    @property
    def size(self) -> int:
        """About how many bytes it will have in Brevo's import."""
        return len(self.attributes) + len(self.fills) + len(self.sums) + _FRAME

    @property
    def words(self) -> Words:
        """What it says of consent."""
        found: Words = orjson.loads(self.consent)
        return found

    def hearing(self, words: Words, at: str | None) -> "Row":
        """Return the row with each no among ``words`` (of a record of ``at``) that still holds."""
        if not denies(words):
            return self
        own = self.words
        heard = with_denials(own, self.at, words, at)
        if heard == own or not self.pattern.owner:
            return self
        pattern = replace(self.pattern, denies=True, plain=False)
        return self._replace(pattern=pattern, consent=orjson.dumps(heard).decode())


# Braces, the e-mail address and the own id.
_FRAME = 120


def identity_of(
    email: str | None, attributes: Mapping[str, Any], ext_id: str | None
) -> Identity | None:
    """Return the identifier that names a person, e-mail first; None where there is none."""
    if email:
        return Identity("email_id", email)
    for kind, name in IDENTIFIERS:
        value = attributes.get(name)
        if isinstance(value, str) and value:
            return Identity(kind, value)
    return Identity("ext_id", ext_id) if ext_id else None


def unpacked(row: Row) -> Wanted:
    """Return the wish of a row."""
    pattern = row.pattern
    return Wanted(
        source=row.source,
        fingerprint=row.fingerprint,
        platform=pattern.platform,
        store=pattern.store,
        stream=pattern.stream,
        at=row.at,
        email=row.email,
        ext_id=row.ext_id,
        attributes=orjson.loads(row.attributes),
        fills=orjson.loads(row.fills),
        consent=orjson.loads(row.consent),
        lists=list(pattern.lists),
        mode=pattern.mode,
        owner=pattern.owner,
        reconsent=pattern.reconsent,
        sums=orjson.loads(row.sums),
        mirrored=list(pattern.mirrored),
    )
