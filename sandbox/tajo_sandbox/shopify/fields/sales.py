"""Orders with their lines, refunds and payments; abandoned checkouts; draft orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tajo_sandbox.shopify.fields.lines import (
    DISCOUNTED_TOTAL,
    LINE,
    Within,
    bag,
    part_bag,
    within,
    within_first,
)
from tajo_sandbox.shopify.fields.people import guarded
from tajo_sandbox.shopify.fields.table import Entry, Table, empty, no, nothing, yes

if TYPE_CHECKING:
    from tajo_sandbox.shopify.view import View
    from tajo_sandbox.store import Customer, Order, Refund
    from tajo_sandbox.store.trade import Sale


def _customer(sale: Sale, view: View) -> Customer | None:
    return view.customer(sale.customer)


def _parent(row: Within, view: View) -> Within | None:
    order = view.order(row.sale.number)
    parents = (
        (move for move in order.transactions if move.number == row.part.parent) if order else ()
    )
    return next((Within(move, row.sale) for move in parents), None)


def _tax(sale: Sale) -> list[Tax]:
    return [Tax("VAT", sale.tax)] if sale.tax else []


class Tax:
    """The tax of a sale, as one line."""

    kind = "TaxLine"
    gid = ""
    number = 0

    def __init__(self, title: str, cents: int) -> None:
        self.title = title
        self.cents = cents


class Shipping:
    """The shipping of an order, as one line."""

    kind = "ShippingLine"

    def __init__(self, order: Order) -> None:
        self.number = order.number
        self.gid = f"gid://shopify/ShippingLine/{order.number}"
        self.cents = order.shipping


def _shipping(order: Order) -> list[Shipping]:
    return [Shipping(order)] if order.shipping else []


def _shipping_line(order: Order, _view: View) -> Within | None:
    return next((Within(line, order) for line in _shipping(order)), None)


def _refund_lines(row: Within, _view: View) -> list[Within]:
    return [Within(line, row.sale) for line in row.part.lines]


def _current(order: Order) -> int:
    return order.total - order.refunded


def _fully_paid(order: Order, _view: View) -> bool:
    return order.received >= order.total


_SALE: dict[str, Entry] = {
    "customer": _customer,
    "currencyCode": lambda _row, view: view.store.currency,
    "presentmentCurrencyCode": "currency",
    "taxesIncluded": yes,
    "billingAddress": "billing",
    "shippingAddress": "delivery",
    "customAttributes": empty,
    "taxLines": within(_tax),
    "lineItems": within(lambda sale: sale.lines),
    "subtotalPriceSet": bag(lambda sale: sale.subtotal),
    "totalPriceSet": bag(lambda sale: sale.total),
    "totalTaxSet": bag(lambda sale: sale.tax),
    "totalDiscountsSet": bag(lambda sale: sale.discounts),
    "totalDiscountSet": bag(lambda sale: sale.discounts),
    "totalShippingPriceSet": bag(lambda sale: sale.shipping),
    "totalLineItemsPriceSet": bag(lambda sale: sale.subtotal + sale.discounts),
    "totalDutiesSet": nothing,
    "poNumber": nothing,
    "email": guarded("email"),
    "phone": guarded("phone"),
    "defaultCursor": lambda row, _: str(row.number),
}

SALES: Table = {
    "Order": {
        **_SALE,
        "name": lambda row, _: f"#{row.index}",
        "number": "index",
        "closed": lambda row, _: row.closed_at is not None,
        "confirmed": yes,
        "customerLocale": "locale",
        "customerAcceptsMarketing": "accepts_marketing",
        "displayFinancialStatus": "financial",
        "displayFulfillmentStatus": "fulfillment",
        "discountCode": lambda row, _: next(iter(row.discount_codes), None),
        "sourceName": "source",
        "sourceIdentifier": nothing,
        "clientIp": nothing,
        "paymentGatewayNames": lambda row, _: sorted({m.gateway for m in row.transactions}),
        "fullyPaid": _fully_paid,
        "unpaid": lambda row, _: row.received == 0,
        "refundable": lambda row, _: row.received > row.refunded,
        "edited": no,
        "confirmationNumber": lambda row, _: f"{row.number % 36**6:09X}",
        "requiresShipping": yes,
        "returnStatus": lambda *_: "NO_RETURN",
        "subtotalLineItemsQuantity": lambda row, _: sum(line.quantity for line in row.lines),
        "currentSubtotalLineItemsQuantity": lambda row, _: sum(
            line.current_quantity for line in row.lines
        ),
        "shippingLine": _shipping_line,
        "shippingLines": lambda row, _: [Within(line, row) for line in _shipping(row)],
        "currentTotalPriceSet": bag(_current),
        "currentSubtotalPriceSet": bag(lambda row: max(0, row.subtotal - row.refunded)),
        "currentTotalTaxSet": bag(lambda row: round(_current(row) * 19 / 119)),
        "currentTotalDiscountsSet": bag(lambda row: row.discounts),
        "currentShippingPriceSet": bag(lambda row: row.shipping),
        "originalTotalPriceSet": bag(lambda row: row.total),
        "totalRefundedSet": bag(lambda row: row.refunded),
        "totalRefundedShippingSet": bag(lambda _row: 0),
        "totalReceivedSet": bag(lambda row: row.received),
        "totalOutstandingSet": bag(lambda row: max(0, row.total - row.received)),
        "totalTipReceivedSet": bag(lambda _row: 0),
        "netPaymentSet": bag(lambda row: row.received - row.refunded),
        "refunds": within_first(lambda row: row.refunds),
        "transactions": within_first(lambda row: row.transactions),
    },
    "LineItem": {
        **LINE,
        "discountedTotalSet": lambda row, view, _args: DISCOUNTED_TOTAL(row, view),
    },
    "AbandonedCheckoutLineItem": {
        **LINE,
        "originalTotalPriceSet": LINE["originalTotalSet"],
        "discountedTotalPriceSet": DISCOUNTED_TOTAL,
        "discountedTotalPriceWithCodeDiscount": DISCOUNTED_TOTAL,
        "discountedUnitPriceWithCodeDiscount": LINE["discountedUnitPriceSet"],
    },
    "DraftOrderLineItem": {**LINE, "discountedTotalSet": DISCOUNTED_TOTAL, "taxLines": empty},
    "Refund": {
        "createdAt": "part.created_at",
        "updatedAt": "part.updated_at",
        "processedAt": "part.created_at",
        "note": "part.note",
        "order": "sale",
        "totalRefundedSet": part_bag(lambda refund: refund.amount),
        "refundLineItems": _refund_lines,
        "transactions": lambda row, _: [Within(row.part.transaction, row.sale)],
    },
    "RefundLineItem": {
        "quantity": "part.quantity",
        "restockType": lambda *_: "RETURN",
        "restocked": yes,
        "lineItem": lambda row, _: Within(row.part.line, row.sale),
        "priceSet": part_bag(lambda line: line.line.unit_price),
        "subtotalSet": part_bag(lambda line: line.amount),
        "totalTaxSet": part_bag(lambda line: round(line.amount * 19 / 119)),
    },
    "OrderTransaction": {
        "kind": "part.what",
        "status": "part.status",
        "createdAt": "part.created_at",
        "processedAt": "part.processed_at",
        "gateway": "part.gateway",
        "formattedGateway": lambda row, _: row.part.gateway.replace("_", " ").title(),
        "test": "part.test",
        "errorCode": lambda row, _: "CARD_DECLINED" if row.part.status == "FAILURE" else None,
        "amountSet": part_bag(lambda move: move.amount),
        "parentTransaction": _parent,
        "order": "sale",
        "manualPaymentGateway": no,
        "paymentId": lambda row, _: f"r{row.number}",
        "authorizationExpiresAt": nothing,
    },
    "TaxLine": {
        "title": "part.title",
        "rate": lambda *_: 0.19,
        "ratePercentage": lambda *_: 19.0,
        "priceSet": part_bag(lambda tax: tax.cents),
        "channelLiable": no,
        "source": nothing,
    },
    "ShippingLine": {
        "title": lambda *_: "Parcel",
        "code": lambda *_: "parcel",
        "source": lambda *_: "shopify",
        "custom": no,
        "carrierIdentifier": nothing,
        "phone": nothing,
        "isRemoved": no,
        "taxLines": empty,
        "originalPriceSet": part_bag(lambda line: line.cents),
        "discountedPriceSet": part_bag(lambda line: line.cents),
        "currentDiscountedPriceSet": part_bag(lambda line: line.cents),
    },
    "AbandonedCheckout": {
        **_SALE,
        "name": lambda row, _: f"#{row.number}",
        "note": lambda *_: "",
        "abandonedCheckoutUrl": lambda row, view: (
            f"https://{view.store.domain}/checkouts/{row.token}/recover"
        ),
    },
    "DraftOrder": {
        **_SALE,
        "name": lambda row, _: f"#D{row.index}",
        "note2": "note",
        "order": lambda row, view: view.order(row.order),
        "ready": yes,
        "taxExempt": no,
        "reserveInventoryUntil": nothing,
        "visibleToCustomer": yes,
        "invoiceUrl": lambda row, view: f"https://{view.store.domain}/invoices/{row.number}",
        "totalQuantityOfLineItems": lambda row, _: sum(line.quantity for line in row.lines),
    },
}


def refund_of(refund: Refund, view: View) -> Within | None:
    """A refund by itself, as the root field `refund` answers; None when its order is hidden."""
    order = view.order(refund.order)
    return Within(refund, order) if order else None
