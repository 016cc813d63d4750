"""What happens in a shop while somebody reads it: people change, buy, leave, are refunded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tajo_sandbox.store.dice import iso
from tajo_sandbox.store.money import paid_now, refund_share
from tajo_sandbox.store.people import STEP
from tajo_sandbox.store.relations import Relations
from tajo_sandbox.store.rows import Happening
from tajo_sandbox.store.shelf import FIRST_EVENT

if TYPE_CHECKING:
    from tajo_sandbox.store.rows import Product
    from tajo_sandbox.store.sales import Buyer
    from tajo_sandbox.store.trade import Order


class Life(Relations):
    """Changes, each under the lock and at the store's own time; ids come back as gids."""

    def place_orders(self, count: int, *, paid: bool = True, guest: bool = False) -> list[str]:
        """Orders placed in the web shop now; what was bought moves too, for its stock goes down.

        Raises:
            ValueError: no customer has an e-mail address, and no guest is to buy.
        """
        with self.lock:
            moment = self._tick()
            buyers = [] if guest else self._buyers(count)
            placed = []
            for index in range(count):
                buyer = buyers[index % len(buyers)] if buyers else self.sales.guest()
                order = self.sales.order(buyer, moment, "unpaid")
                # At a till it would be a mere payment on some platforms.
                order.test, order.source = False, "web"
                if paid:
                    paid_now(order, moment)
                self.orders[order.number] = order
                self._sold(order)
                placed.append(order.gid)
            self.moved("Order")
            return placed

    def _buyers(self, count: int) -> list[Buyer]:
        """Customers to buy, each once as far as there are enough."""
        known = sum(row.email is not None for row in self.customers.values())
        chosen = self._some_customers(max(1, min(count, known)))
        return [self.sales.known(customer) for customer in chosen]

    def _sold(self, order: Order) -> None:
        """Move what an order moves beside itself: its customer and the products bought."""
        customer = self.customers.get(order.customer or 0)
        if customer:
            customer.orders_count += 1
            customer.spent += order.received
            customer.last_order = order.number
            self.touch(customer)
        for line in order.lines:
            product = self.products.get(line.product or 0)
            for variant in product.variants if product else ():
                if product and variant.number == line.variant:
                    variant.inventory -= line.quantity
                    variant.updated_at = self.now()
                    self.touch(product)

    def refund(self, gid: str, *, whole: bool = True) -> str:
        """Refund an order now, all of it or one piece; gives the refund's gid.

        Raises:
            KeyError: there is no such order.
            ValueError: nothing is left to refund.
        """
        with self.lock:
            order = self.order(gid)
            refund = refund_share(order, self._tick(), self.dice, whole=whole)
            self.touch(order)
            customer = self.customers.get(order.customer or 0)
            if customer:
                customer.spent -= refund.amount
                self.touch(customer)
            return refund.gid

    def cancel_order(self, gid: str, reason: str = "CUSTOMER") -> None:
        """Cancel an order now.

        Raises:
            KeyError: there is no such order.
        """
        with self.lock:
            order = self.order(gid)
            order.cancelled_at = self.now()
            order.cancel_reason = reason
            self.touch(order)

    def delete_product(self, gid: str) -> None:
        """Delete a product: it leaves its collections and an entry in the timeline.

        Raises:
            KeyError: there is no such product.
        """
        with self.lock:
            product = self.products.pop(self.product(gid).number)
            for collection in self.collections.values():
                if product.number in collection.products:
                    collection.products.remove(product.number)
            self.sales.clear_away(product)
            self._happened("destroy", product)
            self.moved("Product")
            self.moved("Collection")

    def _happened(self, action: str, product: Product) -> None:
        number = max(self.happenings, default=FIRST_EVENT) + STEP
        self.happenings[number] = Happening(
            number=number,
            action=action,
            subject_type="PRODUCT",
            subject=product.gid,
            created_at=self.now(),
            message=f"The shop's owner deleted a product: {product.title}.",
        )
        self.moved("BasicEvent")

    def abandon_checkout(self, gid: str | None = None, *, guest: bool = False) -> str:
        """A checkout that somebody leaves now: the named customer, anybody, or a guest.

        Raises:
            KeyError: there is no such customer.
        """
        with self.lock:
            moment = self._tick()
            if guest:
                buyer = self.sales.guest()
            else:
                customer = self.customer(gid) if gid else self._some_customers(1)[0]
                buyer = self.sales.known(customer)
            checkout = self.sales.checkout(buyer, moment)
            checkout.updated_at = iso(moment)
            self.checkouts[checkout.number] = checkout
            self.moved("AbandonedCheckout")
            return checkout.gid

    def complete_checkout(self, gid: str) -> None:
        """Let the buyer come back and finish a checkout.

        Raises:
            KeyError: there is no such checkout.
        """
        with self.lock:
            number = int(gid.rpartition("/")[2])
            checkout = self.checkouts[number]
            checkout.completed_at = self.now()
            self.touch(checkout)
