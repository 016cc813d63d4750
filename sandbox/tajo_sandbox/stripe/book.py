"""Everything that the account holds as of now, and the events that tell of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tajo_sandbox.store.dice import DAY
from tajo_sandbox.stripe import goods, people, sales
from tajo_sandbox.stripe.shapes import minor, named, seconds

if TYPE_CHECKING:
    from tajo_sandbox.store import Store
    from tajo_sandbox.stripe.people import Desk

Thing = dict[str, Any]
KINDS = ("Customer", "Order", "Product", "AbandonedCheckout")
KEEPS = 30 * DAY
"""How long events are kept."""
LISTS = {
    "customers": "customer", "products": "product", "prices": "price",
    "subscriptions": "subscription", "invoices": "invoice", "charges": "charge",
    "payment_intents": "payment_intent", "balance_transactions": "balance_transaction",
    "refunds": "refund", "checkout/sessions": "checkout.session", "disputes": "dispute",
}  # fmt: skip
OLD_VERSION = "2024-06-20"
"""What the account's events are written in, whatever version a request asks for."""


@dataclass(slots=True)
class Book:
    """The account's lists, made anew when something in the store has moved."""

    store: Store
    desk: Desk
    lists: dict[str, dict[str, Thing]] = field(default_factory=dict)
    gone: dict[str, Thing] = field(default_factory=dict)
    _events: list[Thing] = field(default_factory=list)
    _mark: tuple[Any, ...] = ()

    def now(self) -> int:
        """The account's time."""
        return seconds(self.store.now())

    def look(self) -> None:
        """Bring everything up to now; call it under the store's lock."""
        mark = (*map(self.store.version, KINDS), repr(self.desk.changed), self.now() // 60)
        if mark == self._mark:
            return
        self._mark, before, self._events = mark, self.lists, []
        self.lists = {name: {} for name in LISTS}
        self._shelf()
        self._people()
        self._sales()
        self._funerals(before)

    def events(self) -> list[Thing]:
        """The events that are still kept, in the order of nothing in particular."""
        oldest, now = self.now() - KEEPS, self.now()
        return [one for one in self._events if oldest <= one["created"] <= now]

    def find(self, made: str) -> Thing | None:
        """Any object by its id; what is left of it when it is deleted."""
        for rows in self.lists.values():
            if made in rows:
                return rows[made]
        return self.gone.get(made)

    def _put(self, name: str, thing: Thing, *kinds: str, at: int | None = None) -> Thing:
        self.lists[name][thing["id"]] = thing
        for kind in kinds:
            self._tell(kind, at if at is not None else thing["created"], thing)
        return thing

    def _tell(self, kind: str, at: int, thing: Thing) -> None:
        """An event: it bears the object as it was, in the account's old version."""
        digest = hashlib.sha1(f"{kind} {thing['id']} {at}".encode(), usedforsecurity=False)
        stale = {"id": thing["id"], "object": thing["object"], "metadata": {"stale": "yes"}}
        stale |= {name: thing[name] for name in ("invoice", "charge", "payment") if name in thing}
        self._events.append(named(
            "event", f"evt_{digest.hexdigest()[:24]}", at, type=kind, api_version=OLD_VERSION,
            data={"object": stale}, pending_webhooks=0,
            request={"id": None, "idempotency_key": None},
        ))  # fmt: skip

    def _changed(self, kind: str, thing: Thing, updated: str) -> None:
        if (at := seconds(updated)) > thing["created"]:
            self._tell(f"{kind}.updated", at, thing)

    def _shelf(self) -> None:
        self._put("products", goods.club(self.store), "product.created")
        for one in goods.plans(self.store):
            self._put("prices", one, "price.created")
        for row in self.store.products.values():
            made = self._put("products", goods.product(row), "product.created")
            self._changed("product", made, row.updated_at)
            for variant in row.variants:
                told = self._put("prices", goods.variant(variant), "price.created")
                self._changed("price", told, variant.updated_at)

    def _people(self) -> None:
        for row in self.store.customers.values():
            made = self._put("customers", people.customer(row), "customer.created")
            self._changed("customer", made, row.updated_at)
        for place, member in people.members(self.store):
            changed = self.desk.changed.get(f"sub_{member.number}", {})
            of = people.subscription(place, member, self.lists["prices"], changed)
            self._put("subscriptions", of, "customer.subscription.created")
            ended = "deleted" if of["status"] == "canceled" else "updated"
            if changed or of["ended_at"]:
                at = changed.get("at", of["ended_at"])
                self._tell(f"customer.subscription.{ended}", at, of)
            if of["status"] != "trialing":
                first = people.subscription(place, member, self.lists["prices"], {})
                self._invoiced(people.invoice(member, first), given_back=place % 2 == 1)

    def _invoiced(self, made: Thing, *, given_back: bool) -> None:
        good = made["status"] == "paid"
        told = "invoice.paid" if good else "invoice.payment_failed"
        self._put("invoices", made, "invoice.created", "invoice.finalized", told)
        if good:
            self._tell("invoice_payment.paid", made["created"], made["payments"][0])
        back = made["amount_paid"] // 10 if given_back else 0
        of = sales.of_invoice(made, back)
        self._paid(of)
        if back:
            self._refunded(of["made"], made["created"], back, of)

    def _paid(self, of: Thing) -> None:
        good = of["status"] == "succeeded"
        self._put("charges", sales.charge(of), f"charge.{of['status']}")
        told = "succeeded" if good else "payment_failed"
        self._put("payment_intents", sales.intent(of), "payment_intent.created",
                  f"payment_intent.{told}")  # fmt: skip
        if good:
            made = f"txn_{of['made']}"
            source = f"ch_{of['made']}"
            moved = sales.balance(made, of["at"], of["amount"], of["currency"], source)
            self._put("balance_transactions", moved)
        if of["disputed"]:
            self._put("disputes", sales.dispute(of), "charge.dispute.created")

    def _sales(self) -> None:
        now, persons = self.now(), self.lists["customers"]
        for order in self.store.orders.values():
            of = sales.of_order(order)
            self._paid(of)
            for row in order.refunds:
                back = minor(row.amount, order.currency, order.rate)
                self._refunded(str(row.number), seconds(row.created_at), back, of)
            if order.source == "web":
                self._session(sales.session(order, now, of, persons.get(of["customer"] or "")))
        for cart in self.store.checkouts.values():
            buyer = persons.get(f"cus_{cart.customer}")
            self._session(sales.session(cart, now, None, buyer))

    def _refunded(self, made: str, at: int, amount: int, of: Thing) -> None:
        told = sales.refund(made, at, amount, of["currency"], of["made"])
        self._put("refunds", told, "refund.created")
        moved = sales.balance(f"txn_re{made}", at, -amount, of["currency"], told["id"])
        self._put("balance_transactions", moved)
        self._tell("charge.refunded", at, self.lists["charges"][f"ch_{of['made']}"])

    def _session(self, made: Thing) -> None:
        self._put("checkout/sessions", made)
        if made["status"] == "complete":
            self._tell("checkout.session.completed", made["created"], made)
        elif made["status"] == "expired":
            self._tell("checkout.session.expired", made["expires_at"], made)

    def _funerals(self, before: dict[str, dict[str, Thing]]) -> None:
        """What was there when somebody last looked, and is not any more."""
        for name in ("customers", "products", "prices"):
            for made in before.get(name, {}).keys() - self.lists[name].keys():
                self.gone[made] = {"id": made, "object": LISTS[name], "deleted": True,
                                   "at": self.now()}  # fmt: skip
        for thing in self.gone.values():
            self._tell(f"{thing['object']}.deleted", thing["at"], thing)
