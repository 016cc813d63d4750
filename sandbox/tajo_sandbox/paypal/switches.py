"""What tests and demos can set while the stand-in runs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tajo_sandbox.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "XZXSPECPDZHZU"
CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105 -- documented credential of a stand-in
SERVICES = "https://uri.paypal.com/services"
SCOPES = frozenset({
    "reporting/search/read", "reporting/balances/read", "disputes/read-seller", "subscriptions",
    "invoicing/invoices/read",
})  # fmt: skip


@dataclass(slots=True)
class Switches(Faults):
    """Settings of the PayPal stand-in; every one may be set at any time.

    Args:
        account: the merchant's account number.
        clients: client ids that are let in, with their secrets.
        scopes: permissions of every token, without the address before them.
        token_seconds: how long a token lives.
        lag_seconds: the report is whole up to so long ago; up to three hours on the platform.
        largest: rows that the report answers at most, whatever the page.
        held: transaction ids that the report does not show yet, although it is their time.
        lost: rows of the report that are left out although `total_items` counts them.
        cancelled: ids of subscriptions that were cancelled, and when (`2026-11-24T09:30:00Z`).
        clock: seconds that only go forward; replace it to let tokens die.
    """

    account: str = ACCOUNT
    clients: dict[str, str] = field(default_factory=lambda: {CLIENT_ID: CLIENT_SECRET})
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    token_seconds: int = 32_400
    lag_seconds: int = 0
    largest: int = 10_000
    held: set[str] = field(default_factory=set)
    lost: int = 0
    cancelled: dict[str, str] = field(default_factory=dict)
    clock: Callable[[], float] = time.monotonic
    issued: dict[str, float] = field(default_factory=dict)
    """Tokens with the second they die."""

    def issue(self) -> str:
        """Make a token."""
        token = f"A21AA-sandbox-{len(self.issued) + 1}"
        self.issued[token] = self.clock() + self.token_seconds
        return token

    def permits(self, token: str) -> bool:
        """Whether a token is accepted now."""
        return self.issued.get(token, 0.0) > self.clock()
