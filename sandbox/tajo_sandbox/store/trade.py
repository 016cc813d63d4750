"""Rows of trade: orders with their lines, payments and refunds; checkouts; draft orders.

Times and money as in `rows.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from tajo_sandbox.store.rows import Row

if TYPE_CHECKING:
    from tajo_sandbox.store.rows import Address, Cents


@dataclass(slots=True)
class Line(Row):
    """One line of an order; the same shape serves checkouts and draft orders."""

    kind: ClassVar[str] = "LineItem"
    title: str
    variant_title: str | None
    sku: str | None
    vendor: str | None
    quantity: int
    current_quantity: int
    unit_price: Cents
    discount: Cents
    product: int | None
    variant: int | None


@dataclass(slots=True)
class CheckoutLine(Line):
    """One line of an abandoned checkout."""

    kind: ClassVar[str] = "AbandonedCheckoutLineItem"


@dataclass(slots=True)
class DraftLine(Line):
    """One line of a draft order."""

    kind: ClassVar[str] = "DraftOrderLineItem"


@dataclass(slots=True)
class RefundLine(Row):
    """What came back of one line."""

    kind: ClassVar[str] = "RefundLineItem"
    line: Line
    quantity: int
    amount: Cents


@dataclass(slots=True)
class Transaction(Row):
    """Money that moved, or was meant to: SALE, AUTHORIZATION, CAPTURE, REFUND, VOID."""

    kind: ClassVar[str] = "OrderTransaction"
    what: str
    status: str
    created_at: str
    processed_at: str | None
    amount: Cents
    gateway: str
    test: bool = False
    parent: int | None = None


@dataclass(slots=True)
class Refund(Row):
    """One refund of an order."""

    kind: ClassVar[str] = "Refund"
    order: int
    created_at: str
    updated_at: str
    note: str | None
    amount: Cents
    lines: list[RefundLine]
    transaction: Transaction


@dataclass(slots=True)
class Sale(Row):
    """What orders, checkouts and draft orders have in common."""

    created_at: str
    updated_at: str
    customer: int | None
    currency: str
    """The currency the buyer saw (presentment)."""
    rate: float
    """Presentment currency units per unit of the shop's currency."""
    lines: list[Line]
    subtotal: Cents
    """After discounts, taxes included, without shipping."""
    shipping: Cents
    discounts: Cents
    tax: Cents
    discount_codes: tuple[str, ...]
    billing: Address | None
    delivery: Address | None

    @property
    def total(self) -> Cents:
        """Everything the buyer was asked to pay."""
        return self.subtotal + self.shipping


@dataclass(slots=True)
class Order(Sale):
    """An order; `customer` is None for a guest."""

    kind: ClassVar[str] = "Order"
    index: int
    """The shop's own running number: order #1001 has 1001."""
    processed_at: str
    email: str | None
    phone: str | None
    locale: str | None
    financial: str
    fulfillment: str
    source: str
    accepts_marketing: bool
    cart_token: str | None
    checkout_token: str | None
    tags: tuple[str, ...] = ()
    note: str | None = None
    test: bool = False
    cancelled_at: str | None = None
    cancel_reason: str | None = None
    closed_at: str | None = None
    refunds: list[Refund] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)

    @property
    def refunded(self) -> Cents:
        """What went back to the buyer so far."""
        return sum(refund.amount for refund in self.refunds)

    @property
    def received(self) -> Cents:
        """What the buyer paid: sales and captures that succeeded."""
        return sum(
            move.amount
            for move in self.transactions
            if move.what in {"SALE", "CAPTURE"} and move.status == "SUCCESS"
        )


@dataclass(slots=True)
class Checkout(Sale):
    """An abandoned checkout; completed ones keep their row with `completed_at`."""

    kind: ClassVar[str] = "AbandonedCheckout"
    token: str
    completed_at: str | None = None


@dataclass(slots=True)
class Draft(Sale):
    """A draft order that staff wrote."""

    kind: ClassVar[str] = "DraftOrder"
    index: int
    status: str
    email: str | None
    phone: str | None
    note: str | None = None
    tags: tuple[str, ...] = ()
    completed_at: str | None = None
    invoice_sent_at: str | None = None
    order: int | None = None
