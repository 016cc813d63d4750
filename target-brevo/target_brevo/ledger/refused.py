"""One refused operation: what is written of it, what is read back, and which of them are meant."""

import re
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
from sqlalchemy import ColumnElement, or_

from target_brevo.ledger.tables import REJECTS

# An address or a phone number: a key that holds one is shown as its hash only.
_PERSONAL = re.compile(r"@|\+?\d[\d ().-]{6,}\d$")
# A whole record that breaks its schema stands for every kind of operation it would have become.
RECORD = "record"


@dataclass(frozen=True, slots=True)
class Original:
    """What a replay needs of a refused record.

    ``at`` is the source's time of the record, ``sealed`` the hidden line (empty: not kept),
    ``declared`` the hash of its stream's declaration, ``mapping`` the version it went through.
    """

    at: str | None = None
    platform: str = ""
    mapping: str = ""
    declared: str = ""
    sealed: str = ""

    @property
    def text(self) -> str:
        """The original as the ledger's column holds it."""
        return orjson.dumps(self).decode()

    @classmethod
    def of(cls, text: str | None) -> "Original":
        """Return what ``text`` made text of; a row of an older version holds nothing."""
        return cls(**orjson.loads(text)) if text else cls()


@dataclass(frozen=True, slots=True)
class Reject:
    """One refused operation; ``key`` is the hash that identifies it within stream and kind.

    ``fingerprint`` is the hash of what Brevo refused, empty where it was never sent; ``at`` is the
    source's time of the record; ``declared`` is the declaration that ``original`` names.
    """

    stream: str
    kind: str
    key: str
    shown_key: str
    reason: str
    line: str = ""
    code: str = ""
    hint: str = ""
    fingerprint: str = ""
    at: str | None = None
    original: Original = field(default_factory=Original)
    declared: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A reject as the ledger keeps it; times are RFC 3339 in UTC."""

    stream: str
    kind: str
    key: str
    shown_key: str
    reason: str
    line: str
    code: str
    hint: str
    first_seen: str
    last_seen: str
    tries: int
    closed_at: str | None
    fingerprint: str
    original: Original

    @property
    def name(self) -> tuple[str, str, str]:
        """What identifies it in its account."""
        return (self.stream, self.kind, self.key)

    def shown(self) -> dict[str, Any]:
        """Return it for a reader, without the record."""
        found = asdict(self)
        del found["original"], found["fingerprint"]
        return found | {"record_kept": bool(self.original.sealed)}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rejects are meant; what is empty does not narrow.

    ``keys`` are shown keys, hashes, or the beginning of one. ``kept`` wants a kept record,
    ``platform`` and ``other_mapping`` those of that platform that went through another version.
    """

    stream: str = ""
    kind: str = ""
    reason: str = ""
    keys: tuple[str, ...] = ()
    closed: bool = False
    kept: bool = False
    platform: str = ""
    other_mapping: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL conditions."""
        table, found = REJECTS.c, []
        if self.stream:
            found.append(table.stream == self.stream)
        if self.kind:
            found.append(table.kind == self.kind)
        if self.reason:
            found.append(table.reason.icontains(self.reason, autoescape=True))
        if self.keys:
            starts = [table.key.startswith(each, autoescape=True) for each in self.keys]
            found.append(or_(table.shown_key.in_(self.keys), *starts))
        if not self.closed:
            found.append(table.closed_at.is_(None))
        if self.kept:
            found.append(~table.record.contains('"sealed":""', autoescape=True))
        if self.platform:
            found.append(table.record.contains(_member("platform", self.platform), autoescape=True))
        if self.other_mapping:
            member = _member("mapping", self.other_mapping)
            found.append(~table.record.contains(member, autoescape=True))
        return found


def shown(key: str, hashed: str) -> str:
    """Return ``key`` where it names no person, else its hash."""
    return hashed if _PERSONAL.search(key) else key


def _member(name: str, value: str) -> str:
    """Return how a member of ``Original.text`` is written."""
    return orjson.dumps({name: value}).decode()[1:-1]
