"""The store: made by chance from a seed, then alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tajo_sandbox.store.dice import DAY, Dice, iso
from tajo_sandbox.store.life import Life
from tajo_sandbox.store.people import HISTORY, People, crowd
from tajo_sandbox.store.sales import Sales
from tajo_sandbox.store.shelf import collections, happenings, product
from tajo_sandbox.store.shelves import utc_now

if TYPE_CHECKING:
    from datetime import datetime

    from tajo_sandbox.store.trade import Order

PRODUCTS = 60
GONE_PRODUCTS = 3
DRAFTS = 12


class Store(Life):
    """One shop, in memory, safe to use from several threads.

    `customers`, `orders`, `checkouts`, `products`, `collections`, `drafts` and `happenings` map
    a row's number to the row (`rows.py`); `find(gid)` looks a row up by the platform's id.
    """

    @classmethod
    def generate(
        cls,
        customers: int = 2000,
        orders: int = 5000,
        seed: int = 1,
        now: datetime | None = None,
        domain: str = "demo-store.myshopify.com",
        *,
        products: int = PRODUCTS,
    ) -> Store:
        """Make a lifelike store with two years of history.

        Args:
            customers: how many have an account; a fifth of all orders is by guests.
            orders: how many orders there are.
            seed: the same seed, sizes and `now` make the same store.
            now: when the history ends (aware); the real time when left out. What happens later
                happens at `clock`, which stays the real time until it is replaced.
            domain: the shop's name.
            products: how many products are on the shelf, at least one.
        """
        moment = now or utc_now()
        store = cls(domain)
        store.dice = Dice(seed, moment.timestamp())
        store.opened_at = iso(store.dice.now - HISTORY)
        store.people = People(store.dice)
        store._fill_shelf(products)
        for customer in crowd(store.people, customers):
            store.customers[customer.number] = customer
        store.sales = Sales(store.people, list(store.products.values()))
        store._fill_books(orders)
        return store

    def _fill_shelf(self, count: int) -> None:
        made = [product(self.dice, index) for index in range(max(1, count))]
        made[0].status = "ACTIVE"
        self.products.update((row.number, row) for row in made)
        self.collections.update((row.number, row) for row in collections(self.dice, made))
        timeline = happenings(self.dice, made, GONE_PRODUCTS)
        self.happenings.update((row.number, row) for row in timeline)

    def _fill_books(self, count: int) -> None:
        buyers = list(self.customers.values())
        sales = self.sales
        for moment, buyer in sales.sampling(buyers, count):
            order = sales.order(buyer, moment)
            self.orders[order.number] = order
            self._remember(order)
        for moment, buyer in sales.sampling(buyers, count // 8 + 4):
            completed = self.dice.chance(0.25)
            checkout = sales.checkout(buyer, moment, completed=completed)
            self.checkouts[checkout.number] = checkout
        states = ("OPEN", "INVOICE_SENT", "COMPLETED")
        for index, (moment, buyer) in enumerate(sales.sampling(buyers, DRAFTS)):
            draft = sales.draft(buyer, min(moment, self.dice.now - DAY), states[index % 3])
            self.drafts[draft.number] = draft

    def _remember(self, order: Order) -> None:
        """Add an order of the past to what its customer has bought."""
        customer = self.customers.get(order.customer or 0)
        if customer is None:
            return
        customer.orders_count += 1
        customer.last_order = order.number
        customer.updated_at = max(customer.updated_at, order.updated_at)
        if not order.test and order.cancelled_at is None:
            customer.spent += order.received - order.refunded
