"""From plain data to the facts of ``grammar``: every key known, every expression compiled."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, cast

from tajo_mapping.brevo_fields import FIELDS
from tajo_mapping.expressions import Expression, Names, compile_expression, plain_path
from tajo_mapping.grammar import (
    BREVO_TYPES,
    CHANNELS,
    DELETIONS,
    MODES,
    REMOVED,
    RULES,
    BodyBlock,
    Condition,
    ConsentRule,
    ContactBlock,
    EventBlock,
    Line,
    MappingFile,
    Removed,
    StreamBlock,
)
from tajo_mapping.operations import AttributeRule, Channel
from tajo_mapping.places import Place
from tajo_mapping.targets import (
    PROPERTY,
    TargetCheck,
    attribute,
    contact_target,
    field_target,
    identifier_target,
    property_target,
)

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
        streams=_streams(top.get("streams") or {}, place / "streams", base),
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


def _streams(value: Any, place: Place, base: MappingFile | None) -> dict[str, StreamBlock]:
    known = dict(base.streams) if base else {}
    made = {}
    for name, block in place.block(value).items():
        close = get_close_matches(name, known, n=1, cutoff=0.85)
        if close and name not in known:
            raise (place / name).error(
                f"unknown stream '{name}'", right=f"did you mean '{close[0]}'?"
            )
        made[name] = _stream(block, place / name, known.get(name))
    return made


def _stream(value: Any, place: Place, base: StreamBlock | None) -> StreamBlock:
    block = place.block(value, _STREAM)
    names: dict[tuple[str, ...], Any] = dict(base.names) if base else {}
    names |= _names(block.get("names") or {}, place / "names")
    types = (place / "types").block(block.get("types") or {})
    reader = _Reader(names)
    events, no_events = reader.events(block, place)
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
        contact=reader.contact(block["contact"], place / "contact") if "contact" in block else None,
        events=events,
        no_events=no_events,
        bodies={
            kind: reader.body(block[kind], place / kind, kind) for kind in FIELDS if kind in block
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


class _Reader:
    """Reads the blocks of one stream, with the stream's other names of fields."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def expression(self, text: Any, place: Place) -> Expression:
        return compile_expression(place.text(text), str(place), self.names)

    def optional(self, block: Mapping[str, Any], key: str, place: Place) -> Expression | None:
        return self.expression(block[key], place / key) if key in block else None

    def contact(self, value: Any, place: Place) -> ContactBlock | Removed:
        if value is None:
            return REMOVED
        keys = (
            "field_mapping", "consent", "mailing_lists", "rules", "mode", "when_deleted", "owner",
            "when",
        )  # fmt: skip
        block = place.block(value, keys)
        mode, gone = block.get("mode"), block.get("when_deleted")
        return ContactBlock(
            place=place,
            lines=self.lines(block.get("field_mapping"), place / "field_mapping", contact_target),
            consent=self._consents(block.get("consent") or {}, place / "consent"),
            mailing_lists=_mailing_lists(block, place / "mailing_lists"),
            rules=_rules(block.get("rules") or {}, place / "rules"),
            mode=cast("Any", (place / "mode").word(mode, MODES)) if mode is not None else None,
            when_deleted=cast("Any", (place / "when_deleted").word(gone, DELETIONS))
            if gone is not None
            else None,
            owner=(place / "owner").flag(block["owner"]) if "owner" in block else None,
            when=self.conditions(block, place),
        )

    def events(
        self, block: Mapping[str, Any], place: Place
    ) -> tuple[dict[str, EventBlock | Removed], bool]:
        """Return the events by name, and whether the file removes all of them."""
        if any(key in block and block[key] is None for key in ("event", "events")):
            return {}, True
        named: dict[str, tuple[Any, Place]] = {}
        if "events" in block:
            inside = place / "events"
            named |= {
                name: (one, inside / name) for name, one in inside.block(block["events"]).items()
            }
        if "event" in block:
            here = place / "event"
            single = here.block(block["event"])
            name = (here / "name").text(single.pop("name", None))
            if name in named:
                raise here.error(f"'{name}' stands in event and in events", right="one of the two")
            named[name] = (single, here)
        return {name: self._event(name, one, here) for name, (one, here) in named.items()}, False

    def _event(self, name: str, value: Any, place: Place) -> EventBlock | Removed:
        if value is None:
            return REMOVED
        if not PROPERTY.fullmatch(name):
            raise place.error(
                f"'{name}' cannot be an event's name", right="letters, digits, - and _"
            )
        block = place.block(value, ("key", "at", "each", "when", "field_mapping", "properties"))
        # Inside a list the names are the element's; the record is reached as _record.
        inside = _Reader({}) if "each" in block else self
        return EventBlock(
            place=place,
            name=name,
            key=inside.optional(block, "key", place),
            at=inside.optional(block, "at", place),
            each=self.optional(block, "each", place),
            when=inside.conditions(block, place),
            lines=inside.lines(
                block.get("field_mapping"), place / "field_mapping", identifier_target
            ),
            properties=inside.lines(block.get("properties"), place / "properties", property_target),
        )

    def body(self, value: Any, place: Place, kind: str) -> BodyBlock | Removed:
        if value is None:
            return REMOVED
        keys = ("at", "when", "field_mapping") if kind == "order" else ("when", "field_mapping")
        block = place.block(value, keys)
        check = field_target(FIELDS[kind], identifiers=kind == "order")
        return BodyBlock(
            place=place,
            at=self.optional(block, "at", place),
            when=self.conditions(block, place),
            lines=self.lines(block.get("field_mapping"), place / "field_mapping", check),
        )

    def conditions(self, block: Mapping[str, Any], place: Place) -> tuple[Condition, ...] | None:
        if "when" not in block:
            return None
        here = place / "when"
        if block["when"] is None:
            return ()
        return tuple(
            Condition(self.expression(text, here / text), (here / text).text(reason), here)
            for text, reason in here.block(block["when"]).items()
        )

    def lines(self, value: Any, place: Place, check: TargetCheck) -> tuple[Line, ...]:
        """Return the lines of one block; two for one source or one target are an error."""
        made: list[Line] = []
        sources: dict[str, str] = {}
        targets: dict[str, str] = {}
        for text, target in place.block(value if value is not None else {}).items():
            line = self._line(text, target, place / text, check)
            if line.source.key in sources:
                raise line.place.error(
                    f"'{text}' and '{sources[line.source.key]}' are the same source",
                    right="one line, with a list of targets",
                )
            sources[line.source.key] = text
            for name in line.targets:
                if name in targets:
                    raise line.place.error(
                        f"two sources for {name}: '{targets[name]}' and '{text}'",
                        right="one source for each target",
                    )
                targets[name] = text
            made.append(line)
        return tuple(made)

    def _line(self, text: str, target: Any, place: Place, check: TargetCheck) -> Line:
        source = self.expression(text, place)
        if target is None:
            return Line(source, (), place)
        if isinstance(target, Mapping):
            return self._nested(source, target, place, check)
        names = tuple(place.text(name) for name in place.items(target))
        for name in names:
            if check(place, name) not in {None, property_target}:
                raise place.error(
                    f"'{name}' is a list of objects", right=f"{{to: {name}, each: {{...}}}}"
                )
        return Line(source, names, place)

    def _nested(
        self, source: Expression, target: Mapping[str, Any], place: Place, check: TargetCheck
    ) -> Line:
        block = place.block(target, ("to", "each"))
        name = (place / "to").text(block.get("to"))
        inside = check(place, name)
        if inside is None:
            raise place.error(
                f"'{name}' takes no list of objects", right=f"'{source.text}': {name}"
            )
        lines = _Reader({}).lines(block.get("each"), place / "each", inside)
        if not lines:
            raise (place / "each").error("no lines", right="source: target, read in every element")
        return Line(source, (name,), place, lines)

    def _consents(self, value: Any, place: Place) -> dict[Channel, ConsentRule | Removed]:
        return {
            cast("Channel", (place / channel).word(channel, CHANNELS)): self._consent(
                rule, place / channel
            )
            for channel, rule in place.block(value, CHANNELS).items()
        }

    def _consent(self, value: Any, place: Place) -> ConsentRule | Removed:
        if value is None:
            return REMOVED
        block = place.block(
            value, ("from", "at", "granted", "denied", "only_granted", "recorded_as")
        )
        granted = _words(block.get("granted", []), place / "granted")
        denied = _words(block.get("denied", []), place / "denied")
        both = {(type(word), word) for word in granted} & {(type(word), word) for word in denied}
        if both or not (granted or denied):
            raise place.error(
                "a word that is granted and denied" if both else "neither granted nor denied",
                right="granted: [...] and denied: [...], each with words of its own",
            )
        extra = {
            key: attribute(place / key, (place / key).text(block[key]))
            for key in ("only_granted", "recorded_as")
            if key in block
        }
        return ConsentRule(
            place=place,
            source=self.expression(block.get("from"), place / "from"),
            at=self.optional(block, "at", place),
            granted=granted,
            denied=denied,
            **extra,
        )


def _words(value: Any, place: Place) -> tuple[str | bool | int, ...]:
    words = place.items(value)
    if not all(isinstance(word, str | bool | int) for word in words):
        raise place.error("not words", right="[SUBSCRIBED] or [true]")
    return tuple(words)


def _mailing_lists(block: Mapping[str, Any], place: Place) -> tuple[str, ...] | None:
    if "mailing_lists" not in block:
        return None
    return tuple(place.text(name) for name in place.items(block["mailing_lists"] or []))


def _rules(value: Any, place: Place) -> dict[str, AttributeRule]:
    return {
        attribute(place / name, name): cast("AttributeRule", (place / name).word(rule, RULES))
        for name, rule in place.block(value).items()
    }
