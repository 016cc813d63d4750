"""When to look at an import: about when the last one says that it is done, as long as looks last.

Brevo tells of an import only when it is asked, and allows 100 such questions an hour
(developers.brevo.com/docs/api-limits, checked 2026-11-24). Too early costs a question, too late
costs the run its time.
"""

from dataclasses import dataclass

from target_brevo.brevo.pacing import Pacer
from target_brevo.ledger.imports import Imports

_PATH = "/processes"
# The first look where nothing is known: with looks to spare, and without.
_SOONEST_S, _SOON_S = 0.1, 0.5
_ROWS_PER_S = 2000
_LONGEST_FIRST_S = 15.0
# A first look never waits longer than this: what was slow once need not be slow again.
_LONGEST_LEARNED_S = 60.0
# Somewhat before the last one was seen to be done, or nobody would see that it has become faster.
_EARLY = 0.7
# Each look comes when the wait has grown by so much.
_GROWTH = 0.6
_LONGEST_GAP_S = 300.0


@dataclass
class Looks:
    """The times of looks in one run; what earlier runs saw is in the ledger."""

    pacer: Pacer
    imports: Imports
    _last: tuple[int, float] | None = None
    _asked: bool = False

    def first(self, rows: int) -> float:
        """Return the seconds from opening an import of ``rows`` to the first look at it."""
        if not self._asked:
            self._last, self._asked = self.imports.last_done(), True
        spare = self.pacer.is_plenty(_PATH)
        if self._last is None:
            if spare:
                return _SOONEST_S
            return min(max(_SOON_S, rows / _ROWS_PER_S), _LONGEST_FIRST_S)
        last_rows, seconds = self._last
        # What takes Brevo longer for more rows is not known, so the time is never stretched.
        likely = seconds * min(1.0, rows / max(1, last_rows)) * _EARLY
        return min(max(_SOONEST_S if spare else _SOON_S, likely), _LONGEST_LEARNED_S)

    def next(self, waited: float) -> float:
        """Return the seconds to the next look at an import that is open for ``waited`` seconds."""
        grown = min(max(_SOONEST_S, waited * _GROWTH), _LONGEST_GAP_S)
        # What is left of the hour's looks is spread over the hour.
        return max(grown, self.pacer.spacing(_PATH))

    def done(self, rows: int, seconds: float) -> None:
        """Take in that an import of ``rows`` was seen to be done after ``seconds``."""
        self._last = rows, seconds
