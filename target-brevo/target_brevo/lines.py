"""Reads Singer lines as bytes, and lets other work go on while the tap is silent."""

import io
import os
import select
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import IO, Any

from singer_sdk.singerlib.encoding.base import GenericSingerReader

from tajo_connector_sdk.errors import RunError
from target_brevo.line_text import member, parsed, whole

_CHUNK = 256 * 1024
# While the tap is silent, imports are looked after this often.
_IDLE_S = 0.25
RECORD = "RECORD"


def _nothing() -> None:
    return None


def _nothing_known(_lines: Sequence[bytes]) -> Sequence[bool]:
    return ()


Message = dict[str, Any]


class LineReader(GenericSingerReader[bytes]):
    """The message loop. ``tick`` is called between messages and while there is none.

    ``stopping`` says that no further line shall be read; ``take`` gets records that came together
    and follow each other, with their lines, and says how many it took before it had to stop;
    without it they go to the callback of their type. ``glance`` gets the lines that came together,
    and says of each whether it is a record that needs no parsing: ``take`` gets None for it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tick: Callable[[], None] = _nothing
        self.stopping: Callable[[], bool] = lambda: False
        self.take: Callable[[Sequence[bytes], Sequence[Message | None]], int] | None = None
        self.glance: Callable[[Sequence[bytes]], Sequence[bool]] = _nothing_known
        self.unknown: Callable[[str], None] = lambda _: None
        self.number = 0

    @property
    def default_input(self) -> IO[bytes]:
        """Standard input, as bytes."""
        return sys.stdin.buffer

    def deserialize_json(self, line: bytes) -> Message:
        """Return a line's message; raise RunError, without its content, when it is none."""
        try:
            message = parsed(line)
        except (ValueError, RecursionError):
            # No JSON, no UTF-8, or a number of more digits than Python reads (4,300).
            raise self._broken("it is not JSON") from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise self._broken("it has no 'type'")
        return message

    def process_lines(
        self,
        file_input: IO[bytes] | None,
        callbacks: dict[str, Callable[[Message], None]],
    ) -> Counter[str]:
        """Read all lines and hand each message to the callback of its type; return their counts."""
        counts: Counter[str] = Counter()
        for read in self._lines(file_input):
            for kind, lines, messages in self._groups(read):
                if kind == RECORD and self.take is not None:
                    counts[kind] += self.take(lines, messages)
                else:
                    self._hand_out(lines, messages, callbacks.get(kind))
                    counts[kind] += len(messages)
                self.tick()
                if self.stopping():
                    return counts
            self.tick()
            if self.stopping():
                break
        return counts

    def _hand_out(
        self,
        lines: Sequence[bytes],
        messages: Sequence[Message | None],
        callback: Callable[[Message], None] | None,
    ) -> None:
        for line, message in zip(lines, messages, strict=True):
            self._current_message = line
            if message is None:
                raise AssertionError(self.number)  # only ``take`` is given records without one
            if callback is None:
                self.unknown(message["type"])
            else:
                callback(message)

    def _groups(
        self, lines: list[bytes]
    ) -> Iterator[tuple[str, list[bytes], list[Message | None]]]:
        """Yield messages of one type that follow each other, with their lines.

        A line that is no message is told when its turn has come.
        """
        lines = [
            # One byte is looked for ten times as fast as two.
            whole(line) if b"\\" in line else line
            for line in lines
            if line and not line.isspace()
        ]
        known = self.glance(lines)
        ready: list[Message | None] = []
        broken: RunError | None = None
        for place, line in enumerate(lines):
            self.number += 1
            try:
                ready.append(None if known and known[place] else self.deserialize_json(line))
            except RunError as error:
                broken = error
                break
        begin = 0
        while begin < len(ready):
            end = _end_of_group(ready, begin)
            yield _kind(ready[begin]), lines[begin:end], ready[begin:end]
            begin = end
        if broken is not None:
            raise broken

    @property
    def line(self) -> bytes:
        """The line of the present message."""
        return self._current_message or b""

    def state_value(self) -> bytes:
        """Return the value of the present STATE message exactly as the tap wrote it."""
        text = (self._current_message or b"").decode()
        return member(text, "value").encode()

    def _lines(self, file_input: IO[bytes] | None) -> Iterator[list[bytes]]:
        """Yield lines, as many as there are at once; none while the tap is silent."""
        source = file_input if file_input is not None else self.default_input
        try:
            descriptor = source.fileno()
        except (OSError, ValueError, AttributeError, io.UnsupportedOperation):
            yield from _from_source(source)
            return
        yield from self._from_descriptor(descriptor)

    def _from_descriptor(self, descriptor: int) -> Iterator[list[bytes]]:
        rest = b""
        _widen(descriptor)
        while not self.stopping():
            ready, _, _ = select.select([descriptor], [], [], _IDLE_S)
            if not ready:
                yield []
                continue
            chunk = os.read(descriptor, _CHUNK)
            if not chunk:
                break
            *lines, rest = (rest + chunk).split(b"\n")
            yield lines
        if rest and not self.stopping():
            yield [rest]

    def _broken(self, what: str) -> RunError:
        return RunError(
            f"input line {self.number}",
            what,
            right="one Singer message a line",
            do="look at the tap's own log; state covers only what came before",
        )


def _widen(descriptor: int) -> None:
    """Let a pipe hold as much as is read at once, where the system can: its own is 64 KiB."""
    if sys.platform != "linux":
        return
    import fcntl  # noqa: PLC0415 - other systems have none, or none that can

    with suppress(OSError):  # no pipe, or no more than this for this user
        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _CHUNK)


def _from_source(source: Any) -> Iterator[list[bytes]]:
    """Yield the lines of something that has no descriptor, one by one where it is no file."""
    if not hasattr(source, "readlines"):
        yield from ([_as_bytes(line)] for line in source)
        return
    while lines := source.readlines(_CHUNK):
        yield [*map(_as_bytes, lines)]


def _kind(message: Message | None) -> str:
    """Return a message's type; one that was not parsed is a known record."""
    return RECORD if message is None else str(message["type"])


def _end_of_group(messages: Sequence[Message | None], begin: int) -> int:
    """Return where the messages end that are of the type of the one at ``begin``.

    Only records come in numbers; of any other type each is a group of its own.
    """
    if _kind(messages[begin]) != RECORD:
        return begin + 1
    for place in range(begin, len(messages)):
        if _kind(messages[place]) != RECORD:
            return place
    return len(messages)


def _as_bytes(line: Any) -> bytes:
    """Return a line of a text or a binary stream as bytes."""
    return line.encode() if isinstance(line, str) else line
