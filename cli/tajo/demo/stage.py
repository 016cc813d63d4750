"""The sandbox as a process of its own, as a person would start it, and its control page."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import requests

from tajo.demo.project import ROOT


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the stand-ins listen: addresses for the plugins' `api_url`, and the control page."""

    platform_url: str
    brevo_url: str
    control_url: str

    def ask(self, path: str) -> Any:
        """Read one of the control page's JSON documents."""
        return self._done(requests.get(f"{self.control_url}{path}", timeout=30))

    def tell(self, path: str) -> Any:
        """Let something happen in the store or in Brevo."""
        return self._done(requests.post(f"{self.control_url}{path}", timeout=30))

    @staticmethod
    def _done(response: requests.Response) -> Any:
        response.raise_for_status()
        return response.json() if response.content else None


@contextmanager
def sandbox(platform: str, *, customers: int, orders: int, seed: int) -> Iterator[Stage]:
    """Start a platform's sandbox on free ports, yield where it listens, and stop it in the end.

    Raises RuntimeError when it does not get ready.
    """
    command = [
        str(ROOT / ".venv" / "bin" / "tajo-sandbox"),
        "serve",
        *("--platform", platform),
        *("--customers", str(customers), "--orders", str(orders), "--seed", str(seed)),
        *("--port", "0", "--platform-port", "0", "--brevo-port", "0"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        try:
            ready = cast("Any", process.stdout).readline()
            found = dict(re.findall(r"(\w+) (http://\S+)", ready))
            if set(found) != {platform, "brevo", "control"}:
                raise RuntimeError(f"the sandbox did not get ready; it said: {ready!r}")
            yield Stage(found[platform], found["brevo"], found["control"])
        finally:
            process.terminate()
