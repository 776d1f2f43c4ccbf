"""What stands under the parameters: made once, and filled anew when a parameter changes.

Only what changes goes to the browser; making cards and figures anew takes it several times as long as painting them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import panel as pn

from dashboards.files import ASSETS
from dashboards.pages import parts
from dashboards.pages.area_map import area_map
from dashboards.pages.drawings import Drawing, drawings
from dashboards.pages.grid import PAGE, grid, grid_rows
from dashboards.pages.room import Room, html
from dashboards.plots.again import become
from dashboards.shown import Shown, shown
from workbench.publish import ReportView

_KINDS = 4  # kinds of figures that are kept for one place
_CARD = (ASSETS / "card.css").read_text(encoding="utf-8")


class Results:
    """The drawings, the map, the note on what is withheld, the table and the provenance, in this order."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.column = pn.Column(sizing_mode="stretch_width", margin=0)
        self.drawn: list[_Drawn] = []
        self.map, self.withheld, self.table_head, self.foot = html(""), html(""), html(""), html("")
        self.map_card = card(self.map)
        self.table = pn.Column(sizing_mode="stretch_width", margin=0)
        self.table_card = card(self.table_head, self.table)
        self.empty = html(parts.empty(room))
        self.form: tuple[tuple[str, ...], bool] | None = None  # columns, and whether there are pages

    def show(self, view: ReportView) -> None:
        """Fill the places with a view; what has nothing to show is hidden."""
        self.foot.object = parts.foot(self.room, view)
        table = shown(view, self.room.house.labels, self.room.t)
        fill(self.column, list(self._filled(view, table)) if table.rows else [self.empty, self.foot])

    def _filled(self, view: ReportView, table: Shown) -> Iterator[Any]:
        made = list(drawings(view, table, self.room.house.labels, self.room.t))
        self.drawn += [_Drawn() for _ in made[len(self.drawn) :]]
        for place, drawing in zip_longest(self.drawn, made):
            yield from place.show(drawing)
        mapped = area_map(self.room, view, table)
        self.map.object, self.map_card.visible = mapped or "", mapped is not None
        self.withheld.object = parts.withheld(self.room, view, table)
        self.table_head.object = parts.table_head(self.room, view, table)
        self._show_table(table)
        yield from (self.map_card, self.withheld, self.table_card, self.foot)

    def _show_table(self, table: Shown) -> None:
        form = (table.keys, len(table.rows) > PAGE)
        if form == self.form:
            self.table[0].value = grid_rows(table, self.room.t)
        else:
            self.form = form
            self.table[:] = [grid(table, self.room.t)]


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
        self.figure: Any = drawing.figure
        self.heading, self.caption = html(""), html("")
        pane = [pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0)] if self.figure else []
        self.card = card(self.heading, *pane, self.caption)

    def takes(self, drawing: Drawing) -> bool:
        """Whether the figure can be, and then is, changed into that of the drawing."""
        if self.figure is None or drawing.figure is None:
            return self.figure is drawing.figure
        return become(self.figure, drawing.figure)

    def say(self, drawing: Drawing | None) -> None:
        self.heading.object, self.caption.object = (drawing.heading, drawing.caption) if drawing else ("", "")
        self.card.visible = drawing is not None


def fill(column: Any, wanted: list[Any]) -> None:
    """Put `wanted` into a column; nothing is sent when it stands there already."""
    if len(column) != len(wanted) or any(old is not new for old, new in zip(column, wanted, strict=True)):
        column[:] = wanted


def card(*content: Any) -> Any:
    """A white card with a thin edge, white in the dark too: figures are drawn for paper."""
    return pn.Column(*content, stylesheets=[_CARD], sizing_mode="stretch_width", margin=(0, 0, 16, 0))
