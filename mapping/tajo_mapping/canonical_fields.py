"""Reading single fields and bodies of records that carry our own names."""

from collections.abc import Mapping
from typing import Any

from tajo_mapping import values
from tajo_mapping.brevo_fields import FIELDS, BrevoField
from tajo_mapping.canonical_schemas import STREAM_OF
from tajo_mapping.conversion import field_converter, meta
from tajo_mapping.errors import Unfit
from tajo_mapping.operations import Kind


def text_of(
    record: Mapping[str, Any], line: str, *, address: bool = False, needed: bool = False
) -> str | None:
    """Return a text field; an e-mail address is stripped, lower-cased and checked.

    ``line`` is the stream and the field, ``contacts.email``, as an error names it.
    """
    name = line.rpartition(".")[2]
    try:
        made = (values.address if address else values.text)(record.get(name))
    except Unfit as unfit:
        raise unfit.at(line) from None
    if needed and not made:
        raise Unfit(f"'{name}' is missing", line=line)
    return made or None


def time_of(
    record: Mapping[str, Any], line: str, *, needed: bool = False, lenient: bool = False
) -> str | None:
    """Return a time field in UTC; with ``lenient``, what is no time is none."""
    name = line.rpartition(".")[2]
    try:
        made = values.time(record.get(name))
    except Unfit as unfit:
        if lenient:
            return None
        raise unfit.at(line) from None
    if needed and made is None:
        raise Unfit(f"'{name}' is missing", line=line)
    return made


def body_from(record: Mapping[str, Any], kind: Kind, *, exact: bool) -> dict[str, Any]:
    """Return the body under Brevo's names: as it is when ``exact``, else converted and checked.

    Raises:
        Unfit: A field that Brevo insists on is missing, or a value cannot become its field.
    """
    facts = FIELDS[kind]
    if exact:
        return {name: record[name] for name in facts if name in record}
    deleted = record.get("_sdc_deleted_at")
    gone = deleted is not None and kind != "order"
    body = _object(record, facts, STREAM_OF[kind], only_id=gone)
    if gone:
        body.setdefault("name", body["id"])
        body |= {"isDeleted": True, "deletedAt": values.time(deleted)}
    return body


def _object(
    value: Any, facts: Mapping[str, BrevoField], line: str, *, only_id: bool = False
) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise Unfit(f"{values.kind_of(value)} where an object belongs", line=line)
    made = {}
    for name, fact in facts.items():
        here = f"{line}.{name}"
        try:
            converted = _field(value.get(name), fact, here)
        except Unfit as unfit:
            raise unfit.at(here) from None
        if converted is not None:
            made[name] = converted
        elif fact.required and (name == "id" or not only_id):
            raise Unfit(f"'{name}' is missing", line=here)
    if "quantity" in facts and not {"quantity", "quantityFloat"} & made.keys():
        raise Unfit("'quantity' is missing", line=f"{line}.quantity")
    return made


def _field(value: Any, fact: BrevoField, line: str) -> Any:
    if value is None:
        return None
    if fact.kind == "object":
        return _object(value, fact.inside, line)
    if fact.kind in {"list", "meta"}:
        return _listed(value, fact, line) if fact.kind == "list" else _metas(value)
    # Ids are the writer's own words here: nothing is put before them.
    as_is = {"reference": values.text, "references": values.texts}
    return as_is.get(fact.kind, field_converter(fact, ""))(value)


def _listed(value: Any, fact: BrevoField, line: str) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise Unfit(f"{values.kind_of(value)} where a list belongs")
    return [_object(item, fact.inside, line) for item in value]


def _metas(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise Unfit(f"{values.kind_of(value)} where an object belongs")
    return {str(name): meta(item) for name, item in value.items() if item is not None}
