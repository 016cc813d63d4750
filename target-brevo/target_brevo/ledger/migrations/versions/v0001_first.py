"""Schema 1: accounts and stores, persons, goods and sendings, rejects.

Lengths that stand here only where a value is made by this project: what comes from outside is text
of any length.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _places()
    _goods()
    _people()
    _rejects()


def _places() -> None:
    op.create_table(
        "accounts",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("api_url", sa.Text, nullable=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("walked_at", sa.String(32)),
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "lists",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("list_id", sa.BigInteger),
        sa.Column("created_at", sa.String(32), nullable=False),
    )
    op.create_table(
        "stores",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("platform", sa.Text, primary_key=True),
        sa.Column("store", sa.Text, primary_key=True),
        sa.Column("first_seen", sa.String(32), nullable=False),
    )


def _goods() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("fingerprint", sa.String(32), nullable=False),
        sa.Column("at", sa.Text),
        sa.Column("sent_at", sa.String(32), nullable=False),
    )
    op.create_table(
        "imports",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column("process", sa.BigInteger),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.String(32), nullable=False),
        sa.Column("closed_at", sa.String(32)),
    )
    op.create_table(
        "sendings",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("happened_at", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
    )
    op.create_index("ix_sendings_state", "sendings", ["state"])


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), primary_key=True),
        sa.Column("brevo_id", sa.BigInteger),
        sa.Column("email_blocked", sa.Boolean, nullable=False),
        sa.Column("sms_blocked", sa.Boolean, nullable=False),
        sa.Column("filled", sa.Text, nullable=False),
        sa.Column("lists_added", sa.Text, nullable=False),
        sa.Column("lists_left", sa.Text, nullable=False),
        sa.Column("seen_at", sa.String(32), nullable=False),
    )
    op.create_table(
        "sources",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("store", sa.Text, nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("owner", sa.Boolean, nullable=False),
        sa.Column("fingerprint", sa.String(32), nullable=False),
        sa.Column("at", sa.Text),
        sa.Column("consent", sa.Text, nullable=False),
        sa.Column("sent_at", sa.String(32), nullable=False),
    )
    op.create_index("ix_sources_person", "sources", ["person"])


def _rejects() -> None:
    op.create_table(
        "rejects",
        sa.Column("account", sa.String(32), primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("shown_key", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("first_seen", sa.String(32), nullable=False),
        sa.Column("last_seen", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("closed_at", sa.String(32)),
        sa.Column("fingerprint", sa.String(32), nullable=False),
        sa.Column("record", sa.Text),
    )
