"""How much the ledger knows of: what sending all of it again would be about."""

from sqlalchemy import func, select

from target_brevo.ledger.database import Database
from target_brevo.ledger.tables import FINGERPRINTS, PEOPLE, SENDINGS

_NAMES = {"order": "orders", "product": "products", "category": "categories"}


def amounts_of(database: Database, account: str) -> dict[str, int]:
    """Return how many contacts, events, orders, products and categories ``account`` was sent.

    ``held`` counts the contacts as well: they are what Brevo is known to hold.
    """
    kinds = select(FINGERPRINTS.c.kind, func.count()).where(FINGERPRINTS.c.account == account)
    people = select(func.count()).select_from(PEOPLE).where(PEOPLE.c.account == account)
    events = select(func.count()).select_from(SENDINGS)
    events = events.where(SENDINGS.c.account == account, SENDINGS.c.kind == "event")
    with database.begin() as connection:
        contacts = int(connection.execute(people).scalar_one())
        found = {"contacts": contacts, "held": contacts}
        found["events"] = int(connection.execute(events).scalar_one())
        for kind, count in connection.execute(kinds.group_by(FINGERPRINTS.c.kind)):
            if kind in _NAMES:
                found[_NAMES[kind]] = int(count)
    return found
