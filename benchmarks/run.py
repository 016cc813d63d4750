"""``make bench``: run the cases and print a table. ``make bench CASE=tap`` runs one."""

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from benchmarks import bulk, growth, loading, mapping_step, startup
from benchmarks.cases import CASES, Case, Side
from benchmarks.records import digest_of, record
from benchmarks.running import Figures, once, server
from benchmarks.shop import order

MOST_BYTES = 1 << 30  # of lines of one run


@contextlib.contextmanager
def in_memory() -> Iterator[Path]:
    """Give a file for the lines of a run, in memory where there is room: no disk is measured."""
    room = Path("/dev/shm")  # noqa: S108 - the system's own folder in memory
    enough = room.is_dir() and shutil.disk_usage(room).free > MOST_BYTES
    with tempfile.NamedTemporaryFile(dir=room if enough else None) as file:
        yield Path(file.name)


def ran(side: Side, url: str, *, checked: bool) -> tuple[Figures, bool]:
    """Run a side, and say whether all records of the server came, by digest, where ``checked``.

    Lines that are compared go to a file, all others to the null device.
    """
    if not checked:
        return once(side, url), True
    with in_memory() as file:
        figures = once(side, url, str(file))
        got = digest_of(map(as_served, records_in(file)))
    return figures, got == served(side.is_shop, side.records)


@cache
def served(is_shop: bool, records: int) -> str:
    """Return the digest of what a server holds."""
    return digest_of(map(order if is_shop else record, range(records)))


def records_in(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a tap's output."""
    with path.open("rb") as lines:
        for line in lines:
            message = orjson.loads(line)
            if message["type"] == "RECORD":
                yield message["record"]


def as_served(row: dict[str, Any]) -> dict[str, Any]:
    """Return a record as the server has it: our taps name the store, and write times as times."""
    for added in {"_tajo_store", "_sdc_deleted_at", "marketing_consent"} & row.keys():
        del row[added]
    if isinstance(row.get("created"), str):
        row["created"] = int(datetime.fromisoformat(row["created"]).timestamp())
    for name in [name for name in row if name.endswith("_gmt") and row[name]]:
        row[name] = row[name].removesuffix("Z")
    return row


def turns(case: Case, url: str) -> tuple[list[Figures], list[Figures], bool]:
    """Run the two sides by turns; return the figures of each, and whether both were whole.

    What the first run of each side wrote is compared with what the server holds.
    """
    theirs: list[Figures] = []
    ours: list[Figures] = []
    complete = True
    for turn in range(case.runs):
        for side, figures, most in (
            (case.baseline, theirs, case.beside), (case.ours, ours, case.runs),
        ):  # fmt: skip
            if turn < most:
                done, is_whole = ran(side, url, checked=not turn)
                figures.append(done)
                complete = complete and is_whole
    return theirs, ours, complete


def measured(case: Case, url: str) -> list[str]:
    """Run a case and return its line of the table."""
    *sides, complete = turns(case, url)
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
        f"{cpu[0]:.2f} / {cpu[1]:.2f}",
        " / ".join(str(max(one.most_mb for one in side)) for side in sides),
        "whole" if complete else "NOT WHOLE", f"{case.beside} / {case.runs}",
    ]  # fmt: skip


HEAD = [
    "case", "baseline s", "ours s", "ratio", "goal", "reached", "CPU s", "MB", "contents", "runs",
]  # fmt: skip
WIDTHS = (18, 10, 7, 18, 19, 7, 22, 20, 9, 5)


def show(line: list[str]) -> None:
    """Print a line of the table."""
    said = " ".join(f"{cell:<{width}}" for cell, width in zip(line, WIDTHS, strict=True))
    sys.stdout.write(f"{said.rstrip()}\n")
    sys.stdout.flush()


def tap_lines(wanted: str) -> Iterator[list[str]]:
    """Yield the lines of the cases of taps of this name, of all for an empty one."""
    chosen = [case for case in CASES if wanted in {"", case.name}]
    if not chosen:
        return
    most = max(case.ours.records for case in chosen)
    with server("benchmarks.server", str(most)) as url:
        for case in chosen:
            yield measured(case, url)


def other_lines(wanted: str) -> Iterator[list[str]]:
    """Yield the lines of start-up, of bulk operations, of the mapping and of the loader."""
    for name in startup.COMMANDS:
        if wanted in {"", name}:
            yield startup.measured(name)
    for name in mapping_step.CASES:
        if wanted in {"", "mapping", name}:
            yield mapping_step.measured(name)
    if wanted in {"", "bulk"}:
        yield bulk.measured()
    loads = [name for name in loading.CASES if wanted in {"", name}]
    if loads:
        with loading.benches() as bench:
            for name in loads:
                yield loading.measured(name, bench)


def main(wanted: str) -> None:
    """Run the cases of this name, all but ``growth`` for an empty one."""
    known = [case.name for case in CASES] + [
        *startup.COMMANDS, "bulk", "mapping", *mapping_step.CASES, *loading.CASES, "growth",
    ]  # fmt: skip
    if wanted and wanted not in known:
        raise SystemExit(f"no case {wanted}; known: {', '.join(known)}")
    startup.compiled()
    begun = time.monotonic()
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs\n")
    if wanted == "growth":
        growth.show()
    else:
        for line in chain([HEAD], tap_lines(wanted), other_lines(wanted)):
            show(line)
    minutes, seconds = divmod(round(time.monotonic() - begun), 60)
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f} at the end, {minutes} min {seconds} s\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
