"""From a contact to the row that waits: hashed, printed once, and sorted into its pattern."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from tajo_mapping.consent import says_no
from tajo_mapping.operations import LATEST, SUM, SUM_BY, SUM_OF, UNKNOWN, Contact
from target_brevo.clock import moment
from target_brevo.contacts.marks import Marks, is_whole
from target_brevo.contacts.row import IDENTIFIERS, Addend, Pattern, Row, identity_of
from target_brevo.ledger.book import Hashing
from target_brevo.verdicts import Claim

# A larger contact is refused, so that a body can always be cut in time.
LARGEST_ROW = 500_000
TOO_LARGE = "the contact is larger than 500 KB"
WITHOUT = f"{TOO_LARGE}: its attributes were left out, so that the record's no arrives"
NOBODY = "no identifier: neither e-mail address nor phone number nor own id"
_CHANNELS = frozenset({"email", "sms", "whatsapp"})
# Most patterns that are kept: a mapping of many fields that may be null has as many.
_MOST = 4096


class Parts(NamedTuple):
    """The attributes of a contact: written, only filled in, and summed up."""

    attributes: Mapping[str, Any]
    fills: Mapping[str, Any]
    sums: Mapping[str, Addend]


class Make(NamedTuple):
    """What contacts have in common that differ in values alone.

    ``ending`` is the end of what their fingerprints are printed from, but for sums and
    ``mirrored`` lists, which are left out where there are none of either.
    """

    pattern: Pattern
    ending: bytes
    mirrored: bytes


@dataclass
class Taking:
    """Packs contacts.

    ``names`` are the account's own names of attributes. ``backfill`` is part of the fingerprint:
    turning the setting on must make contacts go again, and so must allowing a grant to unblock.
    """

    hashing: Hashing
    names: Mapping[str, str]
    backfill: bool
    first_seen: Callable[[str, str], str]
    marks: Marks
    note: Callable[[str], None]
    _makes: dict[Any, Make] = field(default_factory=dict)
    _first_days: dict[tuple[str, str], datetime | None] = field(default_factory=dict)

    def row(self, contact: Contact, claim: Claim, source: str, line: bytes) -> Row | str:
        """Return the row of a contact whose record has the hash ``source``, or why there is none.

        ``line`` is the record's, empty where the contact is not all that becomes of it.

        Raises orjson.JSONEncodeError for what JSON cannot hold.
        """
        email, ext_id, values = contact.email, contact.ext_id, contact.attributes
        parts = self._parts(contact) if self._is_mixed(contact) else Parts(values, {}, {})
        if parts.fills:
            values = {**parts.attributes, **parts.fills}
        identity = identity_of(email, values, ext_id)
        if identity is None:
            return NOBODY
        make = self._make(contact, parts, identity.type)
        attributes = _printed(parts.attributes)
        fills = _printed(parts.fills) if parts.fills else b"{}"
        sums = _printed(parts.sums) if parts.sums else b"{}"
        consent = _consent(contact)
        ending = make.ending
        if parts.sums or make.mirrored != b"[]":
            ending = b"%b,%b,%b" % (ending, sums, make.mirrored)
        facts = b"[[%b,%b,%b,%b,%b,%b]" % (
            orjson.dumps(email), orjson.dumps(ext_id), attributes, fills, consent, ending,
        )  # fmt: skip
        if len(facts) > LARGEST_ROW:
            bare = _bare(contact)
            # Invariant 3: a no must arrive, whatever else is wrong with its record.
            if bare is None or bare == contact:
                return TOO_LARGE
            self.note(WITHOUT)
            return self.row(bare, claim, source, b"")
        facts += b"],true]" if self.backfill else b"],false]"
        fingerprint = hashlib.sha256(facts).hexdigest()[:32]
        person = self.hashing((identity.type,), identity.known_by)
        marked = line and is_whole(contact)
        return Row(
            source,
            person,
            None,
            contact.source.at,
            claim,
            fingerprint,
            make.pattern,
            email,
            ext_id,
            attributes,
            fills,
            consent.decode(),
            sums,
            self.marks.of(claim.stream, line, fingerprint, person) if marked else "",
        )

    def _is_mixed(self, contact: Contact) -> bool:
        """Say whether a contact may have more than attributes under own names."""
        attributes, rules, names = contact.attributes, contact.rules, self.names
        return (
            not contact.owner
            or bool(rules and not rules.keys().isdisjoint(attributes))
            or bool(names and not names.keys().isdisjoint(attributes))
        )

    def _make(self, contact: Contact, parts: Parts, identified: str) -> Make:
        """Return what the contact shares with others; ``identified`` is by what Brevo finds it."""
        source, attributes, consent = contact.source, contact.attributes, contact.consent
        key = (
            source.platform, source.store, source.stream, contact.owner, contact.mode,
            contact.mailing_lists, contact.mirrored, tuple(contact.rules.items()), len(self.names),
            tuple(attributes), all(attributes.values()) or _emptiness(attributes),
            identified, not contact.email, not contact.ext_id,
            tuple([(channel, word.state, word.reconsent) for channel, word in consent.items()]),
            contact.owner and bool(contact.mailing_lists) and self._is_news(contact),
        )  # fmt: skip
        found = self._makes.get(key)
        if found is None:
            if len(self._makes) >= _MOST:
                self._makes.clear()
            found = self._makes[key] = _made(contact, parts)
        return found

    def _parts(self, contact: Contact) -> Parts:
        rules, names = contact.rules, self.names
        attributes: dict[str, Any] = {}
        fills: dict[str, Any] = {}
        sums = _sums(contact, names)
        for name, value in contact.attributes.items():
            here = names.get(name, name)
            if here not in sums:
                filling = not contact.owner or rules.get(name) == "only_if_empty"
                (fills if filling else attributes)[here] = value
        return Parts(attributes, fills, sums)

    def _is_news(self, contact: Contact) -> bool:
        """Say whether the grant is not known to be older than the store's first day."""
        given = contact.consent.get("email", UNKNOWN)
        if given.state == "unknown" or given.at is None:
            return False
        store = contact.source[:2]
        if store not in self._first_days:
            self._first_days[store] = moment(self.first_seen(*store))
        granted, first = moment(given.at), self._first_days[store]
        return granted is None or first is None or granted >= first


