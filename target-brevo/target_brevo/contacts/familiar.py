"""Records that came before, word for word: found in the ledger before anything is made of them.

A full read of a store in which little has changed is mostly these. Their lines are looked up by the
hundred (``marks`` says when two are the same), and where a stream's lines show their key
(``glimpses``) they are not even parsed; everything else is mapped and compared as always.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tajo_mapping.binding import record_key
from target_brevo.contacts.glimpses import Glimpse, glimpse_of, own_store
from target_brevo.contacts.marks import Marks
from target_brevo.contacts.room import ContactRoom
from target_brevo.ledger.book import Hashing

Message = Mapping[str, Any]
# Where fewer than one of so many were known, most looks are left out.
_FEW, _JUDGED_FROM, _SELDOM = 8, 2000, 16


class Read(NamedTuple):
    """What was read of a line: its record's key and own store, empty where there is none."""

    line: bytes
    key: str
    store: str


class Known(NamedTuple):
    """A record's line that the ledger said, in this ``turn``, is the one that was sent last."""

    line: bytes
    stream: str
    source: str
    turn: int
    beginning: Any


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
    _success: dict[str, _Success] = field(default_factory=dict)
    _glimpses: dict[str, Glimpse | None] = field(default_factory=dict)
    _glanced: set[str] = field(default_factory=set)

    def glance(self, lines: Sequence[bytes]) -> Sequence[bool]:
        """Look for the records of lines that were read together, before they are parsed.

        Returns of each line whether it is a known record; nothing where none is.
        """
        self._known = {}
        self._glanced = {stream for stream, glimpse in self._glimpses.items() if glimpse}
        for stream in self._glanced:
            glimpse = self._glimpses[stream]
            if glimpse and self._succeeding(stream).is_due():
                self._find(stream, [Read(line, *glimpse.read(line)) for line in lines])
        return [id(line) in self._known for line in lines] if self._known else ()

    def look(self, lines: Sequence[bytes], messages: Sequence[Message | None]) -> bool:
        """Look for the records of these messages, which come next and are all RECORDs.

        None stands for each that ``glance`` has found. Returns whether any of them is known.
        """
        parsed: dict[str, list[tuple[bytes, Message]]] = {}
        for line, message in zip(lines, messages, strict=True):
            if message is not None:
                parsed.setdefault(str(message.get("stream")), []).append((line, message))
        for stream, theirs in parsed.items():
            if stream in self._glanced:
                self._doubt(stream, *theirs[0])
            elif self._succeeding(stream).is_due():
                keys = self._keys(stream)
                self._find(stream, [_read(line, message, keys) for line, message in theirs])
                self._learn(stream, theirs)
        return bool(self._known)

    def recognised(self, line: bytes) -> str:
        """Return the stream of a line whose record is the one that was sent last, else nothing.

        Nothing of such a record is under way, and nothing else is to be made of it.
        """
        known = self._known.get(id(line))
        if known is None or known.line is not line:
            return ""
        stream, room = known.stream, self.room
        stands = (
            # What has left or was confirmed since may be about this very record.
            known.turn == room.turn
            and known.beginning is self.marks.beginning(stream)
            and not room.has(known.source)
            and not room.removals.mirrors.is_reading(stream)
        )
        return stream if stands else ""

    def _find(self, stream: str, read: Iterable[Read]) -> None:
        """Add those of these lines that are known."""
        declared, beginning = self.marks.declared.get(stream), self.marks.beginning(stream)
        if declared is None:
            return
        platform, hashing, ours = declared.platform, self.hashing, self.store
        sources = [
            (each.line, hashing((platform, each.store or ours, stream), each.key))
            for each in read
            if each.key
        ]
        marked = self.room.ledger.people.marked([source for _, source in sources])
        fitting = []
        for line, source in sources:
            old = marked.get(source)
            if old and old.line == self.marks.of(stream, line, old.fingerprint, old.person):
                fitting.append((line, source, old.person))
        settled = self.room.settled([(source, person) for _, source, person in fitting])
        turn, success = self.room.turn, self._succeeding(stream)
        success.looked += len(sources)
        for line, source, _ in fitting:
            if source in settled:
                success.found += 1
                self._known[id(line)] = Known(line, stream, source, turn, beginning)

    def _learn(self, stream: str, theirs: Sequence[tuple[bytes, Message]]) -> None:
        """Learn from the first line that is known how others of its stream may be read."""
        if stream in self._glimpses:
            return
        for line, message in theirs:
            if id(line) in self._known:
                self._glimpses[stream] = glimpse_of(line, message["record"], self._keys(stream))
                return

    def _doubt(self, stream: str, line: bytes, message: Message) -> None:
        """Give up glancing at a stream of which a line says something else than was read of it."""
        glimpse = self._glimpses[stream]
        if glimpse and Read(line, *glimpse.read(line)) != _read(line, message, self._keys(stream)):
            self._glimpses[stream] = None

    def _succeeding(self, stream: str) -> _Success:
        return self._success.setdefault(stream, _Success())

    def _keys(self, stream: str) -> tuple[str, ...]:
        declared = self.marks.declared.get(stream)
        return tuple(declared.keys) if declared else ()


def _read(line: bytes, message: Message, keys: tuple[str, ...]) -> Read:
    """Return what a parsed line says; no key where its record cannot be a known one."""
    record = message.get("record")
    if type(record) is not dict or message.get("version") is not None:
        return Read(line, "", "")
    return Read(line, record_key(record, keys), own_store(record))
