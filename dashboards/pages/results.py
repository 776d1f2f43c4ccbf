"""What stands under the parameters: made once, and filled anew when a parameter changes.

Only what changes goes to the browser; making cards and figures anew takes it several times as long as painting them.
"""

from __future__ import annotations

from collections.abc import Iterator
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
        """Fill the places with a view; what has nothing to show is taken out."""
        self.foot.object = parts.foot(self.room, view)
        table = shown(view, self.room.house.labels, self.room.t)
        fill(self.column, list(self._filled(view, table)) if table.rows else [self.empty, self.foot])

    def _filled(self, view: ReportView, table: Shown) -> Iterator[Any]:
        for place, one in enumerate(drawings(view, table, self.room.house.labels, self.room.t)):
            if place == len(self.drawn):
                self.drawn.append(_Drawn())
            yield self.drawn[place].show(one)
        mapped = area_map(self.room, view, table)
        if mapped is not None:
            self.map.object = mapped
            yield self.map_card
        self.withheld.object = parts.withheld(self.room, view, table)
        self.table_head.object = parts.table_head(self.room, view, table)
        self._show_table(table)
        yield from (self.withheld, self.table_card, self.foot)

    def _show_table(self, table: Shown) -> None:
        form = (table.keys, len(table.rows) > PAGE)
        if form == self.form:
            self.table[0].value = grid_rows(table, self.room.t)
        else:
            self.form = form
            self.table[:] = [grid(table, self.room.t)]


class _Drawn:
    """The card of a drawing. A figure of another kind gets a card of its own: exchanging the figure inside a card that
    is shown makes Bokeh measure a figure that is not there yet."""

    def __init__(self) -> None:
        self.figure: Any = None
        self.card: Any = None
        self.heading, self.caption = html(""), html("")

    def show(self, drawing: Drawing) -> Any:
        if self.card is None or not self._again(drawing.figure):
            self.figure, self.heading, self.caption = drawing.figure, html(""), html("")
            pane = [pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0)] if self.figure else []
            self.card = card(self.heading, *pane, self.caption)
        self.heading.object, self.caption.object = drawing.heading, drawing.caption
        return self.card

    def _again(self, made: Any) -> bool:
        if self.figure is None or made is None:
            return self.figure is made
        return become(self.figure, made)


def fill(column: Any, wanted: list[Any]) -> None:
    """Put `wanted` into a column; nothing is sent when it stands there already."""
    if len(column) != len(wanted) or any(old is not new for old, new in zip(column, wanted, strict=True)):
        column[:] = wanted


def card(*content: Any) -> Any:
    """A white card with a thin edge, white in the dark too: figures are drawn for paper."""
    return pn.Column(*content, stylesheets=[_CARD], sizing_mode="stretch_width", margin=(0, 0, 16, 0))
