"""What became of every operation: the figures that must add up."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any, Literal

from tajo_connector_sdk.errors import RunError

Verdict = Literal["sent", "unchanged", "superseded", "rejected", "filtered"]
VERDICTS: tuple[Verdict, ...] = ("sent", "unchanged", "superseded", "rejected", "filtered")


def _counters() -> dict[str, Counter[str]]:
    counters: defaultdict[str, Counter[str]] = defaultdict(Counter)
    return counters


@dataclass(slots=True)
class Line:
    """The figures of one stream and kind."""

    made: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict[str, Counter[str]](Counter)
    )

    @property
    def settled(self) -> int:
        """How many operations have their verdict."""
        return sum(self.verdicts.values())

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain JSON values."""
        found: dict[str, Any] = {"made": self.made}
        found.update((verdict, self.verdicts[verdict]) for verdict in VERDICTS)
        found["undelivered"] = self.made - self.settled
        if self.reasons:
            found["reasons"] = {verdict: dict(counts) for verdict, counts in self.reasons.items()}
        return found


class Tally:
    """Counts records per stream, and operations per stream and kind."""

    def __init__(self) -> None:
        self.records: Counter[str] = Counter()
        self.lines: defaultdict[tuple[str, str], Line] = defaultdict(Line)
        self.notes: Counter[str] = Counter()
        self.starts: Counter[str] = Counter()
        self.unknown = 0

    def made(self, stream: str, kind: str, count: int = 1) -> None:
        """Count operations that records became."""
        self.lines[stream, kind].made += count

    def settle(
        self, stream: str, kind: str, verdict: Verdict, reason: str = "", count: int = 1
    ) -> None:
        """Count the one verdict of ``count`` operations; ``reason`` for those not sent."""
        line = self.lines[stream, kind]
        line.verdicts[verdict] += count
        if reason:
            line.reasons[verdict][reason] += count

    def note(self, text: str, count: int = 1) -> None:
        """Count something worth a line in the summary that is no verdict."""
        self.notes[text] += count

    def may_start(self, what: str, count: int = 1) -> None:
        """Count something sent that can start an automation in Brevo."""
        self.starts[what] += count

    @property
    def undelivered(self) -> int:
        """How many operations have no verdict yet."""
        return sum(line.made - line.settled for line in self.lines.values())

    def check(self) -> None:
        """Raise RunError unless every operation has exactly one verdict."""
        # Invariant 2: no silent loss.
        for (stream, kind), line in self.lines.items():
            if line.made != line.settled:
                raise RunError(
                    f"{stream}: {kind}",
                    f"{line.made} made, but only {line.settled} accounted for",
                    do="state was held back before the first of them: run again, "
                    "and report this with the summary",
                )

    def judge(self, most: float | None, least: int = 1) -> None:
        """Raise RunError where of at least ``least`` operations more than ``most`` are refused.

        ``most`` is a part of them, 0 to 1; None: no matter how many.
        """
        if most is None:
            return
        made = sum(line.made for line in self.lines.values())
        rejected = sum(line.verdicts["rejected"] for line in self.lines.values())
        if made >= least and rejected / made > most:
            raise RunError(
                "max_reject_ratio",
                f"{rejected} of {made} operations were refused",
                right=f"at most {most:.0%}",
                do="see the summary, or 'target-brevo rejects list', for the reasons",
            )
