"""Laying a user's file over the platform's own.

The rules, all of them:

* A line is known by its source, after other names of the field were resolved. The user's line
  takes the place of the default's line for the same source; null removes it.
* What a user's line names as a target is taken from that line alone: a default line that wrote
  the same target no longer does.
* The identifiers (email, ext_id) of a default line stay when its line is replaced, until another
  line takes them or null removes the line.
* Consent goes by channel, rules and types by attribute, events by name; ``mailing_lists``,
  ``when``, ``key``, ``at``, ``mode`` and the like are replaced whole. Null removes.
* Null for a stream leaves all of it out; a block for one that the default leaves out takes it in.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from tajo_mapping.errors import nearest
from tajo_mapping.grammar import (
    IDENTIFIERS,
    BodyBlock,
    ContactBlock,
    EventBlock,
    Line,
    MappingFile,
    Removed,
    StreamBlock,
)

_Value = TypeVar("_Value")


def lay_over(base: MappingFile, over: MappingFile) -> MappingFile:
    """Return the mapping of ``base`` with all that ``over`` says.

    Raises:
        MappingError: ``over`` is for another platform, or removes what is not there.
    """
    if over.platform is not None and over.platform != base.platform:
        raise (over.place / "platform").error(
            f"the file is for '{over.platform}', the records come from '{base.platform}'",
            right=f"platform: {base.platform}",
            do="use the file made for this platform, or change that line",
        )
    streams = {name: one for name, one in base.streams.items() if name not in over.left_out}
    for name, stream in over.streams.items():
        streams[name] = _lay_stream(streams[name], stream) if name in streams else stream
    return replace(
        base,
        main=over.main or base.main,
        attributes={**base.attributes, **over.attributes},
        streams=streams,
        left_out=tuple(sorted({*base.left_out, *over.left_out} - streams.keys())),
    )


def _lay_stream(base: StreamBlock, over: StreamBlock) -> StreamBlock:
    contact = over.contact if over.contact is not None else base.contact
    if isinstance(base.contact, ContactBlock) and isinstance(over.contact, ContactBlock):
        contact = _lay_contact(base.contact, over.contact)
    bodies = dict(base.bodies)
    for kind, body in over.bodies.items():
        under = bodies.get(kind)
        if isinstance(under, BodyBlock) and isinstance(body, BodyBlock):
            bodies[kind] = _lay_body(under, body)
        else:
            bodies[kind] = body
    return replace(
        base,
        names=over.names or base.names,
        types={**base.types, **over.types},
        changed=over.changed or base.changed,
        contact=contact,
        events={} if over.no_events else _lay_events(base.events, over.events),
        bodies=bodies,
    )


def _lay_events(
    base: Mapping[str, EventBlock | Removed], over: Mapping[str, EventBlock | Removed]
) -> dict[str, EventBlock | Removed]:
    events = dict(base)
    for name, event in over.items():
        under = events.get(name)
        if isinstance(under, EventBlock) and isinstance(event, EventBlock):
            events[name] = _lay_event(under, event)
        else:
            events[name] = event
    return events


def _lay_contact(base: ContactBlock, over: ContactBlock) -> ContactBlock:
    return replace(
        base,
        lines=lay_lines(base.lines, over.lines),
        consent={**base.consent, **over.consent},
        mailing_lists=_said(over.mailing_lists, base.mailing_lists),
        mirrored=_said(over.mirrored, base.mirrored),
        rules={**base.rules, **over.rules},
        mode=_said(over.mode, base.mode),
        when_deleted=_said(over.when_deleted, base.when_deleted),
        owner=_said(over.owner, base.owner),
        when=_said(over.when, base.when),
        merged_into=over.merged_into or base.merged_into,
    )


def _lay_event(base: EventBlock, over: EventBlock) -> EventBlock:
    return replace(
        base,
        key=over.key or base.key,
        at=over.at or base.at,
        each=over.each or base.each,
        when=_said(over.when, base.when),
        lines=lay_lines(base.lines, over.lines),
        properties=lay_lines(base.properties, over.properties),
    )


def _lay_body(base: BodyBlock, over: BodyBlock) -> BodyBlock:
    return replace(
        base,
        at=over.at or base.at,
        when=_said(over.when, base.when),
        lines=lay_lines(base.lines, over.lines),
    )


def _said(over: _Value | None, base: _Value | None) -> _Value | None:
    return base if over is None else over


def lay_lines(base: tuple[Line, ...], over: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the default's lines with the user's laid over them (rules: this module's first text).

    Raises:
        MappingError: A line is removed that the default does not have.
    """
    waiting = {line.source.key: line for line in over}
    moved = {target for line in over for target in line.targets}
    laid = []
    for line in base:
        mine = waiting.pop(line.source.key, None)
        kept = tuple(target for target in line.targets if target not in moved)
        if mine is None:
            laid.append(replace(line, targets=kept))
        elif mine.targets:
            identifiers = tuple(target for target in kept if target in IDENTIFIERS)
            laid.append(replace(mine, targets=(*identifiers, *mine.targets)))
    for line in waiting.values():
        if not line.targets:
            raise line.place.error(
                f"there is no line for '{line.source.text}' to remove",
                right=nearest(line.source.text, {one.source.text for one in base}),
            )
        laid.append(line)
    return tuple(line for line in laid if line.targets)
