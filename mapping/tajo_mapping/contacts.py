"""From a record to a contact, by the mapping's contact block."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from tajo_mapping import values
from tajo_mapping.consent import FOR_THE_NO, consent_of, says_no
from tajo_mapping.contact_checks import check_words
from tajo_mapping.conversion import ATTRIBUTE_TYPES, Convert, counted
from tajo_mapping.errors import LeftOut, Unfit
from tajo_mapping.expressions import ABSENT
from tajo_mapping.grammar import PHONES, ConsentRule, ContactBlock, Line
from tajo_mapping.making import DELETED, addressee, take, take_text, target_place, unmet
from tajo_mapping.operations import (
    LATEST,
    SUM,
    UNKNOWN,
    AttributeRule,
    AttributeValue,
    Channel,
    Consent,
    Contact,
    Deletion,
    Filtered,
    Outcome,
    Refused,
    Source,
)
from tajo_mapping.targets import is_attribute

UNREACHABLE: Final = "neither an e-mail address nor a phone number"


class Written(NamedTuple):
    """One attribute that a line writes: its name, what makes its value, and whether null clears."""

    name: str
    convert: Convert
    keeps_null: bool


@dataclass(frozen=True, slots=True)
class ContactMaker:
    """A contact block, compiled: a pure function of the record."""

    block: ContactBlock
    prefix: str
    email: Line | None
    ext_id: Line | None
    attributes: tuple[tuple[Line, tuple[Written, ...]], ...]
    consent: tuple[tuple[Channel, ConsentRule], ...]

    def __call__(self, record: Mapping[str, Any], source: Source, deleted: bool) -> list[Outcome]:
        """Return one outcome: a contact, or why there is none."""
        try:
            return [self._outcome(record, source, deleted)]
        except Unfit as unfit:
            line = unfit.line or str(self.block.place)
            email = addressee(self.email, record)
            return [Refused(source, "contact", unfit.reason, line, unfit.hint, email=email)]

    def _outcome(self, record: Mapping[str, Any], source: Source, deleted: bool) -> Outcome:
        owner = self.block.owner is not False
        # A deletion is told by the key alone: conditions on other fields do not hold it back.
        reason = None if deleted else unmet(self.block.when or (), record)
        if deleted and not owner:
            if self._adds_up:
                return Contact(source, owner=False, deletion="part")
            reason = DELETED
        if reason is not None:
            return self._left(record, source, reason) or Filtered(source, "contact", reason)
        survivor = take_text(self.block.merged_into, record, self.block.place / "merged_into")
        consent = {channel: consent_of(rule, record) for channel, rule in self.consent}
        attributes, notes = self._attributes(record, says_no=says_no(consent))
        self._apply_consent(attributes, consent, clears=owner)
        email = take(self.email, record, values.address, "email")
        if not (deleted or survivor or email or any(attributes.get(phone) for phone in PHONES)):
            left = self._left(record, source, UNREACHABLE) if says_no(consent) else None
            return left or Filtered(source, "contact", UNREACHABLE)
        return Contact(
            source=source,
            email=email,
            ext_id=self._own_id(record, source) if owner else None,
            attributes=attributes,
            rules=self.block.rules,
            consent=consent,
            mailing_lists=self._lists(consent),
            mirrored=self.block.mirrored or (),
            mode=self.block.mode or "upsert",
            owner=owner,
            deletion=self._deletion(deleted=deleted, merged=bool(survivor)),
            merged_into=survivor,
            notes=tuple(notes),
        )

    @property
    def _adds_up(self) -> bool:
        """Whether the block's records are parts of something: sums, the latest of dates."""
        return any(rule.startswith((SUM, LATEST)) for rule in self.block.rules.values())

    def _deletion(self, *, deleted: bool, merged: bool) -> Deletion | None:
        # A record that is part of another now must not be mailed beside it.
        if merged:
            return "unlink"
        return (self.block.when_deleted or "keep") if deleted else None

    def _left(self, record: Mapping[str, Any], source: Source, reason: str) -> Contact | None:
        """Return that the record's person leaves the mirrored lists, or says no; None for neither.

        Invariant 3: who became a contact before is blocked, whatever keeps the record from it now.
        """
        if self.block.owner is False:
            return None
        consent = {channel: consent_of(rule, record) for channel, rule in self.consent}
        if not says_no(consent):
            consent = {}
        if not (consent or self.block.mirrored):
            return None
        return Contact(
            source,
            ext_id=self._own_id(record, source),
            consent=consent,
            mirrored=self.block.mirrored or (),
            deletion="leave",
            why=reason,
        )

    def _attributes(
        self, record: Mapping[str, Any], *, says_no: bool
    ) -> tuple[dict[str, AttributeValue], list[str]]:
        made: dict[str, AttributeValue] = {}
        notes: list[str] = []
        for line, written in self.attributes:
            name = written[0].name
            try:
                value = line.source.read(record)
                if value is ABSENT:
                    continue
                for name, convert, keeps_null in written:
                    if value is not None:
                        made[name] = convert(value)
                    elif keeps_null:
                        made[name] = None
            except LeftOut as left_out:
                notes.append(f"{name}: {left_out.reason}")
            except Unfit as unfit:
                # Invariant 3: a no must arrive, whatever else is wrong with its record.
                if not says_no:
                    raise unfit.at(target_place(line.place, name)) from None
                notes.append(f"{name}: {unfit.reason}: {FOR_THE_NO}")
        return made, notes

    def _apply_consent(
        self,
        attributes: dict[str, AttributeValue],
        consent: Mapping[Channel, Consent],
        *,
        clears: bool,
    ) -> None:
        """Keep back what only the granted may have, and record the answer where asked to.

        Unknown changes nothing, also not what was recorded before.  # Invariant 3
        """
        for channel, rule in self.consent:
            state = consent[channel].state
            if rule.only_granted and state != "granted":
                attributes.pop(rule.only_granted, None)
                if state == "denied" and clears:
                    attributes[rule.only_granted] = None
            if rule.recorded_as and state != "unknown":
                attributes[rule.recorded_as] = state

    def _lists(self, consent: Mapping[Channel, Consent]) -> tuple[str, ...]:
        granted = consent.get("email", UNKNOWN).state == "granted"  # Invariant 3
        return (self.block.mailing_lists or ()) if granted else ()

    def _own_id(self, record: Mapping[str, Any], source: Source) -> str:
        own = take(self.ext_id, record, values.text, "ext_id") or source.id
        return f"{self.prefix}:{own}"


