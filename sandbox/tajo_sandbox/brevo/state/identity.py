"""By what a contact is known: e-mail, own id and three phone numbers, each unique."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# The words of ``identifierType`` and of events, and the identifier each stands for.
IDENTIFIER_TYPES = {
    "email_id": "email",
    "ext_id": "ext_id",
    "phone_id": "SMS",
    "whatsapp_id": "WHATSAPP",
    "landline_number_id": "LANDLINE_NUMBER",
}
KINDS = tuple(IDENTIFIER_TYPES.values())
PHONES = ("SMS", "WHATSAPP", "LANDLINE_NUMBER")

# Narrower than the standard on purpose: Brevo refuses addresses that common validators accept.
_EMAIL = re.compile(
    r"[a-z0-9_+'&/=~-]+(?:\.[a-z0-9_+'&/=~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}"
)
_PHONE_NOISE = re.compile(r"[\s().-]")
_PHONE = re.compile(r"[1-9][0-9]{7,14}")


def clean_email(text: str) -> str | None:
    """The address in lower case, or None where Brevo calls it invalid."""
    email = text.strip().lower()
    local = email.partition("@")[0]
    if len(email) > 254 or len(local) > 64 or not _EMAIL.fullmatch(email):  # noqa: PLR2004 (RFC 5321)
        return None
    return email


def clean_phone(number: str) -> str | None:
    """Digits with the country code (``+33…``, ``0033…`` and ``33…`` are one), or None."""
    digits = _PHONE_NOISE.sub("", number)
    digits = digits.removeprefix("+") if digits.startswith("+") else digits.removeprefix("00")
    return digits if _PHONE.fullmatch(digits) else None


@dataclass(slots=True)
class Directory:
    """Which contact owns an identifier: kind, value, contact id."""

    _owners: dict[str, dict[str, int]] = field(default_factory=lambda: {kind: {} for kind in KINDS})

    def owner(self, kind: str, value: str) -> int | None:
        """The id of the contact that has this identifier."""
        return self._owners[kind].get(value)

    def first_owner(self, identifiers: Mapping[str, str]) -> int | None:
        """The contact that the first known identifier names: e-mail, own id, then phones."""
        for kind in KINDS:
            if kind in identifiers:
                owner = self._owners[kind].get(identifiers[kind])
                if owner is not None:
                    return owner
        return None

    def taken(self, identifiers: Mapping[str, str], by_other_than: int | None) -> list[str]:
        """The kinds of identifier that belong to another contact."""
        found = []
        for kind, value in identifiers.items():
            owner = self._owners[kind].get(value)
            if owner is not None and owner != by_other_than:
                found.append(kind)
        return found

    def put(self, kind: str, value: str, contact_id: int) -> None:
        """Give an identifier to a contact."""
        self._owners[kind][value] = contact_id

    def drop(self, kind: str, value: str) -> None:
        """Free an identifier."""
        self._owners[kind].pop(value, None)
