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

    shopify_url: str
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
def sandbox(*, customers: int, orders: int, seed: int) -> Iterator[Stage]:
    """Start the sandbox on free ports, yield where it listens, and stop it in the end.

    Raises RuntimeError when it does not get ready.
    """
    command = [
        str(ROOT / ".venv" / "bin" / "tajo-sandbox"),
        "serve",
        *("--customers", str(customers), "--orders", str(orders), "--seed", str(seed)),
        *("--port", "0", "--shopify-port", "0", "--brevo-port", "0"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        try:
            ready = cast("Any", process.stdout).readline()
            found = dict(re.findall(r"(\w+) (http://\S+)", ready))
            if set(found) != {"shopify", "brevo", "control"}:
                raise RuntimeError(f"the sandbox did not get ready; it said: {ready!r}")
            yield Stage(found["shopify"], found["brevo"], found["control"])
        finally:
            process.terminate()


def plugin_settings(shopify_url: str, brevo_url: str) -> dict[str, str]:
    """Return the variables that point the plugins at the stand-ins, with the sandbox's own keys."""
    return {
        "TAP_SHOPIFY_TAJO_SHOP_URL": "demo-store.myshopify.com",
        "TAP_SHOPIFY_TAJO_ACCESS_TOKEN": "shpat_sandbox",
        "TAP_SHOPIFY_TAJO_API_URL": shopify_url,
        "TARGET_BREVO_API_KEY": "xkeysib-sandbox",
        "TARGET_BREVO_API_URL": brevo_url,
    }
