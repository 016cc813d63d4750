"""Schema 2: blocks that were found in Brevo."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table, unless a ledger of schema 1 has it: versions did not count at first."""
    op.create_table(
        "objections",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), primary_key=True),
        sa.Column("channel", sa.String(10), primary_key=True),
        sa.Column("found_at", sa.String(32), nullable=False),
        sa.Column("since", sa.Text),
        sa.Column("by", sa.String(10), nullable=False),
        sa.Column("lifted_at", sa.String(32)),
        if_not_exists=True,
    )
