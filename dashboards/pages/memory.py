"""Frees what the framework keeps of a page after it was closed; without this every visit stays in memory.

Measured with Panel 1.9.4 and panel-material-ui 0.16.6: `Page` follows `state.busy` with a watcher on the
server-wide state that nobody removes, and views stay in the server-wide table of views.
"""

from __future__ import annotations

from typing import Any

from panel.io.state import state


def state_watchers() -> list[Any]:
    """The watchers on the server-wide state at this moment."""
    return [one for kinds in state.param.watchers.values() for group in kinds.values() for one in group]


def forget(document: Any, watchers: list[Any]) -> None:
    """Drop the views of a destroyed session and the watchers that its page left on the state."""
    for watcher in watchers:
        state.param.unwatch(watcher)
    for reference, (_, _, owner, _) in list(state._views.items()):
        if owner is document:
            del state._views[reference]
