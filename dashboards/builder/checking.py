"""Drafts are checked beside the event loop, so that nobody waits for somebody else's findings."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Made = TypeVar("Made")
_WORKER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drafts")


def soon(document: Any, work: Callable[[], Made], done: Callable[[Made | Exception], None]) -> None:
    """Do `work` in a thread, then `done` with its result or error on the event loop of the page.

    Where no server holds the page (none at all, or a notebook) both happen now. A page that was closed in the meantime
    gets nothing.
    """

    def finished() -> None:
        made = _tried(work)
        if document.session_context is not None:
            document.add_next_tick_callback(lambda: done(made))

    if document is None or document.session_context is None:
        done(_tried(work))
    else:
        _WORKER.submit(finished)


def _tried(work: Callable[[], Made]) -> Made | Exception:
    try:
        return work()
    except Exception as error:
        return error
