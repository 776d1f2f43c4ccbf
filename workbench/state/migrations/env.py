"""Called by Alembic for each upgrade; the connection is the one of `workbench.state.upgrade`."""

from __future__ import annotations

from alembic import context

from workbench.state.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
