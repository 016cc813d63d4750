"""How money moves through an order: payment, capture, refund, and the state that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tajo_sandbox.store.dice import DAY, Dice, iso
from tajo_sandbox.store.trade import Order, Refund, RefundLine, Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tajo_sandbox.store.trade import Line

FIRST_TRANSACTION = 6_500_000_000_000
FIRST_REFUND = 900_000_000_000
SLOTS = 64
"""Numbers kept free per order for its transactions and refunds."""

_UNPAID = {"pending", "voided", "cancelled", "authorized", "unpaid"}


def _transaction(
    order: Order, what: str, moment: int, amount: int, status: str = "SUCCESS"
) -> Transaction:
    taken = len(order.transactions)
    return Transaction(
        number=FIRST_TRANSACTION + order.index * SLOTS + taken,
        what=what,
        status=status,
        created_at=iso(moment),
        processed_at=None if status == "PENDING" else iso(moment),
        amount=amount,
        gateway="bogus" if order.test else "shopify_payments",
        test=order.test,
    )


def _book(order: Order, what: str, moment: int, amount: int, status: str = "SUCCESS") -> None:
    order.transactions.append(_transaction(order, what, moment, amount, status))


def pay(order: Order, created: int, fate: str, dice: Dice) -> int:
    """Book the payments that `fate` calls for.

    Returns:
        When the last of them happened, in Unix seconds.
    """
    if fate in _UNPAID:
        return _unpaid(order, created, fate, dice)
    total = order.total // 2 if fate == "partly_paid" else order.total
    last = created
    if dice.chance(0.05):
        _book(order, "SALE", last, total, "FAILURE")
        last = dice.later(last, 600)
    if dice.chance(0.3):
        _book(order, "AUTHORIZATION", last, total)
        last = dice.later(last, 2 * DAY)
        _book(order, "CAPTURE", last, total)
        order.transactions[-1].parent = order.transactions[-2].number
    else:
        _book(order, "SALE", last, total)
    order.financial = "PARTIALLY_PAID" if fate == "partly_paid" else "PAID"
    return last


def _unpaid(order: Order, created: int, fate: str, dice: Dice) -> int:
    if fate in {"pending", "unpaid"}:
        if fate == "pending" and dice.chance(0.5):
            _book(order, "SALE", created, order.total, "PENDING")
        return created
    _book(order, "AUTHORIZATION", created, order.total)
    order.financial = "AUTHORIZED"
    if fate == "authorized":
        return created
    last = dice.later(created, DAY)
    _book(order, "VOID", last, order.total)
    order.financial = "VOIDED"
    return last


def paid_now(order: Order, moment: int) -> None:
    """The whole amount is paid at `moment` (Unix seconds)."""
    _book(order, "SALE", moment, order.total)
    order.financial = "PAID"


def refund_share(order: Order, moment: int, dice: Dice, *, whole: bool) -> Refund:
    """Refund all that is left, or one piece of one line.

    Raises:
        ValueError: nothing is left to refund.
    """
    left = order.received - order.refunded
    if left <= 0:
        raise ValueError(f"order {order.gid}: nothing is left to refund; pay it first")
    open_lines = [line for line in order.lines if line.current_quantity > 0]
    lines: list[RefundLine] = []
    if whole or not open_lines:
        lines = list(_back(order, open_lines))
        amount = left
    else:
        line = dice.pick(open_lines)
        line.current_quantity -= 1
        amount = min(left, max(1, line.unit_price - line.discount // line.quantity))
        lines = [RefundLine(_line_number(order, 0), line, 1, amount)]
    return _refund(order, moment, amount, lines)


def _line_number(order: Order, position: int) -> int:
    return FIRST_REFUND + (order.index * SLOTS + len(order.refunds) * 8 + position) * 3 + 1


def _back(order: Order, lines: Iterable[Line]) -> Iterator[RefundLine]:
    for position, line in enumerate(lines):
        quantity, line.current_quantity = line.current_quantity, 0
        amount = line.unit_price * quantity - line.discount * quantity // line.quantity
        yield RefundLine(_line_number(order, position), line, quantity, amount)


def _refund(order: Order, moment: int, amount: int, lines: list[RefundLine]) -> Refund:
    move = _transaction(order, "REFUND", moment, amount)
    refund = Refund(
        number=FIRST_REFUND + (order.index * SLOTS + len(order.refunds)) * 3,
        order=order.number,
        created_at=iso(moment),
        updated_at=iso(moment),
        note=None,
        amount=amount,
        lines=lines,
        transaction=move,
    )
    order.transactions.append(move)
    order.refunds.append(refund)
    whole = order.refunded >= order.received
    order.financial = "REFUNDED" if whole else "PARTIALLY_REFUNDED"
    return refund
