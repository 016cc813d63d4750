"""Tells news from a backfill: only news may start an automation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from target_brevo.clock import Clock, moment

BEFORE = "happened before this store was first synced (a backfill starts no automation)"
TOO_OLD = "older than event_max_age"


@dataclass(frozen=True, slots=True)
class News:
    """The rule of promise 5. ``max_age_h`` is the setting ``event_max_age``, in hours."""

    clock: Clock
    max_age_h: float
    first_seen: Callable[[str, str], str]

    def why_not(self, platform: str, store: str, at: str) -> str:
        """Return why something of the time ``at`` (RFC 3339) is no news; empty when it is.

        News is not older than max(first_seen, now - event_max_age).
        """
        # Invariant 5: a backfill starts no automation.
        happened = moment(at)
        first = moment(self.first_seen(platform, store))
        if happened is None or (first is not None and happened < first):
            return BEFORE
        if happened < self.clock.now() - timedelta(hours=self.max_age_h):
            return TOO_OLD
        return ""
