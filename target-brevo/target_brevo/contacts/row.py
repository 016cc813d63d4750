"""One contact on its way, packed small: a load of thousands waits as bytes, not as objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import orjson

from tajo_mapping.operations import SUM, SUM_BY, SUM_OF, UNKNOWN, Contact
from target_brevo.contacts.words import Words, denies, is_denied, with_denials
from target_brevo.ledger.book import Ledger, digest
from target_brevo.packing import packed
from target_brevo.verdicts import Claim

# What identifies a person, the first that is there: Brevo's identifierType, and where it is.
IDENTIFIERS = (("phone_id", "SMS"), ("whatsapp_id", "WHATSAPP"))


class Identity(NamedTuple):
    """By what Brevo finds a contact: its ``identifierType`` and the value."""

    type: str
    value: str

    def hashed(self, ledger: Ledger) -> str:
        """Return the salted hash under which the ledger keeps this person."""
        value = self.value.lstrip("+0") if self.type in _PHONES else self.value
        return ledger.hash(self.type, value)


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


class Row(NamedTuple):
    """A packed ``Wanted`` with what is needed to sort it without unpacking.

    ``previous`` is the person that this source became before, where that was another.
    """

    source: str
    person: str
    previous: str | None
    at: str | None
    claim: Claim
    fingerprint: str
    denies: bool
    data: bytes

    @property
    def keys(self) -> tuple[str, ...]:
        """The hashes of everything that must not be under way while this row leaves."""
        keys = (self.source, self.person)
        return (*keys, self.previous) if self.previous else keys

    def hearing(self, words: Words, at: str | None) -> "Row":
        """Return the row with each no among ``words`` (of a record of ``at``) that still holds."""
        if not denies(words):
            return self
        wish = unpacked(self.data)
        heard = with_denials(wish.consent, self.at, words, at)
        if heard == wish.consent or not wish.owner:
            return self
        return self._replace(denies=True, data=packed(replace(wish, consent=heard)))


def identity_of(
    email: str | None, attributes: dict[str, Any], ext_id: str | None
) -> Identity | None:
    """Return the identifier that names a person, e-mail first; None where there is none."""
    if email:
        return Identity("email_id", email)
    for kind, name in IDENTIFIERS:
        value = attributes.get(name)
        if isinstance(value, str) and value:
            return Identity(kind, value)
    return Identity("ext_id", ext_id) if ext_id else None


def wanted(contact: Contact, names: Mapping[str, str], backfill: bool, source: str) -> Wanted:
    """Return what ``contact`` wants, under the account's attribute ``names``.

    ``backfill`` is part of the fingerprint: turning the setting on must make contacts go again,
    and so must allowing a grant to unblock.
    """
    guarded = {
        name
        for name in contact.attributes
        if not contact.owner or contact.rules.get(name) == "only_if_empty"
    }
    parts: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    sums = _sums(contact, names)
    for name, value in contact.attributes.items():
        if names.get(name, name) not in sums:
            parts[name in guarded][names.get(name, name)] = value
    consent = {
        channel: [given.state, given.at]
        for channel in ("email", "sms", "whatsapp")
        if contact.owner and (given := contact.consent.get(channel, UNKNOWN)).state != "unknown"
    }
    lists = list(contact.mailing_lists) if contact.owner else []
    facts: tuple[Any, ...] = (
        contact.email, contact.ext_id, parts[0], parts[1], consent, lists, contact.mode,
        contact.owner,
    )  # fmt: skip
    reconsent = contact.owner and contact.consent.get("email", UNKNOWN).reconsent
    if reconsent:
        facts = (*facts, "reconsent")
    mirrored = list(contact.mirrored) if contact.owner else []
    if sums or mirrored:
        facts = (*facts, sums, mirrored)
    printed = orjson.dumps((facts, backfill), option=orjson.OPT_SORT_KEYS)
    return Wanted(
        source=source,
        fingerprint=digest(b"", printed.decode()),
        platform=contact.source.platform,
        store=contact.source.store,
        stream=contact.source.stream,
        at=contact.source.at,
        email=contact.email,
        ext_id=contact.ext_id,
        attributes=parts[0],
        fills=parts[1],
        consent=consent,
        lists=lists,
        mode=contact.mode,
        owner=contact.owner,
        reconsent=reconsent,
        sums=sums,
        mirrored=mirrored,
    )


def _sums(contact: Contact, names: Mapping[str, str]) -> dict[str, Addend]:
    found: dict[str, Addend] = {}
    for name, rule in contact.rules.items():
        if not rule.startswith(SUM) or name not in contact.attributes:
            continue
        value = contact.attributes[name]
        unit_name = rule.removeprefix(SUM_BY) if rule.startswith(SUM_BY) else None
        unit = contact.attributes.get(unit_name) if unit_name else None
        if rule.startswith(SUM_OF):
            unit = rule.removeprefix(SUM_OF)
        found[names.get(name, name)] = (
            None if value is None else str(value),
            str(unit) if unit else None,
            names.get(unit_name, unit_name) if unit_name else None,
        )
    return found


def unpacked(data: bytes) -> Wanted:
    """Return what ``packing.packed`` made bytes of."""
    return Wanted(**orjson.loads(data))
