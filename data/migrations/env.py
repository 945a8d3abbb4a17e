"""Alembic's environment: runs on the connection that ``data.database.engine.upgrade_schema`` hands over."""

from alembic import context

from data.database.access_tables import metadata  # of all tables

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
