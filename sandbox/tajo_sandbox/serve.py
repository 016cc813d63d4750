"""The command ``tajo-sandbox``: the stand-ins for people, in the foreground, on loopback."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from importlib.metadata import version

from tajo_sandbox.brevo import DEFAULT_API_KEY, BrevoSwitches
from tajo_sandbox.listening import PortTaken
from tajo_sandbox.platforms import PLATFORMS
from tajo_sandbox.running import Ports, running

DESCRIPTION = """\
Stand-ins for a platform's store and a Brevo account, on this machine only.

They begin with a made-up store and an empty Brevo account, keep everything in memory, and print
one line when they are ready. Open the control address in a browser to see what is in the store
and what has landed in Brevo. Ctrl-C ends it.
"""
CREDENTIALS = "".join(f"  {row.label:<12}{row.credentials}\n" for row in PLATFORMS.values())
EPILOG = f"""\
credentials
{CREDENTIALS}  Brevo       API key {DEFAULT_API_KEY}

examples
  tajo-sandbox serve
  tajo-sandbox serve --customers 200000 --orders 500000 --seed 7
  tajo-sandbox serve --port 0 --platform-port 0 --brevo-port 0
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(
        prog="tajo-sandbox",
        description="Stand-ins for the platforms and for Brevo.",
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=version("tajo-sandbox"))
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser(
        "serve",
        help="run the stand-ins until Ctrl-C",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _sizes(serve)
    _addresses(serve)
    return top


def _sizes(serve: argparse.ArgumentParser) -> None:
    group = serve.add_argument_group("the store")
    group.add_argument(
        "--platform",
        choices=sorted(PLATFORMS),
        default="shopify",
        help="the platform to stand in for (shopify)",
    )
    for name, default, says in (
        ("customers", 2000, "customers in the store"),
        ("orders", 5000, "orders in the store"),
        ("seed", 1, "the same seed and sizes make the same store"),
    ):
        group.add_argument(
            f"--{name}", type=_whole, default=default, metavar="N", help=f"{says} ({default})"
        )
    group.add_argument("--shop", default="", metavar="NAME", help="the store's name")


def _addresses(serve: argparse.ArgumentParser) -> None:
    group = serve.add_argument_group("addresses and keys")
    for name, default, says in (
        ("port", 8080, "port of the control page"),
        ("platform-port", 8081, "port of the platform's stand-in"),
        ("brevo-port", 8082, "port of the Brevo stand-in"),
    ):
        group.add_argument(
            f"--{name}",
            type=_whole,
            default=default,
            metavar="N",
            help=f"{says}, 0 for any free one ({default})",
        )
    group.add_argument("--platform-key", metavar="TEXT", help="a further key of the platform")
    group.add_argument("--api-key", metavar="TEXT", help="a Brevo API key, besides xkeysib-sandbox")


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} should be a whole number, 0 or more")
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code: 0 after a signal, 2 for a port that is taken."""
    options = parser().parse_args(argv)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        _serve(options, stop)
    except PortTaken as error:
        sys.stderr.write(f"tajo-sandbox: {error}\n")
        return 2
    return 0


def _serve(options: argparse.Namespace, stop: threading.Event) -> None:
    row = PLATFORMS[options.platform]
    switches = row.switches()
    if options.platform_key:
        row.accept(switches, options.platform_key)
    keys = {DEFAULT_API_KEY} | ({options.api_key} if options.api_key else set())
    with running(
        platform=row.name,
        customers=options.customers,
        orders=options.orders,
        seed=options.seed,
        domain=options.shop,
        ports=Ports(options.platform_port, options.brevo_port, options.port),
        switches=switches,
        brevo_switches=BrevoSwitches(api_keys=keys),
    ) as sandbox:
        sys.stdout.write(
            f"ready: {row.name} {sandbox.platform_url}  brevo {sandbox.brevo_url}"
            f"  control {sandbox.control_url}\n"
        )
        sys.stdout.flush()
        stop.wait()


if __name__ == "__main__":
    sys.exit(main())
