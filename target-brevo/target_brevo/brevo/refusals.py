"""Brevo's words for no, and what can be done about each.

Bodies are read for their ``code``, ``metadata`` and a few known words; they are never shown, for
they repeat addresses and phone numbers.
"""

from collections.abc import Iterable
from typing import Any

from tajo_connector_sdk.errors import (
    BadAnswer,
    ConfigurationError,
    ConnectorError,
    Refusal,
    Unavailable,
)
from tajo_connector_sdk.http import Answer

UNAUTHORIZED, NO_CREDITS, FORBIDDEN, NOT_FOUND = 401, 402, 403, 404

# With these errors a call surely was not taken: its intent is withdrawn.
NOT_TAKEN = (ConfigurationError, Refusal, Unavailable)
# Words in a row's message, and how this project says it.
_ROW_REASONS = (
    (
        ("contact not found", "contact does not exist", "unknown contact"),
        "Brevo knows no such contact",
    ),
    (("event_date",), "Brevo does not take the event's time"),
    (("50 kb", "too large", "exceed"), "the event is larger than Brevo takes"),
    (("event_name",), "Brevo does not take the event's name"),
    (("event_properties", "propert"), "Brevo does not take the event's properties"),
    (("identifier",), "Brevo does not take the identifiers"),
    (("email",), "Brevo calls the e-mail address invalid"),
    (("phone",), "Brevo calls a phone number invalid"),
)
# What a person can do about it, by how the reason begins.
_HINTS = (
    ("Brevo knows no such contact", "load the contact first, then replay"),
    ("Brevo calls the e-mail address invalid", "correct it at the source: it is tried again then"),
    (
        "Brevo calls a phone number invalid",
        "correct it at the source, or map it by e164()",
    ),
    ("Brevo does not take the event's time", "look at 'at' of the event in the mapping"),
    ("Brevo does not take the event's name", "letters, digits, - and _ are taken"),
    ("the event's name may hold only", "name it so in the mapping, then replay"),
    ("the event is larger than Brevo takes", "map fewer properties, then replay"),
    ("the event's properties are larger", "map fewer properties, then replay"),
    ("an identifier belongs to another", "merge the two contacts in Brevo, or correct the source"),
    ("the e-mail address belongs to another", "merge the two contacts in Brevo"),
    ("its identifiers belong to two", "merge the two contacts in Brevo, then replay"),
    ("the contact is larger", "map fewer or shorter attributes, then replay"),
    ("no identifier:", "map an e-mail address, a phone number or an own id"),
    ("the order has no ", "map it in the order block, then replay"),
    ("the order's amount is no number", "use number() in the mapping, then replay"),
    ("a product of the order", "map it in the order's products, then replay"),
    ("outcome unknown", "look for it in Brevo: it is never sent on a guess"),
)
_NO_HINT = "correct the record at the source, or its mapping: it is tried again then"
# What ``metadata.duplicate_identifiers`` may say, and the attribute it stands for.
_IDENTIFIERS = {
    "phone": "SMS",
    "phone_id": "SMS",
    "sms": "SMS",
    "whatsapp": "WHATSAPP",
    "whatsapp_id": "WHATSAPP",
    "landline_number": "LANDLINE_NUMBER",
    "landline_number_id": "LANDLINE_NUMBER",
    "ext_id": "EXT_ID",
    "email": "EMAIL",
    "email_id": "EMAIL",
}


def stopping(answer: Answer) -> ConnectorError | None:
    """Return the error for an answer that ends the run whatever was asked, or None."""
    if answer.status == UNAUTHORIZED:
        return _unauthorized(answer)
    if answer.status == NO_CREDITS:
        return Refusal(
            answer.where,
            "Brevo refused for want of credits or plan (HTTP 402)",
            do="look at Brevo, Settings, Plans and usage; run again afterwards",
        )
    if answer.status == FORBIDDEN:
        return Refusal(
            answer.where,
            "Brevo does not permit this call (HTTP 403)",
            right="the API key's user may use contacts, events and e-commerce",
            do="look at Brevo, Settings, Users, and the plan's features; run again afterwards",
        )
    return None


def unexpected(answer: Answer) -> ConnectorError:
    """Return the error for a status that no caller expected."""
    found = stopping(answer)
    if found is not None:
        return found
    code = code_of(answer)
    return BadAnswer(
        answer.where,
        f"HTTP {answer.status}{f' ({code})' if code else ''} was not expected here",
        do="run again; where it stays, report it with this line",
    )


def code_of(answer: Answer) -> str:
    """Return Brevo's ``code``, or an empty text; codes are words of a fixed list."""
    body = _body(answer)
    code = body.get("code") if body else None
    return code if isinstance(code, str) and code.replace("_", "").isalnum() else ""


def duplicates(answer: Answer) -> tuple[str, ...]:
    """Return the attributes whose value belongs to another contact.

    By ``metadata.duplicate_identifiers``: the code alone has changed before (issues of public
    integrations, 2026-05).
    """
    body = _body(answer)
    metadata = body.get("metadata") if body else None
    named = metadata.get("duplicate_identifiers") if isinstance(metadata, dict) else None
    if not isinstance(named, list):
        return ()
    return tuple(dict.fromkeys(_IDENTIFIERS.get(str(name).lower(), str(name)) for name in named))


def row_reason(message: object) -> str:
    """Return a reason in this project's words for the message about one row."""
    text = str(message).lower()
    for words, reason in _ROW_REASONS:
        if any(word in text for word in words):
            return reason
    return "Brevo refused it without a reason that is known here"


def hint_for(reason: str) -> str:
    """Return what can be done about a refusal, by this project's words for it."""
    return next((hint for start, hint in _HINTS if reason.startswith(start)), _NO_HINT)


def reason_of(answer: Answer) -> str:
    """Return a reason in this project's words for a refused single call."""
    body = _body(answer)
    return row_reason(body.get("message") if body else "")


def row_errors(answer: Answer) -> dict[int, str] | None:
    """Return reason by index of the refused rows of an event batch; None where none are named."""
    body = _body(answer)
    errors = body.get("errors") if body else None
    if not isinstance(errors, list):
        return None
    found: dict[int, str] = {}
    for error in errors:
        if isinstance(error, dict):
            indexes = error.get("eventIndex")
            for index in indexes if isinstance(indexes, Iterable) else ():
                found[int(index)] = row_reason(error.get("message"))
    return found or None


def _unauthorized(answer: Answer) -> ConnectorError:
    body = _body(answer) or {}
    message = str(body.get("message", "")).lower()
    if "ip address" in message or "unrecognised" in message or "unrecognized" in message:
        return ConfigurationError(
            "api_key setting",
            "Brevo does not take calls from this machine's IP address (HTTP 401)",
            right="the address is authorised, or the blocking of unknown addresses is off",
            do="in Brevo: Settings, Security, Authorised IPs",
        )
    return ConfigurationError(
        "api_key setting",
        "Brevo does not know this key (HTTP 401)",
        right="a v3 API key, which begins with 'xkeysib-'",
        do="make one in Brevo: Settings, SMTP & API, API keys, and set it as api_key",
    )


def _body(answer: Answer) -> dict[str, Any] | None:
    try:
        body = answer.json()
    except BadAnswer:
        return None
    return body if isinstance(body, dict) else None
