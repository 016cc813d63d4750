"""Orders, refunds and drafts of the checkout as WooCommerce shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tajo_sandbox.store.baskets import FIRST_LINE
from tajo_sandbox.store.money import FIRST_REFUND
from tajo_sandbox.store.people import STEP
from tajo_sandbox.woocommerce.people import email_of
from tajo_sandbox.woocommerce.shapes import address, escaped, links, money, small, stamps

if TYPE_CHECKING:
    from tajo_sandbox.store import Checkout, Order, Refund, Store
    from tajo_sandbox.store.trade import Line, Sale

STATUSES = {
    "PENDING": "pending", "AUTHORIZED": "on-hold", "PARTIALLY_PAID": "on-hold",
    "VOIDED": "failed", "REFUNDED": "refunded",
}  # fmt: skip
PAID = frozenset({"PAID", "PARTIALLY_REFUNDED"})
NOBODY = "deleted@site.invalid"
"""What WordPress writes in the place of an address (`wp_privacy_anonymize_data`)."""
BOX = "_newsletter"
"""The key of the box that a buyer may tick; its value is an object."""


def status_of(row: Order) -> str:
    """The order's status; a paid one is completed when it was sent."""
    if row.cancelled_at:
        return "cancelled"
    if row.financial in PAID:
        return "completed" if row.fulfillment == "FULFILLED" else "processing"
    return STATUSES[row.financial]


def refund_id(row: Refund) -> int:
    """The id of a refund: a post of its own."""
    return 500_000 + (row.number - FIRST_REFUND) // 3


def order(
    store: Store, row: Order, base: str, zone: int, gone: str | None = None,
    erased: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """An order; `gone` is since when it lies in the trash, `erased` since when it is nobody's."""
    number = small("order", row.number)
    customer = store.customers.get(row.customer or 0)
    paid = next((one.processed_at for one in row.transactions
                 if one.what in {"SALE", "CAPTURE"} and one.status == "SUCCESS"), None)  # fmt: skip
    box = {"id": number * 10, "key": BOX, "value": {"accepted": row.accepts_marketing, "list": [1]}}
    email = row.email or (email_of(customer) if customer else "")
    return {
        **_head(row, number, "trash" if gone else status_of(row)),
        "version": "10.0.2", "created_via": "checkout" if row.source == "web" else "admin",
        **stamps(zone, date_created=row.created_at, date_modified=gone or erased or row.updated_at,
                 date_completed=row.closed_at, date_paid=paid),
        "customer_id": small("customer", row.customer)
        if customer and row.customer and not erased else 0,
        "billing": nobody(address(row.billing, None, NOBODY)) if erased
        else address(row.billing, row.phone, email),
        "shipping": nobody(address(row.delivery, None)) if erased else address(row.delivery, None),
        "payment_method": "stripe", "payment_method_title": "Card", "transaction_id": "",
        "customer_note": row.note or "", "meta_data": [box],
        "refunds": [
            {"id": refund_id(one), "reason": one.note or "", "total": money(-one.amount)}
            for one in row.refunds
        ],
        "payment_url": f"{base[:-14]}/checkout/order-pay/{number}/?pay_for_order=true",
        "is_editable": not paid, "needs_payment": not paid, "needs_processing": True,
        **links(base, "/orders", number),
    }  # fmt: skip


def nobody(made: dict[str, str]) -> dict[str, str]:
    """An address without its person (`WC_Privacy_Erasers`): texts are replaced, not emptied."""
    kept = {"email", "country", "state", "phone"}
    erased = {name: "[deleted]" for name, text in made.items() if text and name not in kept}
    return made | erased | {"phone": ""}


def draft(store: Store, row: Checkout, base: str, zone: int) -> dict[str, Any]:
    """What the block checkout leaves of a cart: an order that was never placed."""
    number = small("draft", row.number)
    customer = store.customers.get(row.customer or 0)
    return {
        **_head(row, number, "checkout-draft"),
        "version": "10.0.2", "created_via": "store-api",
        **stamps(zone, date_created=row.created_at, date_modified=row.updated_at,
                 date_completed=None, date_paid=None),
        "customer_id": small("customer", customer.number) if customer else 0,
        "billing": address(row.billing, None, email_of(customer) if customer else ""),
        "shipping": address(row.delivery, None),
        "payment_method": "", "payment_method_title": "", "transaction_id": "",
        "customer_note": "", "meta_data": [], "refunds": [],
        "payment_url": f"{base[:-14]}/checkout/order-pay/{number}/?pay_for_order=true",
        "is_editable": True, "needs_payment": True, "needs_processing": True,
        **links(base, "/orders", number),
    }  # fmt: skip


def _head(row: Sale, number: int, status: str) -> dict[str, Any]:
    coupons = [
        {"id": number * 10 + place, "code": code.lower(), "discount": money(row.discounts),
         "discount_tax": "0", "meta_data": [], "discount_type": "percent", "nominal_amount": 10,
         "free_shipping": code == "FREESHIP"}
        for place, code in enumerate(row.discount_codes)
    ]  # fmt: skip
    shipping = {
        "id": number * 10 + 9, "method_title": "Parcel", "method_id": "flat_rate",
        "instance_id": "", "total": money(row.shipping), "total_tax": "0.00", "taxes": [],
        "tax_status": "taxable", "meta_data": [],
    }  # fmt: skip
    return {
        "id": number, "parent_id": 0, "number": str(number), "order_key": f"wc_order_{number:x}",
        "status": status, "currency": "EUR", "currency_symbol": "€", "prices_include_tax": True,
        "discount_total": money(row.discounts), "discount_tax": "0.00",
        "shipping_total": money(row.shipping), "shipping_tax": "0.00", "cart_tax": money(row.tax),
        "total": money(row.total), "total_tax": money(row.tax), "cart_hash": "",
        "customer_ip_address": "", "customer_user_agent": "",
        "line_items": [line(one, one.quantity) for one in row.lines], "tax_lines": [],
        "shipping_lines": [shipping], "fee_lines": [], "coupon_lines": coupons,
    }  # fmt: skip


def line(row: Line, quantity: int, total: int | None = None) -> dict[str, Any]:
    """A line of an order, or of a refund with `total` and a quantity below zero."""
    before = row.unit_price * quantity
    after = before - row.discount if total is None else total
    return {
        "id": (row.number - FIRST_LINE) // STEP,
        "name": escaped(row.title)
        if row.variant_title is None else f"{escaped(row.title)} &ndash; {row.variant_title}",
        "product_id": small("product", row.product) if row.product else 0,
        "variation_id": small("variation", row.variant) if row.variant_title and row.variant else 0,
        "quantity": quantity, "tax_class": "", "subtotal": money(before), "subtotal_tax": "0.00",
        "total": money(after), "total_tax": "0.00", "taxes": [], "meta_data": [],
        "sku": row.sku or "", "price": after / 100 / (quantity or 1),
        "image": {"id": "", "src": ""}, "parent_name": row.title if row.variant_title else None,
    }  # fmt: skip


def refund(row: Refund, base: str, zone: int) -> dict[str, Any]:
    """A refund; its lines are negative, its own amount is not."""
    number = refund_id(row)
    path = f"/orders/{small('order', row.order)}/refunds"
    return {
        "id": number, **stamps(zone, date_created=row.created_at), "amount": money(row.amount),
        "reason": row.note or "", "refunded_by": 1, "refunded_payment": True, "meta_data": [],
        "line_items": [line(one.line, -one.quantity, -one.amount) for one in row.lines],
        "shipping_lines": [], "tax_lines": [], "fee_lines": [], **links(base, path, number),
    }  # fmt: skip
