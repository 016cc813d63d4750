"""Orders, credit memos and carts as Magento shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tajo_sandbox.magento.goods import sku_of
from tajo_sandbox.magento.people import email_of
from tajo_sandbox.magento.shapes import money, place, present, small, stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tajo_sandbox.store import Address, Checkout, Order, Refund, Store
    from tajo_sandbox.store.trade import Line, Sale

STATES = {
    "PENDING": "new", "AUTHORIZED": "payment_review", "PARTIALLY_PAID": "processing",
    "PAID": "processing", "PARTIALLY_REFUNDED": "processing", "REFUNDED": "closed",
    "VOIDED": "canceled",
}  # fmt: skip
STATUS = {"new": "pending"}
REFUNDED = 2


def state_of(row: Order) -> str:
    """The order's state; a paid one that was sent is complete."""
    if row.cancelled_at:
        return "canceled" if not row.refunds else "closed"
    state = STATES[row.financial]
    return "complete" if state == "processing" and row.fulfillment == "FULFILLED" else state


def order(store: Store, row: Order) -> dict[str, Any]:
    """An order, amounts in the shop's currency (base) and in the one that the buyer saw."""
    number, state = small("order", row.number), state_of(row)
    customer = store.customers.get(row.customer or 0)
    email = row.email or (email_of(customer) if customer else f"guest{number}@example.org")
    names = row.billing or (customer and customer.address)
    amounts = {"grand_total": row.total, "subtotal": row.subtotal + row.discounts - row.tax,
               "shipping_amount": row.shipping, "tax_amount": row.tax,
               "discount_amount": -row.discounts, "total_paid": row.received,
               "total_due": max(0, row.total - row.received),
               "total_refunded": row.refunded or None}  # fmt: skip
    return present({
        "entity_id": number, "increment_id": f"{row.index:09}", "state": state,
        "status": STATUS.get(state, state), "store_id": 1, "store_name": "Main Website\nMain",
        "created_at": stamp(row.created_at), "updated_at": stamp(row.updated_at),
        "quote_id": number + 500_000, "customer_is_guest": int(customer is None),
        "customer_id": small("customer", customer.number) if customer else None,
        "customer_email": email, "customer_group_id": 1 if customer else 0,
        "customer_firstname": (names and names.first_name) or None,
        "customer_lastname": (names and names.last_name) or None,
        "coupon_code": row.discount_codes[0] if row.discount_codes else None,
        "shipping_description": "Flat Rate - Fixed", "total_item_count": len(row.lines),
        "total_qty_ordered": sum(line.quantity for line in row.lines),
        **_currencies(row), **_twice(amounts, row.rate),
        "items": [item for line in row.lines for item in _items(store, row, line)],
        "billing_address": _address(row.billing, number, email, row.phone),
        "payment": {"account_status": None, "additional_information": ["Card"], "cc_last4": "1111",
                    "method": "checkmo", "entity_id": number},
    })  # fmt: skip


def creditmemo(order_: Order, row: Refund) -> dict[str, Any]:
    """A credit memo."""
    number = small("creditmemo", row.number)
    amounts = {"grand_total": row.amount, "subtotal": row.amount, "shipping_amount": 0,
               "tax_amount": 0, "discount_amount": 0, "adjustment": 0}  # fmt: skip
    return present({
        "entity_id": number, "increment_id": f"{number:09}", "order_id": small("order", row.order),
        "invoice_id": small("order", row.order), "state": REFUNDED, "store_id": 1,
        "created_at": stamp(row.created_at), "updated_at": stamp(row.updated_at),
        **_currencies(order_), **_twice(amounts, order_.rate),
        "items": [
            {"entity_id": number * 10 + place_, "order_item_id": small("line", one.line.number) * 2,
             "product_id": small("product", one.line.product or 0), "sku": one.line.sku or "-",
             "name": one.line.title, "qty": one.quantity, "price": money(one.amount / one.quantity),
             "base_price": money(one.amount / one.quantity), "row_total": money(one.amount),
             "base_cost": 0}
            for place_, one in enumerate(row.lines) if one.quantity
        ],
    })  # fmt: skip


