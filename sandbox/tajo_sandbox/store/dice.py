"""Seeded chance and the platform's way to write a time."""

from __future__ import annotations

import random
import time
from bisect import bisect
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Pick = TypeVar("Pick")

DAY = 86_400


def iso(moment: float) -> str:
    """Unix seconds as the platform writes a time: `2026-11-24T09:30:00Z`."""
    year, month, day, hour, minute, second, *_ = time.gmtime(moment)
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"


class Loaded:
    """A loaded die: faces with weights, thrown with a number in [0, 1)."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        self._faces = tuple(weights)
        self._edges = tuple(accumulate(weights.values()))

    def at(self, chance: float) -> str:
        """The face that `chance` falls on."""
        return self._faces[bisect(self._edges, chance * self._edges[-1])]


class Dice:
    """All chance of one store: the same seed and `now` give the same store.

    Args:
        seed: any whole number.
        now: Unix seconds; every time that is drawn lies before it.
    """

    def __init__(self, seed: int, now: float) -> None:
        self.now = int(now)
        self.random = random.Random(seed).random  # noqa: S311 -- made-up data, nothing to guess

    def pick(self, choices: Sequence[Pick]) -> Pick:
        """One of `choices`, each as likely."""
        return choices[int(self.random() * len(choices))]

    def chance(self, share: float) -> bool:
        """True in `share` of all throws."""
        return self.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both possible."""
        return low + int(self.random() * (high - low + 1))

    def later(self, moment: int, within: int) -> int:
        """A moment at or after `moment`, at most `within` seconds on and never in the future."""
        room = max(0, min(within, self.now - 1 - moment))
        return moment + int(self.random() * room)

    def token(self) -> str:
        """A token as carts and checkouts carry: 32 hexadecimal digits."""
        return f"{int(self.random() * 2**63):016x}{int(self.random() * 2**63):016x}"
