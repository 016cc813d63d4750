"""Phone numbers to E.164, which is what Brevo's SMS and WHATSAPP attributes take."""

from typing import Any

import phonenumbers

from tajo_mapping.errors import LeftOut
from tajo_mapping.values import kind_of

_LONGEST = 40


def e164(value: Any, country: Any = None) -> str | None:
    """Return ``+33612345678`` from a number as people write it.

    Args:
        value: The number; None or empty text gives None.
        country: ISO 3166 code of two letters, needed where the number has no country code.

    Raises:
        LeftOut: No such number can exist, or its country is not known. A wrong phone number never
            loses the person it belongs to.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise LeftOut(f"{kind_of(value)} is not a phone number")
    written = str(value).strip()[: _LONGEST + 1]
    if len(written) > _LONGEST:
        raise LeftOut("not a phone number")
    region = country.strip().upper() if isinstance(country, str) else None
    try:
        read = phonenumbers.parse(written, region or None)
    except phonenumbers.NumberParseException:
        raise LeftOut("not a phone number, or one without a country") from None
    if not phonenumbers.is_possible_number(read):
        raise LeftOut("not a phone number")
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
