"""Frees what the framework keeps of a page after it was closed; without this every visit stays in memory.

Measured with Panel 1.9.4: views stay in the server-wide table of views.
"""

from __future__ import annotations

from typing import Any

from panel.io.state import state


def forget(document: Any) -> None:
    """Drop the views of a destroyed session."""
    for reference, (_, _, owner, _) in list(state._views.items()):
        if owner is document:
            del state._views[reference]
