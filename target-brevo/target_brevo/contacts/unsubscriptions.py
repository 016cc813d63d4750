"""What Brevo tells of a contact's unsubscriptions, and of what no grant is newer than."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from target_brevo.clock import moment
from target_brevo.ledger.objections import By

_KINDS: Mapping[str, By] = {"userUnsubscription": "user", "adminUnsubscription": "admin"}


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """One unsubscription from e-mail; ``at`` is None where Brevo's time cannot be read."""

    at: datetime | None
    text: str
    by: By


def unsubscriptions(contact: Mapping[str, Any]) -> list[Unsubscription]:
    """Return those of a contact as ``GET /contacts/{identifier}`` shows it.

    ``statistics.unsubscriptions`` (API v3, getContactInfo, checked 2026-11-24); a contact of a
    list of contacts has none.
    """
    told = _statistics(contact).get("unsubscriptions") or {}
    return [
        Unsubscription(moment(text), text, by)
        for kind, by in _KINDS.items()
        for each in told.get(kind) or ()
        for text in (str(each.get("eventTime") or ""),)
    ]


def latest(contact: Mapping[str, Any]) -> Unsubscription | None:
    """Return the latest unsubscription whose time is known, or None."""
    known = [(each.at, each) for each in unsubscriptions(contact) if each.at is not None]
    return max(known, key=lambda pair: pair[0])[1] if known else None


def is_undeliverable(contact: Mapping[str, Any]) -> bool:
    """Say whether Brevo shows a hard bounce or a complaint of the contact."""
    statistics = _statistics(contact)
    return bool(statistics.get("hardBounces") or statistics.get("complaints"))


def _statistics(contact: Mapping[str, Any]) -> Mapping[str, Any]:
    found = contact.get("statistics")
    return found if isinstance(found, Mapping) else {}
