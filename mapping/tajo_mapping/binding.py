"""One stream of one run, bound: records in, outcomes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tajo_mapping.bodies import compile_body
from tajo_mapping.contacts import compile_contact
from tajo_mapping.errors import LeftOut, Unfit
from tajo_mapping.events import compile_event
from tajo_mapping.expressions import Expression
from tajo_mapping.grammar import BodyBlock, ContactBlock, EventBlock, StreamBlock
from tajo_mapping.making import Maker, optional_time
from tajo_mapping.operations import KINDS, Kind, Outcome, Refused, Source
from tajo_mapping.places import Place
from tajo_mapping.written.stream_text import Written

# A tap reads one store, or a few; more than this many are compiled anew when they come again.
_STORES = 64


@dataclass(frozen=True, slots=True)
class StreamMakers:
    """What a stream's blocks compile to, for one store."""

    makers: tuple[tuple[Kind, Maker], ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Return the kinds, each once."""
        return tuple(dict.fromkeys(kind for kind, _ in self.makers))


def makers_of(stream: StreamBlock, prefix: str, types: Mapping[str, str]) -> StreamMakers:
    """Return the compiled blocks of a stream, contacts first.

    Args:
        stream: The stream's blocks, complete.
        prefix: ``<platform>:<store>``, what goes before every id of the source.
        types: Brevo's type of every attribute.

    Raises:
        MappingError: A block lacks what Brevo or the loader cannot be without.
    """
    made: list[tuple[Kind, Maker]] = []
    if isinstance(stream.contact, ContactBlock):
        made.append(("contact", compile_contact(stream.contact, prefix, types)))
    made.extend(
        ("event", compile_event(event, prefix))
        for event in stream.events.values()
        if isinstance(event, EventBlock)
    )
    for kind in KINDS:
        body = stream.bodies.get(kind)
        if isinstance(body, BodyBlock):
            made.append((kind, compile_body(kind, body, prefix)))
    return StreamMakers(tuple(made))


@dataclass(frozen=True, slots=True)
class Binding:
    """A pure function from a record to its outcomes; also called as one.

    ``written`` gives what ``plain`` gives, in a fraction of the time, or None where ``plain`` has
    to say; ``compiled`` gives the makers of a store.
    """

    platform: str
    stream: str
    store: str
    key_properties: tuple[str, ...]
    changed: Expression | None
    compiled: Callable[[str], StreamMakers]
    written: Written
    _by_store: dict[str, StreamMakers] = field(default_factory=dict)

    def operations(self, record: Mapping[str, Any]) -> list[Outcome]:
        """Return all that becomes of the record: operations, and why there is none.

        A record's own ``_tajo_store`` wins over the store that was bound; ``_sdc_deleted_at``
        marks what the source deleted. Never raises for a record: what cannot be made is
        ``Refused``.
        """
        try:
            made = self.written(record, self.store)
        except Exception:  # noqa: BLE001 - whatever is odd, the plain makers say what it is
            made = None
        return self.plain(record) if made is None else made

    __call__ = operations

    def plain(self, record: Mapping[str, Any]) -> list[Outcome]:
        """Return what ``operations`` returns, block by block: this is what a mapping means."""
        store = record.get("_tajo_store") or self.store
        makers = self._for_store(str(store))
        source = self._source(record, str(store))
        if not source.id:
            reason = f"the record has no key ({', '.join(self.key_properties) or 'none declared'})"
            return [Refused(source, kind, reason, self.stream) for kind in makers.kinds]
        deleted = record.get("_sdc_deleted_at") is not None
        outcomes: list[Outcome] = []
        for _, make in makers.makers:
            outcomes += make(record, source, deleted)
        return outcomes

    def _for_store(self, store: str) -> StreamMakers:
        found = self._by_store.get(store)
        if found is None:
            if len(self._by_store) >= _STORES:
                self._by_store.clear()
            found = self._by_store[store] = self.compiled(store)
        return found

    def _source(self, record: Mapping[str, Any], store: str) -> Source:
        return Source(
            platform=self.platform,
            store=store,
            stream=self.stream,
            id=record_key(record, self.key_properties),
            at=self._changed_at(record),
        )

    def _changed_at(self, record: Mapping[str, Any]) -> str | None:
        try:
            deleted = record.get("_sdc_deleted_at")
            if deleted is not None:
                return optional_time(_DELETED_AT, record, Place(self.stream))
            return optional_time(self.changed, record, Place(self.stream))
        except (Unfit, LeftOut):
            return None


_DELETED_AT = Expression(
    "_sdc_deleted_at",
    "_sdc_deleted_at",
    ("_sdc_deleted_at",),
    {},
    lambda record: record["_sdc_deleted_at"],
)


def record_key(record: Mapping[str, Any], key_properties: tuple[str, ...]) -> str:
    """Return a record's key as text, several fields joined by ``/``; empty where one is missing."""
    parts = [record.get(name) for name in key_properties]
    # Nothing equals None or an empty text that is not one: a number is a key, also 0.
    if not parts or None in parts or "" in parts:
        return ""
    return "/".join(map(str, parts))
