"""Customers who come, change, consent, refuse and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tajo_sandbox.store.people import STEP, People
from tajo_sandbox.store.rows import Consent, Customer
from tajo_sandbox.store.shelves import Shelves
from tajo_sandbox.store.words import FIRST_NAMES, LAST_NAMES, PLACES

if TYPE_CHECKING:
    from tajo_sandbox.store.dice import Dice
    from tajo_sandbox.store.sales import Sales

CHANNELS = {
    "email": ("email_consent", "email"),
    "sms": ("sms_consent", "phone"),
    "whatsapp": ("whatsapp_consent", "phone"),
}


class Relations(Shelves):
    """Changes of customers, each under the lock and at the store's own time."""

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

    def delete_customer(self, gid: str) -> None:
        """Delete a customer: no trace but a null where their orders named them.

        Raises:
            KeyError: there is no such customer.
        """
        with self.lock:
            del self.customers[self.customer(gid).number]
            self.moved("Customer")

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
