"""What the oracle looks at: the store, Brevo as it is at this moment, and a few dates."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Facts:
    """Both sides at one moment. ``unknown`` events may be missing: the loader has said so.

    Orders, products and categories by the platform's number.
    """

    store: Any
    brevo: Any
    past: Any
    first_seen: datetime
    unknown: int = 0
    contacts: dict = field(init=False)
    newsletter: int | None = field(init=False)
    orders: dict = field(init=False)
    products: dict = field(init=False)
    categories: dict = field(init=False)

    def __post_init__(self):
        # Not ``brevo.contacts``: looking must not complete an import that Brevo has not completed.
        self.contacts = dict(self.brevo.book.by_id)
        lists = self.brevo.lists.values()
        self.newsletter = next((x.id for x in lists if x.name == "Shopify newsletter"), None)
        # A batch of orders has no status to wait for: what was taken counts as there.
        self.orders = by_number(self.brevo.orders)
        self.products = by_number(self.brevo.products)
        self.categories = by_number(self.brevo.categories)

    @classmethod
    def of(cls, world, unknown=0):
        """The facts of a world now."""
        return cls(world.store, world.brevo, world.past, world.first_seen, unknown)

    def by_email(self, email):
        """The contact with this address."""
        return self.brevo.book.find("email", email.strip().lower())

    def contact_of(self, row):
        """The contact of a customer: by address, else by phone number, else by the shop's id."""
        book = self.brevo.book
        if row.email:
            return self.by_email(row.email)
        return book.find("SMS", digits(row.phone) or "") or book.find("ext_id", str(row.number))

    def buyer_of(self, sale):
        """The contact of whoever bought; None where the store no longer knows an address."""
        customer = self.store.customers.get(sale.customer or 0)
        if customer is not None:
            return self.contact_of(customer)
        email = getattr(sale, "email", None)
        return self.by_email(email) if email and sale.customer is None else None


def by_number(items):
    """Brevo's items by the number of the platform's row, the last part of their id."""
    return {int(key.rpartition(":")[2]): item for key, item in items.items()}


def digits(phone):
    """A phone number as Brevo keeps it: digits with the country code."""
    return phone.lstrip("+") if phone else None


def seconds(text):
    """A time as the platforms write it."""
    return datetime.fromisoformat(text)


def wrong(who, wanted, held):
    """Values that differ; nothing, empty and absent are one. Says the name, never the value."""
    return [
        f"stale: {who}: {name} is not what the store says"
        for name, value in wanted.items()
        if _plain(value) != _plain(held.get(name))
    ]


def _plain(value):
    return None if value == "" else value
