"""Brevo's rate limits: buckets per second and per hour, one meter per account.

Figures: developers.brevo.com/docs/api-limits, state of 2026-08-13.
"""

import math
from collections import Counter
from dataclasses import dataclass, field

from tajo_sandbox.brevo.switches import BrevoSwitches, Tier

SECOND = 1
HOUR = 3600

# Tier: bucket: (window in seconds, calls allowed in it), the tightest first.
ALLOWED: dict[Tier, dict[str, tuple[tuple[int, int], ...]]] = {
    "general": {
        "events": ((SECOND, 10), (HOUR, 36_000)),
        "contacts": ((SECOND, 10), (HOUR, 36_000)),
        "orders": ((SECOND, 5), (HOUR, 18_000)),
        "products": ((SECOND, 2), (HOUR, 7_200)),
        "other": ((HOUR, 100),),
    },
    "advanced": {
        "events": ((SECOND, 20), (HOUR, 72_000)),
        "contacts": ((SECOND, 20), (HOUR, 72_000)),
        "orders": ((SECOND, 10), (HOUR, 36_000)),
        "products": ((SECOND, 4), (HOUR, 14_400)),
        "other": ((HOUR, 200),),
    },
    "extended": {
        "events": ((SECOND, 60),),
        "contacts": ((SECOND, 60),),
        "orders": ((SECOND, 15),),
        "products": ((HOUR, 21_600),),
        "other": ((HOUR, 600),),
    },
}


def bucket_of(method: str, path: str, switches: BrevoSwitches) -> str:
    """The bucket in which a call of ``path`` (below ``/v3``) counts."""
    if path == "/contacts" or path.startswith("/contacts/"):
        return "contacts"
    if method == "POST":
        single = switches.batch_bucket == "single"
        if path == "/events" or (single and path == "/events/batch"):
            return "events"
        if path == "/orders/status" or (single and path == "/orders/status/batch"):
            return "orders"
        if path == "/products":
            return "products"
    return "other"


@dataclass(slots=True)
class Window:
    """A window that opens with its first call and closes after ``length`` seconds."""

    length: int
    opened: float = -math.inf
    used: int = 0

    def left(self, now: float) -> float:
        """Seconds until it closes; opens anew when it has closed."""
        if now - self.opened >= self.length:
            self.opened = now
            self.used = 0
        return self.length - (now - self.opened)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the meter says of one call; ``reset`` is in whole seconds."""

    allowed: bool
    limit: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """The three headers of every answer; there is no Retry-After."""
        return {
            "x-sib-ratelimit-limit": str(self.limit),
            "x-sib-ratelimit-remaining": str(self.remaining),
            "x-sib-ratelimit-reset": str(self.reset),
        }


@dataclass(slots=True)
class Meter:
    """Counts the calls of an account against the tier and by the clock of its switches.

    ``granted`` and ``refused`` count by bucket since the start.
    """

    switches: BrevoSwitches
    granted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    _windows: dict[tuple[str, int], Window] = field(default_factory=dict)

    def take(self, bucket: str) -> Reading:
        """Count one call of ``bucket``; a refused call uses nothing up."""
        now = self.switches.clock()
        states = []
        for length, limit in ALLOWED[self.switches.tier][bucket]:
            window = self._windows.setdefault((bucket, length), Window(length))
            left = window.left(now)
            states.append((window, limit, math.ceil(left)))
        for window, limit, reset in states:
            if window.used >= limit:
                self.refused[bucket] += 1
                return Reading(allowed=False, limit=limit, remaining=0, reset=reset)
        for window, _, _ in states:
            window.used += 1
        self.granted[bucket] += 1
        window, limit, reset = states[0]
        return Reading(allowed=True, limit=limit, remaining=limit - window.used, reset=reset)

    def peek(self, bucket: str) -> Reading:
        """What a call of ``bucket`` would be told, without counting it."""
        length, limit = ALLOWED[self.switches.tier][bucket][0]
        used = self._used(bucket, length, self.switches.clock())
        return Reading(used < limit, limit, max(limit - used, 0), length)

    def usage(self) -> dict[str, list[dict[str, int]]]:
        """Per bucket its windows: length in seconds, limit and calls used, for the page."""
        now = self.switches.clock()
        return {
            bucket: [
                {"seconds": length, "limit": limit, "used": self._used(bucket, length, now)}
                for length, limit in windows
            ]
            for bucket, windows in ALLOWED[self.switches.tier].items()
        }

    def _used(self, bucket: str, length: int, now: float) -> int:
        window = self._windows.get((bucket, length))
        return window.used if window and now - window.opened < length else 0
