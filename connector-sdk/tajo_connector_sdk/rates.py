"""How fast a REST API may be asked, as a fact, and the one pacer of an account that keeps to it.

All lanes of a run share the pacer. It starts requests at the allowed rate, heeds what answers say
is left, and when one is refused, everybody waits.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from tajo_connector_sdk.answers import Answer, retry_after

# Requests arrive a little less evenly than they leave: this share of the rate never overruns it.
SHARE = 0.97
# Refused, and no answer says for how long.
UNTOLD_S = 1.0
RESETS = {"seconds": 1.0, "milliseconds": 0.001}
TOO_MANY = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Rate:
    """What the platform allows one account.

    ``per_second`` requests a second (None: it does not say), ``at_once`` requests in flight,
    which is also how many lanes may read. ``left`` and ``reset`` are headers that tell how many
    requests are left and when there will be more: in ``reset_in`` ``seconds`` or
    ``milliseconds``, or at a ``clock`` time (seconds since 1970). ``wait`` is a header that tells
    a refused request how long to wait, where that is not Retry-After; it is in ``reset_in`` too.
    ``setting`` names the setting that says how many requests a minute may go, where the platform
    publishes no limit.
    """

    per_second: float | None = None
    at_once: int = 1
    left: str = ""
    reset: str = ""
    reset_in: str = "seconds"
    wait: str = ""
    setting: str = ""

    def given(self, settings: Mapping[str, Any]) -> "Rate":
        """Return the rate as these settings have it."""
        minute = settings.get(self.setting) if self.setting else None
        return replace(self, per_second=max(1, minute) / 60) if minute else self

    def faults(self) -> Iterator[tuple[str, str, str]]:
        """Yield (fact, what is wrong, what would be right)."""
        if self.at_once < 1 or (self.per_second is not None and self.per_second <= 0):
            yield "rate", "less than one request", "at_once of 1 or more, per_second above 0"
        if self.reset_in not in {*RESETS, "clock"}:
            right = "seconds, milliseconds or clock"
            yield "rate.reset_in", f"'{self.reset_in}' is no unit", right


@dataclass(slots=True)
class Pacer:
    """Lets requests go; safe to share between threads (Invariant 7).

    ``clock`` and ``sleep`` work in seconds, ``now`` gives seconds since 1970. ``requests`` and
    ``refused`` count what went out and what was answered with 429 or 503.
    """

    rate: Rate
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    requests: int = field(default=0, init=False)
    refused: int = field(default=0, init=False)
    _next: float = field(default=0.0, init=False)
    _latest: deque[float] = field(init=False)  # when as many went as may go in one span of time
    _span: float = field(default=0.0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _room: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        most = max(1, int(self.rate.per_second or 1))
        self._latest = deque(maxlen=most)
        if self.rate.per_second:
            self._span = most / (self.rate.per_second * SHARE)
        self._room = threading.Semaphore(self.rate.at_once)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until a request may go; it is in flight while the block runs."""
        with self._room:
            while (wait := self._booked()) > 0:
                self.sleep(wait)
            yield

    def told(self, answer: Answer) -> float | None:
        """Learn from an answer; return the seconds that a refused request has to wait, or None."""
        reset = self._reset(answer)
        if answer.status in TOO_MANY:
            self.refused += 1
            wait = self._seconds(answer, self.rate.wait)
            wait = wait if wait is not None else retry_after(answer)
            wait = wait if wait is not None else reset
            self._hold(UNTOLD_S if wait is None else wait)
            return wait
        left = answer.headers.get(self.rate.left, "") if self.rate.left else ""
        if reset is not None and left.isdigit() and int(left) < self.rate.at_once:
            self._hold(reset)
        return None

    def _booked(self) -> float:
        """Take the next place in the row and return 0, or return how long to wait for it."""
        with self._lock:
            now, whole = self.clock(), len(self._latest) == self._latest.maxlen
            free = self._latest[0] + self._span if whole else now
            if (begin := max(self._next, free)) > now:
                return begin - now
            self._latest.append(now)
            gap = self._span / (self._latest.maxlen or 1)
            # Evenly; a sleep that was too long is made up for, but for no more than one gap.
            self._next = max(self._next, now - gap) + gap
            self.requests += 1
            return 0.0

    def _hold(self, seconds: float) -> None:
        with self._lock:
            self._next = max(self._next, self.clock() + seconds)

    def _reset(self, answer: Answer) -> float | None:
        return self._seconds(answer, self.rate.reset)

    def _seconds(self, answer: Answer, header: str) -> float | None:
        try:
            told = float(answer.headers.get(header, "")) if header else None
        except ValueError:
            return None
        if told is None:
            return None
        if self.rate.reset_in == "clock":
            return max(0.0, told - self.now())
        return told * RESETS[self.rate.reset_in]
