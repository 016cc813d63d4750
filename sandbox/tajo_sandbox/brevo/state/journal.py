"""The log of calls, kept for tests and the control page."""

from collections import Counter, deque
from dataclasses import dataclass, field

KEPT_REQUESTS = 50_000
KEPT_BODY_BYTES = 64 * 1024 * 1024


@dataclass(slots=True)
class Request:
    """One call as it arrived; ``path`` is below ``/v3``, ``at`` UTC text, ``seconds`` its cost.

    ``body`` is None once newer bodies have filled the memory set aside for them. ``status`` is 0
    where no answer was given.
    """

    method: str
    path: str
    query: str
    status: int
    at: str
    size: int
    body: bytes | None
    bucket: str
    seconds: float
    fault: str | None = None
    after_mark: bool = True

    @property
    def writing(self) -> bool:
        """Whether this was a call that changes something."""
        return self.method != "GET"


@dataclass(slots=True)
class Journal:
    """The latest calls, and counts of all of them since the mark, by method and status."""

    requests: deque[Request] = field(default_factory=lambda: deque(maxlen=KEPT_REQUESTS))
    reads: int = 0
    writes: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    _bodies: deque[Request] = field(default_factory=deque)
    _body_bytes: int = 0

    def add(self, request: Request) -> None:
        """Log a call."""
        self.requests.append(request)
        self.statuses[request.status] += 1
        if request.writing:
            self.writes += 1
        else:
            self.reads += 1
        if request.body:
            self._bodies.append(request)
            self._body_bytes += len(request.body)
        while self._body_bytes > KEPT_BODY_BYTES:
            oldest = self._bodies.popleft()
            self._body_bytes -= len(oldest.body or b"")
            oldest.body = None

    def mark(self) -> None:
        """Count anew from here."""
        self.reads = self.writes = 0
        self.statuses.clear()
        for request in self.requests:
            request.after_mark = False
