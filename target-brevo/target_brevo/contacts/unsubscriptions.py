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


def unsubscriptions(statistics: Mapping[str, Any]) -> list[Unsubscription]:
    """Return the unsubscriptions of a contact's ``statistics``.

    From ``GET /contacts/{identifier}`` or its ``/campaignStats`` (API v3, checked 2026-11-24).
    """
    told = statistics.get("unsubscriptions") or {}
    return [
        Unsubscription(moment(text), text, by)
        for kind, by in _KINDS.items()
        for each in told.get(kind) or ()
        for text in (str(each.get("eventTime") or ""),)
    ]


def latest(contact: Mapping[str, Any]) -> Unsubscription | None:
    """Return the latest unsubscription whose time is known, or None.

    ``contact`` is as read: one of a list of contacts has no statistics.
    """
    found = unsubscriptions(contact.get("statistics") or {})
    known = [(each.at, each) for each in found if each.at is not None]
    return max(known, key=lambda pair: pair[0])[1] if known else None


def is_undeliverable(statistics: Mapping[str, Any]) -> bool:
    """Say whether a hard bounce or a complaint stands in a contact's ``statistics``."""
    return bool(statistics.get("hardBounces") or statistics.get("complaints"))
