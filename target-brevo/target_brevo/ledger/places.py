"""Accounts, the first day of each store, and the lists that this project made."""

from dataclasses import dataclass

from sqlalchemy import select, update

from target_brevo.ledger.database import Database
from target_brevo.ledger.tables import ACCOUNTS, LISTS, STORES


@dataclass(frozen=True, slots=True)
class Places:
    """What the ledger knows of one account as a whole."""

    database: Database
    account: str

    def enter(self, api_url: str, organization: str) -> None:
        """Write the account's row when it is met for the first time."""
        row = {
            "account": self.account,
            "api_url": api_url,
            "organization": organization,
            "walked_at": None,
        }
        with self.database.begin() as connection:
            self.database.insert_new(connection, ACCOUNTS, row)

    def first_seen(self, platform: str, store: str, now: str) -> str:
        """Return since when this store is sent to this account; ``now`` when it is new."""
        # Invariant 5: written before the first send, so a backfill can be told from news.
        row = {"account": self.account, "platform": platform, "store": store, "first_seen": now}
        with self.database.begin() as connection:
            self.database.insert_new(connection, STORES, row)
            found = connection.execute(
                select(STORES.c.first_seen).where(
                    STORES.c.account == self.account,
                    STORES.c.platform == platform,
                    STORES.c.store == store,
                )
            ).scalar_one()
        return str(found)

    def made_lists(self) -> dict[str, int | None]:
        """Return name → id of the lists that this project created in this account.

        An id of None is an intent whose answer never came: a list of that name is ours too.
        """
        with self.database.begin() as connection:
            rows = connection.execute(
                select(LISTS.c.name, LISTS.c.list_id).where(LISTS.c.account == self.account)
            )
            return {str(row.name): row.list_id for row in rows}

    def making_list(self, name: str, list_id: int | None, at: str) -> None:
        """Write that a list is about to be created (no id yet), or was created."""
        row = {"account": self.account, "name": name, "list_id": list_id, "created_at": at}
        with self.database.begin() as connection:
            self.database.upsert(connection, LISTS, [row])

    def walked_at(self) -> str | None:
        """Return since when every contact of the account is known, or None."""
        with self.database.begin() as connection:
            found = connection.execute(
                select(ACCOUNTS.c.walked_at).where(ACCOUNTS.c.account == self.account)
            ).scalar()
        return str(found) if found else None

    def walked(self, at: str) -> None:
        """Write that every contact that existed at ``at`` is known."""
        with self.database.begin() as connection:
            connection.execute(
                update(ACCOUNTS).where(ACCOUNTS.c.account == self.account).values(walked_at=at)
            )


def organizations(database: Database, api_url: str) -> list[str]:
    """Return the organisations whose account behind ``api_url`` the database has met."""
    with database.begin() as connection:
        found = connection.execute(
            select(ACCOUNTS.c.organization)
            .where(ACCOUNTS.c.api_url == api_url)
            .order_by(ACCOUNTS.c.organization)
        )
        return [str(row.organization) for row in found]


def account_in(database: Database, api_url: str, organization: str) -> str | None:
    """Return the name of the account ``organization`` behind ``api_url``, None where it is new."""
    with database.begin() as connection:
        found: str | None = connection.execute(
            select(ACCOUNTS.c.account).where(
                ACCOUNTS.c.api_url == api_url, ACCOUNTS.c.organization == organization
            )
        ).scalar()
    return found
