"""What stands under the parameters: made once, and filled anew when a parameter changes.

Only what changes goes to the browser; making cards and figures anew takes it several times as long as painting them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

import panel as pn

from dashboards.files import ASSETS
from dashboards.markup import Html, join, tag
from dashboards.pages import parts
from dashboards.pages.area_map import area_map
from dashboards.pages.drawings import Drawing, drawings
from dashboards.pages.grid import SORT, TURN, Order, grid
from dashboards.pages.live import Live, filled, region
from dashboards.pages.room import Room, html
from dashboards.shown import Shown, shown
from workbench.publish import ReportView

_KINDS = 4  # kinds of figures that are kept for one place
_CARD = (ASSETS / "card.css").read_text(encoding="utf-8")
_CSS = (ASSETS / "report.css").read_text(encoding="utf-8")
_FRAME = join(*(region(name) for name in ("map", "withheld", "table", "foot")))


class Results:
    """The drawings, the map, the note on what is withheld, the table and the provenance, in this order.

    `again` is called when the reader asks for the rows in another order: it reads them anew, with the rights of that
    moment, and shows them.
    """

    def __init__(self, room: Room, again: Callable[[], None]) -> None:
        self.room = room
        self.again = again
        self.order = Order()
        self.drawn: list[_Drawn] = []
        self.below = Live(self.heard, frame=str(_FRAME), stylesheets=[_CSS])
        self.column = pn.Column(sizing_mode="stretch_width", margin=0)

    def show(self, view: ReportView) -> None:
        """Fill the places with a view; what has nothing to show is hidden."""
        table = shown(view, self.room.house.labels, self.room.t)
        made = list(drawings(view, table, self.room.house.labels, self.room.t)) if table.rows else []
        fill(self.column, [*self._drawn(made), self.below])
        self.below.regions = filled(**self._below(view, table))

    def heard(self, act: str, value: str, _: bool) -> None:
        """Another order of the rows, or other rows of it."""
        if act == SORT:
            self.order = self.order.sorted_by(value)
        elif act == TURN and value.isascii() and value.isdecimal():
            self.order = Order(self.order.key, self.order.down, int(value))
        self.again()

    def first_rows(self) -> None:
        """Another view begins at its first row, in the order that the reader chose."""
        self.order = Order(self.order.key, self.order.down)

    def _drawn(self, made: list[Drawing]) -> Iterator[Any]:
        self.drawn += [_Drawn() for _ in made[len(self.drawn) :]]
        for place, drawing in zip_longest(self.drawn, made):
            yield from place.show(drawing)

    def _below(self, view: ReportView, table: Shown) -> dict[str, str]:
        room = self.room
        foot = parts.foot(room, view)
        if not table.rows:
            return {"map": "", "withheld": "", "table": parts.empty(room), "foot": foot}
        mapped = area_map(room, view, table)
        head = parts.table_head(room, view, table)
        return {
            "map": _paper(mapped) if mapped else "",
            "withheld": parts.withheld(room, view, table),
            "table": _paper(head, grid(table, self.order, room.t)),
            "foot": foot,
        }


class _Drawn:
    """The place of one drawing: a card for each kind of figure it has had, of which one is seen.

    Exchanging the figure inside a card that is shown makes Bokeh measure a figure that is not there yet, and a card
    that was taken out would be built anew in the browser. A hidden card keeps no words.
    """

    def __init__(self) -> None:
        self.cards: list[_Card] = []

    def show(self, drawing: Drawing | None) -> list[Any]:
        """All cards of the place, with the drawing on one of them; none is seen without a drawing."""
        seen = next((one for one in self.cards if drawing and one.takes(drawing)), None)
        if drawing is not None and seen is None:
            seen = _Card(drawing)
            self.cards = [seen, *self.cards[: _KINDS - 1]]
        for one in self.cards:
            one.say(drawing if one is seen else None)
        return [one.card for one in self.cards]


class _Card:
    """A drawing with its title above and its caption below."""

    def __init__(self, drawing: Drawing) -> None:
        self.kind = drawing.picture.kind if drawing.picture else None
        self.parts = drawing.picture.build() if drawing.picture else None
        self.heading, self.caption = html(""), html("")
        pane = [pn.pane.Bokeh(self.parts.made, sizing_mode="stretch_width", margin=0)] if self.parts else []
        self.card = card(self.heading, *pane, self.caption)

    def takes(self, drawing: Drawing) -> bool:
        """Whether the parts of this card can show the drawing."""
        return self.kind == (drawing.picture.kind if drawing.picture else None)

    def say(self, drawing: Drawing | None) -> None:
        if drawing is not None and drawing.picture is not None:
            drawing.picture.fill(self.parts)
        self.heading.object, self.caption.object = (drawing.heading, drawing.caption) if drawing else ("", "")
        # Not `visible`: each change of that makes Bokeh lay out the whole page, before it looks at the next change.
        # (A style that is only left out would stay in the browser.)
        self.card.styles = {"display": "flex" if drawing else "none"}


def fill(column: Any, wanted: list[Any]) -> None:
    """Put `wanted` into a column; nothing is sent when it stands there already."""
    if len(column) != len(wanted) or any(old is not new for old, new in zip(column, wanted, strict=True)):
        column[:] = wanted


def _paper(*content: Html) -> Html:
    """A card, inside of markup."""
    return tag("section", *content, class_="paper")


def card(*content: Any) -> Any:
    """A white card with a thin edge, white in the dark too: figures are drawn for paper."""
    return pn.Column(*content, stylesheets=[_CARD], sizing_mode="stretch_width", margin=(0, 0, 16, 0))
