"""A compiled mapping: a pure function from (stream, record) to what becomes of it in Brevo."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from tajo_mapping.attributes import attribute_types, written_lists
from tajo_mapping.binding import Binding, StreamMakers, makers_of
from tajo_mapping.checking import check_stream
from tajo_mapping.document import plain_document, read_document
from tajo_mapping.errors import MappingError, nearest
from tajo_mapping.grammar import MappingFile
from tajo_mapping.operations import Kind
from tajo_mapping.overlay import lay_over
from tajo_mapping.parsing import parse_file
from tajo_mapping.places import Place
from tajo_mapping.written.stream_text import WrittenStream, written_stream

# What Meltano gives as a tap's load_schema: the platform, or the tap's namespace with or without
# our suffix and an inherited plugin's own name (Meltano 4.4.1, checked 2026-11-24).
_LOAD_SCHEMA = re.compile(r"(?:tap_)?([a-z0-9_]+?)(?:_tajo)?(?:__.*)?")
Overlay = Path | Mapping[str, Any] | None
# A process compiles one mapping, its tests a few; more than these are compiled anew.
_MAPPINGS, _SCHEMAS = 32, 64


class CompiledMapping:
    """One platform's mapping, compiled. Made by ``compile_mapping``; holds no record.

    Attributes:
        platform: The platform's name, the first part of every key.
        version: A hash of all that was compiled: another mapping has another version.
        streams: Names of the streams that are mapped.
        left_out: Names of the streams that become nothing, as the mapping says.
        attributes: Attribute → Brevo's type (text, float, date, boolean, multiple-choice) for
            every attribute that can be written.
        mailing_lists: Names of the lists that granted contacts are put on.
        main: The platform's main stream of contacts, None where the file names none.
    """

    def __init__(self, laid: MappingFile, default: MappingFile | None, platform: str) -> None:
        self._laid = laid
        self.platform = platform
        self.main = laid.main
        self.attributes: Mapping[str, str] = attribute_types(laid, default)
        self.mailing_lists = written_lists(laid)
        self.streams = tuple(laid.streams)
        self.left_out = laid.left_out
        self.version = _version(laid, self.attributes)
        self._kinds = {name: self._makers(name, "default").kinds for name in self.streams}
        self._written: dict[tuple[str, tuple[str, ...]], WrittenStream] = {}
        self._checked: dict[tuple[str, bytes], tuple[str, ...]] = {}

    def kinds(self, stream: str) -> tuple[Kind, ...]:
        """Return what the stream's records can become; empty for a stream that is not mapped."""
        return self._kinds.get(stream, ())

    def check(self, stream: str, json_schema: Mapping[str, Any]) -> tuple[str, ...]:
        """Check every expression of the stream against the schema its records have.

        Returns:
            Lines of the platform's own file that will do nothing, since the stream was selected
            without their fields; for a log.

        Raises:
            MappingError: An unknown field, or one whose kind its attribute cannot hold.
        """
        self._known(stream)
        try:
            key = stream, orjson.dumps(json_schema)
        except orjson.JSONEncodeError:
            return check_stream(self._laid.streams[stream], json_schema, self.attributes)
        if key not in self._checked:
            if len(self._checked) >= _SCHEMAS:
                self._checked.clear()
            found = check_stream(self._laid.streams[stream], json_schema, self.attributes)
            self._checked[key] = found
        return self._checked[key]

    def bind(self, stream: str, store: str, key_properties: Sequence[str] = ("id",)) -> Binding:
        """Return the pure function from a record of the stream to its outcomes.

        Args:
            stream: One of ``streams``.
            store: The store of records that do not name theirs as ``_tajo_store``.
            key_properties: The key of the stream's SCHEMA.

        Raises:
            MappingError: The stream is not mapped.
        """
        self._known(stream)
        return Binding(
            platform=self.platform,
            stream=stream,
            store=store,
            key_properties=tuple(key_properties),
            changed=self._laid.streams[stream].changed,
            compiled=lambda one: self._makers(stream, one),
            written=self._as_python(stream, tuple(key_properties)).function,
        )

    def python(self, stream: str, key_properties: Sequence[str] = ("id",)) -> str:
        """Return the source of the function that ``bind`` uses, for reading.

        Raises:
            MappingError: The stream is not mapped.
        """
        self._known(stream)
        return self._as_python(stream, tuple(key_properties)).source

    def _as_python(self, stream: str, keys: tuple[str, ...]) -> WrittenStream:
        """Return the stream's function, written once for every store."""
        key = stream, keys
        if key not in self._written:
            if len(self._written) >= _SCHEMAS:
                self._written.clear()
            makers = [make for _, make in self._makers(stream, "default").makers]
            changed = self._laid.streams[stream].changed
            self._written[key] = written_stream(self.platform, stream, keys, changed, makers)
        return self._written[key]

    def _makers(self, stream: str, store: str) -> StreamMakers:
        return makers_of(self._laid.streams[stream], f"{self.platform}:{store}", self.attributes)

    def _known(self, stream: str) -> None:
        if stream not in self._laid.streams:
            raise MappingError(
                str(self._laid.place),
                f"no stream '{stream}' is mapped",
                right=nearest(stream, self.streams),
            )


