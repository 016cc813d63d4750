"""Custom events: stored as often as they are sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
LARGEST_PROPERTIES = 50 * 1024


@dataclass(slots=True)
class Event:
    """One event of one contact; ``date`` and ``received`` are UTC text."""

    contact_id: int | None
    name: str
    date: str
    received: str
    properties: dict[str, Any]
    contact_properties: dict[str, Any]
    object_type: str | None = None

    def shown(self) -> dict[str, Any]:
        """As ``GET /events`` lists it."""
        body: dict[str, Any] = {
            "event_name": self.name,
            "event_date": self.date,
            "event_properties": self.properties,
            "contact_properties": self.contact_properties,
        }
        if self.contact_id is not None:
            body["contact_id"] = self.contact_id
        if self.object_type is not None:
            body["object_type"] = self.object_type
        return body


def utc_text(moment: datetime) -> str:
    """A time as Brevo writes it: UTC with milliseconds and Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_time(text: str) -> datetime | None:
    """An ISO 8601 date-time with its zone, or None where it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo and "T" in text else None


def event_problem(raw: Mapping[str, Any]) -> str | None:
    """What else is wrong with an event that has the right shape, or None."""
    if not _NAME.fullmatch(raw["event_name"]):
        return "event_name may hold only letters, digits, - and _"
    if "event_date" in raw and read_time(raw["event_date"]) is None:
        return "event_date is not an ISO 8601 date-time"
    properties = raw.get("event_properties") or {}
    for name in properties:
        if not _NAME.fullmatch(name):
            return "a name in event_properties may hold only letters, digits, - and _"
    if len(orjson.dumps(properties)) > LARGEST_PROPERTIES:
        return "event_properties exceed 50 KB"
    return None
