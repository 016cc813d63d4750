"""How the cost grows: with records, streams, latency and attributes, at three sizes each."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from benchmarks import loading
from benchmarks.cases import LANES, OURS, Side
from benchmarks.loading import Bench
from benchmarks.running import ROOT, once, server

MOST = 90_000
PLACE = "field_mapping:\n"


def records(url: str, size: int) -> tuple[float, float]:
    """Read so many records with one lane."""
    ran = once(Side(OURS, size), url)
    return ran.wall_s, ran.cpu_s


def streams(url: str, size: int) -> tuple[float, float]:
    """Read so many streams of 5,000 records."""
    ran = once(Side(OURS, 5_000, env={"BENCH_STREAMS": str(size)}), url)
    return ran.wall_s, ran.cpu_s


def latency(url: str, size: int) -> tuple[float, float]:
    """Read 20,000 records in eight lanes at so many milliseconds a request."""
    ran = once(Side(OURS, 20_000, size, env=LANES), url)
    return ran.wall_s, ran.cpu_s


def attributes(bench: Bench, size: int) -> tuple[float, float]:
    """Load 30,000 contacts with so many attributes more than the mapping of the cases has."""
    names = ", ".join(f"MORE{number}" for number in range(size))
    text = (ROOT / "benchmarks" / "mapping.yml").read_text()
    mapping = bench.folder / f"mapping{size}.yml"
    line = f"        description: [{names}]\n" if size else ""
    mapping.write_text(re.sub(PLACE, PLACE + line, text, count=1))
    command = bench.loader(f"growth{size}")
    config = Path(command[-1])
    config.write_text(json.dumps(json.loads(config.read_text()) | {"mapping": str(mapping)}))
    ran = bench.run([command], from_file=True)
    return ran.wall_s, sum(ran.cpu)


TAPS: dict[str, tuple[Callable[[str, int], tuple[float, float]], tuple[int, ...]]] = {
    "records": (records, (10_000, 30_000, MOST)),
    "streams": (streams, (1, 4, 16)),
    "ms a request": (latency, (10, 50, 200)),
}
LOADS = (0, 20, 80)


def lines() -> Iterator[list[str]]:
    """Measure, and yield a line for each size."""
    with server("benchmarks.server", str(MOST)) as url:
        for name, (run, sizes) in TAPS.items():
            for size in sizes:
                yield line(name, size, *run(url, size))
    with loading.benches() as bench:
        for size in LOADS:
            yield line("more attributes", size, *attributes(bench, size))


def line(name: str, size: int, wall: float, cpu: float) -> list[str]:
    """Return a line of the table of growth."""
    return [name, f"{size}", f"{wall:.2f}", f"{cpu:.2f}"]


def show() -> None:
    """Print the table."""
    for cells in chain([["what", "size", "wall s", "CPU s"]], lines()):
        sys.stdout.write("".join(f"{cell:<18}" for cell in cells).rstrip() + "\n")
        sys.stdout.flush()
