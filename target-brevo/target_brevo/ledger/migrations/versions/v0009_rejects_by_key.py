"""Schema 9: rejects are looked up by their key alone, whatever their stream and kind."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_rejects_account_key", "rejects", ["account", "key"])