def _bare(contact: Contact) -> Contact | None:
    """Return a contact that says no with nothing but its identifiers, None for another one."""
    if not (contact.owner and says_no(contact.consent)):
        return None
    named = {
        name: contact.attributes[name] for _, name in IDENTIFIERS if name in contact.attributes
    }
    return contact._replace(attributes=named, rules={})


def _printed(value: Mapping[str, Any]) -> bytes:
    # A copy: orjson 3.11 leaves its buffer of 8 KB or so behind every result, and rows wait.
    return bytes(memoryview(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)))


def _consent(contact: Contact) -> bytes:
    """Return what is said of consent, printed: channel → [state, since]."""
    if not contact.owner or not contact.consent:
        return b"{}"
    said = {
        channel: (given.state, given.at)
        for channel, given in contact.consent.items()
        if given.state != "unknown" and channel in _CHANNELS
    }
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


def _emptiness(values: Mapping[str, Any]) -> tuple[bool | None, ...]:
    """Return of each value whether it is something, or null (None)."""
    return tuple([None if value is None else value not in ("", []) for value in values.values()])


def _made(contact: Contact, parts: Parts) -> Make:
    owner, words = contact.owner, contact.consent if contact.owner else {}
    mirrored = contact.mirrored if owner else ()
    lists = contact.mailing_lists if owner else ()
    reconsent = words.get("email", UNKNOWN).reconsent
    names = parts.attributes.keys() | parts.fills.keys()
    apart = len(names) == len(parts.attributes) + len(parts.fills)
    pattern = Pattern(
        platform=contact.source.platform,
        store=contact.source.store,
        stream=contact.source.stream,
        lists=lists,
        mirrored=mirrored,
        mode=contact.mode,
        owner=owner,
        reconsent=reconsent,
        fills=bool(parts.fills),
        denies=any(words[channel].state == "denied" for channel in words if channel in _CHANNELS),
        plain=apart and not parts.sums and not mirrored and "EXT_ID" not in names,
    )
    more = ["reconsent"] if reconsent else []
    ending = orjson.dumps([list(lists), contact.mode, owner, *more])[1:-1]
    return Make(pattern, ending, orjson.dumps(list(mirrored)))


def _sums(contact: Contact, names: Mapping[str, str]) -> dict[str, Addend]:
    found: dict[str, Addend] = {}
    for name, rule in contact.rules.items():
        if not rule.startswith((SUM, LATEST)) or name not in contact.attributes:
            continue
        value = contact.attributes[name]
        unit_name = rule.removeprefix(SUM_BY) if rule.startswith(SUM_BY) else None
        unit = contact.attributes.get(unit_name) if unit_name else None
        if rule.startswith(SUM_OF):
            unit = rule.removeprefix(SUM_OF)
        elif rule == LATEST:
            unit = LATEST
        found[names.get(name, name)] = (
            None if value is None else str(value),
            str(unit) if unit else None,
            names.get(unit_name, unit_name) if unit_name else None,
        )
    return found
