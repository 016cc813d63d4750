"""What tests and demos can set while the stand-in runs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from tajo_sandbox.faults import WIRE, Faults
from tajo_sandbox.faults import Fault as WireFault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEFAULT_TOKEN = "shpat_sandbox"  # noqa: S105 -- documented credential of a stand-in
SCOPES = frozenset({
    "read_all_orders", "read_customers", "read_draft_orders", "read_orders", "read_products",
})  # fmt: skip
FAULTS = {
    **WIRE,
    "throttled": "answers THROTTLED whatever the bucket holds",
    "graphql": "answers 200 with an internal error in `errors` and no data",
    "bulk_failed": "the job ends FAILED with errorCode `code`; `partial` gives a partialDataUrl",
    "bulk_canceled": "the job ends CANCELED",
    "bulk_expired": "the job ends EXPIRED, without an address",
    "bulk_link_expired": "the job completes, its address answers 403 with XML",
    "bulk_link_gone": "the job completes, its address answers 404 with XML",
    "bulk_link_html": "the job completes, its address answers an HTML page",
    "bulk_link_redirect": "the job completes, its address redirects to `address`",
    "bulk_link_elsewhere": "the job completes, its address is `address`",
    "bulk_link_broken": "the job completes, its file breaks off in the middle of a line",
    "bulk_fewer_lines": "the job completes, `lines` lines are missing from its file",
    "bulk_duplicate_lines": "the job completes, `lines` lines stand twice in its file",
}
"""Kinds of fault and what each does."""


@dataclass(slots=True)
class Fault(WireFault):
    """A fault on the wire, of GraphQL or of a bulk operation.

    ``on`` is a root field (`customers`, `bulkOperation` ...), or `oauth`, or `bulk` for
    downloads; for bulk faults the root field of the job's query. Empty means every GraphQL
    request (or every job).
    """

    kinds: ClassVar[Mapping[str, str]] = FAULTS
    code: str = "INTERNAL_SERVER_ERROR"
    partial: bool = True
    lines: int = 1
    address: str = ""


@dataclass(slots=True)
class Offence:
    """Something a careful client never does."""

    what: str
    path: str


@dataclass(slots=True)
class Switches(Faults):
    """Settings of the Shopify stand-in; every one may be set at any time.

    Args:
        tokens: access tokens that are accepted for good.
        client_id, client_secret: accepted by the client credentials grant.
        token_seconds: how long a token from that grant lives.
        shop_permitted: False answers `shop_not_permitted` to that grant.
        scopes: access scopes of every token; without `read_all_orders` orders older than 60
            days are silently absent.
        protected_data: False makes protected customer data null.
        maximum_available, restore_rate, max_query_cost: the cost bucket, in points.
        bulk_seconds: how long a bulk operation takes at least; 0 finishes it at once.
        bulk_limit: bulk queries that may run at the same time.
        versions: supported API versions, oldest first.
        answer_version: answer as this version whatever was asked for.
        slow_seconds: added to every answer.
        faults: what goes wrong next; see `fail`.
        clock: seconds that only go forward; replace it to move the bucket and the jobs.
        offences: what a careful client never does (an access token sent to a bulk result).
    """

    kind_of_fault: ClassVar[type[WireFault]] = Fault
    tokens: set[str] = field(default_factory=lambda: {DEFAULT_TOKEN})
    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"  # noqa: S105 -- documented credentials of a stand-in
    token_seconds: int = 86_399
    shop_permitted: bool = True
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    protected_data: bool = True
    maximum_available: float = 2000.0
    restore_rate: float = 100.0
    max_query_cost: int = 1000
    bulk_seconds: float = 0.3
    bulk_limit: int = 5
    versions: list[str] = field(
        default_factory=lambda: ["2026-01", "2026-04", "2026-07", "2026-10"]
    )
    answer_version: str | None = None
    slow_seconds: float = 0.0
    clock: Callable[[], float] = time.monotonic
    offences: list[Offence] = field(default_factory=list)
    issued: dict[str, float] = field(default_factory=dict)
    """Tokens of the client credentials grant with the second they die."""

    def permits(self, token: str | None) -> bool:
        """Whether an access token is accepted now."""
        if token is None:
            return False
        return token in self.tokens or self.issued.get(token, 0.0) > self.clock()

    def revoke_issued(self) -> None:
        """Let every token of the client credentials grant die at once."""
        self.issued.clear()
