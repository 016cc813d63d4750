"""The rooms of a run, furnished from the settings."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from target_brevo.brevo.account import Account, read_account
from target_brevo.brevo.attributes import IDENTIFIERS, Attributes
from target_brevo.brevo.client import Client
from target_brevo.brevo.lists import Lists
from target_brevo.brevo.rehearsal import Rehearsal
from target_brevo.clock import Clock, stamped
from target_brevo.contacts.alike import Alike
from target_brevo.contacts.books import Bookkeeping
from target_brevo.contacts.denials import LateDenials
from target_brevo.contacts.departure import Departure
from target_brevo.contacts.dispatch import Dispatch
from target_brevo.contacts.erasing import Erasing
from target_brevo.contacts.familiar import Familiar
from target_brevo.contacts.filtered_nos import FilteredNos
from target_brevo.contacts.finding import Finder
from target_brevo.contacts.imports import Imports
from target_brevo.contacts.leftovers import Leftovers
from target_brevo.contacts.looks import Looks
from target_brevo.contacts.marks import Marks
from target_brevo.contacts.mirrors import Mirrors
from target_brevo.contacts.moves import Moves
from target_brevo.contacts.planning import Rules
from target_brevo.contacts.presence import Presence
from target_brevo.contacts.reconsent import Reconsent
from target_brevo.contacts.refused_nos import RefusedNos
from target_brevo.contacts.removals import Removals
from target_brevo.contacts.room import ContactRoom
from target_brevo.contacts.singles import Singles
from target_brevo.contacts.sums import Sums
from target_brevo.contacts.taking import Taking
from target_brevo.contacts.unconfirmed import Unconfirmed
from target_brevo.contacts.unions import Unions
from target_brevo.contacts.unlisting import Unlisting
from target_brevo.delivery.buyers import Buyers
from target_brevo.delivery.doubts import Doubts
from target_brevo.delivery.events import EventRoom
from target_brevo.delivery.goods import GoodsRoom
from target_brevo.delivery.news import News
from target_brevo.delivery.orders import OrderRoom
from target_brevo.delivery.parcels import Shelf
from target_brevo.delivery.rivals import Rivals
from target_brevo.delivery.shop import Shop
from target_brevo.delivery.unknowns import Unknowns
from target_brevo.keeping import Declared, Keeper
from target_brevo.ledger.book import Hashing, Ledger
from target_brevo.ledger.database import open_database, rehearsal_copy
from target_brevo.ledger.seal import Seal
from target_brevo.settings import Settings
from target_brevo.verdicts import Verdicts

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rooms:
    """Everything that a run sends through."""

    client: Client
    account: Account
    ledger: Ledger
    attributes: Attributes
    first_seen: Callable[[str, str], str]
    categories: GoodsRoom
    products: GoodsRoom
    contacts: ContactRoom
    orders: OrderRoom
    events: EventRoom
    familiar: Familiar

    def flush(self, before: float = math.inf) -> None:
        """Send what waits; what hangs on an open import may wait on.

        Of contacts, what came ``before`` (monotonic seconds).
        """
        # What is named by others goes first: categories, products, contacts, orders, events.
        self.categories.flush()
        self.products.flush()
        self.contacts.flush_old(before)
        self.orders.flush()
        self.events.flush()

    def settle(self) -> None:
        """Send everything and wait until it is confirmed."""
        self.flush()
        # Also where this run has no event to send: what a killed one has left has to be told.
        self.events.unknowns.settle_leftovers()
        # Last: how many would be removed is not known before, and additions must be confirmed.
        self.contacts.part()


def furnished(
    settings: Settings,
    clock: Clock,
    verdicts: Verdicts,
    declared: Mapping[str, Declared],
    tell: Tell,
) -> Rooms:
    """Open the ledger, check the key and the account, and return the rooms.

    ``declared`` are the streams as they come to be declared. Raises ConfigurationError where the
    ledger or the key cannot be used; nothing is written to Brevo here.
    """
    opened = rehearsal_copy if settings.dry_run else open_database
    database = opened(settings.ledger_url)
    kind = Rehearsal if settings.dry_run else Client
    client = kind(settings.api_key, settings.api_url, clock, tell)
    account = read_account(client)
    ledger = Ledger.of(database, settings.api_url, account.organization)
    ledger = replace(ledger, rejects=replace(ledger.rejects, again=settings.failed))
    ledger.rejects.expire(stamped(clock.now() - timedelta(days=settings.rejects_keep_days)))
    if database.is_shared:
        client.pacer.share(ledger.limits)
    tell(f"Brevo account {account.organization}, ledger {database.shown}")
    attributes = Attributes(client, create=settings.create_attributes)
    lists = Lists(client, ledger, settings.lists_folder, clock)
    seal = Seal(settings.api_key, database.salt)
    keeper = Keeper(verdicts.originals, seal, settings.rejects_plain, declared)
    books = Bookkeeping(ledger, verdicts, verdicts.tally, clock, lists.is_new, keeper)
    first_seen = FirstSeen(ledger, clock)
    news = News(clock, settings.event_max_age, first_seen)
    presence = Presence(client, ledger, clock, lambda: attributes.wanted | IDENTIFIERS)
    rules = Rules(
        technical=lists.technical,
        mailing=lists.named,
        list_id=lambda name: lists.ids().get(name),
        is_ours=lists.is_ours,
        is_on=presence.is_on,
        first_seen=first_seen,
        backfill_existing=settings.backfill_existing_lists,
    )
    contacts = _contacts(
        client, books, attributes, presence, rules, lists.made_for_mail, settings, tell
    )
    shop = Shop(client, clock, tell)
    rivals = Rivals(ledger, clock, tell)
    doubts = Doubts(resends=settings.on_unknown_event == "resend")
    buyers = Buyers(client, ledger, contacts)
    return Rooms(
        client=client,
        account=account,
        ledger=ledger,
        attributes=attributes,
        first_seen=first_seen,
        categories=GoodsRoom("/categories", Shelf("category", ledger, books, clock), shop),
        products=GoodsRoom("/products", Shelf("product", ledger, books, clock), shop),
        contacts=contacts,
        orders=OrderRoom(Shelf("order", ledger, books, clock), shop, news, doubts, buyers, rivals),
        events=EventRoom(
            client,
            ledger,
            books,
            news,
            Unknowns(client, ledger, verdicts.tally, clock, rivals),
            doubts,
            buyers,
            clock,
        ),
        familiar=Familiar(contacts, contacts.taking.marks, contacts.taking.hashing, settings.store),
    )


def _contacts(
    client: Client,
    books: Bookkeeping,
    attributes: Attributes,
    presence: Presence,
    rules: Rules,
    mailing: Callable[[], frozenset[int]],
    settings: Settings,
    tell: Tell,
) -> ContactRoom:
    note, ledger, clock = books.tally.note, books.ledger, books.clock
    finder = Finder(ledger, presence)
    looks = Looks(client.pacer, ledger.imports)
    # A rehearsal waits for nothing.
    told = _silence if settings.dry_run else tell
    nos = RefusedNos(client, ledger, note)
    leftovers = Leftovers(client, ledger, clock, told, looks)
    imports = Imports(client, ledger, books, nos, clock, told, note, looks, leftovers)
    imports.made = presence.has_new
    imports.rehearses = settings.dry_run

    def prepare() -> None:
        leftovers.settle()
        attributes.create_missing()

    as_csv = settings.import_bodies == "csv"
    dispatch = Dispatch(imports, Singles(client, books, nos, note), prepare, as_csv=as_csv)
    moves = Moves(client, ledger, finder, note)
    sums = Sums(client, ledger, finder, note)
    unlisting = Unlisting(client, ledger, presence)
    salt, names = ledger.database.salt, attributes.renamed
    changing = (settings.store, settings.backfill_existing_lists)
    denials = LateDenials(client, ledger, books, finder, nos)
    filtered = FilteredNos(ledger, books, denials)
    room = ContactRoom(
        ledger=ledger,
        books=books,
        denials=denials,
        removals=Removals(
            ledger=ledger,
            books=books,
            mirrors=Mirrors(ledger, unlisting),
            unlisting=unlisting,
            erasing=Erasing(client, ledger, finder),
            unions=Unions(client, ledger, finder, note),
            unconfirmed=Unconfirmed(ledger, finder, mailing),
            sums=sums,
            nos=filtered,
            limit=settings.max_deletes,
            allow_delete=settings.allow_delete,
        ),
        departure=Departure(
            ledger=ledger,
            books=books,
            presence=presence,
            moves=moves,
            dispatch=dispatch,
            reconsent=Reconsent(client, ledger, presence, clock, note),
            sums=sums,
            rules=rules,
            clock=clock,
            alike=Alike(rules, ledger.writers),
        ),
        dispatch=dispatch,
        taking=Taking(
            Hashing(salt),
            names,
            rules.backfill_existing,
            rules.first_seen,
            Marks(salt, changing, names, books.keeper.declared),
            note,
        ),
    )
    filtered.awaits = lambda source: room.has(source) or dispatch.holds(source)
    return room


def _silence(_line: str) -> None:
    return None


class FirstSeen:
    """Since when each store is sent to this account, written when it is first asked for."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._known: dict[tuple[str, str], str] = {}

    def __call__(self, platform: str, store: str) -> str:
        """Return the time (RFC 3339, UTC) of the store's first sync."""
        key = (platform, store)
        if key not in self._known:
            now = self._clock.stamp()
            self._known[key] = self._ledger.places.first_seen(platform, store, now)
        return self._known[key]
