"""Schema 4: several records of one person: who writes what, what adds up, who keeps on lists."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the three tables."""
    op.create_table(
        "writers",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("platform", sa.Text, primary_key=True),
        sa.Column("store", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("names", sa.Text, nullable=False),
    )
    op.create_table(
        "shares",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False, index=True),
        sa.Column("amount", sa.String(60), nullable=False),
        sa.Column("unit", sa.Text),
        sa.Column("at", sa.String(32)),
    )
    op.create_table(
        "members",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("list_id", sa.BigInteger, primary_key=True),
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False, index=True),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("store", sa.Text, nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("leaving", sa.Boolean, nullable=False),
    )
