"""What a record becomes in Brevo: the vocabulary between the mapping and the loader.

An operation says *what should be true* in Brevo, never *how* it is sent: the loader decides about
imports, batches and single calls. Nothing here does input or output. Named tuples, because one is
made for every record: they cannot be changed, and cost a fraction of a frozen dataclass.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

Kind = Literal["contact", "event", "order", "product", "category"]
KINDS: tuple[Kind, ...] = ("contact", "event", "order", "product", "category")

ConsentState = Literal["granted", "denied", "unknown"]
Channel = Literal["email", "sms", "whatsapp"]

# How a stream may write an attribute that somebody else may have written too: "newest",
# "only_if_empty", "sum" (of whole numbers, whatever they count), "sum by UNIT" (of what has the
# same value in the attribute UNIT, such as a currency), "sum of EUR" (of what is all of one unit),
# "latest" (of dates, the latest that any of the person's records tells).
AttributeRule = str
Mode = Literal["upsert", "update_only", "create_only"]
# "leave": the record is there, and no longer becomes a contact: its person leaves the mirrored
# lists, and is blocked where it says no. "part": a record that is nobody's own (an order) is gone,
# and so is its part of what is made of all records.
Deletion = Literal["keep", "unlink", "delete", "leave", "part"]
SUM = "sum"
SUM_BY = "sum by "
SUM_OF = "sum of "
LATEST = "latest"

# An attribute's value. None clears the attribute in Brevo; an absent name leaves it alone.
AttributeValue = str | int | float | bool | list[str] | None
NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


class Source(NamedTuple):
    """Where an operation came from: the one key by which everything can be explained.

    ``id`` is the record's key as text (several key fields joined by ``/``), unique within
    (platform, store, stream). ``at`` is the source's own time of change, RFC 3339 in UTC, or None
    where the platform tells none.
    """

    platform: str
    store: str
    stream: str
    id: str
    at: str | None = None


class Consent(NamedTuple):
    """What the source says of one channel: granted, denied or unknown, and since when (UTC).

    ``reconsent``: the mapping says that this grant may unblock who said no before it.
    """

    state: ConsentState
    at: str | None = None
    reconsent: bool = False


UNKNOWN = Consent("unknown")


class Contact(NamedTuple):
    """A person as one source record shows them.

    ``email`` is lower-cased. ``ext_id`` is ``<platform>:<store>:<id>`` unless mapped otherwise; it
    is written only where this source creates the contact, and never when ``owner`` is False (a
    guest known from an order only, who fills empty attributes and nothing else). Phone numbers
    are attributes (``SMS``, ``WHATSAPP``) in E.164. ``mailing_lists`` is empty unless the e-mail
    consent is granted; ``mirrored`` are those lists that are left by whoever is not granted any
    more. ``deletion`` is set when the source deleted the person, ``part`` when it deleted
    one of the records that sums are made of, or ``leave`` with the condition that is not met as its
    ``why`` (and a ``consent`` where the record says no all the same). ``merged_into`` is the id (of
    the same stream) of the record that the platform merged this one into. ``notes`` says, for a
    reader and without a value, what of the record was left out ("SMS: not a phone number").
    """

    source: Source
    email: str | None = None
    ext_id: str | None = None
    attributes: Mapping[str, AttributeValue] = NOTHING
    rules: Mapping[str, AttributeRule] = NOTHING
    consent: Mapping[Channel, Consent] = NOTHING
    mailing_lists: tuple[str, ...] = ()
    mirrored: tuple[str, ...] = ()
    mode: Mode = "upsert"
    owner: bool = True
    deletion: Deletion | None = None
    why: str = ""
    merged_into: str | None = None
    notes: tuple[str, ...] = ()
    kind: Literal["contact"] = "contact"


class Event(NamedTuple):
    """Something that happened to a person, sent once.

    ``key`` identifies the happening within (platform, store, name); ``at`` is its time, RFC 3339
    UTC. ``properties`` are JSON values under names of letters, digits, ``-`` and ``_``.
    """

    source: Source
    name: str
    key: str
    at: str
    email: str | None = None
    ext_id: str | None = None
    properties: Mapping[str, Any] = NOTHING
    kind: Literal["event"] = "event"


class Order(NamedTuple):
    """An order under Brevo's own field names (``POST /orders/status``), upserted by ``id``.

    ``body`` holds id, createdAt, updatedAt, status, amount, products, and what else Brevo knows,
    without identifiers; ``at`` is the time that decides whether it may start automations.
    """

    source: Source
    id: str
    at: str
    email: str | None = None
    ext_id: str | None = None
    body: Mapping[str, Any] = NOTHING
    kind: Literal["order"] = "order"


class Product(NamedTuple):
    """A product under Brevo's own field names; a deletion has ``isDeleted`` in its body."""

    source: Source
    id: str
    body: Mapping[str, Any] = NOTHING
    kind: Literal["product"] = "product"


class Category(NamedTuple):
    """A category under Brevo's own field names; a deletion has ``isDeleted`` in its body."""

    source: Source
    id: str
    body: Mapping[str, Any] = NOTHING
    kind: Literal["category"] = "category"


class Filtered(NamedTuple):
    """A record that by the mapping's own rule becomes nothing of this kind; counted by reason."""

    source: Source
    of: Kind
    reason: str


class Refused(NamedTuple):
    """A record that should have become something and cannot; goes to rejects, never lost.

    ``reason`` and ``hint`` are for a reader and hold no value of the record; ``line`` names the
    place in the mapping (``shopify.yml: streams.customers.contact.field_mapping.SMS``). Of an
    event, ``name`` and ``key`` say which it would have been, as far as that is known. ``email`` is
    whom the record is about, where it names one: so that a refusal can be explained.
    """

    source: Source
    of: Kind
    reason: str
    line: str
    hint: str = ""
    name: str = ""
    key: str = ""
    email: str | None = None


Operation = Contact | Event | Order | Product | Category
Outcome = Operation | Filtered | Refused
