"""``make bench``: run the cases and print a table. ``make bench CASE=tap`` runs one."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import bulk, loading, mapping_step, startup
from benchmarks.cases import CASES, Case, Side
from benchmarks.records import digest_of, record
from benchmarks.running import ROOT, server, stats


@dataclass(frozen=True, slots=True)
class Figures:
    """One run of one side: seconds of wall and CPU, what the server saw.

    ``asking_s`` are the seconds from the first request to the last.
    """

    wall_s: float
    cpu_s: float
    requests: int
    refused: int
    served: int
    asking_s: float


def once(side: Side, url: str, output: str = os.devnull) -> Figures:
    """Run one side with its lines to ``output``."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.json"
        config.write_text(json.dumps({"api_url": url, "api_key": side.key}))
        command = [sys.executable, "-m", side.module, "--config", str(config)]
        with Path(output).open("wb") as out, (Path(folder) / "log").open("wb") as log:
            begun = time.perf_counter()
            process = subprocess.Popen(
                command, cwd=ROOT, stdout=out, stderr=log, env={**os.environ, **side.env}
            )
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{side.module}: {(Path(folder) / 'log').read_text()[-2000:]}")
    seen = stats(url).get(side.key, {"requests": 0, "refused": 0, "served": 0, "asking_s": 0.0})
    return Figures(wall, used.ru_utime + used.ru_stime, **seen)


def whole(side: Side, url: str) -> bool:
    """Run a side once more and compare every record with what the server holds, by digest."""
    with tempfile.NamedTemporaryFile() as file:
        once(side, url, file.name)
        got = digest_of(map(as_served, records_in(Path(file.name))))
    return got == digest_of(record(number) for number in range(side.records))


def records_in(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a tap's output."""
    with path.open("rb") as lines:
        for line in lines:
            message = json.loads(line)
            if message["type"] == "RECORD":
                yield message["record"]


def as_served(row: dict[str, Any]) -> dict[str, Any]:
    """Return a record as the server has it: our tap names the store, and writes times as times."""
    row.pop("_tajo_store", None)
    if isinstance(row["created"], str):
        row["created"] = int(datetime.fromisoformat(row["created"]).timestamp())
    return row


def measured(case: Case, url: str) -> list[str]:
    """Run a case, the two sides by turns, and return its line of the table."""
    sides: tuple[list[Figures], list[Figures]] = ([], [])
    complete = whole(case.baseline, url) and whole(case.ours, url)
    for _ in range(case.runs):
        sides[0].append(once(case.baseline, url))
        sides[1].append(once(case.ours, url))
    theirs, ours = (median(one.wall_s for one in side) for side in sides)
    cpu = [median(one.cpu_s for one in side) for side in sides]
    last, verdict = sides[1][-1], f"x{theirs / ours:.2f}"
    reached = case.goal is None or theirs / ours >= case.goal
    wanted = f">= x{case.goal:g}" if case.goal else ""
    if case.requests:
        verdict, wanted = f"{last.requests} requests", f"{sides[0][-1].requests}"
        reached = last.requests <= sides[0][-1].requests
    if case.share:
        used = (last.requests - 1) / last.asking_s / case.ours.per_second
        verdict, wanted = f"{used:.0%}, {last.refused} refused", f">= {case.share:.0%}, 0 refused"
        reached = used >= case.share and not last.refused
    return [
        case.name, f"{theirs:.2f}", f"{ours:.2f}", verdict, wanted, "yes" if reached else "NO",
        f"{cpu[0]:.2f} / {cpu[1]:.2f}", "whole" if complete else "NOT WHOLE",
    ]  # fmt: skip


HEAD = ["case", "baseline s", "ours s", "ratio", "goal", "reached", "CPU s", "contents"]


def show(line: list[str]) -> None:
    """Print a line of the table."""
    widths = (15, 11, 8, 18, 19, 8, 24, 10)
    said = "".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
    sys.stdout.write(f"{said.rstrip()}\n")
    sys.stdout.flush()


def main(wanted: str) -> None:
    """Run the cases of this name, all of them for an empty one."""
    known = [case.name for case in CASES] + [
        *startup.COMMANDS, "bulk", "mapping", *mapping_step.CASES, *loading.CASES,
    ]  # fmt: skip
    if wanted and wanted not in known:
        raise SystemExit(f"no case {wanted}; known: {', '.join(known)}")
    startup.compiled()
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs\n")
    show(HEAD)
    chosen = [case for case in CASES if wanted in {"", case.name}]
    if chosen:
        most = max(case.ours.records for case in chosen)
        with server("benchmarks.server", str(most)) as url:
            for case in chosen:
                show(measured(case, url))
    for name in startup.COMMANDS:
        if wanted in {"", name}:
            show(startup.measured(name))
    for name in [each for each in mapping_step.CASES if wanted in {"", "mapping", each}]:
        show(mapping_step.measured(name))
    if wanted in {"", "bulk"}:
        show(bulk.measured())
    loads = [name for name in loading.CASES if wanted in {"", name}]
    if loads:
        with loading.benches() as bench:
            for name in loads:
                show(loading.measured(name, bench))
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f} at the end\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