def compile_contact(block: ContactBlock, prefix: str, types: Mapping[str, str]) -> ContactMaker:
    """Return the compiled block.

    Args:
        block: The block, complete.
        prefix: ``<platform>:<store>``, goes before ext_id.
        types: Brevo's type of every attribute that the block writes.

    Raises:
        MappingError: Nothing identifies the contact, a mailing list without a consent to go by, a
            sum of what is no number.
    """
    by_target = {target: line for line in block.lines for target in line.targets}
    if not {"email", *PHONES} & by_target.keys():
        raise (block.place / "field_mapping").error(
            "nothing identifies the contact",
            right="a line for email, SMS or WHATSAPP",
        )
    check_words(block, by_target, types)
    return ContactMaker(
        block=block,
        prefix=prefix,
        email=by_target.get("email"),
        ext_id=by_target.get("ext_id"),
        attributes=tuple(
            (line, written) for line in block.lines if (written := _written(line, block, types))
        ),
        consent=tuple(
            (channel, rule)
            for channel, rule in block.consent.items()
            if isinstance(rule, ConsentRule)
        ),
    )


def _written(line: Line, block: ContactBlock, types: Mapping[str, str]) -> tuple[Written, ...]:
    """Return the attributes of a line. Null clears, except for who may only fill what is empty."""
    return tuple(
        Written(
            name,
            _converter(name, line, block, types),
            keeps_null=_keeps_null(block, block.rules.get(name, "")),
        )
        for name in line.targets
        if is_attribute(name)
    )


def _keeps_null(block: ContactBlock, rule: AttributeRule) -> bool:
    # Of what is made of all records, null takes this record's part away.
    made_of_all = rule.startswith((SUM, LATEST))
    return made_of_all or (block.owner is not False and rule != "only_if_empty")


def _converter(name: str, line: Line, block: ContactBlock, types: Mapping[str, str]) -> Convert:
    if block.rules.get(name) == SUM:
        return counted
    if name not in PHONES[:2]:
        return ATTRIBUTE_TYPES[types[name]]
    # What e164() gave needs no second look.
    is_e164 = line.source.tree.get("value") == "e164"
    return values.text if is_e164 else ATTRIBUTE_TYPES["phone"]
