"""The stand-in's own state: its store, its switches, its bucket, its jobs, its log."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from tajo_sandbox.shopify.cost import Bucket
from tajo_sandbox.shopify.jobs import Jobs
from tajo_sandbox.shopify.lists import Lists
from tajo_sandbox.shopify.view import View
from tajo_sandbox.store.dice import iso

if TYPE_CHECKING:
    from tajo_sandbox.shopify.switches import Switches
    from tajo_sandbox.store import Store

LOG_LENGTH = 100_000
HIDDEN_AFTER = timedelta(days=60)
"""Orders older than this need `read_all_orders`."""


@dataclass(slots=True)
class Entry:
    """One request in the log.

    `what` is `graphql`, `oauth` or `bulk`; `root` the first root field, or the file fetched;
    `outcome` is `ok`, an error code, or the kind of fault that struck; costs are in points.
    """

    at: str
    what: str
    root: str = ""
    operation: str = ""
    variables: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    version: str = ""
    status: int = 0
    outcome: str = ""
    requested: int = 0
    actual: int = 0


@dataclass(slots=True)
class Webhook:
    """One webhook subscription."""

    number: int
    topic: str
    uri: str
    format: str
    filter: str | None
    name: str | None
    include_fields: list[str]
    metafield_namespaces: list[str]
    created_at: str
    kind: str = "WebhookSubscription"

    @property
    def gid(self) -> str:
        """Its id."""
        return f"gid://shopify/{self.kind}/{self.number}"

    @property
    def updated_at(self) -> str:
        """Subscriptions are never changed here."""
        return self.created_at


class Desk:
    """Everything one stand-in holds beside the store."""

    def __init__(self, store: Store, switches: Switches) -> None:
        self.store = store
        self.switches = switches
        self.bucket = Bucket(switches)
        self.jobs = Jobs(switches)
        self.lists = Lists(store)
        self.requests: deque[Entry] = deque(maxlen=LOG_LENGTH)
        self.webhooks: dict[int, Webhook] = {}
        self.numbers = count(1_100_000_001)

    def view(self, version: str, base: str) -> View:
        """The store as the app may see it now."""
        scopes = frozenset(self.switches.scopes)
        edge = self.store.clock() - HIDDEN_AFTER
        return View(
            desk=self,
            scopes=scopes,
            protected=self.switches.protected_data,
            since=None if "read_all_orders" in scopes else iso(edge.timestamp()),
            version=version,
            base=base,
        )

    def log(self, what: str, root: str = "") -> Entry:
        """Open a log entry; fill it in as the answer is made."""
        entry = Entry(at=self.store.now(), what=what, root=root)
        self.requests.append(entry)
        return entry
