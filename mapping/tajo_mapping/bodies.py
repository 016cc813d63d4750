"""From a record to an order, a product or a category, under Brevo's own field names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tajo_mapping import values
from tajo_mapping.brevo_fields import FIELDS, BrevoField
from tajo_mapping.conversion import field_converter
from tajo_mapping.errors import Unfit
from tajo_mapping.grammar import IDENTIFIERS, BodyBlock, Line
from tajo_mapping.making import (
    DELETED,
    NOBODY,
    FieldLine,
    Fields,
    Identity,
    addressee,
    identity,
    names_record,
    optional_time,
    target_place,
    unmet,
)
from tajo_mapping.operations import (
    Category,
    Filtered,
    Kind,
    Order,
    Outcome,
    Product,
    Refused,
    Source,
)
from tajo_mapping.places import Place


@dataclass(frozen=True, slots=True)
class BodyMaker:
    """A block for orders, products or categories, compiled: a pure function of the record."""

    kind: Kind
    block: BodyBlock
    who: Identity
    fields: Fields
    gone: Fields

    def __call__(self, record: Mapping[str, Any], source: Source, deleted: bool) -> list[Outcome]:
        """Return one outcome: the order, product or category, or why there is none."""
        try:
            return [self._outcome(record, source, deleted)]
        except Unfit as unfit:
            line = unfit.line or str(self.block.place)
            email = addressee(self.who.email, record)
            return [Refused(source, self.kind, unfit.reason, line, unfit.hint, email=email)]

    def _outcome(self, record: Mapping[str, Any], source: Source, deleted: bool) -> Outcome:
        if deleted:
            return self._deleted(record, source)
        reason = unmet(self.block.when or (), record)
        if reason is not None:
            return Filtered(source, self.kind, reason)
        if self.kind == "order":
            return self._order(record, source)
        body = self.fields.build(record)
        if self.kind == "product":
            return Product(source, body["id"], body)
        return Category(source, body["id"], body)

    def _order(self, record: Mapping[str, Any], source: Source) -> Outcome:
        email, ext_id = self.who.read(record)
        if not (email or ext_id):
            return Filtered(source, "order", NOBODY)
        body = self.fields.build(record)
        body.setdefault("storeId", source.store)
        at = optional_time(self.block.at, record, self.block.place / "at") or body["createdAt"]
        return Order(source, body["id"], at, email, ext_id, body)

    def _deleted(self, record: Mapping[str, Any], source: Source) -> Outcome:
        if self.kind == "order":
            return Filtered(source, "order", DELETED)
        body = self.gone.build(record)
        body |= {"isDeleted": True, "deletedAt": values.time(record.get("_sdc_deleted_at"))}
        made = Product if self.kind == "product" else Category
        return made(source, body["id"], body)


def compile_body(kind: Kind, block: BodyBlock, prefix: str) -> BodyMaker:
    """Return the compiled block; ``prefix`` is ``<platform>:<store>``.

    Raises:
        MappingError: A field that Brevo insists on has no line, or nobody has the order.
    """
    facts = FIELDS[kind]
    who = identity(block.lines, prefix)
    if kind == "order" and who.email is None and who.ext_id is None:
        raise (block.place / "field_mapping").error(
            "nobody whom the order belongs to", right="a line for email or ext_id"
        )
    fields = _fields(block.lines, facts, prefix, block.place / "field_mapping")
    gone = tuple(replace(line, required=line.path == ("id",)) for line in fields.lines)
    return BodyMaker(kind, block, who, fields, Fields(gone))


def _fields(
    lines: tuple[Line, ...], facts: Mapping[str, BrevoField], prefix: str, place: Place
) -> Fields:
    made = tuple(
        _field(line, target, facts, prefix)
        for line in lines
        for target in line.targets
        if target not in IDENTIFIERS
    )
    counts = ("quantity", "quantityFloat") if "quantity" in facts else ()
    needed = [name for name, fact in facts.items() if fact.required]
    _check_needed(made, [(name,) for name in needed] + ([counts] if counts else []), place)
    return Fields(made, one_of=counts)


def _check_needed(
    made: tuple[FieldLine, ...], needed: Iterable[tuple[str, ...]], place: Place
) -> None:
    written = {line.path[0] for line in made}
    for names in needed:
        if not written & set(names):
            raise place.error(
                f"no line for '{names[0]}', which Brevo insists on", right=f"source: {names[0]}"
            )


def _field(line: Line, target: str, facts: Mapping[str, BrevoField], prefix: str) -> FieldLine:
    fact = facts[target.partition(".")[0]]
    inside = None
    if line.each:
        lines = _fields(line.each, fact.inside, prefix, line.place / "each")
        inside = replace(lines, reaches_out=names_record(line.each))
    return FieldLine(
        path=tuple(target.split(".")),
        source=line.source,
        convert=(lambda value: value) if inside else field_converter(fact, prefix),
        place=target_place(line.place, target),
        required=fact.required,
        inside=inside,
        kind=fact.kind,
    )
