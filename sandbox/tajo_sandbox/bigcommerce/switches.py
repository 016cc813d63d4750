"""What tests and demos can set while the stand-in runs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tajo_sandbox.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Callable

STORE_HASH = "sandbox1"
TOKEN = "bc_sandbox"  # noqa: S105 -- documented credential of a stand-in
SCOPES = frozenset({
    "store_v2_information_read_only", "store_v2_customers_read_only", "store_v2_orders_read_only",
    "store_v2_products_read_only", "store_channel_settings_read_only",
})  # fmt: skip


@dataclass(slots=True)
class Switches(Faults):
    """Settings of the BigCommerce stand-in; every one may be set at any time.

    Args:
        store_hash: the store's permanent id.
        tokens: access tokens that are accepted.
        scopes: scopes of every token.
        quota, window_ms: requests that all apps of the store may make in a window.
        others: requests that other apps make whenever one arrives here.
        many: addresses and attributes of every twentieth customer.
        lost: rows of `/orders` that are left out although `/orders/count` counts them.
        archived: ids of orders that were archived.
        clock: seconds that only go forward; replace it to move the window.
    """

    store_hash: str = STORE_HASH
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    quota: int = 1_000_000
    window_ms: int = 30_000
    others: int = 0
    many: int = 12
    lost: int = 0
    archived: set[int] = field(default_factory=set)
    clock: Callable[[], float] = time.monotonic

    def permits(self, scope: str) -> bool:
        """Whether a token has a scope: what may modify may read."""
        return not scope or scope in self.scopes or scope.removesuffix("_read_only") in self.scopes
