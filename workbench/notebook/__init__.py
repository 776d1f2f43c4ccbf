"""The workbench in a notebook: `wb = notebook.start()`; all behind it completes with tab and shows itself."""

from workbench.notebook.desk import Desk, start
from workbench.notebook.sheet import table

__all__ = ["Desk", "start", "table"]
