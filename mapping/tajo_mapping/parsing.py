"""From plain data to the facts of ``grammar``: every key known, every expression compiled."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from tajo_mapping.brevo_fields import FIELDS
from tajo_mapping.contact_block import read_contact
from tajo_mapping.expressions import compile_expression
from tajo_mapping.grammar import (
    BREVO_TYPES,
    REMOVED,
    BodyBlock,
    EventBlock,
    MappingFile,
    Removed,
    StreamBlock,
)
from tajo_mapping.lines import LineReader
from tajo_mapping.places import Place
from tajo_mapping.targets import (
    PROPERTY,
    attribute,
    field_target,
    identifier_target,
    property_target,
)
from tajo_mapping.trees import plain_path

_TOP = ("platform", "main", "attributes", "streams", "field_mapping")
_STREAM = ("names", "types", "changed", "contact", "event", "events", *FIELDS)


def parse_file(
    document: Mapping[str, Any], place: Place, base: MappingFile | None = None
) -> MappingFile:
    """Return the facts of one file.

    Args:
        document: The file as plain data. A bare block of ``source: target`` lines is about the
            platform's main stream of contacts.
        place: What errors call the file.
        base: The file that this one is to be laid over; its other names of fields hold here too.

    Raises:
        MappingError: Anything that the grammar does not know.
    """
    if _is_bare(document):
        document = {"field_mapping": document}
    top = place.block(document, _TOP)
    if "field_mapping" in top:
        _spread_main(top, place, base)
    attributes = (place / "attributes").block(top.get("attributes") or {})
    streams = (place / "streams").block(top.get("streams") or {})
    _no_slips(streams, place / "streams", base)
    return MappingFile(
        place=place,
        platform=_text_or_none(top.get("platform"), place / "platform"),
        main=_text_or_none(top.get("main"), place / "main"),
        attributes={
            attribute(place / "attributes" / name, name): (place / "attributes" / name).word(
                kind, BREVO_TYPES
            )
            for name, kind in attributes.items()
        },
        streams={
            name: _stream(block, place / "streams" / name, base.streams.get(name) if base else None)
            for name, block in streams.items()
            if block is not None
        },
        left_out=tuple(sorted(name for name, block in streams.items() if block is None)),
    )


def _is_bare(document: Mapping[str, Any]) -> bool:
    """Tell a block of ``source: target`` lines from a file of blocks."""
    return (
        bool(document)
        and not any(
            isinstance(value, Mapping) or (key in _TOP and key != "platform")
            for key, value in document.items()
        )
        and set(document) != {"platform"}
    )


def _spread_main(top: dict[str, Any], place: Place, base: MappingFile | None) -> None:
    """Put a file's own ``field_mapping`` where the platform's main stream has it."""
    main = top.get("main") or (base.main if base else None)
    if not main:
        raise place.error(
            "a bare field_mapping, and no main stream of contacts is known for this platform",
            right="streams: {<stream>: {contact: {field_mapping: ...}}}",
        )
    streams = (place / "streams").block(top.get("streams") or {})
    if main in streams:
        raise place.error(f"field_mapping stands beside streams.{main}", right="one of the two")
    lines = top.pop("field_mapping")
    top["streams"] = {**streams, main: {"contact": {"field_mapping": lines}}}


def _text_or_none(value: Any, place: Place) -> str | None:
    return None if value is None else place.text(value)


def _no_slips(streams: Mapping[str, Any], place: Place, base: MappingFile | None) -> None:
    known = (*base.streams, *base.left_out) if base else ()
    for name in streams:
        close = get_close_matches(name, known, n=1, cutoff=0.85)
        if close and name not in known:
            raise (place / name).error(
                f"unknown stream '{name}'", right=f"did you mean '{close[0]}'?"
            )


def _stream(value: Any, place: Place, base: StreamBlock | None) -> StreamBlock:
    block = place.block(value, _STREAM)
    names: dict[tuple[str, ...], Any] = dict(base.names) if base else {}
    names |= _names(block.get("names") or {}, place / "names")
    types = (place / "types").block(block.get("types") or {})
    reader = LineReader(names)
    events, no_events = _events(reader, block, place)
    return StreamBlock(
        place=place,
        names=names,
        types={
            reader.expression(source, place / "types" / source).key: (
                place / "types" / source
            ).word(kind, BREVO_TYPES)
            for source, kind in types.items()
        },
        changed=reader.optional(block, "changed", place),
        contact=read_contact(reader, block["contact"], place / "contact")
        if "contact" in block
        else None,
        events=events,
        no_events=no_events,
        bodies={
            kind: _body(reader, block[kind], place / kind, kind) for kind in FIELDS if kind in block
        },
    )


def _names(value: Any, place: Place) -> dict[tuple[str, ...], Any]:
    made = {}
    for other, stands_for in place.block(value).items():
        here = place / other
        path = plain_path(compile_expression(other, str(here)).tree)
        if path is None:
            raise here.error("not a plain name", right="a name, with dots for what is inside")
        made[path] = compile_expression(here.text(stands_for), str(here)).tree
    return made


def _events(
    reader: LineReader, block: Mapping[str, Any], place: Place
) -> tuple[dict[str, EventBlock | Removed], bool]:
    """Return the events by name, and whether the file removes all of them."""
    if any(key in block and block[key] is None for key in ("event", "events")):
        return {}, True
    named: dict[str, tuple[Any, Place]] = {}
    if "events" in block:
        inside = place / "events"
        named |= {name: (one, inside / name) for name, one in inside.block(block["events"]).items()}
    if "event" in block:
        here = place / "event"
        single = here.block(block["event"])
        name = (here / "name").text(single.pop("name", None))
        if name in named:
            raise here.error(f"'{name}' stands in event and in events", right="one of the two")
        named[name] = (single, here)
    return {name: _event(reader, name, one, here) for name, (one, here) in named.items()}, False


def _event(reader: LineReader, name: str, value: Any, place: Place) -> EventBlock | Removed:
    if value is None:
        return REMOVED
    if not PROPERTY.fullmatch(name):
        raise place.error(f"'{name}' cannot be an event's name", right="letters, digits, - and _")
    block = place.block(value, ("key", "at", "each", "when", "field_mapping", "properties"))
    # Inside a list the names are the element's; the record is reached as _record.
    inside = LineReader({}) if "each" in block else reader
    return EventBlock(
        place=place,
        name=name,
        key=inside.optional(block, "key", place),
        at=inside.optional(block, "at", place),
        each=reader.optional(block, "each", place),
        when=inside.conditions(block, place),
        lines=inside.lines(block.get("field_mapping"), place / "field_mapping", identifier_target),
        properties=inside.lines(block.get("properties"), place / "properties", property_target),
    )


def _body(reader: LineReader, value: Any, place: Place, kind: str) -> BodyBlock | Removed:
    if value is None:
        return REMOVED
    keys = ("at", "when", "field_mapping") if kind == "order" else ("when", "field_mapping")
    block = place.block(value, keys)
    check = field_target(FIELDS[kind], identifiers=kind == "order")
    return BodyBlock(
        place=place,
        at=reader.optional(block, "at", place),
        when=reader.conditions(block, place),
        lines=reader.lines(block.get("field_mapping"), place / "field_mapping", check),
    )
