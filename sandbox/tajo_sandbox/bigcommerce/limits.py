"""The quota of requests that all apps of one store share."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tajo_sandbox.bigcommerce.switches import Switches


@dataclass(slots=True)
class Quota:
    """Counts requests in windows; every answer tells how many are left and for how long."""

    switches: Switches
    _ends: float = 0.0
    _used: int = 0
    _lock: Lock = field(default_factory=Lock)

    def take(self) -> tuple[bool, dict[str, str]]:
        """Count a request; whether it may pass, and the headers of its answer."""
        switches = self.switches
        with self._lock:
            now = switches.clock()
            if now >= self._ends:
                self._ends, self._used = now + switches.window_ms / 1000, 0
            passes = self._used < switches.quota
            self._used += (1 if passes else 0) + switches.others
            left = max(0, switches.quota - self._used)
            reset = max(0, round((self._ends - now) * 1000))
        return passes, {
            "x-rate-limit-requests-left": str(left),
            "x-rate-limit-requests-quota": str(switches.quota),
            "x-rate-limit-time-reset-ms": str(reset),
            "x-rate-limit-time-window-ms": str(switches.window_ms),
        }
