"""Keeps watch over open pages: a right that ends while a page is open ends on that page too, within a second.

A page asks for the rights of its reader at each act, but figures that stand on a screen ask nothing any more. So the
server looks twice a second whether anything changed for somebody who has a page open, and has that page look again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tornado.ioloop import IOLoop, PeriodicCallback

SECONDS = 0.4
log = logging.getLogger("workbench.portal")


@dataclass
class Watched:
    """An open page: `what` tells of a moment what the page may show then, as any value that changes with it; `again`
    makes it look again."""

    document: Any
    what: Callable[[Any], object]
    again: Callable[[], None]
    seen: object = None


@dataclass
class Vigil:
    """The open pages of this process. `moment` is asked once for all of them at each look: fifty pages are no dearer to
    watch than one."""

    moment: Callable[[], Any]
    _open: dict[str, Watched] = field(default_factory=dict)
    _failed: bool = False

    def watch(self, session_id: str, page: Watched) -> None:
        """From now on `page` looks again when what it may show has changed."""
        page.seen = page.what(self.moment())
        self._open[session_id] = page

    def leave(self, session_id: str) -> None:
        """A page was closed."""
        self._open.pop(session_id, None)

    def start(self) -> None:
        """Look again and again on the event loop of this thread, until it ends."""
        PeriodicCallback(self.look, SECONDS * 1000).start()

    async def look(self) -> None:
        """Have each page whose reader may see something else now look again. The questions are asked in a thread."""
        try:
            changed = await IOLoop.current().run_in_executor(None, self._changed)
            self._failed = False
        except Exception:  # nobody can change a right in a database that is away; the next look may find it
            if not self._failed:
                log.exception("rights cannot be looked up: open pages stay as they are until they can")
            self._failed = True
            return
        for page in changed:
            page.document.add_next_tick_callback(page.again)

    def _changed(self) -> list[Watched]:
        found, pages = [], list(self._open.values())
        moment = self.moment() if pages else None
        for page in pages:
            now = page.what(moment)
            if now != page.seen:
                page.seen = now
                found.append(page)
        return found

    def __len__(self) -> int:
        return len(self._open)
