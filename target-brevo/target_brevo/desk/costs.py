"""What loads cost in calls, from how much there is to send: a pure function."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from target_brevo.brevo.tiers import Tier
from target_brevo.contacts.dispatch import MOST_SINGLES
from target_brevo.contacts.imports import LARGEST_BODY
from target_brevo.contacts.presence import PAGE
from target_brevo.delivery.event_bodies import MOST_EVENTS
from target_brevo.delivery.goods import MOST_ITEMS
from target_brevo.delivery.orders import MOST_ORDERS

Batches = Literal["hourly", "single"]
KINDS = ("contacts", "events", "orders", "products", "categories")
# Imports go by consent and lists: on the lists, blocked, and neither.
GROUPS = 3
# By ``import_bodies``: bytes of a contact with its e-mail address, own id and a dozen attributes.
ROWS = {"json": 400, "csv": 200}
# Up to so many go one by one where a batch would take from the hourly bucket.
_FEW = 10
# The account, and pages of its attributes, lists and folders.
_OPENING = (("GET /account", "other", 1), ("attributes, lists, folders", "contacts", 5))


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is to be sent; ``held`` is how many contacts the account holds already."""

    contacts: int = 0
    events: int = 0
    orders: int = 0
    products: int = 0
    categories: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """So many calls of one sort, and the bucket that they draw on."""

    kind: str
    what: str
    bucket: str
    calls: int


def costs(
    amounts: Amounts, tier: Tier, batches: Batches = "hourly", bodies: str = "json"
) -> list[Cost]:
    """Return what sending ``amounts`` costs, with imports in the form of ``bodies``.

    ``batches`` says which bucket the batches of events and orders draw on: Brevo's table does not
    name them, so by its letter the hourly one; the first answer's headers tell.
    """
    found = [Cost("every run", what, bucket, calls) for what, bucket, calls in _OPENING]
    found += _goods(amounts)
    found += _contacts(amounts, ROWS.get(bodies, ROWS["json"]))
    found += _orders(amounts, batches)
    return found + _events(amounts, tier, batches, _in_other(found))


def by_bucket(found: Iterable[Cost]) -> dict[str, int]:
    """Return the calls per bucket."""
    calls: Counter[str] = Counter()
    for cost in found:
        calls[cost.bucket] += cost.calls
    return dict(calls)


def waiting(found: Iterable[Cost]) -> Mapping[str, tuple[str, ...]]:
    """Return by bucket what draws on it, in the order in which it is sent."""
    kinds: dict[str, list[str]] = {}
    for cost in found:
        if cost.kind != "every run" and cost.kind not in kinds.setdefault(cost.bucket, []):
            kinds[cost.bucket].append(cost.kind)
    return {bucket: tuple(names) for bucket, names in kinds.items() if names}


def _contacts(amounts: Amounts, row: int) -> list[Cost]:
    count = amounts.contacts
    if not count:
        return []
    found = []
    pages = -(-amounts.held // PAGE)
    if pages:
        found.append(Cost("contacts", "pages of contacts", "contacts", min(pages, count)))
    if count <= MOST_SINGLES:
        return [*found, Cost("contacts", "POST /contacts", "contacts", count)]
    imports = -(-count * row // LARGEST_BODY) + GROUPS - 1
    return [
        *found,
        Cost("contacts", "POST /contacts/import", "contacts", imports),
        # At least one look at each, often one for several.
        Cost("contacts", "GET /processes", "other", imports),
    ]


def _goods(amounts: Amounts) -> list[Cost]:
    each = (("categories", amounts.categories), ("products", amounts.products))
    return [
        Cost(kind, f"POST /{kind}/batch", "other", -(-count // MOST_ITEMS))
        for kind, count in each
        if count
    ]


def _orders(amounts: Amounts, batches: Batches) -> list[Cost]:
    if not amounts.orders:
        return []
    bucket = "other" if batches == "hourly" else "orders"
    calls = -(-amounts.orders // MOST_ORDERS)
    return [Cost("orders", "POST /orders/status/batch", bucket, calls)]


def _events(amounts: Amounts, tier: Tier, batches: Batches, used: int) -> list[Cost]:
    count = amounts.events
    if not count:
        return []
    if batches == "single":
        return [Cost("events", "POST /events/batch", "events", -(-count // MOST_EVENTS))]
    if count <= _FEW:
        return [Cost("events", "POST /events", "events", count)]
    many = _batches_of_events(count, tier, used)
    singles = max(0, count - many * MOST_EVENTS)
    found = [Cost("events", "POST /events/batch", "other", many)] if many else []
    if singles:
        # The hourly bucket is used up, and one by one is faster than waiting for it.
        found.append(Cost("events", "POST /events", "events", singles))
    return found


def _batches_of_events(count: int, tier: Tier, used: int) -> int:
    """Return how many batches go while single posts bridge the time in which none may."""
    hourly = tier["other"][0].calls
    singles_per_hour = int(3600 * tier["events"][0].calls / tier["events"][0].seconds)
    now = hourly - used % hourly
    if count <= now * MOST_EVENTS:
        return -(-count // MOST_EVENTS)
    rest = count - now * MOST_EVENTS
    return now + rest // (singles_per_hour + hourly * MOST_EVENTS) * hourly


def _in_other(found: Iterable[Cost]) -> int:
    return sum(cost.calls for cost in found if cost.bucket == "other")
