"""The one place where state is released.

Every operation opens a ticket; a STATE line may leave only when every ticket that was opened
before it is closed: confirmed by Brevo, unchanged, superseded, rejected or filtered.
"""

from collections import deque
from dataclasses import dataclass


@dataclass(slots=True)
class _Stretch:
    """What was read between two STATE lines: its open tickets and the line that ends it."""

    open: int = 0
    state: bytes | None = None


class Gate:
    """Counts open tickets per stretch; a ticket is the number of its stretch."""

    def __init__(self) -> None:
        self._stretches: deque[_Stretch] = deque([_Stretch()])
        self._first = 0

    def open(self) -> int:
        """Open a ticket for one operation."""
        self._stretches[-1].open += 1
        return self._first + len(self._stretches) - 1

    def close(self, ticket: int, count: int = 1) -> None:
        """Close ``count`` operations' tickets of this number for good.

        Raises ValueError when so many are not open.
        """
        index = ticket - self._first
        if index < 0 or self._stretches[index].open < count:
            raise ValueError(f"ticket {ticket} is not open")
        self._stretches[index].open -= count

    def state(self, line: bytes) -> None:
        """Take the value of a STATE message, as the tap wrote it."""
        self._stretches[-1].state = line
        self._stretches.append(_Stretch())

    def released(self) -> bytes | None:
        """Return the newest state that everything before it allows, once; else None."""
        # Invariant 1: state never runs ahead of Brevo.
        newest = None
        while len(self._stretches) > 1 and self._stretches[0].open == 0:
            newest = self._stretches.popleft().state
            self._first += 1
        return newest

    @property
    def waiting(self) -> int:
        """How many tickets are open."""
        return sum(stretch.open for stretch in self._stretches)
