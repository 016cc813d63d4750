"""Orders as BigCommerce V2 shows them, refunds as V3 does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tajo_sandbox.bigcommerce.numbers import (
    TRANSACTIONAL,
    four,
    mail,
    offset,
    order_id,
    rate_of,
    refund_id,
    small,
    two,
)

if TYPE_CHECKING:
    from tajo_sandbox.store import Order, Refund, Store
    from tajo_sandbox.store.trade import Line

Json = dict[str, Any]
STATUSES = {
    0: "Incomplete", 4: "Refunded", 5: "Cancelled", 6: "Declined", 7: "Awaiting Payment",
    10: "Completed", 11: "Awaiting Fulfillment", 14: "Partially Refunded",
}  # fmt: skip
_UNPAID = {"PENDING": 7, "AUTHORIZED": 7, "PARTIALLY_PAID": 7, "VOIDED": 6, "REFUNDED": 4,
           "PARTIALLY_REFUNDED": 14}  # fmt: skip
_PAYMENT = {
    "PENDING": "", "AUTHORIZED": "authorized", "PARTIALLY_PAID": "pending", "PAID": "captured",
    "VOIDED": "void", "REFUNDED": "refunded", "PARTIALLY_REFUNDED": "partially refunded",
}  # fmt: skip
INCOMPLETE = 9
"""One in so many orders that wait for their payment never got past the payment page."""


def status(order: Order) -> int:
    """The id of an order's status."""
    if order.financial == "PENDING" and order.index % INCOMPLETE == 0:
        return 0
    if order.cancelled_at and order.financial != "REFUNDED":
        return 5
    return _UNPAID.get(order.financial, 10 if order.fulfillment == "FULFILLED" else 11)


def order(row: Order, store: Store, include: set[str], base: str, *, archived: bool) -> Json:
    """One order; its sub-resources are addresses but for what `include` names."""
    number, rate = order_id(row), rate_of(row)
    paid_in = row.currency if row.currency in TRANSACTIONAL else store.currency
    state = status(row)
    subtotal = row.subtotal + row.discounts
    links = {
        name: _link(f"/orders/{number}/{path}", base)
        for name, path in (
            ("products", "products"), ("shipping_addresses", "shippingaddresses"),
            ("coupons", "coupons"), ("consignments", "consignments"), ("fees", "fees"),
        )
    }  # fmt: skip
    made = {
        "id": number,
        "customer_id": small("customer", row.customer) if row.customer else 0,
        "channel_id": 2 if row.index % 4 == 0 else 1,
        "date_created": mail(row.created_at),
        "date_modified": mail(row.updated_at),
        "date_shipped": mail(row.closed_at) if row.closed_at else "",
        "status_id": state,
        "status": STATUSES[state],
        "cart_id": row.cart_token,
        "subtotal_ex_tax": four(subtotal - row.tax, rate),
        "subtotal_inc_tax": four(subtotal, rate),
        "shipping_cost_inc_tax": four(row.shipping, rate),
        "total_ex_tax": four(row.total - row.tax, rate),
        "total_inc_tax": four(row.total, rate),
        "total_tax": four(row.tax, rate),
        "discount_amount": "0.0000",
        "coupon_discount": four(row.discounts, rate),
        "refunded_amount": "0.0000",
        "items_total": sum(line.quantity for line in row.lines),
        "items_shipped": 0,
        "payment_method": "Test Payment Gateway" if row.test else "Credit Card",
        "payment_status": _PAYMENT[row.financial],
        "currency_id": 1,
        "currency_code": row.currency,
        "currency_exchange_rate": f"{row.rate:.10f}",
        "default_currency_id": 1,
        "default_currency_code": paid_in,
        "store_default_currency_code": store.currency,
        "store_default_to_transactional_exchange_rate": f"{rate:.10f}",
        "billing_address": _billing(row),
        "customer_locale": (row.locale or "en").split("-")[0],
        "customer_message": row.note or "",
        "is_email_opt_in": row.accepts_marketing,
        "is_deleted": archived,
        "order_source": "pos" if row.source == "pos" else "www",
        "external_source": None,
        "external_order_id": "",
        "shipping_address_count": 1,
    }
    if "consignments" in include:
        links["consignments"] = _consignments(row, base, lines="consignments.line_items" in include)
    return made | links


