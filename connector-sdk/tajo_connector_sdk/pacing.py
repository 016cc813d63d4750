"""Pacing: waiting before a request rather than running into a refusal.

The seam is two calls, ``before`` and ``after`` a request. ``CostBucket`` is for platforms that
price each question in points and tell, with each answer, what is left and how fast it comes back.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Cost:
    """What an answer says: points asked for, points left, the bucket's size, points a second."""

    requested: float
    available: float
    maximum: float
    restore: float


class Pacing(Protocol):
    """Decides when the next request may go."""

    def before(self, points: float) -> None:
        """Wait until a request of so many points is sure to be taken."""

    def after(self, cost: Cost | None) -> None:
        """Learn from an answer."""


@dataclass(slots=True)
class CostBucket:
    """A bucket as the platform describes it; nothing about its size is assumed.

    Before the first answer there is nothing to go by, so the first request just goes. ``clock``
    and ``sleep`` work in seconds.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    waited: float = field(default=0.0, init=False)
    _last: Cost | None = field(default=None, init=False)
    _at: float = field(default=0.0, init=False)

    def before(self, points: float) -> None:
        """Wait until the bucket holds ``points`` (at most its size)."""
        if self._last is None or self._last.restore <= 0:
            return
        missing = min(points, self._last.maximum) - self._now(self._last)
        if missing > 0:
            self._wait(missing / self._last.restore)

    def after(self, cost: Cost | None) -> None:
        """Take over the figures of an answer (None: it told none)."""
        if cost is not None:
            self._last, self._at = cost, self.clock()

    def holds(self) -> float | None:
        """Return the points that are there now, or None before the first answer."""
        return self._now(self._last) if self._last else None

    def refused(self, cost: Cost | None) -> None:
        """Wait out a refusal: exactly until the points asked for are there again."""
        if cost is None or cost.restore <= 0:
            self._wait(1.0)
            return
        self.after(cost)
        self._wait(max(cost.requested - cost.available, 0.0) / cost.restore)

    def _now(self, last: Cost) -> float:
        return min(last.maximum, last.available + last.restore * (self.clock() - self._at))

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self.waited += seconds
            self.sleep(seconds)
