"""The facts a page is made of; how they look is the template's business."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was expected of a run, and what was seen."""

    text: str
    expected: object
    seen: object

    @property
    def holds(self) -> bool:
        """Whether what was seen is what was expected."""
        return self.expected == self.seen


@dataclass(frozen=True, slots=True)
class KindLine:
    """Promise 2 for one stream and kind: what was made, and where every piece of it went."""

    stream: str
    kind: str
    made: int
    sent: int = 0
    unchanged: int = 0
    superseded: int = 0
    rejected: int = 0
    filtered: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether nothing vanished."""
        ends = (self.sent, self.unchanged, self.superseded, self.rejected, self.filtered)
        return self.made == sum(ends)


@dataclass(frozen=True, slots=True)
class Count:
    """A named figure, with a word on it where it needs one."""

    name: str
    value: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """How many operations were refused for one reason."""

    stream: str
    kind: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """Calls made against one of Brevo's rate limits (calls in the bucket's own period)."""

    name: str
    calls: int
    limit: int
    period: str


@dataclass(frozen=True, slots=True)
class Run:
    """One `meltano run`: what it was for, what it did, what was expected of it."""

    title: str
    command: str
    seconds: float
    calls: int
    writing_calls: int
    possible_automations: int
    lines: tuple[KindLine, ...] = ()
    filtered: tuple[Reject, ...] = ()
    rejects: tuple[Reject, ...] = ()
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything the page shows."""

    made_at: str
    shop: str
    store: tuple[Count, ...]
    brevo: tuple[Count, ...]
    consent: tuple[Count, ...]
    lists: tuple[Count, ...]
    events: tuple[Count, ...]
    runs: tuple[Run, ...]
    buckets: tuple[Bucket, ...] = ()
    samples: tuple[dict[str, str], ...] = field(default=())

    @property
    def holds(self) -> bool:
        """Whether every check of every run holds and every line adds up."""
        return all(
            all(check.holds for check in run.checks) and all(line.adds_up for line in run.lines)
            for run in self.runs
        )
