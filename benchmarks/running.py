"""Servers that run for a while, and what was asked of them."""

import contextlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
