"""One bucket of Brevo's limits: a window opens with its first call and closes some time later.

When it closes is not told to the second, so what is not sure is taken for the worse: a window is
held to close a whole length after the first answer that came in it, and a call that may already
count in the next window counts in both.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

SECOND, HOUR = 1.0, 3600.0
# How long the first answer of a window may take before the window counts as lost.
_ANSWER_S = 60.0
# How long others wait for the answer to the very first call: who made it may have been killed.
_PROBE_S = 5.0
# Between two looks at a window whose first answer is still under way.
_LOOK_S, _SLOW_LOOK_S = 0.02, 1.0
# In the place of what is left, where answers tell no limit.
_UNTOLD = -1
# A per-second window is given out in so many parts: several runs share it, each with few writes.
_PARTS = 3


class Pass(NamedTuple):
    """What a run was given: calls in the window that ``opened`` then, beyond the one just allowed.

    With ``wait`` above 0 nothing was given: ask again after so many seconds.
    """

    opened: float = 0.0
    spare: int = 0
    wait: float = 0.0


class Lesson(NamedTuple):
    """What the headers of one answer told, at the time ``at``, of a call made with a pass.

    ``reset`` is in whole seconds, rounded up. ``refused``: the answer was 429.
    """

    at: float
    opened: float
    limit: int
    remaining: int
    reset: float
    refused: bool = False


@dataclass(slots=True)
class Window:
    """A bucket; times in seconds since 1970. ``limit`` is None until an answer told it.

    ``left`` is what was not given out yet, ``spilt`` how many calls may count in the next window,
    ``anchored`` says that ``closes`` comes from an answer.
    """

    limit: int | None = None
    length: float = SECOND
    opened: float = 0.0
    closes: float = 0.0
    anchored: bool = True
    left: int = 0
    spilt: int = 0

    @property
    def remaining(self) -> int | None:
        """What is left in the window, or None while nothing is known."""
        return None if self.limit is None else self.left

    @property
    def is_unknown(self) -> bool:
        """Whether no answer has come yet that could have told anything."""
        return self.limit is None and self.left != _UNTOLD

    @property
    def is_hourly(self) -> bool:
        """Whether calls are counted per hour."""
        return self.length > SECOND

    def take(self, now: float, held: Pass) -> Pass:
        """Give one call, and perhaps a few to spare, to a run that holds the pass ``held``."""
        if self.limit is None:
            return self._probe(now, held)
        if now >= self.closes or self.closes - now > self.length + _ANSWER_S:
            # It has closed (or somebody's clock was set back): a new one opens with this call.
            self.left, self.spilt = max(1, self.limit - self.spilt), 0
            self.opened, self.anchored = now, False
            self.closes = now + self.length + _ANSWER_S
        late = now >= self.opened + self.length
        if held.opened == self.opened and held.spare > 0:
            self.spilt += late
            return Pass(self.opened, held.spare - 1)
        if self.left <= 0:
            return Pass(self.opened, 0, self._wait(now))
        many = self.is_hourly or late
        given = 1 if many else min(self.left, math.ceil(self.limit / _PARTS))
        self.left -= given
        self.spilt += late
        return Pass(self.opened, given - 1)

    def learn(self, lesson: Lesson) -> None:
        """Take in what an answer told."""
        length = HOUR if lesson.reset > SECOND else SECOND
        ends = lesson.at + max(lesson.reset, SECOND)
        if lesson.refused:
            # Invariant 7: shut for every run, exactly as long as told. The call is made again then.
            self.spilt = self.spilt + 1 if lesson.at < self.closes else 1
            # Another opening than before, so that nobody's pass holds any longer.
            self.opened = max(lesson.at, math.nextafter(self.opened, math.inf))
            self.closes, self.anchored, self.left = ends, True, 0
        elif self.limit is None or (lesson.opened == self.opened and length != self.length):
            self.opened, self.closes, self.anchored = lesson.at, ends, True
            self.left, self.spilt = lesson.remaining, 0
        elif lesson.opened == self.opened:
            if not self.anchored or self.is_hourly:
                self.closes = min(self.closes, ends)
                self.anchored = True
            # Somebody else may be using the account as well.
            self.left = min(self.left, lesson.remaining)
        else:
            # Of a window that is over.
            return
        self.limit, self.length = lesson.limit, length

    def learn_nothing(self) -> None:
        """Take in that an answer told nothing: where nothing is known, nobody waits for it."""
        if self.limit is None:
            self.left = _UNTOLD

    def merge(self, now: float, other: "Window") -> None:
        """Take in what another window knows of the same bucket."""
        if other.limit is None:
            return
        if self.limit is None or now >= self.closes or self.length != other.length:
            self.limit, self.length, self.opened = other.limit, other.length, other.opened
            self.closes, self.anchored, self.left = other.closes, other.anchored, other.left
        elif now < other.closes:
            self.left = min(self.left, other.left)

    def teaches(self, lesson: Lesson) -> bool:
        """Say whether others have to know of ``lesson`` at once."""
        return lesson.refused or not self.anchored or self.limit != lesson.limit

    def _probe(self, now: float, held: Pass) -> Pass:
        """Let one run find out what the limit is; the others wait for its answer."""
        mine = held.opened == self.opened
        if self.left == _UNTOLD or (mine and not self.anchored):
            return Pass(self.opened)
        if self.anchored or now >= self.closes:
            self.opened, self.closes, self.anchored = now, now + _PROBE_S, False
            return Pass(now)
        return Pass(wait=_LOOK_S)

    def _wait(self, now: float) -> float:
        left = self.closes - now
        if self.anchored:
            return left
        return min(left, _SLOW_LOOK_S if self.is_hourly else _LOOK_S)
