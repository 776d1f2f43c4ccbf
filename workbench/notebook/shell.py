"""What the workbench adds to IPython: displays of domain objects and a bar of progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from html import escape
from typing import Any

from workbench.notebook import show
from workbench.notebook.sheet import Sheet

OFTEN = 0.2  # seconds between two drawings of a bar: more often costs time and shows nothing


def shell() -> Any | None:
    """The running IPython, None in a plain Python."""
    from IPython.core.getipython import get_ipython

    return get_ipython()


def furnish(ip: Any) -> None:
    """Register the displays with an IPython, and let tab see what is there; doing it again changes nothing.

    Names are completed by looking at the objects themselves, what their properties lead to included, and nothing is
    called. Reading our code instead (jedi) takes seconds the first time, in which JupyterLab has given up, and sees
    no field of a catalogue.
    """
    ip.Completer.use_jedi = False
    ip.Completer.evaluation = "unsafe"
    ip.Completer.policy_overrides = {"allow_any_calls": False}
    formatter = ip.display_formatter.mimebundle_formatter
    for (module, name), function in show.KINDS.items():
        formatter.for_type_by_name(module, name, _bundle(function))


def _bundle(function: str) -> Callable[..., dict[str, Any]]:
    def made(one: Any, include: object = None, exclude: object = None) -> dict[str, Any]:
        sheet: Sheet = getattr(show, function)(one)
        return sheet.bundle()

    return made


class Bar:
    """A bar of progress in a notebook; says nothing in a plain Python, and is gone when the work is done."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.last = 0.0
        self.handle: Any = None

    def __call__(self, what: str, share: float) -> None:
        """Draw, at most some times a second."""
        now = time.monotonic()
        if shell() is None or now - self.last < OFTEN:
            return
        self.last = now
        self._draw(
            f'<progress value="{min(max(share, 0.0), 1.0):.3f}" max="1" aria-label="{escape(self.title)}"></progress> '
            f"{escape(self.title)}: {escape(what)}"
        )

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *why: object) -> None:
        if self.handle is not None:
            self._draw("")

    def _draw(self, html: str) -> None:
        from IPython.display import HTML, display

        if self.handle is None:
            self.handle = display(HTML(html), display_id=True)  # type: ignore[no-untyped-call]
        else:
            self.handle.update(HTML(html))  # type: ignore[no-untyped-call]
