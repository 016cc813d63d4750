"""What Alembic runs for each command; by its design, this file is the effect of loading it."""

from alembic import context

from target_brevo.ledger.migrations.running import VERSION_TABLE
from target_brevo.ledger.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
