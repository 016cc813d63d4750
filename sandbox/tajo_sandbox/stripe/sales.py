"""Payments with what belongs to them, refunds, disputes, and checkouts kept or left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tajo_sandbox.store.dice import DAY
from tajo_sandbox.stripe.goods import price
from tajo_sandbox.stripe.shapes import Inner, address, minor, named, seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tajo_sandbox.store import Checkout, Order

OPEN_SECONDS = 3600
"""How long a checkout waits for its buyer (expires_at: 30 minutes to a day)."""


UNHAPPY = 7
"""Every tenth buyer goes to the bank."""


def payment(made: str, at: int, amount: int, currency: str, **facts: Any) -> dict[str, Any]:
    """Who paid what, for `charge` and `intent`: the parts that both share."""
    return {"made": made, "at": at, "amount": amount, "currency": currency,
            "status": "succeeded", "customer": None, "email": None, "billing": None,
            "name": None, "refunded": 0, "disputed": False, **facts}  # fmt: skip


def of_order(row: Order) -> dict[str, Any]:
    """The payment of an order."""
    code, buyer = row.currency, row.billing
    moves = [one for one in row.transactions if one.what in {"SALE", "CAPTURE"}]
    paid = row.received > 0
    amount = minor(row.received if paid else row.total, code, row.rate)
    at = seconds(moves[-1].created_at if moves else row.created_at)
    back = sum(minor(one.amount, code, row.rate) for one in row.refunds)
    return payment(
        f"o{row.number}", at, amount, code.lower(), status="succeeded" if paid else "failed",
        customer=f"cus_{row.customer}" if row.customer else None, email=row.email,
        billing=buyer, name=" ".join(filter(None, (buyer.first_name, buyer.last_name)))
        if buyer else None, refunded=min(back, amount), disputed=paid and row.index % 10 == UNHAPPY,
    )  # fmt: skip


def of_invoice(row: Mapping[str, Any], goodwill: int = 0) -> dict[str, Any]:
    """The payment of an invoice, of which a part may have been given back."""
    return payment(
        f"in_{row['id'].removeprefix('in_')}", row["created"], row["total"], row["currency"],
        status="succeeded" if row["status"] == "paid" else "failed", customer=row["customer"],
        email=row["customer_email"], name=row["customer_name"], refunded=goodwill,
    )  # fmt: skip


def charge(of: Mapping[str, Any]) -> dict[str, Any]:
    """The charge of a payment."""
    good = of["status"] == "succeeded"
    return named(
        "charge", f"ch_{of['made']}", of["at"], status=of["status"], currency=of["currency"],
        amount=of["amount"], amount_captured=of["amount"] if good else 0,
        amount_refunded=of["refunded"], captured=good, paid=good, disputed=of["disputed"],
        refunded=good and of["refunded"] == of["amount"], customer=of["customer"],
        payment_intent=f"pi_{of['made']}", balance_transaction=f"txn_{of['made']}" if good
        else None, description=None, receipt_email=of["email"], receipt_url=None,
        failure_code=None if good else "card_declined", failure_message=None, metadata={},
        payment_method=f"pm_{of['made']}",
        billing_details={"address": address(of["billing"]), "email": of["email"],
                         "name": of["name"], "phone": None, "tax_id": None},
    )  # fmt: skip


def intent(of: Mapping[str, Any]) -> dict[str, Any]:
    """The payment intent of a payment."""
    good = of["status"] == "succeeded"
    return named(
        "payment_intent", f"pi_{of['made']}", of["at"], currency=of["currency"],
        status="succeeded" if good else "requires_payment_method", amount=of["amount"],
        amount_capturable=0, amount_received=of["amount"] if good else 0, canceled_at=None,
        cancellation_reason=None, capture_method="automatic", customer=of["customer"],
        description=None, latest_charge=f"ch_{of['made']}", metadata={},
        receipt_email=of["email"], confirmation_method="automatic", payment_method_types=["card"],
    )  # fmt: skip


def balance(made: str, at: int, amount: int, currency: str, source: str) -> dict[str, Any]:
    """Money that came to the account, or left it."""
    fee = max(0, amount * 29 // 1000)
    kind = "charge" if amount > 0 else "refund"
    return {
        "id": made, "object": "balance_transaction", "created": at, "available_on": at + 7 * DAY,
        "amount": amount, "fee": fee, "net": amount - fee, "currency": currency, "type": kind,
        "reporting_category": kind, "source": source, "status": "available", "description": None,
        "exchange_rate": None, "balance_type": "payments",
        "fee_details": [{"amount": fee, "currency": currency, "type": "stripe_fee",
                         "application": None, "description": "Stripe processing fees"}],
    }  # fmt: skip


def refund(made: str, at: int, amount: int, currency: str, of: str) -> dict[str, Any]:
    """A refund of the payment `of`; nothing here says whether it was made in live mode."""
    return {
        "id": f"re_{made}", "object": "refund", "created": at, "amount": amount,
        "status": "succeeded", "currency": currency, "charge": f"ch_{of}",
        "payment_intent": f"pi_{of}", "balance_transaction": f"txn_re{made}",
        "reason": "requested_by_customer", "failure_reason": None, "metadata": {},
        "receipt_number": None,
    }  # fmt: skip


def dispute(of: Mapping[str, Any]) -> dict[str, Any]:
    """A buyer went to the bank."""
    at = of["at"] + 1
    return named(
        "dispute", f"du_{of['made']}", at, amount=of["amount"], currency=of["currency"],
        status="needs_response", reason="fraudulent", charge=f"ch_{of['made']}",
        payment_intent=f"pi_{of['made']}", is_charge_refundable=False, metadata={},
        balance_transactions=[], enhanced_eligibility_types=[], evidence={},
        evidence_details={"due_by": at + 7 * DAY, "has_evidence": False, "past_due": False,
                          "submission_count": 0},
    )  # fmt: skip


def session(row: Order | Checkout, now: int, of: Mapping[str, Any] | None,
            buyer: Mapping[str, Any] | None) -> dict[str, Any]:  # fmt: skip
    """A checkout session: of an order that was paid, or one that waits or was left."""
    made = f"cs_test_{'o' if of else 'c'}{row.number}"
    at, code, paid = seconds(row.created_at), row.currency, bool(of and of["status"] == "succeeded")
    ends = at + OPEN_SECONDS
    done = paid or getattr(row, "completed_at", None) is not None
    status = "complete" if done else "expired" if ends <= now else "open"
    email = (of and of["email"]) or (buyer and buyer["email"])
    who: dict[str, Any] = {
        "address": address(row.billing), "email": email, "phone": buyer and buyer["phone"],
        "name": buyer and buyer["name"], "tax_exempt": "none", "tax_ids": [],
    }  # fmt: skip
    recovery = {"enabled": True, "allow_promotion_codes": False,
                "url": f"https://buy.stripe.com/r/{made}" if status == "expired" else None,
                "expires_at": ends + 30 * DAY if status == "expired" else None}  # fmt: skip
    items = []
    for line in row.lines:
        unit = minor(line.unit_price, code, row.rate)
        total = unit * line.quantity
        items.append({
            "id": f"li_{line.number}", "object": "item", "amount_subtotal": total,
            "amount_total": total - minor(line.discount, code, row.rate), "currency": code.lower(),
            "amount_discount": 0, "amount_tax": 0, "description": line.title, "metadata": {},
            "quantity": line.quantity,
            "price": price(f"price_{line.variant or line.number}", at,
                           f"prod_{line.product or line.number}", unit, code.lower()),
        })  # fmt: skip
    return named(
        "checkout.session", made, at, status=status, mode="payment", currency=code.lower(),
        payment_status="paid" if done else "unpaid", locale="auto",
        amount_subtotal=sum(item["amount_subtotal"] for item in items),
        amount_total=of["amount"] if paid and of else minor(row.total, code, row.rate),
        url=f"https://checkout.stripe.com/c/{made}" if status == "open" else None, invoice=None,
        subscription=None, payment_intent=f"pi_{of['made']}" if paid and of else None,
        customer_email=None, client_reference_id=None, recovered_from=None, expires_at=ends,
        customer=f"cus_{row.customer}" if row.customer else None,
        customer_details=who if email else None, metadata={},
        consent={"promotions": None, "terms_of_service": None},
        after_expiration={"recovery": recovery}, custom_fields=[], payment_method_types=["card"],
        shipping_options=[], line_items=Inner(items, f"/v1/checkout/sessions/{made}/line_items"),
    )  # fmt: skip
