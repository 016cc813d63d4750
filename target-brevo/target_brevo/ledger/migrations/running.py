"""Brings the schema of an older ledger to today's; imported only when there is something to do."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

# The ledger may share a database with other users of Alembic (Meltano's own is one).
VERSION_TABLE = "ledger_revision"


def upgrade(connection: Connection) -> None:
    """Run every migration that ``connection``'s ledger has not seen, in its open transaction."""
    config = Config()
    # Values of this configuration take % as the beginning of a placeholder.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