def compile_mapping(platform: str, *, overlay: Overlay = None) -> CompiledMapping:
    """Return the platform's mapping with the user's file laid over it; the same for the same.

    Args:
        platform: One of ``platforms()``; or any name, where ``overlay`` is a whole mapping.
        overlay: A user's file, or what would stand in it.

    Raises:
        MappingError: An unknown platform, or anything in a file that is not right.
    """
    document, place = _user_document(overlay)
    return _compiled(platform, None if document is None else _UserFile(place, document))


@dataclass(frozen=True, slots=True)
class _UserFile:
    """A user's file, equal to any other that says the same at the same place."""

    place: Place
    document: dict[str, Any] = field(compare=False)
    said: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "said", repr(self.document))


@lru_cache(maxsize=_MAPPINGS)
def _compiled(platform: str, user: _UserFile | None) -> CompiledMapping:
    default = _default(platform)
    if user is not None and default is not None:
        laid = lay_over(default, parse_file(user.document, user.place, default))
        return CompiledMapping(laid, default, platform)
    whole = default
    if user is not None and "streams" in user.document:
        whole = parse_file(user.document, user.place)
    if whole is None:
        raise _unknown_platform(platform)
    if whole.platform not in {None, platform}:
        raise (whole.place / "platform").error(
            f"the file is for '{whole.platform}', the records come from '{platform}'",
            right=f"platform: {platform}",
        )
    return CompiledMapping(whole, default, platform)


def platforms() -> tuple[str, ...]:
    """Return the names of the platforms that have a mapping of their own."""
    return tuple(sorted(path.stem for path in _defaults_folder().glob("*.yml")))


def platform_of(load_schema: str, overlay: Overlay = None) -> str:
    """Return the platform that a tap's ``load_schema`` means: ``tap_shopify__b`` is ``shopify``.

    A user's file may name a platform of its own.

    Raises:
        MappingError: No such platform is known.
    """
    name = named_platform(load_schema)
    if name in platforms():
        return name
    document, _ = _user_document(overlay)
    if document is not None and isinstance(document.get("platform"), str):
        return str(document["platform"])
    raise _unknown_platform(name or "(none)")


def named_platform(load_schema: str) -> str:
    """Return the platform that a tap's ``load_schema`` names, known or not."""
    found = _LOAD_SCHEMA.fullmatch(load_schema.strip().lower().replace("-", "_"))
    return found[1] if found else load_schema


def _unknown_platform(name: str) -> MappingError:
    return MappingError(
        "platform",
        f"there is no mapping for '{name}'",
        right=nearest(name, platforms()),
        do="set load_schema of the tap, or 'platform' of the loader, to one of "
        f"{', '.join(platforms())}; or write a whole mapping of your own with 'platform: {name}'",
    )


def _defaults_folder() -> Path:
    here = Path(__file__).parent
    return here / "defaults" if (here / "defaults").is_dir() else here.parent


@lru_cache(maxsize=_MAPPINGS)
def _default(platform: str) -> MappingFile | None:
    if platform not in platforms():
        return None
    path = _defaults_folder() / f"{platform}.yml"
    return parse_file(read_document(path), Place(path.name, builtin=True))


def _user_document(overlay: Overlay) -> tuple[dict[str, Any] | None, Place]:
    if overlay is None:
        return None, Place("mapping")
    if isinstance(overlay, Mapping):
        return plain_document(overlay, "mapping"), Place("mapping")
    return read_document(overlay), Place(overlay.name)


def _version(laid: MappingFile, attributes: Mapping[str, str]) -> str:
    return hashlib.sha256(f"{_essence(laid)}{sorted(attributes.items())}".encode()).hexdigest()[:16]


def _essence(part: Any) -> Any:
    """Return what a compiled part says, without where it stands and how it is evaluated."""
    if hasattr(part, "key") and hasattr(part, "tree"):
        return part.key
    if isinstance(part, Mapping):
        return sorted((str(key), repr(_essence(value))) for key, value in part.items())
    if isinstance(part, tuple):
        return [_essence(item) for item in part]
    slots = getattr(part, "__dataclass_fields__", None)
    if slots is None:
        return repr(part) if not isinstance(part, str | bool | int | None) else part
    return [
        (name, _essence(getattr(part, name))) for name in slots if name not in {"place", "names"}
    ]
