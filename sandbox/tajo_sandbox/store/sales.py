"""Orders, abandoned checkouts and draft orders, made from customers and products."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from tajo_sandbox.store.baskets import Baskets
from tajo_sandbox.store.dice import DAY, Loaded, iso
from tajo_sandbox.store.money import pay, refund_share
from tajo_sandbox.store.people import HISTORY, STEP, People
from tajo_sandbox.store.trade import Checkout, CheckoutLine, Draft, DraftLine, Order
from tajo_sandbox.store.words import (
    FIRST_NAMES,
    LAST_NAMES,
    ORDER_TAGS,
    PLACES,
    RATES,
    Place,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tajo_sandbox.store.rows import Address, Customer, Product

FIRST_ORDER = 5_000_000_000_000
FIRST_CHECKOUT = 31_000_000_000_000
FIRST_DRAFT = 1_100_000_000_000
FIRST_NAME = 1001
GUESTS = 0.2

_FATES = Loaded({
    "paid": 780, "partly_refunded": 55, "refunded": 35, "pending": 35, "authorized": 25,
    "partly_paid": 15, "cancelled": 20, "cancelled_refunded": 15, "voided": 20,
})  # fmt: skip
_BY_CODE = {place.code: place for place in PLACES}


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys: a customer, or a guest who only leaves contact data."""

    customer: Customer | None
    place: Place
    email: str | None
    phone: str | None
    address: Address | None


class Sales:
    """Draws sales of all kinds; its counters go on where they stopped."""

    def __init__(self, people: People, products: Sequence[Product]) -> None:
        self.people = people
        self.dice = people.dice
        self._baskets = Baskets(people.dice, products)
        self._orders = count(0)
        self._checkouts = count(1)
        self._drafts = count(1)
        self._guests: list[Buyer] = []

    def clear_away(self, product: Product) -> None:
        """Sell this product no longer."""
        self._baskets.clear_away(product)

    def guest(self) -> Buyer:
        """Somebody without an account; one in three has bought before."""
        dice, people = self.dice, self.people
        if self._guests and dice.chance(0.33):
            return dice.pick(self._guests)
        place, first, last = people.place(), dice.pick(FIRST_NAMES), dice.pick(LAST_NAMES)
        by_phone = dice.chance(0.04)
        buyer = Buyer(
            customer=None,
            place=place,
            email=None if by_phone else people.email(first, last, len(self._guests) + 900_001),
            phone=people.phone(place) if by_phone or dice.chance(0.2) else None,
            address=people.address(place, first, last),
        )
        self._guests.append(buyer)
        return buyer

    def known(self, customer: Customer) -> Buyer:
        """A customer of the shop as a buyer."""
        address = customer.address
        place = _BY_CODE[address.country_code] if address else PLACES[0]
        return Buyer(customer, place, customer.email, customer.phone, address)

    def order(self, buyer: Buyer, created: int, fate: str | None = None) -> Order:
        """An order of `buyer` at `created` (Unix seconds); `fate` names what became of it."""
        dice = self.dice
        customer = buyer.customer
        index = next(self._orders)
        moment = iso(created)
        currency = buyer.place.currency
        order = Order(
            number=FIRST_ORDER + index * STEP,
            index=FIRST_NAME + index,
            created_at=moment,
            updated_at=moment,
            processed_at=moment,
            customer=customer.number if customer else None,
            email=buyer.email,
            phone=buyer.phone if dice.chance(0.7) else None,
            locale=buyer.place.locale,
            currency=currency,
            rate=RATES[currency],
            financial="PENDING",
            fulfillment="UNFULFILLED",
            source="web" if dice.chance(0.9) else dice.pick(("pos", "shopify_draft_order")),
            accepts_marketing=dice.chance(0.4),
            cart_token=dice.token() if dice.chance(0.85) else None,
            checkout_token=dice.token() if dice.chance(0.9) else None,
            tags=dice.pick(ORDER_TAGS),
            note="Please gift-wrap" if dice.chance(0.05) else None,
            test=dice.chance(0.015),
            billing=buyer.address,
            delivery=buyer.address,
            **self._baskets.basket(),
        )
        self._live(order, created, fate or _FATES.at(dice.random()))
        return order

    def _live(self, order: Order, created: int, fate: str) -> None:
        """Payment, fulfilment, cancellation and refunds, as `fate` says."""
        dice = self.dice
        last = pay(order, created, fate, dice)
        if fate.startswith("cancelled") or fate == "voided":
            last = dice.later(last, 2 * DAY)
            order.cancelled_at = iso(last)
            order.cancel_reason = dice.pick(("CUSTOMER", "INVENTORY", "FRAUD", "OTHER"))
        if order.received and fate != "cancelled" and dice.chance(0.85):
            last = dice.later(last, 4 * DAY)
            order.fulfillment = "FULFILLED"
            order.closed_at = iso(last)
        if fate == "partly_refunded":
            last = dice.later(last, 20 * DAY)
            refund_share(order, last, dice, whole=False)
        elif fate in {"refunded", "cancelled_refunded"}:
            last = dice.later(last, 20 * DAY)
            refund_share(order, last, dice, whole=True)
        order.updated_at = iso(last)

    def checkout(self, buyer: Buyer, created: int, *, completed: bool = False) -> Checkout:
        """An abandoned checkout; guests leave no customer and so no e-mail address."""
        dice = self.dice
        updated = dice.later(created, DAY)
        return Checkout(
            number=FIRST_CHECKOUT + next(self._checkouts) * STEP,
            created_at=iso(created),
            updated_at=iso(updated),
            completed_at=iso(updated) if completed else None,
            customer=buyer.customer.number if buyer.customer else None,
            currency=buyer.place.currency,
            rate=RATES[buyer.place.currency],
            token=dice.token(),
            billing=buyer.address if dice.chance(0.6) else None,
            delivery=buyer.address if dice.chance(0.8) else None,
            **self._baskets.basket(CheckoutLine),
        )

    def draft(self, buyer: Buyer, created: int, status: str) -> Draft:
        """A draft order in one of the platform's three states."""
        dice = self.dice
        index = next(self._drafts)
        updated = iso(dice.later(created, 10 * DAY))
        return Draft(
            number=FIRST_DRAFT + index * STEP,
            index=index,
            status=status,
            created_at=iso(created),
            updated_at=updated,
            completed_at=updated if status == "COMPLETED" else None,
            invoice_sent_at=updated if status == "INVOICE_SENT" else None,
            customer=buyer.customer.number if buyer.customer else None,
            email=buyer.email,
            phone=buyer.phone,
            currency=buyer.place.currency,
            rate=RATES[buyer.place.currency],
            billing=buyer.address,
            delivery=buyer.address,
            **self._baskets.basket(DraftLine),
        )

    def sampling(self, customers: Sequence[Customer], count_: int) -> Iterator[tuple[int, Buyer]]:
        """`count_` purchases over two years, oldest first: when, and who."""
        dice = self.dice
        drawn: list[tuple[int, int, Buyer]] = []
        start = dice.now - HISTORY
        for index in range(count_):
            if not customers or dice.chance(GUESTS):
                drawn.append((start + int(dice.random() * HISTORY), index, self.guest()))
                continue
            position = int(len(customers) * dice.random() ** 1.4)
            since = start + HISTORY * (position + 1) // len(customers)
            moment = min(dice.now - 1, since + int(dice.random() * (dice.now - since)))
            drawn.append((moment, index, self.known(customers[position])))
        drawn.sort(key=lambda row: row[:2])
        return ((moment, buyer) for moment, _, buyer in drawn)
