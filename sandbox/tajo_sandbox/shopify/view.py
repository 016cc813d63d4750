"""What one request may see: the store through the caller's scopes and approvals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphql import GraphQLError

    from tajo_sandbox.shopify.desk import Desk
    from tajo_sandbox.store import Customer, Order, Store


@dataclass(slots=True)
class View:
    """The store as one caller sees it.

    Args:
        desk: the stand-in's own state (bulk operations, webhook subscriptions, switches).
        scopes: access scopes of the token.
        protected: False makes names, e-mail addresses, phone numbers and addresses null.
        since: orders created before this time do not exist for the caller; None shows all.
        version: the API version that answers.
        base: where the stand-in listens, `http://127.0.0.1:8081`.
    """

    desk: Desk
    scopes: frozenset[str]
    protected: bool
    since: str | None
    version: str
    base: str
    warnings: list[dict[str, object]] = field(default_factory=list)
    denied: list[GraphQLError] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """The store behind the stand-in."""
        return self.desk.store

    def customer(self, number: int | None) -> Customer | None:
        """The customer with this number, None for guests and deleted ones."""
        return None if number is None else self.store.customers.get(number)

    def order(self, number: int | None) -> Order | None:
        """The order with this number, None when the caller may not see one so old."""
        found = None if number is None else self.store.orders.get(number)
        if found is None or (self.since is not None and found.created_at < self.since):
            return None
        return found
