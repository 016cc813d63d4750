"""The ledger's schema: made at the first opening, and brought to today's at a later one."""

from secrets import token_hex

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select, update

from tajo_connector_sdk.errors import ConfigurationError
from target_brevo.ledger.tables import FACTS, METADATA, SCHEMA_VERSION

# Alembic's own table (ledger/migrations/running.py names it).
REVISIONS = Table(
    "ledger_revision", MetaData(), Column("version_num", String(32), primary_key=True)
)


def made_ready(connection: Connection, shown: str) -> bytes:
    """Bring the ledger of an open transaction to today's schema; return its salt.

    Raises ConfigurationError where a newer version wrote it. The transaction keeps others out, so
    of two runs that open the same old ledger one migrates it.
    """
    found = _version(connection, shown)
    if found is None:
        _make(connection)
    elif found > SCHEMA_VERSION:
        raise ConfigurationError(
            f"ledger_url: {shown}",
            f"the ledger has schema version {found}",
            right=f"this version knows schema {SCHEMA_VERSION} and older",
            do="install the newer target-brevo that wrote it, or name another place",
        )
    elif found < SCHEMA_VERSION:
        _migrate(connection, found)
    salt = connection.execute(select(FACTS.c.value).where(FACTS.c.name == "salt")).scalar_one()
    return bytes.fromhex(salt)


def _version(connection: Connection, shown: str) -> int | None:
    if not inspect(connection).has_table(FACTS.name):
        return None
    # Only the two columns that every schema has.
    found = connection.execute(
        select(FACTS.c.value).where(FACTS.c.name == "schema_version")
    ).scalar()
    if found is None or not str(found).isdigit():
        raise ConfigurationError(
            f"ledger_url: {shown}",
            "its table 'facts' is not one of a ledger",
            right="a database, or a schema, of its own",
            do="name another place",
        )
    return int(found)


def _make(connection: Connection) -> None:
    METADATA.create_all(connection, checkfirst=False)  # there is no table of ours yet
    REVISIONS.create(connection, checkfirst=True)
    connection.execute(insert(REVISIONS), {"version_num": revision(SCHEMA_VERSION)})
    facts = {"salt": token_hex(16), "schema_version": str(SCHEMA_VERSION)}
    connection.execute(
        insert(FACTS), [{"name": name, "value": value} for name, value in facts.items()]
    )


def _migrate(connection: Connection, found: int) -> None:
    # Alembic takes half a second to import, so only a ledger that needs it pays.
    from target_brevo.ledger.migrations.running import upgrade  # noqa: PLC0415 - as said

    if not inspect(connection).has_table(REVISIONS.name):
        # Made before migrations were counted.
        REVISIONS.create(connection)
        connection.execute(insert(REVISIONS), {"version_num": revision(found)})
    upgrade(connection)
    connection.execute(
        update(FACTS).where(FACTS.c.name == "schema_version").values(value=str(SCHEMA_VERSION))
    )


def revision(version: int) -> str:
    """Return Alembic's name of a schema version."""
    return f"{version:04d}"
