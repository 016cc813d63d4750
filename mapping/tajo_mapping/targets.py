"""What may stand on the right of a mapping line, by the block it stands in."""

import re
from collections.abc import Callable, Mapping

from tajo_mapping.brevo_fields import BrevoField
from tajo_mapping.errors import nearest
from tajo_mapping.grammar import IDENTIFIERS
from tajo_mapping.places import Place

# Letters, digits and underscores in capitals (Brevo API v3, Contact attributes, checked
# 2026-11-24; the length is not written there, 50 is on the safe side).
_ATTRIBUTE = re.compile(r"[A-Z][A-Z0-9_]{0,49}")
# Brevo API v3, Events (checked 2026-11-24): 255 characters of letters, digits, - and _.
PROPERTY = re.compile(r"[A-Za-z0-9_-]{1,255}")

# Takes the place of the target and the target; raises MappingError; returns the checker of the
# lines inside, where the target is a nested list.
TargetCheck = Callable[[Place, str], "TargetCheck | None"]


def is_attribute(target: str) -> bool:
    """Return whether a contact's target is an attribute (in capitals) and no identifier."""
    return _ATTRIBUTE.fullmatch(target) is not None


def attribute(place: Place, target: str) -> str:
    """Return the target when it can be an attribute's name.

    Raises:
        MappingError: It cannot, or it is one of the names that Brevo keeps for identifiers.
    """
    if target in {"EMAIL", "EXT_ID"}:
        raise place.error(f"{target} is an identifier", right=target.lower())
    if is_attribute(target):
        return target
    if is_attribute(target.upper()):
        raise place.error(
            f"'{target}' is neither an attribute nor an identifier",
            right=f"attributes are in capitals: {target.upper()}; identifiers: email, ext_id",
        )
    raise place.error(
        f"'{target}' cannot be an attribute's name",
        right="capital letters, digits and _, at most 50, a letter first",
    )


def contact_target(place: Place, target: str) -> None:
    """Check a target of a contact's field_mapping: an identifier or an attribute."""
    if target not in IDENTIFIERS:
        attribute(place, target)


def identifier_target(place: Place, target: str) -> None:
    """Check a target of an event's field_mapping: email or ext_id."""
    if target not in IDENTIFIERS:
        raise place.error(
            f"'{target}' is no identifier",
            right="email or ext_id",
            do="what the event tells goes into its properties",
        )


def property_target(place: Place, target: str) -> TargetCheck:
    """Check a name of an event property; dots make objects."""
    for part in target.split("."):
        if not PROPERTY.fullmatch(part):
            raise place.error(
                f"'{target}' cannot be a property's name", right="letters, digits, - and _"
            )
    return property_target


def field_target(fields: Mapping[str, BrevoField], *, identifiers: bool = False) -> TargetCheck:
    """Return the check for targets of an order, a product or a category."""
    known = [*fields, *(IDENTIFIERS if identifiers else ())]

    def check(place: Place, target: str) -> TargetCheck | None:
        if identifiers and target in IDENTIFIERS:
            return None
        head, dot, rest = target.partition(".")
        if head not in fields:
            raise place.error(f"Brevo knows no field '{head}' here", right=nearest(head, known))
        fact = fields[head]
        if fact.kind == "list" and not dot:
            return field_target(fact.inside)
        if fact.kind in {"object", "meta"}:
            _check_inside(place, target, rest, fact)
        elif dot:
            raise place.error(f"'{head}' has nothing inside", right=head)
        return None

    return check


def _check_inside(place: Place, target: str, rest: str, fact: BrevoField) -> None:
    if fact.kind == "object" and rest not in fact.inside:
        raise place.error(f"Brevo knows no field '{target}' here", right=nearest(rest, fact.inside))
    if fact.kind == "meta" and not PROPERTY.fullmatch(rest):
        raise place.error(f"'{target}' cannot be a name in metaInfo", right="metaInfo.some_name")
