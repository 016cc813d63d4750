"""How long commands take to say their version: what every run pays before its first request.

Beside the bare import of singer-sdk as it is; all with bytecode compiled.
"""

import compileall
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.running import ROOT

GOAL_S, RUNS = 0.35, 5
SINGER = (sys.executable, "-c", "import singer_sdk")
COMMANDS = {
    "startup": ("tap-shopify-tajo", "--version"),
    "startup-about": ("tap-shopify-tajo", "--about"),
    "startup-load": ("target-brevo", "--version"),
    "startup-load-about": ("target-brevo", "--about"),
    "startup-mapping": ("tajo-mapping", "--version"),
}


def compiled() -> None:
    """Compile the bytecode of the rooms, as an installation does; Python itself may be told not to.

    Where it is told not to (PYTHONDONTWRITEBYTECODE), each start would compile them again.
    """
    for room in ("connector-sdk", "mapping", "target-brevo", "taps", "benchmarks"):
        compileall.compile_dir(ROOT / room, quiet=2)


def once(command: Sequence[str]) -> tuple[float, float]:
    """Return the seconds of wall and CPU that a command takes."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command}: exit code {process.returncode}")
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime


def measured(name: str) -> list[str]:
    """Return the line of the table; the two are started by turns."""
    command, option = COMMANDS[name]
    whole = (str(Path(sys.executable).with_name(command)), option)
    turns = [(once(SINGER), once(whole)) for _ in range(RUNS)]
    (theirs, their_cpu), (ours, our_cpu) = (
        (median(one[0] for one in side), median(one[1] for one in side))
        for side in zip(*turns, strict=True)
    )
    return [
        name, f"{theirs:.2f}", f"{ours:.2f}", f"x{theirs / ours:.2f}", f"<= {GOAL_S} s",
        "yes" if ours <= GOAL_S else "NO", f"{their_cpu:.2f} / {our_cpu:.2f}", "", "",
        f"{RUNS} / {RUNS}",
    ]  # fmt: skip
