"""Follows Brevo's own limits, so that no call has to be refused.

There is no Retry-After: every answer may carry ``x-sib-ratelimit-limit``, ``-remaining`` and
``-reset`` (whole seconds until the window closes). A limit of 10 is per second, one of 100 per
hour, told apart by the seconds left (developers.brevo.com/docs/limit-headers and
/docs/api-limits, checked 2026-11-24).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, Protocol, TypeVar

from target_brevo.brevo.windows import SECOND, Lesson, Pass, Window
from target_brevo.clock import Clock

T = TypeVar("T")

Bucket = Literal["contacts", "events", "orders", "products", "other"]
BUCKETS: tuple[Bucket, ...] = ("contacts", "events", "orders", "products", "other")
# Longer waits are told to the person who looks at the log.
_WORTH_TELLING_S = 5.0
# Above this share of a window's calls none of them has to be saved.
_PLENTY = 0.75


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


class Shared(Protocol):
    """Where windows are kept."""

    def change(self, bucket: str, step: Callable[[Window], T]) -> tuple[T, Window]:
        """Let ``step`` change a window; return its result, and the window as it is then."""


@dataclass(slots=True)
class Own:
    """Windows that this process alone knows of."""

    windows: dict[str, Window] = field(default_factory=dict)

    def change(self, bucket: str, step: Callable[[Window], T]) -> tuple[T, Window]:
        """Let ``step`` change a window; return its result, and the window."""
        window = self.windows.setdefault(bucket, Window())
        return step(window), window


@dataclass
class Pacer:
    """Waits before a call that would be refused. ``tell`` gets a line about long waits.

    ``windows`` is what this process saw last of each bucket.
    """

    clock: Clock
    tell: Callable[[str], None]
    windows: dict[str, Window] = field(default_factory=dict)
    # Calls that the letter puts into "other" and the headers showed to be counted elsewhere.
    moved: dict[str, str] = field(default_factory=dict)
    _kept: Shared = field(default_factory=Own)
    _passes: dict[str, Pass] = field(default_factory=dict)
    _lessons: dict[str, Lesson] = field(default_factory=dict)

    def share(self, kept: Shared) -> None:
        """Keep the windows in ``kept`` from now on, which other runs of the account see too."""
        self._kept, known = kept, self.windows
        self.windows, self._passes, self._lessons = {}, {}, {}
        for name, window in known.items():
            self._change(name, partial(_merged, now=self.now(), other=window))

    def now(self) -> float:
        """Return the time that windows are measured in: seconds since 1970."""
        return self.clock.now().timestamp()

    def bucket(self, method: str, path: str) -> str:
        """Return the bucket that this call counts in, as far as known."""
        return self.moved.get(path) or bucket_of(method, path)

    def before(self, method: str, path: str) -> None:
        """Wait until the bucket has room for one more call, and take it."""
        # Invariant 7: what one run takes is gone for every other run of the account.
        name = self.bucket(method, path)
        while (wait := self._take(name)) > 0:
            if wait > _WORTH_TELLING_S:
                self.tell(f"Brevo's limit for '{name}' is used up: waiting {wait:.0f} s")
            self.clock.sleep(wait)

    def learn(self, method: str, path: str, status: int, headers: Mapping[str, str]) -> None:
        """Take in the headers of one answer."""
        name = self.bucket(method, path)
        told = _told(headers)
        if told is None:
            if self.windows.get(name, Window()).is_unknown:
                self._change(name, Window.learn_nothing)
            return
        limit, remaining, reset = told
        if name == "other" and path in _BATCHES and reset <= SECOND:
            # Counted per second after all: with the single posts, as far as can be told.
            name = self.moved[path] = _BATCHES[path]
        opened = self._passes.get(name, Pass()).opened
        refused = status == 429  # noqa: PLR2004 - too many requests
        lesson = Lesson(self.now(), opened, limit, remaining, reset, refused)
        if self.windows.get(name, Window()).teaches(lesson):
            self._change(name, partial(_taught, lesson=lesson))
        else:
            self._lessons[name] = lesson

    def is_hourly(self, path: str) -> bool:
        """Say whether calls of ``path`` are counted per hour (so, until headers say otherwise)."""
        name = self.bucket("POST", path)
        window = self.windows.get(name)
        return name == "other" if window is None or window.limit is None else window.is_hourly

    def wait(self, method: str, path: str) -> float:
        """Return the seconds that a call now would have to wait."""
        window = self.windows.get(self.bucket(method, path))
        if window is None or window.remaining != 0:
            return 0.0
        return max(0.0, window.closes - self.now())

    def spacing(self, path: str) -> float:
        """Return the seconds between calls of ``path`` that spread what is left over its window."""
        window = self.windows.get(self.bucket("GET", path))
        if window is None or window.remaining is None or window.limit is None:
            return 0.0
        left = max(0.0, window.closes - self.now())
        if not window.is_hourly or window.remaining > window.limit / 2:
            return 0.0
        return left / max(1, window.remaining)

    def is_plenty(self, path: str) -> bool:
        """Say whether most calls of ``path`` in its window are unused, as far as is known."""
        window = self.windows.get(self.bucket("GET", path))
        if window is None or window.remaining is None or window.limit is None:
            return True
        return self.now() >= window.closes or window.remaining > window.limit * _PLENTY

    def _take(self, name: str) -> float:
        held, lesson = self._passes.get(name, Pass()), self._lessons.pop(name, None)
        taken = self._change(name, partial(_taken, now=self.now(), held=held, lesson=lesson))
        self._passes[name] = taken
        return taken.wait

    def _change(self, name: str, step: Callable[[Window], T]) -> T:
        result, self.windows[name] = self._kept.change(name, step)
        return result


# Whether a batch counts with its single posts or for itself is not written down: together they
# stay below either limit.
_BATCHES: Mapping[str, Bucket] = {"/events/batch": "events", "/orders/status/batch": "orders"}


def _taken(window: Window, *, now: float, held: Pass, lesson: Lesson | None) -> Pass:
    if lesson is not None:
        window.learn(lesson)
    return window.take(now, held)


def _taught(window: Window, *, lesson: Lesson) -> None:
    window.learn(lesson)


def _merged(window: Window, *, now: float, other: Window) -> None:
    window.merge(now, other)


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
