"""What a person sees of a stream while it is read, and its one line at the end."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

# At most about two reports a second and stream.
GAP_S = 0.5


@dataclass(slots=True)
class Progress:
    """Reports of one stream; ``total`` is None where the platform does not count."""

    stream: str
    logger: logging.Logger
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    total: int | None = None
    _began: float = field(init=False)
    _said: float = field(init=False)
    _last: tuple[int, int | None] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Take the time from which the stream's seconds are counted."""
        self._began = self._said = self.clock()

    def add(self, rows: int) -> None:
        """Count rows that were given out, and say so now and then."""
        self.done += rows
        now = self.clock()
        if rows and now - self._said >= GAP_S:
            self._said = now
            self._report()

    def waiting(self, what: str) -> None:
        """Say, now and then, what the stream waits for."""
        now = self.clock()
        if now - self._said >= GAP_S:
            self._said = now
            self.logger.info(
                "%s: %s",
                self.stream,
                what,
                extra={"progress": [self.stream, self.done, self.total], "waiting": what},
            )

    def end(self, why_none: str) -> None:
        """Say the stream's last line; ``why_none`` is the reason when there were no rows."""
        self.total = self.done
        self._report()
        why = "" if self.done else f": {why_none}"
        seconds = self.clock() - self._began
        rows = "row" if self.done == 1 else "rows"
        self.logger.info("%s: %d %s in %.1f s%s", self.stream, self.done, rows, seconds, why)

    def _report(self) -> None:
        total = self.total if self.total is None else max(self.total, self.done)
        if self._last == (self.done, total):
            return
        self._last = (self.done, total)
        of = f" of {total}" if total is not None else ""
        self.logger.info(
            "%s: %d%s",
            self.stream,
            self.done,
            of,
            extra={"progress": [self.stream, self.done, total]},
        )
