"""What Brevo holds of contacts, as a dry run compares with it: short hashes, gone with the run.

Values are not kept: each is hashed with a salt of the run, in a temporary file of SQLite's own.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from secrets import token_bytes
from typing import Any

import orjson

# What may name a contact in a row, the first that is there; all but the first are attributes.
_NAMES = ("EMAIL", "SMS", "WHATSAPP", "EXT_ID")
_PHONES = frozenset({"SMS", "WHATSAPP", "LANDLINE_NUMBER"})
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held of one contact: attribute → hash of its value, and the channels blocked."""

    attributes: Mapping[str, str]
    email_blocked: bool = False
    sms_blocked: bool = False


@dataclass
class Held:
    """The contacts of one account, by every name that they have."""

    _salt: bytes = field(default_factory=lambda: token_bytes(16))

    @cached_property
    def _file(self) -> sqlite3.Connection:
        file = sqlite3.connect("")
        file.execute("CREATE TABLE held (name TEXT PRIMARY KEY, data BLOB) WITHOUT ROWID")
        return file

    def printed(self, name: str, value: Any) -> str | None:
        """Return the hash of an attribute's value, None where that is nothing."""
        if value is None or value in ("", []):
            return None
        if name in _PHONES:
            value = str(value).lstrip("+0")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            value = float(value)
        elif isinstance(value, list):
            value = sorted(map(str, value))
        return self._hash(f"{name}\x1f{type(value).__name__}\x1f{value}")

    def prints(self, attributes: Mapping[str, Any]) -> dict[str, str | None]:
        """Return the hashes of all attributes."""
        return {name: self.printed(name, value) for name, value in attributes.items()}

    def names(self, email: str | None, attributes: Mapping[str, Any]) -> Iterator[str]:
        """Yield the hashes of everything that names a contact."""
        for name in _NAMES:
            value = email if name == "EMAIL" else attributes.get(name)
            if value:
                plain = str(value).lower() if name == "EMAIL" else str(value)
                plain = plain.lstrip("+0") if name in _PHONES else plain
                yield self._hash(f"{name}\x1e{plain}")

    def put(self, contact: Mapping[str, Any]) -> None:
        """Take in a contact as Brevo shows it."""
        attributes = contact.get("attributes") or {}
        held = {name: p for name, p in self.prints(attributes).items() if p is not None}
        holding = Holding(
            held, bool(contact.get("emailBlacklisted")), bool(contact.get("smsBlacklisted"))
        )
        for name in self.names(contact.get("email"), attributes):
            self.remember(name, holding)

    def remember(self, name: str, holding: Holding) -> None:
        """Write what is held under one name (a hash)."""
        row = (name, orjson.dumps(holding))
        self._file.execute("INSERT OR REPLACE INTO held VALUES (?, ?)", row)

    def of(self, name: str) -> Holding | None:
        """Return what is held under one name (a hash)."""
        found = self._file.execute("SELECT data FROM held WHERE name = ?", (name,)).fetchone()
        return Holding(**orjson.loads(found[0])) if found else None

    def close(self) -> None:
        """Let go of the file, where there is one."""
        if "_file" in self.__dict__:
            self._file.close()

    def _hash(self, text: str) -> str:
        return hashlib.blake2b(text.encode(), key=self._salt, digest_size=_DIGITS).hexdigest()
