"""Follows Brevo's own limits, so that no call has to be refused.

There is no Retry-After: every answer may carry ``x-sib-ratelimit-limit``, ``-remaining`` and
``-reset`` (whole seconds until the window closes). A limit of 10 is per second, one of 100 per
hour, told apart by the seconds left (developers.brevo.com/docs/limit-headers and
/docs/api-limits, checked 2026-11-24).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from target_brevo.clock import Clock

Bucket = Literal["contacts", "events", "orders", "products", "other"]
BUCKETS: tuple[Bucket, ...] = ("contacts", "events", "orders", "products", "other")
# A window that still has more seconds than this is no per-second window.
_SHORT_S = 1.0
_HOUR_S = 3600.0
# Longer waits are told to the person who looks at the log.
_WORTH_TELLING_S = 5.0


def bucket_of(method: str, path: str) -> Bucket:
    """Return the bucket that ``path`` (below ``/v3``) counts in, by the letter of Brevo's table.

    The table names single posts only; whatever it does not name is "everything else", per hour
    (state of 2026-08-13). Where the headers say otherwise, ``Pacer.learn`` follows the headers.
    """
    if path == "/contacts" or path.startswith("/contacts/"):
        return "contacts"
    singles: dict[str, Bucket] = {
        "/events": "events",
        "/orders/status": "orders",
        "/products": "products",
    }
    return singles.get(path, "other") if method == "POST" else "other"


@dataclass(slots=True)
class Window:
    """What is left of one bucket, as far as its headers have told."""

    limit: int | None = None
    remaining: int | None = None
    closes: float = 0.0
    length: float = _SHORT_S
    calls: int = 0
    refused: int = 0


@dataclass
class Pacer:
    """Waits before a call that would be refused. ``tell`` gets a line about long waits."""

    clock: Clock
    tell: Callable[[str], None]
    windows: dict[str, Window] = field(default_factory=dict)
    # Calls that the letter puts into "other" and the headers showed to be counted elsewhere.
    moved: dict[str, str] = field(default_factory=dict)

    def bucket(self, method: str, path: str) -> str:
        """Return the bucket that this call counts in, as far as known."""
        return self.moved.get(path) or bucket_of(method, path)

    def before(self, method: str, path: str) -> None:
        """Wait until the bucket has room for one more call, and take it."""
        name = self.bucket(method, path)
        window = self.windows.setdefault(name, Window())
        now = self.clock.monotonic()
        if window.remaining == 0 and now < window.closes:
            wait = window.closes - now
            if wait > _WORTH_TELLING_S:
                self.tell(f"Brevo's limit for '{name}' is used up: waiting {wait:.0f} s")
            self.clock.sleep(wait)
            now = self.clock.monotonic()
        if window.remaining is not None and now >= window.closes:
            window.remaining, window.closes = window.limit, now + window.length
        if window.remaining:
            window.remaining -= 1
        window.calls += 1

    def learn(self, method: str, path: str, status: int, headers: Mapping[str, str]) -> None:
        """Take in the headers of one answer."""
        name = self.bucket(method, path)
        window = self.windows.setdefault(name, Window())
        if status == 429:  # noqa: PLR2004 - too many requests
            window.refused += 1
        told = _told(headers)
        if told is None:
            return
        limit, remaining, reset = told
        if name == "other" and path in _BATCHES and reset <= _SHORT_S:
            # Counted per second after all: with the single posts, or for itself.
            self.moved[path] = path
            window = self.windows.setdefault(path, Window(calls=1))
        now = self.clock.monotonic()
        if reset > _SHORT_S:
            window.length, window.closes = _HOUR_S, now + reset
        elif window.limit is None or remaining >= limit - 1:
            # The first call of a window opens it: it closes one second later, not later still.
            window.closes = now + _SHORT_S
        window.limit, window.remaining = limit, remaining

    def is_hourly(self, path: str) -> bool:
        """Say whether calls of ``path`` are counted per hour (so, until headers say otherwise)."""
        name = self.bucket("POST", path)
        window = self.windows.get(name)
        return name == "other" if window is None or window.limit is None else window.length > 1

    def wait(self, method: str, path: str) -> float:
        """Return the seconds that a call now would have to wait."""
        window = self.windows.get(self.bucket(method, path))
        if window is None or window.remaining != 0:
            return 0.0
        return max(0.0, window.closes - self.clock.monotonic())

    def spacing(self, path: str) -> float:
        """Return the seconds between calls of ``path`` that spread what is left over its window."""
        window = self.windows.get(self.bucket("GET", path))
        if window is None or window.remaining is None or window.limit is None:
            return 0.0
        left = max(0.0, window.closes - self.clock.monotonic())
        if window.length <= 1 or window.remaining > window.limit / 2:
            return 0.0
        return left / max(1, window.remaining)


_BATCHES = frozenset({"/events/batch", "/orders/status/batch"})


def reset_seconds(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that ``x-sib-ratelimit-reset`` asks to wait, or None."""
    try:
        return max(0.0, float(headers["x-sib-ratelimit-reset"]))
    except (KeyError, ValueError):
        return None


def _told(headers: Mapping[str, str]) -> tuple[int, int, float] | None:
    try:
        limit = int(headers["x-sib-ratelimit-limit"])
        remaining = int(headers["x-sib-ratelimit-remaining"])
        reset = float(headers["x-sib-ratelimit-reset"])
    except (KeyError, ValueError):
        return None
    return limit, remaining, reset
