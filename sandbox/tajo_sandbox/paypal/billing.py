"""Products, plans, subscriptions with their payments, invoices and disputes of the store."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tajo_sandbox.paypal.money import code, moment, money, stamp, without_nothing
from tajo_sandbox.paypal.report import paid, payer_number, payment_id
from tajo_sandbox.paypal.report import payments as payments_of

if TYPE_CHECKING:
    from tajo_sandbox.paypal.switches import Switches
    from tajo_sandbox.store import Customer, Draft, Product, Store

PLANS = 3
EVERY_SUBSCRIBER = 3
EVERY_DISPUTE = 5
STEP = 32_768
MONTH = timedelta(days=30)
Row = dict[str, Any]
INVOICES = {"OPEN": "DRAFT", "INVOICE_SENT": "SENT", "COMPLETED": "PAID"}


def links(path: str) -> list[dict[str, str]]:
    """The links of a row."""
    return [{"href": f"https://api-m.paypal.com{path}", "rel": "self", "method": "GET"}]


def products(store: Store) -> list[Row]:
    """The catalogue, newest first."""
    return [_product(one) for one in reversed(store.products.values())]


def _product(one: Product) -> Row:
    key = f"PROD-{one.number:X}"
    return without_nothing(
        {
            "id": key,
            "name": one.title,
            "description": f"{one.title} by {one.vendor}",
            "type": "PHYSICAL",
            "category": "CLOTHING",
            "image_url": f"https://img.example.com/{one.handle}.jpg" if one.has_image else None,
            "home_url": f"https://shop.example.com/{one.handle}",
            "create_time": one.created_at,
            "update_time": one.updated_at,
            "links": links(f"/v1/catalogs/products/{key}"),
        }
    )


def plans(store: Store) -> list[Row]:
    """A monthly plan for each of the first products."""
    made = []
    for one in list(store.products.values())[:PLANS]:
        key = f"P-{one.number:X}"
        price = {
            "version": 1,
            "fixed_price": money(one.variants[0].price, store.currency),
            "create_time": one.created_at,
            "update_time": one.created_at,
        }
        made.append({
            "id": key,
            "product_id": f"PROD-{one.number:X}",
            "name": f"{one.title}, monthly",
            "status": "ACTIVE",
            "description": "Every month anew",
            "billing_cycles": [{
                "pricing_scheme": price,
                "frequency": {"interval_unit": "MONTH", "interval_count": 1},
                "tenure_type": "REGULAR",
                "sequence": 1,
                "total_cycles": 0,
            }],
            "payment_preferences": {
                "auto_bill_outstanding": True,
                "setup_fee": money(0, store.currency),
                "setup_fee_failure_action": "CANCEL",
                "payment_failure_threshold": 3,
            },
            "taxes": {"percentage": "19", "inclusive": True},
            "quantity_supported": False,
            "create_time": one.created_at,
            "update_time": one.created_at,
            "links": links(f"/v1/billing/plans/{key}"),
        })  # fmt: skip
    return made


def plan_summary(row: Row) -> Row:
    """What a list of plans says without `Prefer: return=representation`."""
    kept = ("id", "product_id", "name", "status", "description", "create_time",
            "links")  # fmt: skip
    return {name: row[name] for name in kept}


def product_summary(row: Row) -> Row:
    """What the list of products says of one."""
    kept = ("id", "name", "description", "create_time", "links")
    return {name: row[name] for name in kept}


def subscriptions(store: Store, switches: Switches, wanted: str = "") -> list[Row]:
    """A subscription for every third customer with an address, or only the one that is wanted."""
    offered = plans(store)
    made = []
    for customer in store.customers.values():
        index = customer.number // STEP
        key = f"I-{customer.number:X}"
        if customer.email and index % EVERY_SUBSCRIBER == 0 and wanted in {"", key}:
            plan = offered[index // EVERY_SUBSCRIBER % len(offered)]
            made.append(_subscription(store, switches, customer, plan))
    return made


def _subscription(store: Store, switches: Switches, customer: Customer, plan: Row) -> Row:
    key = f"I-{customer.number:X}"
    ended = switches.cancelled.get(key)
    price = plan["billing_cycles"][0]["pricing_scheme"]["fixed_price"]
    months = _months(store, customer.created_at, ended)
    billing = {
        "outstanding_balance": money(0, store.currency),
        "cycle_executions": [{"tenure_type": "REGULAR", "sequence": 1,
                              "cycles_completed": len(months), "cycles_remaining": 0,
                              "current_pricing_scheme_version": 1, "total_cycles": 0}],
        "last_payment": {"amount": price, "time": months[-1]},
        "next_billing_time": None if ended else stamp(moment(months[-1]) + MONTH),
        "failed_payments_count": 0,
    }  # fmt: skip
    name = {"given_name": customer.first_name, "surname": customer.last_name}
    return without_nothing(
        {
            "id": key,
            "plan_id": plan["id"],
            "status": "CANCELLED" if ended else "ACTIVE",
            "status_change_note": "asked by the buyer" if ended else None,
            "status_update_time": ended or customer.created_at,
            "start_time": customer.created_at,
            "quantity": "1",
            "shipping_amount": money(0, store.currency),
            "subscriber": without_nothing(
                {
                    "email_address": customer.email,
                    "payer_id": payer_number(customer.number),
                    "name": without_nothing(name),
                }
            ),
            "billing_info": without_nothing(billing),
            "create_time": customer.created_at,
            "update_time": ended or months[-1],
            "custom_id": str(customer.number),
            "plan_overridden": False,
            "links": links(f"/v1/billing/subscriptions/{key}"),
        }
    )


def _months(store: Store, since: str, ended: str | None) -> list[str]:
    """The times of a subscription's payments: monthly from its beginning, three at most."""
    end = min(moment(ended) if ended else store.clock(), store.clock())
    times = [moment(since) + MONTH * n for n in range(3)]
    return [stamp(at) for at in times if at <= end] or [since]


