"""The sandbox as a context manager: a store, a Brevo account, and servers in front of them."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from socket import socket

from tajo_sandbox.both import Sandbox
from tajo_sandbox.brevo import BrevoAccount, BrevoSwitches, brevo_app
from tajo_sandbox.control import control_app
from tajo_sandbox.listening import Site, bound
from tajo_sandbox.shopify import Switches as ShopifySwitches
from tajo_sandbox.shopify import shopify_app
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
    shopify_switches: ShopifySwitches | None = None,
) -> Iterator[Sandbox]:
    """Run the sandbox until the block ends, on loopback ports of its own.

    A store is generated unless one is given or the shop's side is off.

    Raises:
        PortTaken: A port that was asked for cannot be had.
    """
    ports = ports or Ports()
    with ExitStack() as stack:
        doors = {
            "shopify": _door(stack, ports.shopify) if shopify else None,
            "brevo": _door(stack, ports.brevo) if brevo else None,
            "control": _door(stack, ports.control) if control else None,
        }
        if store is None and shopify:
            store = Store.generate(customers=customers, orders=orders, seed=seed, domain=domain)
        switches = brevo_switches or BrevoSwitches()
        sandbox = Sandbox(
            store=store,
            brevo=BrevoAccount(switches),
            brevo_switches=switches,
            shopify_switches=shopify_switches or ShopifySwitches(),
        )
        _open(stack, sandbox, doors)
        yield sandbox


def _door(stack: ExitStack, port: int) -> socket:
    return stack.enter_context(bound(port))


def _open(stack: ExitStack, sandbox: Sandbox, doors: Mapping[str, socket | None]) -> None:
    """Start a server behind every door."""
    shopify, brevo, control = doors["shopify"], doors["brevo"], doors["control"]
    if shopify is not None and sandbox.store is not None:
        sandbox.shopify_app = shopify_app(sandbox.store, sandbox.shopify_switches)
        site = stack.enter_context(Site(sandbox.shopify_app, shopify, "shopify"))
        sandbox.shopify_url = site.url
    if brevo is not None:
        app = brevo_app(sandbox.brevo, sandbox.brevo_switches)
        sandbox.brevo_url = f"{stack.enter_context(Site(app, brevo, 'brevo')).url}/v3"
    if control is not None:
        site = stack.enter_context(Site(control_app(sandbox), control, "control"))
        sandbox.control_url = site.url
