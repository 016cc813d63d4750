"""Servers that run for a while, what was asked of them, and one run of one side."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.cases import Side

ROOT = Path(__file__).resolve().parents[1]


@contextlib.contextmanager
def server(module: str, *arguments: str) -> Iterator[str]:
    """Run a server's module for a while; give its address."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


def stats(url: str) -> dict[str, Any]:
    """Ask a server what was asked of it since the last time."""
    with urllib.request.urlopen(f"{url}/stats") as answer:  # noqa: S310 - our own server
        told: dict[str, Any] = json.load(answer)
    return told


@dataclass(frozen=True, slots=True)
class Figures:
    """One run of one side: seconds of wall and CPU, what the server saw.

    ``asking_s`` are the seconds from the first request to the last, ``most_mb`` is the most memory.
    """

    wall_s: float
    cpu_s: float
    most_mb: int
    requests: int
    refused: int
    served: int
    asking_s: float


def once(side: Side, url: str, output: str = os.devnull) -> Figures:
    """Run one side with its lines to ``output``."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.json"
        config.write_text(json.dumps(side.config(url)))
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
    return Figures(wall, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, **seen)
