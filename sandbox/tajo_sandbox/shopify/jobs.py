"""Bulk operations at work: written in the background, looked at by polling, fetched as a file."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from tajo_sandbox.shopify.errors import Refused
from tajo_sandbox.shopify.lines import Written, write

if TYPE_CHECKING:
    from tajo_sandbox.shopify.bulk import Plan
    from tajo_sandbox.shopify.switches import Fault, Switches
    from tajo_sandbox.shopify.view import View

FIRST_JOB = 720_918
CREATED_SHARE = 0.1
"""Share of a job's time in which it still says CREATED."""
RUNNING = {"CREATED", "RUNNING", "CANCELING"}


@dataclass(frozen=True, slots=True)
class Look:
    """A bulk operation as one poll sees it."""

    number: int
    status: str
    created_at: str
    completed_at: str | None
    error_code: str | None
    object_count: int
    root_count: int
    size: int | None
    link: str | None
    partial_link: str | None
    query: str
    kind: str = "BulkOperation"

    @property
    def gid(self) -> str:
        """Its id."""
        return f"gid://shopify/{self.kind}/{self.number}"

    def url(self, base: str) -> str | None:
        """Where the result lies, seen from `base`; None until it is complete, or empty."""
        return None if self.link is None else self.link.replace("{base}", base)

    def partial_url(self, base: str) -> str | None:
        """Where the part lies that a failed job had written."""
        return None if self.partial_link is None else self.partial_link.replace("{base}", base)


@dataclass(slots=True)
class Job:
    """One bulk operation.

    Args:
        number: its number.
        query: the query document as it was sent.
        plan: how its lines are made.
        grouped: children follow their parent.
        path: where its result is written.
        created_at: when, as the platform writes it.
        started: the same by the switches' clock.
        seconds: how long it takes at least.
        faults: what goes wrong with it.
    """

    number: int
    query: str
    plan: Plan
    grouped: bool
    path: Path
    created_at: str
    started: float
    seconds: float
    faults: tuple[Fault, ...] = ()
    written: Written = field(default_factory=Written)
    error_code: str | None = None
    completed_at: str | None = None
    canceled: bool = False
    done: Event = field(default_factory=Event)

    def fault(self, kind: str) -> Fault | None:
        """The fault of this kind, if it struck this job."""
        return next((fault for fault in self.faults if fault.kind == kind), None)

    def status(self, moment: float) -> str:
        """Its state at a moment of the switches' clock."""
        if self.canceled:
            return "CANCELED" if self.done.is_set() else "CANCELING"
        elapsed = moment - self.started
        if elapsed < self.seconds or not self.done.is_set():
            return "CREATED" if elapsed < self.seconds * CREATED_SHARE else "RUNNING"
        if self.error_code:
            return "FAILED"
        ends = {"bulk_canceled": "CANCELED", "bulk_expired": "EXPIRED"}
        return next((end for kind, end in ends.items() if self.fault(kind)), "COMPLETED")

    def look(self, moment: float, status: str | None = None) -> Look:
        """What a poll at `moment` sees; `status` overrides it for the answer that made it."""
        state = status or self.status(moment)
        final = state not in RUNNING
        failed = self.fault("bulk_failed")
        partial = state == "FAILED" and failed is not None and failed.partial
        name = "{base}/bulk/" + str(self.number)
        empty = self.written.objects == 0
        elsewhere = self.fault("bulk_link_elsewhere")
        link = elsewhere.address if elsewhere else f"{name}.jsonl"
        return Look(
            number=self.number,
            status=state,
            created_at=self.created_at,
            completed_at=self.completed_at if final else None,
            error_code=self.error_code if final else None,
            object_count=0 if state == "CREATED" else self.written.objects,
            root_count=0 if state == "CREATED" else self.written.roots,
            size=self.written.size if state == "COMPLETED" and not empty else None,
            link=link if state == "COMPLETED" and not empty else None,
            partial_link=f"{name}.partial.jsonl" if partial and not empty else None,
            query=self.query,
        )


class Jobs:
    """All bulk operations of the app, newest last."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._folder = Path(tempfile.mkdtemp(prefix="tajo-sandbox-bulk-"))
        self._workers = ThreadPoolExecutor(max_workers=5, thread_name_prefix="bulk")
        self._end = weakref.finalize(self, _clean, self._workers, self._folder)
        self.all: dict[int, Job] = {}

    def close(self) -> None:
        """Stop the workers and delete every result."""
        self._end()

    def running(self) -> int:
        """How many are not finished."""
        moment = self._switches.clock()
        return sum(job.status(moment) in RUNNING for job in self.all.values())

    def start(self, query: str, plan: Plan, view: View, *, grouped: bool) -> Job:
        """Start a bulk operation for a plan; `bulk_seconds` of 0 finishes it here and now."""
        switches = self._switches
        number = FIRST_JOB + len(self.all) + 1
        strikes = (switches.strike(plan.root, "bulk_") for _ in range(2))
        job = Job(
            number=number,
            query=query,
            plan=plan,
            grouped=grouped,
            path=self._folder / f"{number}.jsonl",
            created_at=view.store.now(),
            started=switches.clock(),
            seconds=switches.bulk_seconds,
            faults=tuple(fault for fault in strikes if fault),
        )
        self.all[number] = job
        if job.seconds == 0:
            self._work(job, view)
        else:
            self._workers.submit(self._work, job, view).add_done_callback(_surface)
        return job

    @staticmethod
    def _work(job: Job, view: View) -> None:
        failed = job.fault("bulk_failed")
        try:
            if job.plan.scopes - view.scopes:
                job.error_code = "ACCESS_DENIED"
                return
            job.error_code = "INTERNAL_SERVER_ERROR"  # unless it ends well
            with suppress(Refused):
                write(job, view)
                job.error_code = failed.code if failed else None
        finally:
            job.completed_at = view.store.now()
            job.done.set()

    def find(self, gid: str) -> Job | None:
        """The bulk operation with this id."""
        digits = gid.removeprefix("gid://shopify/BulkOperation/")
        return self.all.get(int(digits)) if digits.isdecimal() else None

    def look(self, gid: str) -> Look | None:
        """What a poll of this id sees now."""
        job = self.find(gid)
        return job.look(self._switches.clock()) if job else None

    def looks(self) -> list[Look]:
        """All bulk operations as polls see them now, oldest first."""
        moment = self._switches.clock()
        return [job.look(moment) for job in self.all.values()]


def _surface(future: Future[None]) -> None:
    """Let a programming error in a worker be seen instead of ending as a job without end."""
    future.result()


def _clean(workers: ThreadPoolExecutor, folder: Path) -> None:
    workers.shutdown(wait=False, cancel_futures=True)
    shutil.rmtree(folder, ignore_errors=True)
