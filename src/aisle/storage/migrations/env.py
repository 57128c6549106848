"""Alembic's entry: runs the scripts over the connection that `migrate` opened."""

from alembic import context

from aisle.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
