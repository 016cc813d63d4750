"""Singer messages to standard output, as bytes: buffered, never half a line.

Records wait for company: they go out when 64 KiB are together, after a second at most while
records come, at the end of a page, and before and after every other message.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from singer_sdk.singerlib.encoding.base import GenericSingerWriter
from singer_sdk.singerlib.encoding.simple import Message, RecordMessage

from tajo_connector_sdk.values import plain

FLUSH_BYTES, FLUSH_S = 64 * 1024, 1.0


def write_to_stdout(data: bytes) -> None:
    """Write bytes to whatever standard output is now, and flush it."""
    target = getattr(sys.stdout, "buffer", None)
    if target is None:
        sys.stdout.write(data.decode())
    else:
        target.write(data)
    sys.stdout.flush()


def line_of(message: dict[str, Any]) -> bytes:
    """Return one message as a line; values that JSON does not know become text."""
    return orjson.dumps(message, default=str, option=orjson.OPT_APPEND_NEWLINE)


@dataclass
class Lines:
    """The buffer. ``writing`` is true while bytes are on their way: no signal may end that.

    A signal in between sets ``leave``, the exit code with which the process ends after them.
    """

    write: Callable[[bytes], None] = write_to_stdout
    clock: Callable[[], float] = time.monotonic
    writing: bool = False
    leave: int | None = None
    _parts: list[bytes] = field(default_factory=list)
    _size: int = 0
    _since: float = 0.0

    def add(self, line: bytes) -> None:
        """Take a line; it goes out when the buffer is full or old."""
        now = self.clock()
        if not self._parts:
            self._since = now
        self._parts.append(line)
        self._size += len(line)
        if self._size >= FLUSH_BYTES or now - self._since >= FLUSH_S:
            self.flush()

    def flush(self) -> None:
        """Send everything out."""
        if not self._parts:
            return
        data, self._parts, self._size = b"".join(self._parts), [], 0
        self.writing = True
        try:
            self.write(data)
        finally:
            self.writing = False
        if self.leave is not None:
            raise SystemExit(self.leave)


class LineWriter(GenericSingerWriter[bytes, Message]):
    """The tap's message writer."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = Lines()
        self._time = ""

    def serialize_message(self, message: Message) -> bytes:
        """Return a message as a line."""
        return line_of(message.to_dict())

    def write_message(self, message: Message) -> None:
        """Write a message; anything but a record goes out at once, after all before it."""
        if isinstance(message, RecordMessage):
            self.lines.add(self.serialize_message(message))
            return
        self.lines.flush()
        self.lines.add(self.serialize_message(message))
        self.lines.flush()

    def write_records(self, stream: str, records: list[dict[str, Any]], extracted: str) -> None:
        """Write records that were read together at ``extracted`` (RFC 3339)."""
        if not records:
            return
        before = b'{"type":"RECORD","stream":%b,"record":' % orjson.dumps(stream)
        after = b',"time_extracted":%b}\n' % orjson.dumps(extracted)
        bodies = [orjson.dumps(record, default=plain) for record in records]
        self.lines.add(before + (after + before).join(bodies) + after)


def now_text() -> str:
    """Return the time now, RFC 3339 in UTC."""
    return datetime.now(UTC).isoformat()
