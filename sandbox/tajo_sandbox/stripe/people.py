"""Customers and their subscriptions with invoices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tajo_sandbox.store.dice import DAY
from tajo_sandbox.stripe.goods import ADDONS, PLANS
from tajo_sandbox.stripe.shapes import Inner, address, named, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tajo_sandbox.store import Customer, Store

STATES = ("active", "active", "trialing", "past_due", "canceled", "active", "paused")
MONTH = 30 * DAY


@dataclass(slots=True)
class Desk:
    """What can be done by hand beside the store's own life: subscriptions that change."""

    store: Store
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)

    def change_subscription(self, made: str, **facts: Any) -> None:
        """Change fields of a subscription now (`status`, `quantity` of all its items)."""
        at = seconds(self.store.now())
        self.changed[made] = {**self.changed.get(made, {}), **facts, "at": at}


def customer(row: Customer) -> dict[str, Any]:
    """A customer as Stripe shows it: one name, no consent."""
    names = (row.first_name, row.last_name)
    place = address(row.address)
    shipping = {"name": " ".join(filter(None, names)), "phone": row.phone, "address": place}
    return named(
        "customer", f"cus_{row.number}", seconds(row.created_at), address=place if row.address
        else None, balance=0, currency=None, default_source=None, delinquent=False,
        description=row.note, discount=None, email=row.email, invoice_prefix=str(row.number)[-8:],
        invoice_settings={"custom_fields": None, "default_payment_method": None, "footer": None,
                          "rendering_options": None},
        metadata={"tags": ",".join(row.tags)}, name=" ".join(filter(None, names)) or None,
        next_invoice_sequence=1, phone=row.phone, preferred_locales=[row.locale],
        shipping=shipping if row.address else None,
        tax_exempt="exempt" if row.tax_exempt else "none", test_clock=None,
    )  # fmt: skip


def members(store: Store) -> Iterator[tuple[int, Customer]]:
    """Every third customer subscribes; numbered."""
    yield from enumerate(list(store.customers.values())[::3])


def subscription(
    place: int, row: Customer, prices: Mapping[str, Any], changed: Mapping[str, Any]
) -> dict[str, Any]:
    """A subscription; every fifth has more items than an object shows."""
    made, at = f"sub_{row.number}", seconds(row.created_at)
    plan, currency, _, _ = PLANS[place % len(PLANS)]
    chosen = [f"price_{plan}"]
    if place % 5 == 4:  # noqa: PLR2004 -- as the docstring says
        chosen, currency = [f"price_addon{n:02}" for n in range(ADDONS)], "eur"
    status = changed.get("status", STATES[place % len(STATES)])
    quantity, ends = changed.get("quantity", 1 + place % 3), at + MONTH
    items = [
        {"id": f"si_{row.number}_{n:02}", "object": "subscription_item", "created": at,
         "billed_until": None, "billing_thresholds": None, "discounts": [], "metadata": {},
         "current_period_start": at, "current_period_end": ends, "price": prices[each],
         "quantity": quantity, "subscription": made, "tax_rates": []}
        for n, each in enumerate(chosen)
    ]  # fmt: skip
    over = status == "canceled"
    gone = changed.get("at", at + DAY) if over else None
    return named(
        "subscription", made, at, status=status, currency=currency, customer=f"cus_{row.number}",
        collection_method="charge_automatically", description=None, start_date=at,
        billing_cycle_anchor=at, cancel_at=None, cancel_at_period_end=False, canceled_at=gone,
        cancellation_details={"comment": None, "feedback": None,
                              "reason": "cancellation_requested" if over else None},
        ended_at=gone, trial_start=at if status == "trialing" else None,
        trial_end=ends if status == "trialing" else None, metadata={}, pause_collection=None,
        latest_invoice=f"in_{row.number}", discounts=[], billing_schedules=[],
        automatic_tax={"enabled": False, "disabled_reason": None, "liability": None},
        billing_mode={"type": "flexible"},
        items=Inner(items, f"/v1/subscription_items?subscription={made}"),
    )  # fmt: skip


def invoice(row: Customer, of: Mapping[str, Any]) -> dict[str, Any]:
    """The first invoice of a subscription: it is paid, but where that is past due."""
    made, at, paid = f"in_{row.number}", of["created"], of["status"] != "past_due"
    lines = [
        {"id": item["id"].replace("si_", "il_"), "object": "line_item", "livemode": False,
         "amount": item["price"]["unit_amount"] * item["quantity"], "currency": of["currency"],
         "description": f"{item['quantity']} x Club membership", "discount_amounts": [],
         "discountable": True, "discounts": [], "invoice": made, "metadata": {},
         "parent": {"type": "subscription_item_details", "invoice_item_details": None,
                    "subscription_item_details": {"subscription": of["id"], "proration": False,
                                                  "subscription_item": item["id"]}},
         "period": {"start": at, "end": at + MONTH}, "pretax_credit_amounts": [],
         "pricing": {"type": "price_details",
                     "price_details": {"price": item["price"]["id"],
                                       "product": item["price"]["product"]},
                     "unit_amount_decimal": item["price"]["unit_amount_decimal"]},
         "quantity": item["quantity"], "subtotal": item["price"]["unit_amount"] * item["quantity"],
         "taxes": []}
        for item in of["items"]
    ]  # fmt: skip
    total = sum(line["amount"] for line in lines)
    payments = [named(
        "invoice_payment", f"inpay_{row.number}", at, invoice=made, is_default=True,
        currency=of["currency"], amount_paid=total if paid else None, amount_requested=total,
        status="paid" if paid else "open", payment={"type": "payment_intent",
                                                    "payment_intent": f"pi_in_{row.number}"},
        status_transitions={"canceled_at": None, "paid_at": at if paid else None},
    )]  # fmt: skip
    return named(
        "invoice", made, at, status="paid" if paid else "open", currency=of["currency"],
        number=f"{str(row.number)[-8:]}-0001", billing_reason="subscription_create",
        collection_method="charge_automatically", customer=of["customer"],
        customer_email=row.email, customer_name=" ".join(filter(None, (row.first_name,
                                                                      row.last_name))) or None,
        customer_phone=row.phone, customer_address=address(row.address) if row.address else None,
        hosted_invoice_url=f"https://invoice.stripe.com/i/{made}", amount_due=total,
        amount_paid=total if paid else 0, amount_remaining=0 if paid else total, subtotal=total,
        total=total, attempt_count=1, attempted=True, due_date=None, period_start=at,
        period_end=at, next_payment_attempt=None if paid else at + 3 * DAY, metadata={},
        parent={"type": "subscription_details", "quote_details": None,
                "subscription_details": {"subscription": of["id"], "metadata": {}}},
        status_transitions={"finalized_at": at, "marked_uncollectible_at": None,
                            "paid_at": at if paid else None, "voided_at": None},
        lines=Inner(lines, f"/v1/invoices/{made}/lines"),
        payments=Inner(payments, f"/v1/invoice_payments?invoice={made}"),
    )  # fmt: skip
