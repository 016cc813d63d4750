"""The counter of a stand-in: requests are logged, faults strike, answers are handed out."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from tajo_sandbox.direct import INLINE
from tajo_sandbox.faults import SPOILING, WIRE
from tajo_sandbox.mishaps import mishap

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from tajo_sandbox.faults import Faults

LOG_LENGTH, WORST = 100_000, 400


@dataclass(slots=True)
class Entry:
    """One request in the log.

    `root` is the list that was asked, `params` its query (of several values the last), `outcome`
    is `ok`, `refused` or what the refusal is called, or the kind of fault that struck.
    """

    at: str
    root: str
    path: str
    params: dict[str, str] = field(default_factory=dict)
    status: int = 0
    outcome: str = "ok"

    def number(self, name: str) -> int | None:
        """A parameter that is a number, None where it is not given or none."""
        said = self.params.get(name, "")
        return int(said) if said.isdigit() else None


@dataclass(slots=True)
class Counter:
    """Takes requests in and hands answers out; `requests` is the log.

    Args:
        switches: how the stand-in behaves.
        error: the platform's body for a status that a fault tells.
    """

    switches: Faults
    error: Callable[[int], Any]
    requests: deque[Any] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))

    async def serve(
        self,
        request: Request,
        entry: Entry,
        answer: Callable[[], Response],
        *,
        rows: int | None = None,
        instead: Response | None = None,
        fallback: bool = True,
    ) -> Response:
        """Log one request and answer it.

        Args:
            request: what came in.
            entry: the same for the log; its outcome is set where a fault strikes.
            answer: does the platform's own work, on a thread of its own.
            rows: how many rows a page was asked to hold.
            instead: the answer of a platform that does not come to its work (it is overloaded).
            fallback: faults for every request for data count here too.
        """
        self.requests.append(entry)

        def whole() -> Response:
            return self._answer(entry, answer, rows, instead, fallback=fallback)

        if INLINE in request.scope.get("extensions", {}):
            response = whole()
        else:
            response = await run_in_threadpool(whole)
        entry.status = response.status_code
        if entry.outcome == "ok" and entry.status >= WORST:
            entry.outcome = "refused"
        return response

    def _answer(
        self,
        entry: Entry,
        answer: Callable[[], Response],
        rows: int | None,
        instead: Response | None,
        *,
        fallback: bool,
    ) -> Response:
        fault = self.switches.strike(entry.root, *WIRE, fallback=fallback, rows=rows)
        if fault and not fault.applied and fault.kind not in SPOILING:
            entry.outcome = fault.kind
            return mishap(fault, error=self.error)
        if instead is not None:
            return instead
        if self.switches.on_request is not None:
            self.switches.on_request(entry)
        response = answer()
        if fault:
            entry.outcome = fault.kind
            return mishap(fault, response, error=self.error)
        return response
