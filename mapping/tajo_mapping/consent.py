"""What a record says of consent, in the words that the mapping lists."""

from collections.abc import Mapping
from typing import Any, Final

from tajo_mapping.errors import LeftOut, Unfit
from tajo_mapping.grammar import ConsentRule
from tajo_mapping.making import optional_time
from tajo_mapping.operations import UNKNOWN, Channel, Consent

FOR_THE_NO: Final = "left out, so that the record's no arrives"


def says_no(consent: Mapping[Channel, Consent]) -> bool:
    """Say whether a channel is denied."""
    return any(each.state == "denied" for each in consent.values())


def consent_of(rule: ConsentRule, record: Mapping[str, Any]) -> Consent:
    """Return what the record says of one channel; whatever is not listed is unknown."""
    try:
        word = rule.source.read(record)
        if any(word == one and type(word) is type(one) for one in rule.granted):
            return Consent("granted", _since(rule, record), rule.reconsent)
        if any(word == one and type(word) is type(one) for one in rule.denied):
            return Consent("denied", _since(rule, record))
    except (Unfit, LeftOut):
        return UNKNOWN
    return UNKNOWN


def _since(rule: ConsentRule, record: Mapping[str, Any]) -> str | None:
    try:
        return optional_time(rule.at, record, rule.place / "at")
    except Unfit:
        return None
