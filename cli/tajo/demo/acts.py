"""The three runs of the demo: a first load, nothing new, a few changes."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tajo.demo.platforms import Platform
from tajo.demo.project import Project
from tajo.demo.stage import Stage
from tajo.report import Check, KindLine, Reject, Run

CHANGED, PLACED = 5, 3


@dataclass
class Show:
    """Runs the acts one after the other and keeps what each of them did.

    ``say`` prints a line for the person who watches.
    """

    project: Project
    stage: Stage
    platform: Platform
    say: Callable[[str], None]
    runs: list[Run] = field(default_factory=list)

    @property
    def command(self) -> tuple[str, ...]:
        """What Meltano is told."""
        return ("run", self.platform.tap, "target-brevo")

    def first_load(self) -> None:
        """Load the whole store; its history starts no automation."""
        summary, brevo, seconds = self._run(
            "1. First load: everything the store holds",
            "Contacts, orders and products go to Brevo. What happened before today is no news: no "
            "event is sent and no automation starts.",
        )
        self._keep(
            "First load",
            summary,
            seconds,
            Check("no event of the past was sent", {}, brevo["events"]),
            Check("no event and no order could have started an automation", {}, live(brevo)),
            Check("every product arrived", self._store()["products"], brevo["products"]),
            Check("nobody was unblocked", 0, brevo["unblocked"]),
        )

    def nothing_new(self) -> None:
        """Run again with nothing changed."""
        summary, brevo, seconds = self._run(
            "2. Again, with nothing new in the store",
            "What changed lately is read once more, as a platform may show a change late. Brevo "
            "has all of it, so nothing is written.",
        )
        self._keep(
            "Nothing new",
            summary,
            seconds,
            Check("no writing call was made", 0, brevo["writes"]),
        )

    def a_few_changes(self) -> None:
        """Let customers change and orders be placed, and run again."""
        before = self._brevo()
        touched = self.stage.tell(f"/store/change?customers={CHANGED}")["changed"]
        placed = self.stage.tell(f"/store/orders?count={PLACED}")["placed"]
        refused = ", one of them says no to mails" if self.platform.refuses else ""
        self.say(f"\n{len(touched)} customers change{refused}; {len(placed)} orders are placed")
        summary, brevo, seconds = self._run(
            "3. Again, with these changes",
            "Only they are written; the orders are news, so their events may start automations.",
        )
        self._keep(
            "A few changes",
            summary,
            seconds,
            Check(
                f"{PLACED} order_completed events arrived, and no other",
                {"order_completed": PLACED},
                brevo["events"],
            ),
            Check(f"{PLACED} orders arrived", before["orders"] + PLACED, brevo["orders"]),
            Check(
                "one more contact is blocked" if self.platform.refuses else "nobody is blocked",
                before["email_blocked"] + int(self.platform.refuses),
                brevo["email_blocked"],
            ),
            Check("nobody was unblocked", 0, brevo["unblocked"]),
        )

    def _run(self, title: str, why: str) -> tuple[dict[str, Any], dict[str, Any], float]:
        self.say(f"\n{title}\n{why}\n$ meltano {' '.join(self.command)}")
        self.stage.tell("/brevo/mark")
        path = self.project.folder / f"summary-{len(self.runs) + 1}.json"
        started = time.monotonic()
        done = self.project.meltano(*self.command, extra={"TARGET_BREVO_SUMMARY_FILE": str(path)})
        seconds = time.monotonic() - started
        if done.returncode:
            raise SystemExit(f"the run ended with exit code {done.returncode}: see above")
        return summary_in(path), self._brevo(), seconds

    def _keep(self, title: str, summary: Mapping[str, Any], seconds: float, *checks: Check) -> None:
        calls = summary["calls"]
        self.runs.append(
            Run(
                title,
                f"meltano {' '.join(self.command)}",
                seconds,
                calls=calls["all"],
                writing_calls=calls["writing"],
                possible_automations=sum(summary["possible_automation_starts"].values()),
                lines=tuple(kind_lines(summary)),
                filtered=tuple(reasons(summary, "filtered")),
                rejects=tuple(reasons(summary, "rejected")),
                checks=checks,
            )
        )

    def _brevo(self) -> dict[str, Any]:
        state: dict[str, Any] = self.stage.ask("/state.json")["brevo"]
        return state

    def _store(self) -> dict[str, Any]:
        state: dict[str, Any] = self.stage.ask("/state.json")["store"]
        return state


def live(brevo: Mapping[str, Any]) -> dict[str, int]:
    """Return what could have started automations, but for additions to lists made just now."""
    return {kind: count for kind, count in brevo["automations"].items() if kind != "list"}


def summary_in(path: Path) -> dict[str, Any]:
    """Read a summary that the loader wrote."""
    summary: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return summary


def kind_lines(summary: Mapping[str, Any]) -> list[KindLine]:
    """Return one line per stream and kind of a summary."""
    verdicts = ("made", "sent", "unchanged", "superseded", "rejected", "filtered")
    return [
        KindLine(stream, kind, **{verdict: figures[verdict] for verdict in verdicts})
        for stream, of_stream in summary["streams"].items()
        for kind, figures in of_stream["kinds"].items()
    ]


def reasons(summary: Mapping[str, Any], verdict: str) -> list[Reject]:
    """Return the reasons of one verdict with their counts."""
    return [
        Reject(stream, kind, reason, count)
        for stream, of_stream in summary["streams"].items()
        for kind, figures in of_stream["kinds"].items()
        for reason, count in figures.get("reasons", {}).get(verdict, {}).items()
    ]
