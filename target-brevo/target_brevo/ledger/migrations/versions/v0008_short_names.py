"""Schema 8: new accounts have short names, which an older version would not find."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Change nothing: accounts that are there keep their names."""
