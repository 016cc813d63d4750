"""The report: payments and refunds of the store as transactions, and the balances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tajo_sandbox.paypal.money import code, local, moment, money, without_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tajo_sandbox.store import Order, Store
    from tajo_sandbox.store.rows import Address
    from tajo_sandbox.store.trade import Line, Refund, Transaction

STATUS = {"SUCCESS": "S", "PENDING": "P", "FAILURE": "D"}
FEE = 0.0349
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CALLING = {"US": "1", "CA": "1", "DE": "49", "AT": "43", "CH": "41", "FR": "33", "GB": "44",
           "NL": "31", "ES": "34", "IT": "39", "PL": "48", "SE": "46", "DK": "45",
           "BE": "32", "JP": "81", "NO": "47", "TR": "90", "PT": "351"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moved:
    """One row of the report: ``begun`` is what the report is filtered by."""

    id: str
    begun: datetime
    counts: bool  # it changes the balance
    row: dict[str, Any]


def payment_id(move: Transaction) -> str:
    """The id of a payment or refund."""
    return code("7X", move.number)


def payments(store: Store) -> Iterator[tuple[Order, Transaction]]:
    """Every payment with its order."""
    for order in store.orders.values():
        if not order.test:
            for move in order.transactions:
                if move.what in {"SALE", "CAPTURE"}:
                    yield order, move


def moved(store: Store, low: str = "", high: str = "9999") -> Iterator[Moved]:
    """Every row from a time of the store's on, to another one."""
    for order, move in payments(store):
        if low <= move.created_at <= high:
            yield from paid(store, order, move)
    for order in store.orders.values():
        for refund in order.refunds:
            if not order.test and low <= refund.created_at <= high:
                yield _refunded(store, order, refund)


def paid(store: Store, order: Order, move: Transaction) -> Iterator[Moved]:
    """The row of a payment, and the note that some have."""
    info = {
        **_info(order, move, "T0006", move.amount),
        "invoice_id": f"ORDER-{order.index}",
        "shipping_amount": money(order.shipping * order.rate, order.currency),
        "transaction_subject": f"Order {order.index}",
        "protection_eligibility": "01",
    }
    if move.status == "SUCCESS":
        info["fee_amount"] = money(-move.amount * order.rate * FEE, order.currency)
    whole = {**_row(store, order, info), "cart_info": {"item_details": _items(order)}}
    yield Moved(info["transaction_id"], moment(move.created_at), move.status == "SUCCESS", whole)
    if order.index % 5 == 0:  # the same id once more: a note that moves no money
        note = {**info, "transaction_event_code": "T9900",
                "transaction_amount": money(0, order.currency)}  # fmt: skip
        note.pop("fee_amount", None)
        yield Moved(
            info["transaction_id"], moment(move.created_at), False, _row(store, order, note)
        )


def _refunded(store: Store, order: Order, refund: Refund) -> Moved:
    paid = next(one for one in order.transactions if one.what in {"SALE", "CAPTURE"})
    info = {
        **_info(order, refund.transaction, "T1107", -refund.amount),
        "paypal_reference_id": payment_id(paid),
        "paypal_reference_id_type": "TXN",
        "invoice_id": f"ORDER-{order.index}",
    }
    row = _row(store, order, info)
    return Moved(info["transaction_id"], moment(refund.created_at), True, row)


def _info(order: Order, move: Transaction, event: str, cents: int) -> dict[str, Any]:
    return {
        "paypal_account_id": payer_id(order),
        "transaction_id": payment_id(move),
        "transaction_event_code": event,
        "transaction_initiation_date": local(move.created_at),
        "transaction_updated_date": local(move.processed_at or move.created_at),
        "transaction_amount": money(cents * order.rate, order.currency),
        "transaction_status": STATUS[move.status],
    }


def payer_id(order: Order) -> str:
    """The payer's account: a customer's for good, a guest's own for each payment."""
    return payer_number(order.customer or order.number)


def payer_number(number: int) -> str:
    """The account of a payer: 13 letters and digits that cannot be taken for each other."""
    digits = [LETTERS[number >> (5 * place) & 31] for place in range(13)]
    return "".join(reversed(digits))


def _row(store: Store, order: Order, info: dict[str, Any]) -> dict[str, Any]:
    """A row with all its parts; who pays without an address keeps its parts empty."""
    customer = store.customers.get(order.customer or 0)
    where = order.billing
    first = (customer.first_name if customer else None) or (where.first_name if where else None)
    last = (customer.last_name if customer else None) or (where.last_name if where else None)
    name = {"given_name": first, "surname": last,
            "alternate_full_name": " ".join(filter(None, (first, last))) or None}  # fmt: skip
    payer = {
        "account_id": payer_id(order),
        "email_address": order.email or (customer.email if customer else None),
        "phone_number": _phone(order.phone, where),
        "address_status": "Y" if where else "N",
        "payer_status": "Y",
        "payer_name": without_nothing(name),
        "country_code": where.country_code if where else None,
        "address": _address(where),
    }
    shipped = {"name": " ".join(filter(None, (first, last))) or None,
               "address": _address(order.delivery)}  # fmt: skip
    return {
        "transaction_info": info,
        "payer_info": without_nothing(payer),
        "shipping_info": without_nothing(shipped),
        "cart_info": {},
        "store_info": {},
        "auction_info": {},
        "incentive_info": {},
    }


def _phone(text: str | None, where: Address | None) -> dict[str, str] | None:
    calling = CALLING.get(where.country_code) if where else None
    digits = "".join(filter(str.isdigit, text or ""))
    if not calling or not digits.startswith(calling) or not (text or "").startswith("+"):
        return None
    return {"country_code": calling, "national_number": digits.removeprefix(calling)}


def _address(where: Address | None) -> dict[str, Any] | None:
    if where is None:
        return None
    return without_nothing(
        {
            "line1": where.address1,
            "line2": where.address2,
            "city": where.city,
            "state": where.province_code,
            "country_code": where.country_code,
            "postal_code": where.zip,
        }
    )


def _items(order: Order) -> list[dict[str, Any]]:
    return [_item(order, line) for line in order.lines]


def _item(order: Order, line: Line) -> dict[str, Any]:
    whole = line.unit_price * line.quantity - line.discount
    return without_nothing(
        {
            "item_code": line.sku,
            "item_name": line.title,
            "item_description": line.variant_title,
            "item_quantity": str(line.quantity),
            "item_unit_price": money(line.unit_price * order.rate, order.currency),
            "item_amount": money(whole * order.rate, order.currency),
            "total_item_amount": money(whole * order.rate, order.currency),
            "invoice_number": f"ORDER-{order.index}",
        }
    )


def balances(store: Store, account: str) -> dict[str, Any]:
    """What lies in the account, currency by currency."""
    sums: dict[str, float] = {store.currency: 0.0}
    for one in moved(store):
        if one.counts:
            said = one.row["transaction_info"]["transaction_amount"]
            here = said["currency_code"]
            sums[here] = sums.get(here, 0.0) + float(said["value"]) * 100
    return {
        "balances": [
            {
                "currency": currency,
                "primary": currency == store.currency,
                "total_balance": money(cents, currency),
                "available_balance": money(cents, currency),
                "withheld_balance": money(0, currency),
            }
            for currency, cents in sorted(sums.items())
        ],
        "account_id": account,
        "as_of_time": store.now(),
        "last_refresh_time": store.now(),
    }
