"""What happens in a shop while somebody reads it: people change, buy, leave, are refunded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tajo_sandbox.store.dice import Dice, iso
from tajo_sandbox.store.money import paid_now, refund_share
from tajo_sandbox.store.people import STEP, People
from tajo_sandbox.store.rows import Consent, Customer, Happening, Order
from tajo_sandbox.store.shelf import FIRST_EVENT
from tajo_sandbox.store.shelves import Shelves
from tajo_sandbox.store.words import FIRST_NAMES, LAST_NAMES, PLACES

if TYPE_CHECKING:
    from tajo_sandbox.store.rows import Product
    from tajo_sandbox.store.sales import Sales

CHANNELS = {
    "email": ("email_consent", "email"),
    "sms": ("sms_consent", "phone"),
    "whatsapp": ("whatsapp_consent", "phone"),
}


class Life(Shelves):
    """Changes, each under the lock and at the store's own time; ids come back as gids."""

    dice: Dice
    people: People
    sales: Sales

    def _tick(self) -> int:
        """Let the dice know what time it is; Unix seconds."""
        self.dice.now = int(self.clock().timestamp())
        return self.dice.now

    def _some_customers(self, count: int) -> list[Customer]:
        """Different customers with an e-mail address, drawn anew each time."""
        known = [row for row in self.customers.values() if row.email]
        chosen: dict[int, Customer] = {}
        if count > len(known):
            raise ValueError(f"{count} customers asked for; {len(known)} have an e-mail address")
        while len(chosen) < count:
            row = self.dice.pick(known)
            chosen[row.number] = row
        return list(chosen.values())

    def change_customers(self, count: int) -> list[str]:
        """Let `count` customers change, one of them unsubscribing where anybody is subscribed.

        Raises:
            ValueError: the store has fewer customers with an e-mail address.
        """
        with self.lock:
            self._tick()
            chosen = self._some_customers(count)
            leaver = next((c for c in chosen if c.email_consent.state == "SUBSCRIBED"), None)
            if leaver is None and chosen:
                others = (c for c in self.customers.values() if c not in chosen)
                found = next((c for c in others if c.email_consent.state == "SUBSCRIBED"), None)
                chosen[0] = leaver = found or chosen[0]
            for index, customer in enumerate(chosen):
                if customer is leaver:
                    customer.email_consent = Consent("UNSUBSCRIBED", "UNKNOWN", self.now())
                else:
                    self._change(customer, index)
                self.touch(customer)
            return [customer.gid for customer in chosen]

    def _change(self, customer: Customer, index: int) -> None:
        """A new first name, last name or phone number, never the old one."""
        if index % 3 == 0:
            names = [name for name in FIRST_NAMES if name != customer.first_name]
            customer.first_name = self.dice.pick(names)
        elif index % 3 == 1:
            names = [name for name in LAST_NAMES if name != customer.last_name]
            customer.last_name = self.dice.pick(names)
        else:
            place = next((p for p in PLACES if self._lives(customer, p.code)), PLACES[0])
            customer.phone = self.people.phone(place, shared=False)

    @staticmethod
    def _lives(customer: Customer, code: str) -> bool:
        return customer.address is not None and customer.address.country_code == code

    def add_customers(self, count: int = 1, *, email: str | None = None) -> list[str]:
        """New customers, created now; `email` is for a single one with this address."""
        with self.lock:
            moment = self._tick()
            added = []
            for _ in range(count):
                index = max(self.customers, default=0) // STEP + 1
                customer = self.people.customer(index, moment, moment)
                customer.number = max(customer.number, max(self.customers, default=0) + STEP)
                customer.email = email or customer.email
                self.customers[customer.number] = customer
                self.touch(customer)
                added.append(customer.gid)
            return added

    def place_orders(self, count: int, *, paid: bool = True, guest: bool = False) -> list[str]:
        """Orders placed now; the stock of what was bought goes down, so products move as well."""
        with self.lock:
            moment = self._tick()
            customers = [] if guest else self._some_customers(min(count, len(self.customers)))
            placed = []
            for index in range(count):
                buyer = (
                    self.sales.guest()
                    if guest
                    else self.sales.known(customers[index % len(customers)])
                )
                order = self.sales.order(buyer, moment, "unpaid")
                order.test = False
                if paid:
                    paid_now(order, moment)
                self.orders[order.number] = order
                self._sold(order)
                placed.append(order.gid)
            self.moved("Order")
            return placed

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

    def delete_customer(self, gid: str) -> None:
        """Delete a customer: no trace but a null where their orders named them.

        Raises:
            KeyError: there is no such customer.
        """
        with self.lock:
            del self.customers[self.customer(gid).number]
            self.moved("Customer")

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

    def subscribe(self, gid: str, channel: str = "email") -> None:
        """Let a customer say yes on a channel: `email`, `sms` or `whatsapp`.

        Raises:
            KeyError: there is no such customer or channel.
        """
        self._consent(gid, channel, "SUBSCRIBED")

    def unsubscribe(self, gid: str, channel: str = "email") -> None:
        """Let a customer say no on a channel: `email`, `sms` or `whatsapp`.

        Raises:
            KeyError: there is no such customer or channel.
        """
        self._consent(gid, channel, "UNSUBSCRIBED")

    def _consent(self, gid: str, channel: str, state: str) -> None:
        with self.lock:
            self._tick()
            customer = self.customer(gid)
            consent, address = CHANNELS[channel]
            if getattr(customer, address) is None:
                raise KeyError(f"{gid}: no {address} to ask for {channel} consent")
            setattr(customer, consent, Consent(state, "SINGLE_OPT_IN", self.now()))
            self.touch(customer)
