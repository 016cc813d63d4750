"""A small store and an empty Brevo account with traps before them, and a time of their own.

The store's time lies in the past and moves only when it is told to. Between what happens in the
store and the next run more time passes than the tap looks back, so a state that ran ahead of
Brevo loses something instead of being mended by the overlap.
"""

import random
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fault_harness.traps import Trap
from tajo_sandbox.brevo import BrevoAccount, BrevoSwitches, brevo_app
from tajo_sandbox.listening import Site, bound
from tajo_sandbox.shopify import Switches, shopify_app
from tajo_sandbox.store import Store
from target_brevo.clock import stamped
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.database import open_database

SHOP = "demo-store.myshopify.com"
LEAD = timedelta(hours=20)
# Longer than any tap's lookback.
PAUSE = timedelta(minutes=11)


@dataclass
class Past:
    """What no look at the present tells: who ever said no or yes, and who is gone.

    Customers by number, e-mail addresses in lower case, checkouts and orders by number, phone
    numbers with whose they are: a customer's number, a guest's e-mail address or phone number.
    """

    denied: set[int] = field(default_factory=set)
    sms_denied: set[int] = field(default_factory=set)
    granted: set[int] = field(default_factory=set)
    unsubscribed: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)
    carts: set[tuple[int, str]] = field(default_factory=set)
    completable: set[int] = field(default_factory=set)
    phones: dict[str, int | str] = field(default_factory=dict)

    def note(self, store):
        """Remember how things stand."""
        for number, row in store.customers.items():
            if row.email_consent.state in {"UNSUBSCRIBED", "REDACTED"}:
                self.denied.add(number)
            if row.email_consent.state == "SUBSCRIBED":
                self.granted.add(number)
            if row.sms_consent.state in {"UNSUBSCRIBED", "REDACTED"}:
                self.sms_denied.add(number)
        self.carts |= {(row.number, row.updated_at) for row in store.checkouts.values()}
        paid = {"PAID", "PARTIALLY_REFUNDED"}
        self.completable |= {
            number
            for number, row in store.orders.items()
            if row.financial in paid and not row.cancelled_at and not row.test
        }


@dataclass
class World:
    """One store, one account, one ledger. ``first_seen`` is the store's first day in the ledger."""

    store: Store
    brevo: BrevoAccount
    shopify: Switches
    traps: dict[str, Trap]
    shopify_url: str
    brevo_url: str
    folder: Path
    first_seen: datetime
    past: Past = field(default_factory=Past)
    time: datetime = field(init=False)

    def __post_init__(self):
        self.time = self.first_seen
        self.store.clock = lambda: self.time

    @property
    def ledger_file(self):
        """Where the loader keeps its ledger."""
        return self.folder / "ledger.db"

    def later(self, by=PAUSE):
        """Let time pass."""
        self.time += by

    def arm(self, point, act):
        """Set the traps; a point of one side leaves the other's open."""
        for trap in self.traps.values():
            trap.arm(point, act)

    def disarm(self):
        """Take the traps away."""
        for trap in self.traps.values():
            trap.disarm()

    @property
    def struck(self):
        """Whether a trap has sprung and hit."""
        return any(trap.sprung.is_set() for trap in self.traps.values())


@contextmanager
def world(folder, *, seed, customers=40, orders=60, products=14):
    """Yield a fresh world; ``folder`` holds its ledger and whatever runs leave behind."""
    folder.mkdir(parents=True, exist_ok=True)
    began = (datetime.now(UTC) - LEAD).replace(microsecond=0)
    store = Store.generate(customers, orders, seed, now=began, domain=SHOP, products=products)
    # Room enough that a run waits for the pipe and not for a bucket.
    shop = Switches(maximum_available=20_000, restore_rate=2_000, bulk_seconds=0.0)
    brevo_switches = BrevoSwitches(tier="extended", batch_bucket="single")
    account = BrevoAccount(brevo_switches)
    apps = {"shopify": shopify_app(store, shop), "brevo": brevo_app(account, brevo_switches)}
    # The store's clock is replaced later; the tap's window ends at the time that the shop says.
    times = {"shopify": lambda: store.clock(), "brevo": brevo_switches.now}  # noqa: PLW0108 - late
    traps = {side: Trap(app, side, times[side]) for side, app in apps.items()}
    with ExitStack() as stack:
        urls = {}
        for side, trap in traps.items():
            sock = stack.enter_context(bound(0))
            urls[side] = stack.enter_context(Site(trap, sock, side)).url
        made = World(
            store=store,
            brevo=account,
            shopify=shop,
            traps=traps,
            shopify_url=urls["shopify"],
            brevo_url=f"{urls['brevo']}/v3",
            folder=folder,
            first_seen=began,
        )
        _straighten(store, made.past)
        made.past.note(store)
        _first_day(made)
        made.later()
        yield made


def _first_day(made):
    """Write the store's first day into the ledger: it began when the store's time begins here."""
    database = open_database(f"sqlite:///{made.ledger_file}")
    ledger = Ledger.of(database, made.brevo_url, made.brevo.organization_id)
    ledger.places.first_seen("shopify", SHOP, stamped(made.first_seen))
    database.close()


def _straighten(store, past):
    """Take out what is a matter of its own: shared phone numbers, addresses that Brevo refuses."""
    for row in [*store.customers.values(), *store.orders.values()]:
        if row.email and not row.email.isascii():
            row.email = f"plain{row.number}@example.com"
    own_phones(store, past)


def own_phones(store, past):
    """Let no two persons have one number: whoever had it first keeps it, guests come last.

    Brevo takes each number once, so of two persons with one number it depends on who comes first.
    """
    guests = [order for order in store.orders.values() if order.customer is None]
    for row in [*store.customers.values(), *guests]:
        owner = row.number if row.kind == "Customer" else row.email or row.phone
        if row.phone and past.phones.setdefault(row.phone, owner) != owner:
            row.phone = None if row.email else f"+4915799{row.number % 1_000_000:06}"


def dice(*words):
    """Chance that depends on nothing but ``words``."""
    return random.Random(":".join(map(str, words)))  # noqa: S311 - a plan, nothing to guess
