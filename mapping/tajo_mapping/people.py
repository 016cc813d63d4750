"""What ``tajo-mapping check``, ``try`` and ``show`` show to a person."""

import json
import sys
from pathlib import Path
from typing import Any

import orjson

from tajo_mapping import canonical
from tajo_mapping.compiled import CompiledMapping, compile_mapping, platform_of, platforms
from tajo_mapping.document import read_document
from tajo_mapping.errors import MappingError, nearest
from tajo_mapping.operations import Filtered, Outcome, Refused


def check_file(file: Path, platform: str | None, catalog: Path | None) -> str:
    """Return what a mapping file writes, for reading.

    Args:
        file: The mapping file.
        platform: The platform, where the file does not say it.
        catalog: A tap's catalog; with it every field is checked as well.

    Raises:
        MappingError: The file is not right.
    """
    mapping = _compiled(file, platform)
    lines = [f"{file.name} is right (platform {mapping.platform}, version {mapping.version})."]
    lines += ["", "Streams and what they become:"]
    lines += [f"  {name}: {', '.join(mapping.kinds(name))}" for name in mapping.streams]
    lines += [f"  {name}: nothing" for name in mapping.left_out]
    lines += ["", "Attributes and their types in Brevo:"]
    lines += [f"  {name}: {kind}" for name, kind in sorted(mapping.attributes.items())]
    if mapping.mailing_lists:
        lines += [
            "",
            f"Mailing lists, while consent is granted: {', '.join(mapping.mailing_lists)}",
        ]
    if catalog is None:
        lines += ["", "Fields are checked when a tap tells its schema; now with --catalog FILE."]
    else:
        lines += ["", *_checked(mapping, catalog)]
    return "\n".join(lines)


def _checked(mapping: CompiledMapping, catalog: Path) -> list[str]:
    streams = read_object(catalog).get("streams")
    if not isinstance(streams, list):
        raise MappingError(str(catalog), "no catalog", right="what a tap prints with --discover")
    lines = []
    for stream in streams:
        name = stream.get("tap_stream_id") or stream.get("stream")
        if name in mapping.streams:
            idle = mapping.check(name, stream.get("schema") or {})
            lines.append(f"{name}: all fields are there." if not idle else f"{name}:")
            lines += [f"  {line}" for line in idle]
    return lines or ["None of the catalog's streams is mapped."]


def try_record(
    file: Path, record: str, platform: str | None, stream: str | None, store: str
) -> tuple[str, bool]:
    """Return what becomes of one record, as JSON for reading, and whether anything was refused.

    Args:
        file: The mapping file.
        record: A file with a record or a Singer RECORD message; ``-`` is standard input.
        platform: The platform, where the file does not say it.
        stream: The record's stream; the message's own, or the main stream of contacts.
        store: The store of a record without ``_tajo_store``.

    Raises:
        MappingError: A file is not right, or the stream is not mapped.
    """
    mapping = _compiled(file, platform)
    read = (
        read_object(Path(record)) if record != "-" else _object(sys.stdin.read(), "standard input")
    )
    if read.get("type") == "RECORD" and isinstance(read.get("record"), dict):
        stream, read = stream or str(read.get("stream")), read["record"]
    name = stream or mapping.main or ""
    if name not in mapping.streams:
        raise MappingError(
            "--stream", f"'{name}' is not mapped", right=nearest(name, mapping.streams)
        )
    outcomes = mapping.bind(name, store)(read)
    shown = [json.dumps(_shown(one), indent=2, ensure_ascii=False) for one in outcomes]
    return "\n".join(shown) or "Nothing becomes of this record.", any(
        isinstance(one, Refused) for one in outcomes
    )


def python_of(file: Path, platform: str | None, stream: str) -> str:
    """Return the source of the function that maps a stream's records.

    Args:
        file: The mapping file.
        platform: The platform, where the file does not say it.
        stream: The stream.

    Raises:
        MappingError: The file is not right, or the stream is not mapped.
    """
    return _compiled(file, platform).python(stream)


def _shown(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Filtered | Refused):
        facts = outcome._asdict()
        del facts["source"]
        facts.pop("email", None)
        return {"refused" if isinstance(outcome, Refused) else "filtered": facts}
    stream, record = canonical.to_record(outcome)
    return {stream: record}


def _compiled(file: Path, platform: str | None) -> CompiledMapping:
    document = read_document(file)
    named = platform or document.get("platform")
    if not named:
        if len(platforms()) > 1:
            raise MappingError(
                file.name,
                "does not say its platform",
                right=f"--platform, one of {', '.join(platforms())}",
            )
        named = platforms()[0]
    return compile_mapping(platform_of(str(named), file), overlay=file)


def read_object(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file.

    Raises:
        MappingError: The file cannot be read, or holds something else.
    """
    try:
        return _object(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise MappingError(str(path), f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise MappingError(str(path), "not text") from None


def _object(text: str, where: str) -> dict[str, Any]:
    try:
        read = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise MappingError(where, "not JSON", right="one object in braces") from None
    if not isinstance(read, dict):
        raise MappingError(where, "not an object", right="one object in braces")
    return read
