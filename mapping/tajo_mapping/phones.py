"""Phone numbers to E.164, which is what Brevo's SMS and WHATSAPP attributes take.

The parser is imported with the first number: it takes longer to load than most of the mapping.
"""

import re
from functools import cache
from typing import Any, NamedTuple

from tajo_mapping.errors import LeftOut
from tajo_mapping.values import kind_of

_LONGEST = 40
# E.164: a plus, and 7 to 15 digits; the code of a country has 1 to 3 of them.
_SHORTEST, _LONGEST_E164, _HEAD = 8, 16, 4


class _Plan(NamedTuple):
    """What the numbers behind a calling code look like: how long, and what is dialled in front.

    ``width`` is that of the plus and the code.
    """

    width: int
    lengths: frozenset[int]
    dialled: re.Pattern[str] | None


def e164(value: Any, country: Any = None) -> str | None:
    """Return ``+33612345678`` from a number as people write it.

    Args:
        value: The number; None or empty text gives None.
        country: ISO 3166 code of two letters, needed where the number has no country code.

    Raises:
        LeftOut: No such number can exist, or its country is not known. A wrong phone number never
            loses the person it belongs to.
    """
    if type(value) is str and _is_e164(value):
        return value
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise LeftOut(f"{kind_of(value)} is not a phone number")
    written = str(value).strip()[: _LONGEST + 1]
    if len(written) > _LONGEST:
        raise LeftOut("not a phone number")
    if _is_e164(written):
        return written
    return _parsed(written, country)


def _parsed(written: str, country: Any) -> str:
    import phonenumbers  # noqa: PLC0415 - late, as said above

    region = country.strip().upper() if isinstance(country, str) else None
    try:
        read = phonenumbers.parse(written, region or None)
    except phonenumbers.NumberParseException:
        raise LeftOut("not a phone number, or one without a country") from None
    if not phonenumbers.is_possible_number(read):
        raise LeftOut("not a phone number")
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)


def _is_e164(written: str) -> bool:
    """Say whether the parser would give back just what is ``written``, without asking it.

    Nearly every platform keeps numbers so already, and the parser takes a hundred times as long.
    Where there is any doubt the answer is no, and the parser has its say.
    """
    if not (_SHORTEST <= len(written) <= _LONGEST_E164 and written.isascii()):
        return False
    plan = _plan(written[:_HEAD]) if written[1:].isdecimal() else None
    if plan is None:
        return False
    national = written[plan.width :]
    return (
        len(national) in plan.lengths
        and not national.startswith("0")
        and not (plan.dialled and plan.dialled.match(national))
    )


@cache
def _plan(head: str) -> _Plan | None:
    """Return the plan of a number by its plus and three digits, None where no code is in them."""
    if head[0] != "+" or head[1] == "0":
        return None
    for width in range(2, _HEAD + 1):
        found = _plan_of(int(head[1:width]), width)
        if found is not None:
            return found
    return None


def _plan_of(code: int, width: int) -> _Plan | None:
    import phonenumbers  # noqa: PLC0415 - late, as said above

    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code)
    if regions is None:
        return None
    facts = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(code, regions[0])
    if facts is None or facts.general_desc is None:
        return None
    lengths = frozenset(facts.general_desc.possible_length)
    dialled = facts.national_prefix_for_parsing
    # A nought in front is no number of any of them.
    asked = re.compile(dialled) if dialled and dialled != "0" else None
    return _Plan(width, lengths, asked)
