"""Contacts under our own names: to a record and from a record."""

from collections.abc import Mapping
from typing import Any, cast

from tajo_mapping import values
from tajo_mapping.canonical_fields import text_of, time_of
from tajo_mapping.consent import FOR_THE_NO, says_no
from tajo_mapping.contacts import UNREACHABLE
from tajo_mapping.conversion import ATTRIBUTE_TYPES, counted
from tajo_mapping.errors import LeftOut, Unfit
from tajo_mapping.grammar import CHANNELS, DELETIONS, MODES, PHONES, RULES
from tajo_mapping.operations import (
    SUM,
    SUM_BY,
    SUM_OF,
    Channel,
    Consent,
    Contact,
    Filtered,
    Outcome,
    Source,
)
from tajo_mapping.targets import is_attribute

Record = dict[str, Any]


def contact_record(contact: Contact) -> Record:
    """Return the fields of a contact beside its source; what is as by default is left out."""
    record: Record = dict(contact.attributes)
    said = {
        "email": contact.email,
        "ext_id": contact.ext_id,
        "listed": list(contact.mailing_lists) or None,
        "mode": None if contact.mode == "upsert" else contact.mode,
        "owner": None if contact.owner else False,
        "rules": dict(contact.rules) or None,
        "mirrored": list(contact.mirrored) or None,
        "deletion": contact.deletion,
        "why": contact.why or None,
        "merged_into": contact.merged_into,
        "notes": list(contact.notes) or None,
    }
    for channel, consent in contact.consent.items():
        said[f"{channel}_consent"] = consent.state
        said[f"{channel}_consent_at"] = consent.at
        said[f"{channel}_reconsent"] = consent.reconsent or None
    return record | {name: value for name, value in said.items() if value is not None}


def contact_from(
    record: Mapping[str, Any], source: Source, *, exact: bool, types: Mapping[str, str]
) -> Outcome:
    """Return the contact of a record, or why there is none.

    Args:
        record: Its fields as in ``SCHEMAS["contacts"]``.
        source: Where it came from.
        exact: It was written by ``contact_record``.
        types: Attribute → Brevo's type, for records that were not.

    Raises:
        Unfit: A value cannot become what its field takes.
    """
    consent = _consent(record, exact=exact)
    attributes, notes = _attributes(record, types, exact=exact, says_no=says_no(consent))
    if consent.get("whatsapp", _SILENT).state == "denied" and attributes.get("WHATSAPP"):
        attributes["WHATSAPP"] = None
    email = text_of(record, "contacts.email", address=not exact)
    merged_into = text_of(record, "contacts.merged_into") or None
    deletion = _word(record, "deletion", (*DELETIONS, "leave", "part"))
    if merged_into:
        deletion = "unlink"
    if deletion is None and not exact and record.get("_sdc_deleted_at") is not None:
        deletion = "keep"
    owner = record.get("owner") is not False
    why = text_of(record, "contacts.why") or ""
    if not (deletion or email or any(attributes.get(phone) for phone in PHONES)):
        if not (owner and says_no(consent)):
            return Filtered(source, "contact", UNREACHABLE)
        # Invariant 3: who became a contact before is blocked all the same.
        deletion, why = "leave", UNREACHABLE
    granted = consent.get("email", _SILENT).state == "granted"  # Invariant 3
    ext_id = text_of(record, "contacts.ext_id")
    if not exact and owner:
        ext_id = ext_id or f"{source.platform}:{source.store}:{source.id}"
    return Contact(
        source=source,
        email=email,
        ext_id=ext_id if owner else None,
        attributes=attributes,
        rules=_rules(record),
        consent=consent,
        mailing_lists=_names(record, "listed") if granted else (),
        mirrored=_names(record, "mirrored"),
        mode=cast("Any", _word(record, "mode", MODES) or "upsert"),
        owner=owner,
        deletion=cast("Any", deletion),
        why=why,
        merged_into=merged_into,
        notes=tuple(record.get("notes") or ()) if exact else notes,
    )


_SILENT = Consent("unknown")


def _attributes(
    record: Mapping[str, Any], types: Mapping[str, str], *, exact: bool, says_no: bool
) -> tuple[Record, tuple[str, ...]]:
    named = {name: value for name, value in record.items() if is_attribute(name)}
    rules = _rules(record)
    if exact:
        return named, ()
    made: Record = {}
    notes = []
    for name, value in named.items():
        kind = "phone" if name in PHONES[:2] else types.get(name, "text")
        convert = counted if rules.get(name) == SUM else ATTRIBUTE_TYPES[kind]
        try:
            made[name] = convert(value)
        except LeftOut as left_out:
            notes.append(f"{name}: {left_out.reason}")
        except Unfit as unfit:
            # Invariant 3: a no must arrive, whatever else is wrong with its record.
            if not says_no:
                raise unfit.at(f"contacts.{name}") from None
            notes.append(f"{name}: {unfit.reason}: {FOR_THE_NO}")
    return made, tuple(notes)


def _consent(record: Mapping[str, Any], *, exact: bool) -> dict[Channel, Consent]:
    """Return the consent of every channel that the record speaks of; other words are unknown.

    Only a mapping may say that a grant unblocks, so it counts in our mapper's records alone.
    """
    said: dict[Channel, Consent] = {}
    for channel in CHANNELS:
        word = record.get(f"{channel}_consent")
        if word in ("granted", "denied"):
            at = time_of(record, f"{channel}_consent_at", lenient=True)
            allowed = exact and record.get(f"{channel}_reconsent") is True
            said[channel] = Consent(cast("Any", word), at, allowed)
        elif word is not None:
            said[channel] = _SILENT
    return said


def _names(record: Mapping[str, Any], field: str) -> tuple[str, ...]:
    named = record.get(field)
    if isinstance(named, str):
        named = [named]
    try:
        return tuple(values.texts(named) or ())
    except Unfit as unfit:
        raise unfit.at(f"contacts.{field}") from None


def _rules(record: Mapping[str, Any]) -> dict[str, Any]:
    rules = record.get("rules") or {}
    if not isinstance(rules, Mapping) or not all(map(_is_rule, rules.values())):
        known = ", ".join((*RULES, f"{SUM_BY}CURRENCY", f"{SUM_OF}EUR"))
        raise Unfit(f"rules are an object of: {known}", line="contacts.rules")
    return dict(rules)


def _is_rule(rule: Any) -> bool:
    return rule in RULES or (isinstance(rule, str) and rule.startswith((SUM_BY, SUM_OF)))


def _word(record: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str | None:
    word = record.get(name)
    if word is not None and word not in known:
        raise Unfit(f"'{name}' is one of: {', '.join(known)}", line=f"contacts.{name}")
    return cast("str | None", word)
