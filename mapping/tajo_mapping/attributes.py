"""Which attributes a mapping writes, and the type that each has in Brevo.

In this order: what the file says under ``attributes``; what the platform's file knows of the
source (its ``types``, or the type of the attribute that the default writes from it); text.
"""

from collections.abc import Iterable, Mapping
from itertools import chain

from tajo_mapping.grammar import PHONES, ConsentRule, ContactBlock, Line, MappingFile, StreamBlock
from tajo_mapping.targets import is_attribute


def attribute_types(laid: MappingFile, default: MappingFile | None) -> dict[str, str]:
    """Return attribute → Brevo's type for every attribute that the mapping can write.

    Args:
        laid: The mapping as it will be used.
        default: The platform's own file, for what it knows of its sources.

    Raises:
        MappingError: A source is known to be of a type that its attribute cannot hold.
    """
    types: dict[str, str] = {}
    for name, stream in laid.streams.items():
        if not isinstance(stream.contact, ContactBlock):
            continue
        under = default.streams.get(name) if default else None
        known = _known_types(stream, under, default)
        for line in stream.contact.lines:
            for target in filter(is_attribute, line.targets):
                _take_type(types, target, line, known, laid)
        for extra in _consent_attributes(stream.contact):
            types.setdefault(extra, "text")
    return types


def written_lists(laid: MappingFile) -> tuple[str, ...]:
    """Return the names of all mailing lists, each once, in the order of the file."""
    contacts = (stream.contact for stream in laid.streams.values())
    named = chain.from_iterable(
        contact.mailing_lists or () for contact in contacts if isinstance(contact, ContactBlock)
    )
    return tuple(dict.fromkeys(named))


def _known_types(
    stream: StreamBlock, under: StreamBlock | None, default: MappingFile | None
) -> Mapping[str, str]:
    """Return the types of sources, by their resolved expression."""
    known: dict[str, str] = {}
    if default is not None and under is not None and isinstance(under.contact, ContactBlock):
        for line in under.contact.lines:
            for target in line.targets:
                if target in default.attributes:
                    known[line.source.key] = default.attributes[target]
    return {**known, **stream.types}


def _take_type(
    types: dict[str, str], target: str, line: Line, known: Mapping[str, str], laid: MappingFile
) -> None:
    source_type = known.get(line.source.key)
    if target in PHONES:
        types[target] = "text"
        return
    said = laid.attributes.get(target) or types.get(target) or source_type or "text"
    if source_type and "text" not in {said, source_type} and said != source_type:
        raise line.place.error(
            f"{target} is {said}, and '{line.source.text}' is {source_type}",
            right=f"an attribute of type {source_type}",
            do=f"name another attribute, or say attributes: {{{target}: {source_type}}}",
        )
    types[target] = said


def _consent_attributes(contact: ContactBlock) -> Iterable[str]:
    for rule in contact.consent.values():
        if isinstance(rule, ConsentRule):
            yield from filter(None, (rule.only_granted, rule.recorded_as))
