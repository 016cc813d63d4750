"""How long a tap takes to say its version: what every run pays before its first request."""

import subprocess
import sys
import time
from statistics import median

GOAL_S = 0.35
RUNS = 7


def seconds(module: str) -> float:
    """Return the median seconds of ``--version``."""
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", module, "--version"], check=True, capture_output=True)
        taken.append(time.perf_counter() - begun)
    return median(taken)


def measured() -> list[str]:
    """Return the line of the table."""
    theirs, ours = seconds("benchmarks.stock_tap"), seconds("benchmarks.our_tap")
    return [
        "startup", f"{theirs:.2f}", f"{ours:.2f}", f"x{theirs / ours:.2f}", f"<= {GOAL_S} s",
        "yes" if ours <= GOAL_S else "NO", "", "",
    ]  # fmt: skip
