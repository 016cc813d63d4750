"""Schema 7: what a source record's line was, so that it is recognised when it comes again."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; what was sent before is not recognised until it has been read once more."""
    op.add_column("sources", sa.Column("line", sa.String(32), nullable=False, server_default=""))
