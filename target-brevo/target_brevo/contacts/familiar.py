"""Records that came before, word for word: found in the ledger before anything is made of them.

A full read of a store in which little has changed is mostly these. Their lines are looked up by the
hundred (``marks`` says when two are the same); everything else is mapped and compared as always.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tajo_mapping.binding import record_key
from target_brevo.contacts.marks import Marks
from target_brevo.contacts.room import ContactRoom
from target_brevo.ledger.book import Hashing

Message = Mapping[str, Any]
# Where fewer than one of so many were known, most looks are left out.
_FEW, _JUDGED_FROM, _SELDOM = 8, 2000, 16


class Known(NamedTuple):
    """A record that the ledger says is the one that was sent last."""

    record: Any
    source: str


@dataclass(slots=True)
class _Success:
    """How often looking was worth it in one stream."""

    looked: int = 0
    found: int = 0
    left_out: int = 0

    def is_due(self) -> bool:
        """Say whether the records that come next are to be looked for."""
        if self.looked < _JUDGED_FROM or self.found * _FEW >= self.looked:
            return True
        self.left_out += 1
        return self.left_out % _SELDOM == 0


@dataclass
class Familiar:
    """Recognises records of one run. ``store`` is that of records that do not name theirs."""

    room: ContactRoom
    marks: Marks
    hashing: Hashing
    store: str
    _known: dict[int, Known] = field(default_factory=dict)
    _turn: int = -1
    _success: dict[str, _Success] = field(default_factory=dict)

    def look(self, lines: Sequence[bytes], messages: Sequence[Message]) -> bool:
        """Look for the records of these messages, which come next and are all RECORDs.

        Returns whether any of them is known.
        """
        self._known = {}
        streams = [str(message.get("stream")) for message in messages]
        for stream in dict.fromkeys(streams):
            success = self._success.setdefault(stream, _Success())
            if success.is_due():
                theirs = [
                    (line, message)
                    for line, message, each in zip(lines, messages, streams, strict=True)
                    if each == stream
                ]
                found = self._found(stream, theirs)
                success.looked += len(theirs)
                success.found += len(found)
                self._known |= {id(each.record): each for each in found}
        self._turn = self.room.turn
        return bool(self._known)

    def is_unchanged(self, stream: str, record: Any) -> bool:
        """Say whether a record is the one that was sent last, with nothing of it under way."""
        known = self._known.get(id(record))
        return (
            known is not None
            and known.record is record
            # What has left or was confirmed since may be about this very record.
            and self._turn == self.room.turn
            and not self.room.has(known.source)
            and not self.room.removals.mirrors.is_reading(stream)
        )

    def _found(self, stream: str, lines: Sequence[tuple[bytes, Message]]) -> list[Known]:
        declared = self.marks.declared.get(stream)
        if declared is None:
            return []
        keys = tuple(declared.keys)
        sources = [self._source((declared.platform, stream), keys, message) for _, message in lines]
        marked = self.room.ledger.people.marked([source for source in sources if source])
        fitting = []
        for (line, message), source in zip(lines, sources, strict=True):
            old = marked.get(source)
            if old and old.line == self.marks.of(stream, line, old.fingerprint, old.person):
                fitting.append((Known(message["record"], source), old.person))
        settled = self.room.settled([(known.source, person) for known, person in fitting])
        return [known for known, _ in fitting if known.source in settled]

    def _source(self, origin: tuple[str, str], keys: tuple[str, ...], message: Message) -> str:
        """Return the hash of the record's source; empty where it cannot be a known one."""
        record = message.get("record")
        if type(record) is not dict or message.get("version") is not None:
            return ""
        key = record_key(record, keys)
        if not key:
            return ""
        platform, stream = origin
        store = str(record.get("_tajo_store") or self.store)
        return self.hashing((platform, store, stream), key)
