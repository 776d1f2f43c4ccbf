"""Markup made here that tells what a reader does with it: the one interactive part of the catalogue and flow pages.

Panel's HTML pane cannot report a click, and its widgets leave some controls without a name for screen readers. Here
every control is plain HTML written by the page, the server alone decides, and the browser gets only what changed.
It works the same in a notebook, where `portal` is false: there is no other page to go to, and the address is not ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from dashboards.files import ASSETS
from dashboards.markup import Html, join, tag

Heard = Callable[[str, str, bool], None]
_LONGEST = 2_000  # characters of what a reader says; a page that takes longer texts gives its own bound


class Live(JSComponent):
    """`frame` has places named by `data-region`, which `regions` fills; see assets/live.js for the other attributes.

    `heard(act, value, on)` is called for each thing a reader does; whoever gives it looks at `value` as at anything
    that comes from outside.
    """

    frame = param.String("")
    regions = param.Dict(default={})
    values = param.Dict(default={}, doc="values of fields outside the regions, by id")
    marks = param.Dict(default={}, doc="classes by id of a part of the frame")
    portal = param.Boolean(True, doc="whether links lead to pages of ours; elsewhere they are left out")
    address = param.String("")
    focus = param.String("", doc="id of what gets the focus, after the number of the act that asked for it")
    go = param.String("", doc="an address of this portal that the browser goes to")
    answers = param.Integer(0, doc="how many acts were answered: the browser waits for it")

    _esm = ASSETS / "live.js"
    _stylesheets = [  # noqa: RUF012
        (ASSETS / name).read_text(encoding="utf-8") for name in ("pages.css", "live.css", "builder.css")
    ]

    def __init__(self, heard: Heard, longest: int = _LONGEST, **params: Any) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, **params)
        self._heard = heard
        self._longest = longest

    def point_at(self, id_: str) -> None:
        """Bring a part of the page into sight and give it the focus; the same part again and again."""
        self.focus = f"{self.answers + 1} {id_}"

    def _handle_msg(self, msg: Any) -> None:
        """What the browser says; anything that is not an act of ours is not heard."""
        if not isinstance(msg, dict):
            return
        act, value = msg.get("act"), msg.get("value")
        if isinstance(act, str) and isinstance(value, str) and len(value) <= self._longest:
            try:
                self._heard(act, value, msg.get("on") is True)
            finally:
                self.answers += 1


def region(name: str, tag_name: str = "div", **attributes: Any) -> Html:
    """A place that is filled later."""
    return tag(tag_name, data_region=name, **attributes)


def filled(**regions: str) -> dict[str, str]:
    """Regions as plain text; what is not markup is escaped."""
    return {name: str(join(content)) for name, content in regions.items()}
