"""The sandbox as a context manager: a store, a Brevo account, and servers in front of them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from tajo_sandbox.both import Sandbox
from tajo_sandbox.brevo import BrevoAccount, BrevoSwitches, brevo_app
from tajo_sandbox.control import control_app
from tajo_sandbox.listening import Site, bound
from tajo_sandbox.store import Store

DEFAULT_SHOP = "demo-store.myshopify.com"


@dataclass(slots=True)
class Ports:
    """Where to listen; 0 takes any free port."""

    shopify: int = 0
    brevo: int = 0
    control: int = 0


@contextmanager
def running(
    *,
    customers: int = 50,
    orders: int = 100,
    seed: int = 1,
    domain: str = DEFAULT_SHOP,
    store: Store | None = None,
    shopify: bool = True,
    brevo: bool = True,
    control: bool = True,
    ports: Ports | None = None,
    brevo_switches: BrevoSwitches | None = None,
    shopify_switches: Any = None,
) -> Iterator[Sandbox]:
    """Run the sandbox until the block ends, on loopback ports of its own.

    A store is generated unless one is given or the shop's side is off.

    Raises:
        PortTaken: A port that was asked for cannot be had.
    """
    ports = ports or Ports()
    brevo_switches = brevo_switches or BrevoSwitches()
    with ExitStack() as stack:
        sockets = {
            name: bound(port)
            for name, port, wanted in (
                ("shopify", ports.shopify, shopify),
                ("brevo", ports.brevo, brevo),
                ("control", ports.control, control),
            )
            if wanted
        }
        if store is None and shopify:
            store = Store.generate(customers=customers, orders=orders, seed=seed, domain=domain)
        account = BrevoAccount(brevo_switches)
        sandbox = Sandbox(store, account, brevo_switches, shopify_switches)
        if store is not None and shopify:
            _open_shop(sandbox)
            site = Site(sandbox.shopify_app, sockets["shopify"], "shopify")
            sandbox.shopify_url = stack.enter_context(site).url
        if brevo:
            site = Site(brevo_app(account, brevo_switches), sockets["brevo"], "brevo")
            sandbox.brevo_url = f"{stack.enter_context(site).url}/v3"
        if control:
            site = Site(control_app(sandbox), sockets["control"], "control")
            sandbox.control_url = stack.enter_context(site).url
        yield sandbox


def _open_shop(sandbox: Sandbox) -> None:
    from tajo_sandbox.shopify import Switches, shopify_app  # noqa: PLC0415 (until it is there)

    sandbox.shopify_switches = sandbox.shopify_switches or Switches()
    sandbox.shopify_app = shopify_app(sandbox.store, sandbox.shopify_switches)
