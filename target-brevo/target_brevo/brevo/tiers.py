"""How many calls Brevo allows, and how long a number of calls takes at that.

developers.brevo.com/docs/api-limits, state of 2026-08-13 (checked 2026-11-24): limits hold for the
account, so every key and every other integration of it draws on the same buckets.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from target_brevo.brevo.pacing import BUCKETS
from target_brevo.brevo.windows import Window

SECOND, HOUR = 1.0, 3600.0
# Limits up to this many calls are per second where headers name no window.
_MOST_PER_SECOND = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most ``calls`` within a window of ``seconds``."""

    calls: int
    seconds: float

    def takes(self, calls: int) -> float:
        """Return the seconds that ``calls`` take at least: the first window's wait for nothing."""
        return max(0, calls - 1) // self.calls * self.seconds

    @property
    def words(self) -> str:
        """The allowance as a person writes it: ``10/s`` or ``100/h``."""
        return f"{self.calls}/{'s' if self.seconds == SECOND else 'h'}"


Tier = Mapping[str, tuple[Allowance, ...]]


def _tier(contacts: int, events: int, orders: int, products: Allowance, other: int) -> Tier:
    def per_second(calls: int) -> tuple[Allowance, ...]:
        return Allowance(calls, SECOND), Allowance(calls * int(HOUR), HOUR)

    return {
        "contacts": per_second(contacts),
        "events": per_second(events),
        "orders": per_second(orders),
        "products": (products,),
        "other": (Allowance(other, HOUR),),
    }


TIERS: Mapping[str, Tier] = {
    "General": _tier(10, 10, 5, Allowance(2, SECOND), 100),
    "Advanced": _tier(20, 20, 10, Allowance(4, SECOND), 200),
    "Extended": _tier(60, 60, 15, Allowance(21_600, HOUR), 600),
}


def own_tier(windows: Mapping[str, Window]) -> tuple[str, Tier] | None:
    """Return the tier that an account's headers show, with the limits that they told themselves.

    ``windows`` are the pacer's. None where no header told anything.
    """
    told: dict[str, Window] = {name: windows[name] for name in BUCKETS if name in windows}
    told = {name: each for name, each in told.items() if each.limit}
    if not told:
        return None
    nearest = min(TIERS, key=lambda tier: _distance(TIERS[tier], told))
    own = dict(TIERS[nearest])
    for name, window in told.items():
        own[name] = (_allowance(window),)
    return nearest, own


def seconds_of(calls: Mapping[str, int], tier: Tier) -> dict[str, float]:
    """Return by bucket the seconds that ``calls`` take at least.

    A bucket that no tier knows (a batch that headers showed to be counted for itself) is taken as
    the events'.
    """
    return {
        bucket: max(each.takes(count) for each in tier.get(bucket, tier["events"]))
        for bucket, count in calls.items()
    }


def total(seconds: Mapping[str, float]) -> float:
    """Return how long all buckets take together: the hourly one refills while others are used."""
    others = sum(time for bucket, time in seconds.items() if bucket != "other")
    return max(seconds.get("other", 0.0), others)


def duration(seconds: float) -> str:
    """Return a time as a person says it: ``under a minute``, ``12 min``, ``3.5 h``."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return "under a minute"
    if seconds < HOUR:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / HOUR:.1f} h"


def _allowance(window: Window) -> Allowance:
    limit = window.limit or 1
    hourly = window.length > SECOND or limit > _MOST_PER_SECOND
    return Allowance(limit, HOUR if hourly else SECOND)


def _distance(tier: Tier, told: Mapping[str, Window]) -> int:
    return sum(abs(tier[name][0].calls - (each.limit or 0)) for name, each in told.items())
