"""From a contact to the row that waits: hashed, printed once, and sorted into its pattern."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from tajo_mapping.operations import LATEST, SUM, SUM_BY, SUM_OF, UNKNOWN, Contact
from target_brevo.clock import is_older
from target_brevo.contacts.marks import Marks, is_whole
from target_brevo.contacts.row import Addend, Pattern, Row, identity_of
from target_brevo.ledger.book import Hashing
from target_brevo.verdicts import Claim

# A larger contact is refused, so that a body can always be cut in time.
LARGEST_ROW = 500_000
TOO_LARGE = "the contact is larger than 500 KB"
NOBODY = "no identifier: neither e-mail address nor phone number nor own id"
_CHANNELS = frozenset({"email", "sms", "whatsapp"})
# Most patterns that are kept: a mapping of many fields that may be null has as many.
_MOST = 4096


class Parts(NamedTuple):
    """The attributes of a contact: written, only filled in, and summed up."""

    attributes: Mapping[str, Any]
    fills: Mapping[str, Any]
    sums: Mapping[str, Addend]


class Layout(NamedTuple):
    """What contacts of one make share: ``mixed`` ones have more than attributes under own names.

    ``ending`` is the end of what their fingerprints are printed from.
    """

    number: int
    mixed: bool
    ending: bytes


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
    _layouts: dict[Any, Layout] = field(default_factory=dict)
    _patterns: dict[Any, Pattern] = field(default_factory=dict)

    def row(self, contact: Contact, claim: Claim, source: str, line: bytes) -> Row | str:
        """Return the row of a contact whose record has the hash ``source``, or why there is none.

        ``line`` is the record's, empty where the contact is not all that becomes of it.

        Raises orjson.JSONEncodeError for what JSON cannot hold.
        """
        layout = self._layout(contact)
        parts = self._parts(contact) if layout.mixed else Parts(contact.attributes, {}, {})
        consent = _consent(contact)
        attributes = _printed(parts.attributes)
        fills = _printed(parts.fills) if parts.fills else b"{}"
        sums = _printed(parts.sums) if parts.sums else b"{}"
        said = _printed(consent) if consent else b"{}"
        reconsent = contact.owner and contact.consent.get("email", UNKNOWN).reconsent
        own = (
            orjson.dumps(contact.email), orjson.dumps(contact.ext_id), attributes, fills, said,
            self._ending(contact, layout, sums, reconsent=reconsent),
        )  # fmt: skip
        facts = b"[[%b]" % b",".join(own)
        if len(facts) > LARGEST_ROW:
            return TOO_LARGE
        phones = {**parts.attributes, **parts.fills} if parts.fills else parts.attributes
        identity = identity_of(contact.email, phones, contact.ext_id)
        if identity is None:
            return NOBODY
        person = self.hashing((identity.type,), identity.known_by)
        fingerprint = hashlib.sha256(facts + self._setting).hexdigest()[:32]
        marked = line and is_whole(contact)
        return Row(
            source,
            person,
            None,
            contact.source.at,
            claim,
            fingerprint,
            self._pattern(contact, layout, parts, consent, (identity.type, reconsent)),
            contact.email,
            contact.ext_id,
            attributes,
            fills,
            said.decode(),
            sums,
            self.marks.of(claim.stream, line, fingerprint, person) if marked else "",
        )

    @property
    def _setting(self) -> bytes:
        return b"],true]" if self.backfill else b"],false]"

    def _layout(self, contact: Contact) -> Layout:
        key = (
            contact.source[:3], contact.owner, contact.mode, contact.mailing_lists,
            contact.mirrored, tuple(contact.attributes), tuple(contact.rules.items()),
            len(self.names),
        )  # fmt: skip
        found = self._layouts.get(key)
        if found is None:
            if len(self._layouts) >= _MOST:
                self._layouts.clear()
                self._patterns.clear()
            ours = any(self.names.get(name, name) != name for name in contact.attributes)
            ruled = not contact.owner or bool(contact.rules.keys() & contact.attributes.keys())
            lists = list(contact.mailing_lists) if contact.owner else []
            ending = orjson.dumps([lists, contact.mode, contact.owner])[1:-1]
            found = Layout(len(self._layouts), ours or ruled, ending)
            self._layouts[key] = found
        return found

    def _ending(self, contact: Contact, layout: Layout, sums: bytes, *, reconsent: bool) -> bytes:
        ending = layout.ending + (b',"reconsent"' if reconsent else b"")
        mirrored = list(contact.mirrored) if contact.owner else []
        if sums != b"{}" or mirrored:
            ending += b",%b,%b" % (sums, orjson.dumps(mirrored))
        return ending

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

    def _pattern(
        self,
        contact: Contact,
        layout: Layout,
        parts: Parts,
        consent: Mapping[str, list[str | None]],
        more: tuple[str, bool],
    ) -> Pattern:
        states = {channel: word[0] for channel, word in consent.items()}
        key = (
            layout.number, more, contact.email is None, contact.ext_id is None,
            tuple(states.items()), self._is_news(contact, consent),
            _emptiness(parts.attributes), _emptiness(parts.fills),
        )  # fmt: skip
        found = self._patterns.get(key)
        if found is None:
            if len(self._patterns) >= _MOST:
                self._patterns.clear()
            found = _pattern_of(contact, parts, "denied" in states.values(), reconsent=more[1])
            self._patterns[key] = found
        return found

    def _is_news(self, contact: Contact, consent: Mapping[str, list[str | None]]) -> bool | None:
        if not contact.mailing_lists or not contact.owner:
            return None
        granted_at = consent.get("email", [None, None])[1]
        first_seen = self.first_seen(contact.source.platform, contact.source.store)
        return granted_at is not None and not is_older(granted_at, first_seen)


def _printed(value: Mapping[str, Any]) -> bytes:
    # A copy: orjson 3.11 leaves its buffer of 8 KB or so behind every result, and rows wait.
    return bytes(memoryview(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)))


def _consent(contact: Contact) -> dict[str, list[str | None]]:
    if not contact.owner:
        return {}
    return {
        channel: [given.state, given.at]
        for channel, given in contact.consent.items()
        if given.state != "unknown" and channel in _CHANNELS
    }


def _emptiness(values: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return of each value whether it is null, empty or something; None where all are something."""
    if all(values.values()):
        return None
    return tuple(
        "null" if value is None else "empty" if value in ("", []) else "value"
        for value in values.values()
    )


def _pattern_of(contact: Contact, parts: Parts, denies: bool, *, reconsent: bool) -> Pattern:
    mirrored = contact.mirrored if contact.owner else ()
    names = parts.attributes.keys() | parts.fills.keys()
    apart = len(names) == len(parts.attributes) + len(parts.fills)
    source = contact.source
    return Pattern(
        platform=source.platform,
        store=source.store,
        stream=source.stream,
        lists=contact.mailing_lists if contact.owner else (),
        mirrored=mirrored,
        mode=contact.mode,
        owner=contact.owner,
        reconsent=reconsent,
        fills=bool(parts.fills),
        denies=denies,
        plain=apart and not parts.sums and not mirrored and "EXT_ID" not in names,
    )


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
