"""Schema 6: whom events, orders and refused records were about, so that it can be explained."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table; what was sent before has no trace."""
    op.create_table(
        "traces",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False, index=True),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("store", sa.Text, nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
    )