def payments(store: Store, row: Row, low: str, high: str) -> list[Row]:
    """The payments of a subscription in a range of time."""
    price = next(one for one in plans(store) if one["id"] == row["plan_id"])
    price = price["billing_cycles"][0]["pricing_scheme"]["fixed_price"]
    ended = row["status_update_time"] if row["status"] == "CANCELLED" else None
    made = [
        {
            "id": f"{row['id'].removeprefix('I-')}{index}",
            "status": "COMPLETED",
            "amount_with_breakdown": {"gross_amount": price, "net_amount": price},
            "payer_name": row["subscriber"].get("name", {}),
            "payer_email": row["subscriber"]["email_address"],
            "time": at,
        }
        for index, at in enumerate(_months(store, row["create_time"], ended))
    ]
    return [one for one in made if moment(low) <= moment(one["time"]) <= moment(high)]


def invoices(store: Store) -> list[Row]:
    """The staff's drafts as invoices, newest first."""
    return [_invoice(store, one) for one in reversed(store.drafts.values())]


def _invoice(store: Store, draft: Draft) -> Row:
    key = code("INV2-", draft.number)
    amount = money(draft.total, store.currency)
    settled = draft.status == "COMPLETED"
    customer = store.customers.get(draft.customer or 0)
    name = {"given_name": customer.first_name, "surname": customer.last_name} if customer else {}
    billing = {"name": without_nothing(name),
               "email_address": draft.email or (customer.email if customer else None)}  # fmt: skip
    items = [
        {"name": line.title, "quantity": str(line.quantity),
         "unit_amount": money(line.unit_price, store.currency)}
        for line in draft.lines
    ]  # fmt: skip
    return without_nothing({
        "id": key,
        "status": INVOICES[draft.status],
        "detail": {
            "currency_code": store.currency,
            "invoice_number": f"{draft.index:04}",
            "invoice_date": draft.created_at[:10],
            "payment_term": {"term_type": "NET_10"},
            "metadata": {"create_time": draft.created_at, "last_update_time": draft.updated_at,
                         "created_by_flow": "REGULAR_SINGLE"},
        },
        "invoicer": {"business_name": "Demo store"},
        "primary_recipients": [{"billing_info": without_nothing(billing)}],
        "items": items,
        "configuration": {"tax_inclusive": True, "allow_tip": False},
        "amount": {**amount, "breakdown": {"item_total": amount}},
        "due_amount": money(0, store.currency) if settled else amount,
        "payments": {"paid_amount": amount if settled else money(0, store.currency)},
        "refunds": {"refund_amount": money(0, store.currency)},
        "links": links(f"/v2/invoicing/invoices/{key}"),
    })  # fmt: skip


def disputes(store: Store, wanted: str = "") -> list[Row]:
    """A dispute about the payment of every fifth order, an hour after it; or the one wanted."""
    made = []
    for order, move in payments_of(store):
        key = f"PP-D-{payment_id(move)[-8:]}"
        begun = moment(move.created_at) + timedelta(hours=1)
        ours = order.index % EVERY_DISPUTE == 0 and move.status == "SUCCESS"
        if not ours or begun > store.clock() or wanted not in {"", key}:
            continue
        index, one = order.index // EVERY_DISPUTE, next(paid(store, order, move))
        info = one.row["transaction_info"]
        made.append({
            "dispute_id": key,
            "create_time": stamp(begun),
            "update_time": stamp(begun),
            "disputed_transactions": [{
                "seller_transaction_id": one.id,
                "create_time": stamp(one.begun),
                "transaction_status": "COMPLETED",
                "gross_amount": info["transaction_amount"],
                "invoice_number": info["invoice_id"],
                "buyer": {"name": one.row["payer_info"].get("payer_name", {}).get("surname", "-")},
                "seller": {"name": "Demo store"},
            }],
            "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED" if index % 2 else "UNAUTHORISED",
            "status": "RESOLVED" if index % 2 else "WAITING_FOR_SELLER_RESPONSE",
            "dispute_state": "RESOLVED" if index % 2 else "REQUIRED_ACTION",
            "dispute_amount": info["transaction_amount"],
            "dispute_life_cycle_stage": "INQUIRY",
            "dispute_channel": "INTERNAL",
            "messages": [{"posted_by": "BUYER", "time_posted": stamp(begun),
                          "content": "Where is it?"}],
            "links": links(f"/v1/customer/disputes/{key}"),
        })  # fmt: skip
    return made[::-1]


def dispute_summary(row: Row) -> Row:
    """What the list of disputes says of one."""
    left_out = ("disputed_transactions", "messages")
    return {name: value for name, value in row.items() if name not in left_out}


def dispute_detail(row: Row) -> Row:
    """What a dispute's own address says."""
    return {name: value for name, value in row.items() if name != "dispute_state"}
