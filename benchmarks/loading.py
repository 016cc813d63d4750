"""The loader beside a stock target: from a file, once more with nothing changed, and in a pipe.

Both post to a Brevo that is never the limit (``brevo``). Whole means: as many contacts as records,
and on our side the same contacts in every run.

Ours runs three times; a stock side once where it is far away from the goal or takes long.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from benchmarks.cases import OURS, STOCK, Side
from benchmarks.contacts import MAPS
from benchmarks.records import record
from benchmarks.running import ROOT, server, stats
from benchmarks.stock_tap import Customers

FEW, MANY = 30_000, 100_000
RUNS = 3
LOADER, STOCK_LOADER = "target_brevo.target", "benchmarks.stock_target"
Config = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Load:
    """Seconds of wall and CPU of one load, the most memory (MB) of each process, what Brevo got."""

    wall_s: float
    cpu: tuple[float, ...]
    most_mb: tuple[int, ...]
    writing: int
    contacts: int
    digest: str


def lines(path: Path, records: int) -> None:
    """Write the Singer lines of a full read."""
    schema = {"type": "SCHEMA", "stream": "customers", "schema": Customers.schema,
              "key_properties": ["id"]}  # fmt: skip
    with path.open("wb") as file:
        file.write(orjson.dumps(schema) + b"\n")
        for number in range(records):
            row = {"type": "RECORD", "stream": "customers", "record": record(number)}
            file.write(orjson.dumps(row) + b"\n")
        file.write(b'{"type":"STATE","value":{"bookmarks":{}}}\n')


def timed(commands: Sequence[Sequence[str]], source: Path | None, brevo: str, log: Path) -> Load:
    """Run a pipe of commands, from a file where there is one."""
    stats(brevo)
    begun = time.perf_counter()
    started: list[subprocess.Popen[bytes]] = []
    with log.open("wb") as told, Path(source or os.devnull).open("rb") as given:
        for number, command in enumerate(commands):
            before = started[-1].stdout if started else given
            last = number == len(commands) - 1
            out = subprocess.DEVNULL if last else subprocess.PIPE
            started.append(
                subprocess.Popen(command, cwd=ROOT, stdin=before, stdout=out, stderr=told)
            )
            if started[:-1] and started[-2].stdout:
                started[-2].stdout.close()
        cpu, most_mb = [], []
        for process in started:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            cpu.append(used.ru_utime + used.ru_stime)
            most_mb.append(used.ru_maxrss // 1024)
    wall = time.perf_counter() - begun
    if any(process.returncode for process in started):
        raise SystemExit(f"{commands}: {log.read_text()[-2000:]}")
    return Load(wall, tuple(cpu), tuple(most_mb), **stats(brevo))


@dataclass(frozen=True, slots=True)
class Bench:
    """A folder, the two servers, how many records there are, and the commands of both sides."""

    folder: Path
    api: str
    brevo: str
    records: int
    done: dict[tuple[str, int, int], Load] = field(default_factory=dict)

    def command(self, module: str, config: Config) -> list[str]:
        """Return the command of a module with these settings."""
        path = self.folder / f"{module}-{len(list(self.folder.iterdir()))}.json"
        path.write_text(json.dumps(config))
        return [sys.executable, "-m", module, "--config", str(path)]

    def stock_target(self) -> list[str]:
        """Return the stock target."""
        return self.command(STOCK_LOADER, {"api_url": f"{self.brevo}/v3", "api_key": "k"})

    def loader(self, ledger: str, bodies: str = "json") -> list[str]:
        """Return our loader with a ledger of this name, its imports in the form of ``bodies``."""
        config = {
            "api_url": f"{self.brevo}/v3", "api_key": "xkeysib-bench", "platform": "bench",
            "mapping": str(ROOT / "benchmarks" / "mapping.yml"),
            "ledger_url": f"sqlite:///{self.folder / ledger}.db", "import_bodies": bodies,
        }  # fmt: skip
        command = self.command(LOADER, config)
        return [sys.executable, "-c", f"from {LOADER} import TargetBrevo; TargetBrevo.cli()",
                *command[3:]]  # fmt: skip

    def tap(self, module: str, maps: Config | None = None) -> list[str]:
        """Return a tap; ``maps`` are its stream maps."""
        config = {"api_url": self.api, "api_key": Side(module, self.records).key}
        return self.command(module, config | ({"stream_maps": {"customers": maps}} if maps else {}))

    def once(self, way: Callable[["Bench", int], Load], turn: int) -> Load:
        """Run a side, or return how it was in another case: pipes are compared twice."""
        key = way.__name__, self.records, turn
        if key not in self.done:
            self.done[key] = way(self, turn)
        return self.done[key]

    def run(self, commands: Sequence[Sequence[str]], *, from_file: bool) -> Load:
        """Time a pipe."""
        source = self.folder / f"{self.records}.jsonl" if from_file else None
        if source is not None and not source.exists():
            lines(source, self.records)
        return timed(commands, source, self.brevo, self.folder / "log")


def stock_target(bench: Bench, _: int) -> Load:
    """Load from a file into the stock target."""
    return bench.run([bench.stock_target()], from_file=True)


def target(bench: Bench, turn: int) -> Load:
    """Load from a file, with a new ledger for each turn."""
    return bench.run([bench.loader(f"target{bench.records}-{turn}")], from_file=True)


def target_csv(bench: Bench, turn: int) -> Load:
    """Load from a file by imports as CSV."""
    return bench.run([bench.loader(f"csv{bench.records}-{turn}", "csv")], from_file=True)


def again(bench: Bench, _: int) -> Load:
    """Load the same once more, with the ledger of the first load."""
    return target(bench, 0)


def stock_pipe(bench: Bench, _: int) -> Load:
    """Read and load; the stock tap maps by its stream maps."""
    return bench.run([bench.tap(STOCK, MAPS), bench.stock_target()], from_file=False)


def bare_pipe(bench: Bench, _: int) -> Load:
    """Exchange the same lines between two bare processes."""
    told = {"read": {"api_url": bench.api, "api_key": Side(OURS, bench.records).key},
            "post": {"api_url": bench.brevo}}  # fmt: skip
    bare = [bench.command("benchmarks.bare", config) for config in told.values()]
    named = [[*command[:3], way, *command[3:]] for way, command in zip(told, bare, strict=True)]
    return bench.run(named, from_file=False)


def pipe(bench: Bench, turn: int) -> Load:
    """Read and load."""
    ledger = f"pipe{turn}-{len(list(bench.folder.iterdir()))}"
    return bench.run([bench.tap(OURS), bench.loader(ledger)], from_file=False)


@dataclass(frozen=True, slots=True)
class Case:
    """Both sides, the least ratio, the records, and whether ours has to write them all or none.

    Ours runs ``RUNS`` times, the baseline ``beside`` times.
    """

    baseline: Callable[[Bench, int], Load]
    ours: Callable[[Bench, int], Load]
    goal: float
    records: int
    writes: bool = True
    beside: int = 1


CASES: Mapping[str, Case] = {
    "target": Case(stock_target, target, 10.0, FEW),
    "target-csv": Case(target, target_csv, 0.9, FEW, beside=RUNS),
    "target-again": Case(target, again, 3.0, MANY, writes=False),
    "pipe": Case(stock_pipe, pipe, 8.0, MANY),
    "pipe-bare": Case(bare_pipe, pipe, 0.6, MANY, beside=RUNS),
}


@contextlib.contextmanager
def benches() -> Iterator[Bench]:
    """Give a bench with both servers up."""
    with (
        tempfile.TemporaryDirectory() as folder,
        server("benchmarks.server", str(MANY)) as api,
        server("benchmarks.brevo") as brevo,
    ):
        yield Bench(Path(folder), api, brevo, FEW)


def measured(name: str, bench: Bench) -> list[str]:
    """Return the line of a case."""
    case = CASES[name]
    goal, wanted = case.goal, case.records if case.writes else 0
    bench = replace(bench, records=case.records)
    theirs: list[Load] = []
    ours: list[Load] = []
    for turn in range(RUNS):
        if turn < case.beside:
            theirs.append(bench.once(case.baseline, turn))
        ours.append(bench.once(case.ours, turn))
    ratio = median(one.wall_s for one in theirs) / median(one.wall_s for one in ours)
    complete = all(one.contacts == case.records for one in theirs) and all(
        one.contacts == wanted and one.digest == ours[0].digest for one in ours
    )
    return [
        name, *(f"{median(one.wall_s for one in side):.2f}" for side in (theirs, ours)),
        f"x{ratio:.2f}, {ours[-1].writing} written", f">= x{goal:g}",
        "yes" if ratio >= goal else "NO",
        " / ".join(" + ".join(f"{each:.1f}" for each in side[-1].cpu) for side in (theirs, ours)),
        " / ".join(" + ".join(f"{each}" for each in side[-1].most_mb) for side in (theirs, ours)),
        "whole" if complete else "NOT WHOLE", f"{case.beside} / {RUNS}",
    ]  # fmt: skip
