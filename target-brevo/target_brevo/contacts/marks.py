"""What a record's line was, in a few bytes: the same mark means the same contact, nothing changed.

A mapping is a pure function. The same line, under the same declaration of its stream, the same
mapping and the same settings, becomes the same contact with the same fingerprint. So a mark of all
of these, kept beside the source in the ledger, tells that a record is the one that was sent last
before anything is made of it. The fingerprint and the person are part of it: whatever writes
another one there (a newer version, a move, a repair, an erasure) makes the mark fit no more.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from typing import Any

from tajo_mapping.operations import Contact
from target_brevo.keeping import Declared

# Raised where the same record becomes another contact although no version and no mapping changed.
_FORM = 1
# The SDK's writers put the time of reading last; no time is longer.
_TIME = b'"time_extracted"'
_LONGEST_TIME = 60
_QUOTES = 2


@dataclass
class Marks:
    """The marks of one run. ``settings`` are those that change what becomes of a record.

    ``names`` are the account's own names of attributes, ``declared`` the streams as declared last.
    """

    salt: bytes
    settings: tuple[str, bool]
    names: Mapping[str, str]
    declared: Mapping[str, Declared]
    _begun: dict[str, tuple[Declared, int, Any]] = field(default_factory=dict)

    def of(self, stream: str, line: bytes, fingerprint: str, person: str) -> str:
        """Return the mark of a record's line; empty for a stream that was not declared."""
        begun = self.beginning(stream)
        if begun is None:
            return ""
        whole = begun.copy()
        whole.update(essence(line))
        whole.update(f"\n{fingerprint}\n{person}".encode())
        return str(whole.hexdigest()[:32])

    def beginning(self, stream: str) -> Any:
        """Return what all marks of a stream begin with, None where it was not declared.

        It is the same object until something of it changes.
        """
        declared, names = self.declared.get(stream), len(self.names)
        if declared is None:
            return None
        held = self._begun.get(stream)
        if held is None or held[0] is not declared or held[1] != names:
            held = self._begun[stream] = declared, names, self._hashed(stream, declared)
        return held[2]

    def _hashed(self, stream: str, declared: Declared) -> Any:
        said = (
            _FORM, _versions(), stream, declared.platform, declared.mapping, list(declared.keys),
            declared.schema, self.settings, sorted(self.names.items()),
        )  # fmt: skip
        # Numbers in a schema may be longer than 64 bits, and exact.
        printed = json.dumps(said, default=str, sort_keys=True)
        return hashlib.sha256(self.salt + printed.encode() + b"\n")


def essence(line: bytes) -> bytes:
    """Return a record's line without the time at which it was read."""
    line = line.rstrip()
    begin = line.rfind(_TIME, -_LONGEST_TIME - len(_TIME))
    if begin < 0:
        return line
    tail = line[begin + len(_TIME) :]
    # Last in the message, so not a field of the record: its brace and the record's would follow.
    last = tail.endswith(b'"}') and tail.count(b'"') == _QUOTES
    return line[:begin] if last and b"\\" not in tail else line


def is_whole(contact: Contact) -> bool:
    """Say whether a contact that turns out unchanged has no other effect on its run at all.

    Notes are counted, and who is on a mirrored list has to be known.
    """
    return not contact.notes and not contact.mirrored and contact.deletion is None


@cache
def _versions() -> tuple[str, ...]:
    return version("target-brevo"), version("tajo-mapping")
