"""What a contact block says that cannot go together."""

from collections.abc import Mapping

from tajo_mapping.grammar import ConsentRule, ContactBlock, Line
from tajo_mapping.operations import LATEST, SUM, SUM_BY


def check_words(
    block: ContactBlock, by_target: Mapping[str, Line], types: Mapping[str, str]
) -> None:
    """Check what a block's words say together.

    Raises:
        MappingError: A list without a consent, a gate before nothing, a rule that cannot be kept.
    """
    if block.mailing_lists and not isinstance(block.consent.get("email"), ConsentRule):
        raise (block.place / "mailing_lists").error(
            "a mailing list, and no consent.email to go by",
            right="consent: {email: {from: ..., granted: [...], denied: [...]}}",
            do="nobody is put on a mailing list without a consent that is granted",
        )
    for consent in block.consent.values():
        if isinstance(consent, ConsentRule):
            _check_gate(consent, by_target)
    if block.owner is False and (block.consent or block.mailing_lists):
        raise (block.place / "owner").error(
            "who does not own the contact gives no consent and joins no list",
            right="owner: true, or no consent and no mailing_lists",
        )
    for name, rule in block.rules.items():
        if name not in by_target:
            raise (block.place / "rules" / name).error(
                f"{name} is not written by this stream", right="an attribute of its field_mapping"
            )
        _check_sum(block, name, rule, by_target, types)


def _check_gate(consent: ConsentRule, by_target: Mapping[str, Line]) -> None:
    """Refuse a gate before nothing: a misspelt name would let the number of a no through."""
    name = consent.only_granted
    if name and name not in by_target and not consent.place.builtin:  # Invariant 3
        raise (consent.place / "only_granted").error(
            f"{name} is not written by this stream", right="an attribute of its field_mapping"
        )


def _check_sum(
    block: ContactBlock,
    name: str,
    rule: str,
    by_target: Mapping[str, Line],
    types: Mapping[str, str],
) -> None:
    place = block.place / "rules" / name
    if rule.startswith(SUM) and types[name] != "float":
        raise place.error(
            f"only numbers can be summed, {name} is {types[name]}",
            right=f"attributes: {{{name}: float}}",
        )
    if rule == LATEST and types[name] != "date":
        raise place.error(
            f"only of dates there is a latest, {name} is {types[name]}",
            right=f"attributes: {{{name}: date}}",
        )
    unit = rule.removeprefix(SUM_BY) if rule.startswith(SUM_BY) else ""
    if unit and (unit not in by_target or types[unit] != "text"):
        raise place.error(
            f"{unit} is no text that this stream writes",
            right="sum by the attribute that holds the currency, written by this field_mapping",
        )
