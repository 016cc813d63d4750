"""The sandbox as a context manager: a store, a Brevo account, and servers in front of them."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from socket import socket
from typing import Any

from tajo_sandbox.both import Sandbox
from tajo_sandbox.brevo import BrevoAccount, BrevoSwitches, brevo_app
from tajo_sandbox.control import control_app
from tajo_sandbox.listening import Site, bound
from tajo_sandbox.platforms import Platform
from tajo_sandbox.platforms import platform as row_of
from tajo_sandbox.store import Store


@dataclass(slots=True)
class Ports:
    """Where to listen; 0 takes any free port."""

    platform: int = 0
    brevo: int = 0
    control: int = 0


@contextmanager
def running(
    *,
    platform: str | None = "shopify",
    customers: int = 50,
    orders: int = 100,
    seed: int = 1,
    domain: str = "",
    store: Store | None = None,
    brevo: bool = True,
    control: bool = True,
    ports: Ports | None = None,
    switches: Any = None,
    brevo_switches: BrevoSwitches | None = None,
) -> Iterator[Sandbox]:
    """Run the sandbox until the block ends, on loopback ports of its own.

    ``platform`` names the platform to stand in for (``platforms.PLATFORMS``); None leaves that
    side out. A store is generated unless one is given; ``domain`` is its name. ``switches`` are
    those of the platform's stand-in.

    Raises:
        PortTaken: A port that was asked for cannot be had.
        ValueError: There is no such platform.
    """
    ports = ports or Ports()
    row = row_of(platform) if platform else None
    with ExitStack() as stack:
        doors = {
            "platform": _door(stack, ports.platform) if row else None,
            "brevo": _door(stack, ports.brevo) if brevo else None,
            "control": _door(stack, ports.control) if control else None,
        }
        if store is None and row:
            store = Store.generate(
                customers=customers, orders=orders, seed=seed, domain=domain or row.domain
            )
        brevo_side = brevo_switches or BrevoSwitches()
        sandbox = Sandbox(store=store, brevo=BrevoAccount(brevo_side), brevo_switches=brevo_side)
        if row:
            sandbox.platform = row.name
            sandbox.platform_switches = switches or row.switches()
        _open(stack, sandbox, row, doors)
        yield sandbox


def _door(stack: ExitStack, port: int) -> socket:
    return stack.enter_context(bound(port))


def _open(
    stack: ExitStack, sandbox: Sandbox, row: Platform | None, doors: Mapping[str, socket | None]
) -> None:
    """Start a server behind every door."""
    door, brevo, control = doors["platform"], doors["brevo"], doors["control"]
    if door is not None and row is not None and sandbox.store is not None:
        sandbox.platform_app = row.app(sandbox.store, sandbox.platform_switches)
        site = stack.enter_context(Site(sandbox.platform_app, door, row.name))
        sandbox.platform_url = site.url
    if brevo is not None:
        app = brevo_app(sandbox.brevo, sandbox.brevo_switches)
        sandbox.brevo_url = f"{stack.enter_context(Site(app, brevo, 'brevo')).url}/v3"
    if control is not None:
        site = stack.enter_context(Site(control_app(sandbox), control, "control"))
        sandbox.control_url = site.url
