"""The standalone Singer mapper: a tap's messages in, what Brevo would get out.

Messages go through in order. Output is written when the input pauses or 64 KB of it were read, so
a quiet tap holds nothing back and a busy one costs no flush per record.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import orjson

from tajo_mapping import canonical
from tajo_mapping.about import CAPABILITIES, NAME, SETTINGS
from tajo_mapping.compiled import (
    CompiledMapping,
    compile_mapping,
    named_platform,
    platform_of,
    platforms,
)
from tajo_mapping.errors import BrokenInput, MappingError, nearest
from tajo_mapping.operations import Filtered, Kind, Outcome, Refused
from tajo_mapping.tally import Tally

_CHUNK = 64 * 1024
# The platform in the keys of records of which nobody said where they come from.
_NO_PLATFORM = "singer"
NO_MAPPING = "no mapping for this stream"
LEFT_OUT = "the mapping leaves it out"
# Message types that carry nothing for Brevo.
_IGNORED = frozenset({"ACTIVATE_VERSION"})

Settings = Mapping[str, Any]
Bound = Callable[[Mapping[str, Any]], list[Outcome]]


class TajoMapping:
    """The mapper, set up by its configuration; ``run`` once.

    Raises:
        MappingError: A setting or a mapping file is not right.
    """

    name: ClassVar[str] = NAME
    capabilities: ClassVar[tuple[str, ...]] = CAPABILITIES
    config_jsonschema: ClassVar[dict[str, Any]] = SETTINGS

    def __init__(self, config: Settings) -> None:
        _check_settings(config, self.config_jsonschema["properties"])
        self.config = config
        self.logger = logging.getLogger(self.name)
        self.tally = Tally()
        self._mapping = _compiled(config)
        self._bound: dict[str, Bound | None] = {}
        self._passed: set[str] = set()
        self._attributes: dict[str, str] = {}
        self._announced: set[str] = set()
        self._out: list[bytes] = []
        self._line = 0

    def run(self, messages: BinaryIO, out: BinaryIO) -> int:
        """Map all messages; return the exit code: 1 when records were refused, else 0.

        Raises:
            MappingError: The mapping does not fit a stream's schema.
            BrokenInput: A line is no Singer message.
        """
        rest = b""
        # Reads what is there without waiting for a full block.
        read: Callable[[int], bytes] = getattr(messages, "read1", messages.read)
        while chunk := read(_CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            self._write(lines, out)
        self._write([rest], out)
        self.tally.report(self.logger)
        return 1 if self.tally.refused and not self.config.get("allow_refused") else 0

    def _write(self, lines: Iterable[bytes], out: BinaryIO) -> None:
        try:
            for line in lines:
                self._line += 1
                if line.strip():
                    self._message(line)
        finally:
            # Also what came before a line that stops the run.
            if self._out:
                out.write(b"\n".join(self._out) + b"\n")
                out.flush()
                self._out.clear()

    def _message(self, line: bytes) -> None:
        message = self._parsed(line)
        kind = message.get("type")
        if kind == "STATE":
            self._out.append(line)
        elif kind in {"RECORD", "SCHEMA"}:
            stream = message.get("stream")
            if not isinstance(stream, str):
                raise BrokenInput(self._line, f"a {kind} without a stream")
            (self._record if kind == "RECORD" else self._schema)(stream, message, line)
        elif kind not in _IGNORED:
            raise BrokenInput(self._line, "a message of a type that no mapper can map")

    def _parsed(self, line: bytes) -> dict[str, Any]:
        try:
            message = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise BrokenInput(self._line, "not JSON") from None
        if not isinstance(message, dict):
            raise BrokenInput(self._line, "not a Singer message")
        return message

    def _schema(self, stream: str, message: dict[str, Any], line: bytes) -> None:
        schema = message.get("schema")
        if not isinstance(schema, dict):
            raise BrokenInput(self._line, "a SCHEMA without a schema")
        keys = [str(key) for key in message.get("key_properties") or ()]
        if canonical.is_marked(schema):
            self._passed.add(stream)
            self._out.append(line)
        elif self._mapping is not None and stream in self._mapping.streams:
            for idle in self._mapping.check(stream, schema):
                self.logger.info(idle)
            self._bound[stream] = self._mapping.bind(stream, self._store, keys)
            self._announce(self._mapping.kinds(stream), self._mapping.attributes)
        elif self._mapping is not None and stream in self._mapping.left_out:
            self._bound[stream] = None
        elif canonical.is_ours(stream, schema, alone=self._mapping is None):
            self._bind_canonical(stream, schema, keys)
        elif stream not in self._bound:
            self._bound[stream] = None
            self.logger.warning("%s: %s, its records are filtered", stream, NO_MAPPING)

    @property
    def _store(self) -> str:
        return self.config.get("store") or "default"

    def _bind_canonical(self, stream: str, schema: dict[str, Any], keys: list[str]) -> None:
        unused = canonical.unused_fields(stream, schema)
        if unused:
            self.logger.warning("%s: fields without a meaning here: %s", stream, ", ".join(unused))
        named = named_platform(self.config.get("platform") or "") or _NO_PLATFORM
        platform = self._mapping.platform if self._mapping else named
        binding = canonical.bind(stream, self._store, keys, schema, platform=platform)
        self._bound[stream] = binding
        self._announce(binding.kinds, binding.types)

    def _announce(self, kinds: Iterable[Kind], attributes: Mapping[str, str]) -> None:
        """Write the SCHEMA of every stream that can follow, again where attributes came along."""
        for kind in kinds:
            target = canonical.STREAM_OF[kind]
            grown = kind == "contact" and not attributes.keys() <= self._attributes.keys()
            if grown:
                self._attributes |= attributes
            if grown or target not in self._announced:
                self._announced.add(target)
                self._out.append(orjson.dumps(canonical.schema_message(target, self._attributes)))

    def _record(self, stream: str, message: dict[str, Any], line: bytes) -> None:
        record = message.get("record")
        if not isinstance(record, dict):
            raise BrokenInput(self._line, "a RECORD without a record")
        if stream in self._passed:
            self._out.append(line)
            return
        if stream not in self._bound:
            raise BrokenInput(self._line, f"a RECORD of '{stream}' before its SCHEMA")
        operations = self._bound[stream]
        if operations is None:
            left_out = self._mapping is not None and stream in self._mapping.left_out
            self.tally.nothing(stream, LEFT_OUT if left_out else NO_MAPPING)
            return
        extracted = message.get("time_extracted")
        for outcome in operations(record):
            self.tally.count(stream, outcome)
            if not isinstance(outcome, Filtered | Refused):
                target, made = canonical.to_record(outcome)
                mapped = {"type": "RECORD", "stream": target, "record": made}
                if extracted is not None:
                    mapped["time_extracted"] = extracted
                self._out.append(orjson.dumps(mapped))


def _check_settings(config: Settings, known: Mapping[str, Any]) -> None:
    words = {"string": str, "object": Mapping, "boolean": bool, "null": type(None)}
    for name, value in config.items():
        if name not in known:
            raise MappingError(f"setting '{name}'", "unknown", right=nearest(name, known))
        types = known[name]["type"]
        if not isinstance(value, tuple(words[one] for one in types)):
            wanted = " or ".join(one for one in types if one != "null")
            raise MappingError(f"setting '{name}'", "of another kind", right=wanted)


def _compiled(config: Settings) -> CompiledMapping | None:
    """Return the mapping, None for a tap of no platform of ours and without a file.

    Its streams under our own names need none; any other is filtered with a warning.
    """
    given = config.get("mapping")
    overlay = Path(given) if isinstance(given, str) else given
    named = config.get("platform") or ""
    if overlay is None and not _meant(named_platform(named)):
        return None
    return compile_mapping(platform_of(named, overlay), overlay=overlay)


def _meant(name: str) -> bool:
    """Return whether a name is a platform's, or so near to one that it is a slip."""
    return bool(get_close_matches(name, platforms(), n=1, cutoff=0.75))