def _link(resource: str, base: str) -> Json:
    return {"url": f"{base}{resource}", "resource": resource}


def _billing(row: Order) -> Json:
    at = row.billing
    return {
        "first_name": (at.first_name if at else None) or "",
        "last_name": (at.last_name if at else None) or "",
        "company": (at.company if at else None) or "",
        "street_1": at.address1 if at else "",
        "street_2": (at.address2 if at else None) or "",
        "city": at.city if at else "",
        "state": (at.province if at else None) or "",
        "zip": at.zip if at else "00",
        "country": at.country if at else "",
        "country_iso2": at.country_code if at else "",
        "phone": row.phone or (at.phone if at else None) or "",
        "email": row.email or "",
        "form_fields": [],
    }


def _consignments(row: Order, base: str, *, lines: bool) -> Json:
    number = order_id(row)

    def shown(found: list[Line]) -> list[Json]:
        if lines:
            return [line_item(line, row) for line in found]
        return [_link(f"/orders/{number}/products/{small('line', x.number)}", base) for x in found]

    cards = [line for line in row.lines if line.title.endswith("Gift card")]
    goods = [line for line in row.lines if line not in cards]
    at_till = row.source == "pos"
    address = _billing(row)
    return {
        "shipping": [{"id": number, **address, "line_items": shown(goods)}]
        if goods and not at_till
        else [],
        "pickups": [{"id": number, "pickup_method_id": 1, "line_items": shown(goods)}]
        if goods and at_till
        else [],
        "downloads": [],
        "email": {
            "gift_certificates": [{"recipient_email": row.email or "", "line_items": shown(cards)}]
            if cards
            else []
        },
    }


def line_item(line: Line, row: Order) -> Json:
    """One line of an order."""
    rate = rate_of(row)
    total = line.unit_price * line.quantity
    back = line.quantity - line.current_quantity
    codes = [
        {"id": "coupon", "amount": four(line.discount, rate), "name": code, "code": code,
         "target": "order"}
        for code in row.discount_codes
    ]  # fmt: skip
    return {
        "id": small("line", line.number),
        "order_id": order_id(row),
        "product_id": small("product", line.product) if line.product else 0,
        "variant_id": small("variant", line.variant) if line.variant else 0,
        "name": line.title,
        "sku": line.sku or "",
        "type": "giftcertificate" if line.title.endswith("Gift card") else "physical",
        "brand": line.vendor or "",
        "base_price": four(line.unit_price, rate),
        "price_ex_tax": four(line.unit_price, rate),
        "price_inc_tax": four(line.unit_price, rate),
        "total_ex_tax": four(total, rate),
        "total_inc_tax": four(total, rate),
        "quantity": line.quantity,
        "quantity_refunded": back,
        "is_refunded": back == line.quantity,
        "refund_amount": "0.0000",
        "parent_order_product_id": None,
        "is_bundled_product": False,
        "product_options": [],
        "applied_discounts": codes,
    }


def refund(row: Refund, of: Order) -> Json:
    """One refund, its money as numbers."""
    rate = rate_of(of)
    return {
        "id": refund_id(row.number),
        "order_id": order_id(of),
        "user_id": 1,
        "created": offset(row.created_at),
        "reason": row.note or "",
        "total_amount": two(row.amount, rate),
        "total_tax": 0.0,
        "items": [
            {
                "item_type": "PRODUCT",
                "item_id": small("line", part.line.number),
                "reason": "",
                "quantity": part.quantity,
                "requested_amount": two(part.amount, rate),
                "adjustments": [],
            }
            for part in row.lines
        ],
        "payments": [
            {
                "id": refund_id(row.number),
                "provider_id": "credit_card",
                "amount": two(row.amount, rate),
                "offline": False,
                "is_declined": False,
                "declined_message": "",
                "transaction_id": str(refund_id(row.number)),
            }
        ],
    }
