"""What a mapping file can say, as facts. Where they are read: ``parsing``; laid over: ``overlay``.

A None in a block means that the file does not speak of it; ``REMOVED`` that it says null.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tajo_mapping.expressions import Expression
from tajo_mapping.operations import AttributeRule, Channel, Deletion, Mode
from tajo_mapping.places import Place
from tajo_mapping.trees import Names

BREVO_TYPES: Final = ("text", "float", "date", "boolean", "multiple-choice")
CHANNELS: Final = ("email", "sms", "whatsapp")
RULES: Final = ("newest", "only_if_empty", "sum", "latest")
# How a list is kept: filled only, or also left by who is not granted any more.
LIST_MODES: Final = ("add", "mirror")
MODES: Final = ("upsert", "update_only", "create_only")
DELETIONS: Final = ("keep", "unlink", "delete")
# Attributes that Brevo keeps as unique identifiers of a contact (Brevo API v3, Contacts, checked
# 2026-11-24); the first two hold phone numbers and always go through e164().
PHONES: Final = ("SMS", "WHATSAPP", "LANDLINE_NUMBER")
IDENTIFIERS: Final = ("email", "ext_id")


class Removed:
    """The kind of ``REMOVED``: a user's file says null, so the default's block goes."""

    __slots__ = ()


REMOVED: Final = Removed()


@dataclass(frozen=True, slots=True)
class Line:
    """``source: targets``. No targets: a user's file removes the source's line.

    ``each`` holds the lines of a nested list, read from every element of the source.
    """

    source: Expression
    targets: tuple[str, ...]
    place: Place
    each: tuple["Line", ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """``expression: reason``: records for which it does not hold are filtered for this reason."""

    expression: Expression
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class ConsentRule:
    """How the source's words tell the consent of one channel.

    ``only_granted`` is an attribute that is written only while consent is granted and cleared
    when it is denied; ``recorded_as`` an attribute that records ``granted`` or ``denied``;
    ``reconsent`` says that a grant may unblock who said no before it.
    """

    place: Place
    source: Expression
    at: Expression | None
    granted: tuple[str | bool | int, ...]
    denied: tuple[str | bool | int, ...]
    only_granted: str | None = None
    recorded_as: str | None = None
    reconsent: bool = False


@dataclass(frozen=True, slots=True)
class ContactBlock:
    """What becomes a contact."""

    place: Place
    lines: tuple[Line, ...] = ()
    consent: Mapping[Channel, ConsentRule | Removed] = field(default_factory=dict)
    mailing_lists: tuple[str, ...] | None = None
    mirrored: tuple[str, ...] | None = None
    rules: Mapping[str, AttributeRule] = field(default_factory=dict)
    mode: Mode | None = None
    when_deleted: Deletion | None = None
    owner: bool | None = None
    when: tuple[Condition, ...] | None = None
    merged_into: Expression | None = None


@dataclass(frozen=True, slots=True)
class EventBlock:
    """What becomes an event; with ``each``, one for every element of a list."""

    place: Place
    name: str
    key: Expression | None = None
    at: Expression | None = None
    each: Expression | None = None
    when: tuple[Condition, ...] | None = None
    lines: tuple[Line, ...] = ()
    properties: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class BodyBlock:
    """What becomes an order, a product or a category, under Brevo's own field names."""

    place: Place
    at: Expression | None = None
    when: tuple[Condition, ...] | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class StreamBlock:
    """All that is said of one stream."""

    place: Place
    names: Names = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    changed: Expression | None = None
    contact: ContactBlock | Removed | None = None
    events: Mapping[str, EventBlock | Removed] = field(default_factory=dict)
    no_events: bool = False
    bodies: Mapping[str, BodyBlock | Removed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MappingFile:
    """One file, the project's or a user's. ``left_out`` are the streams of which it says null."""

    place: Place
    platform: str | None = None
    main: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    streams: Mapping[str, StreamBlock] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
