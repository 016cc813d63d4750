"""Schema 3: several runs at once know whose an intent is, and share Brevo's limits."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the run to sendings, and the table of limits."""
    op.add_column("sendings", sa.Column("run", sa.String(32), nullable=False, server_default=""))
    op.create_table(
        "limits",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("bucket", sa.String(60), primary_key=True),
        sa.Column("calls", sa.Integer),
        sa.Column("length", sa.Float, nullable=False),
        sa.Column("opened", sa.Float, nullable=False),
        sa.Column("closes", sa.Float, nullable=False),
        sa.Column("anchored", sa.Boolean, nullable=False),
        sa.Column("left", sa.Integer, nullable=False),
        sa.Column("spilt", sa.Integer, nullable=False),
    )