def cart(store: Store, row: Checkout) -> dict[str, Any]:
    """A quote; a configurable item stands here once; a guest's e-mail in the billing address."""
    number, customer = small("cart", row.number), store.customers.get(row.customer or 0)
    who: dict[str, Any] = {"email": None, "firstname": None, "lastname": None}
    email = f"guest{number}@example.org" if row.billing else None
    if customer:
        email = email_of(customer)
        who = {"id": small("customer", customer.number), "email": email,
               "firstname": customer.first_name or "-",
               "lastname": customer.last_name or "-"}  # fmt: skip
    return present({
        "id": number, "created_at": stamp(row.created_at), "updated_at": stamp(row.updated_at),
        "converted_at": stamp(row.completed_at), "is_active": not row.completed_at,
        "is_virtual": False, "items_count": len(row.lines), "store_id": 1,
        "items_qty": sum(line.quantity for line in row.lines), "customer": who,
        "customer_is_guest": customer is None, "customer_note_notify": True,
        "customer_tax_class_id": 3, "orig_order_id": 0,
        "reserved_order_id": f"{number:09}" if number % 2 else None,
        "items": [
            {"item_id": small("line", one.number), "sku": one.sku or "-", "qty": one.quantity,
             "name": one.title, "price": money(one.unit_price * row.rate), "quote_id": str(number),
             "product_type": "configurable" if one.variant_title else "simple"}
            for one in row.lines
        ],
        "billing_address": _address(row.billing, number, email, None) if row.billing else None,
        "currency": {"global_currency_code": "EUR", "base_currency_code": "EUR",
                     "store_currency_code": "EUR", "quote_currency_code": row.currency,
                     "base_to_quote_rate": row.rate},
    })  # fmt: skip


def _currencies(row: Sale) -> dict[str, Any]:
    return {"base_currency_code": "EUR", "store_currency_code": "EUR",
            "global_currency_code": "EUR", "order_currency_code": row.currency,
            "base_to_order_rate": row.rate}  # fmt: skip


def _twice(amounts: Mapping[str, int | None], rate: float) -> dict[str, Any]:
    base = {f"base_{name}": money(n) for name, n in amounts.items() if n is not None}
    return base | {name: money(n * rate) for name, n in amounts.items() if n is not None}


def _address(row: Address | None, of: int, email: str | None, phone: str | None) -> dict[str, Any]:
    if row is None:
        return {"address_type": "billing", "city": "", "country_id": "DE", "firstname": "",
                "lastname": "", "postcode": "", "telephone": phone or "", "street": [""],
                "email": email, "entity_id": of * 2, "company": "", "region": "",
                "region_code": "", "region_id": 0}  # fmt: skip
    return {"address_type": "billing", **place(row), "telephone": phone or row.phone or "",
            "email": email, "region": row.province or "", "region_code": row.province_code or "",
            "region_id": 0, "entity_id": of * 2, "parent_id": of}  # fmt: skip


def _items(store: Store, row: Order, line: Line) -> list[dict[str, Any]]:
    """One item, or two where a variant was bought: the configurable one, and the simple behind."""
    product = store.products.get(line.product or 0)
    variants = product.variants if product else []
    bought = next((one for one in variants if one.number == line.variant), None)
    number, sku = small("line", line.number) * 2, sku_of(bought) if bought else line.sku or "-"
    total = line.unit_price * line.quantity
    first = {
        "item_id": number, "order_id": small("order", row.number), "sku": sku, "name": line.title,
        "product_id": small("product", line.product or 0), "store_id": 1,
        "product_type": "configurable" if line.variant_title else "simple",
        "created_at": stamp(row.created_at), "updated_at": stamp(row.updated_at),
        "qty_ordered": line.quantity, "qty_refunded": line.quantity - line.current_quantity,
        "qty_canceled": line.quantity if state_of(row) == "canceled" else 0,
        **_twice({"price": line.unit_price, "price_incl_tax": line.unit_price, "row_total": total,
                  "row_total_incl_tax": total, "discount_amount": line.discount,
                  "tax_amount": 0}, row.rate),
    }  # fmt: skip
    if not line.variant_title:
        return [first]
    nothing = dict.fromkeys(("price", "row_total", "discount_amount", "tax_amount"), 0)
    behind = {
        **first, "item_id": number + 1, "parent_item_id": number, "product_type": "simple",
        "product_id": small("variant", line.variant or 0),
        "name": f"{line.title}-{line.variant_title}",
        **_twice({**nothing, "price_incl_tax": 0, "row_total_incl_tax": 0}, row.rate),
        "parent_item": first,
    }  # fmt: skip
    return [first, behind]
