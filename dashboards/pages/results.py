"""What stands under the parameters: made once, and filled anew when a parameter changes.

Only what changes goes to the browser; making the cards anew took several times as long there.
"""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from dashboards.pages import parts
from dashboards.pages.area_map import area_map
from dashboards.pages.drawings import Drawing, drawings
from dashboards.pages.grid import PAGE, grid, grid_rows
from dashboards.pages.room import Room, html
from dashboards.shown import Shown, shown
from workbench.publish import ReportView


class Results:
    """The drawings, the note on what is withheld, the table and the provenance, in this order."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.column = pn.Column(sizing_mode="stretch_width", margin=0)
        self.withheld, self.table_head, self.foot = html(""), html(""), html("")
        self.table = pn.Column(sizing_mode="stretch_width", margin=0)
        self.table_card = card(self.table_head, self.table)
        self.form: tuple[tuple[str, ...], bool] | None = None  # columns, and whether there are pages

    def show(self, view: ReportView) -> None:
        """Fill the places with a view; what has nothing to show is taken out."""
        table = shown(view, self.room.house.labels, self.room.t)
        self.foot.object = parts.foot(self.room, view)
        if not table.rows:
            self.column[:] = [html(parts.empty(self.room)), self.foot]
            return
        self.withheld.object = parts.withheld(self.room, view, table)
        self.table_head.object = parts.table_head(self.room, view, table)
        self._show_table(table)
        cards = [_drawn(one) for one in drawings(view, table, self.room.house.labels, self.room.t)]
        mapped = area_map(self.room, view, table)
        if mapped is not None:
            cards.append(card(html(mapped)))
        self.column[:] = [*cards, self.withheld, self.table_card, self.foot]

    def _show_table(self, table: Shown) -> None:
        form = (table.keys, len(table.rows) > PAGE)
        if form == self.form:
            self.table[0].value = grid_rows(table, self.room.t)
        else:
            self.form = form
            self.table[:] = [grid(table, self.room.t)]


def _drawn(drawing: Drawing) -> Any:
    """The card of a drawing, always a new one: exchanging the figure inside a card that is shown makes
    Bokeh measure a figure that is not there yet."""
    figure = [pn.pane.Bokeh(drawing.figure, sizing_mode="stretch_width", margin=0)] if drawing.figure else []
    return card(html(drawing.heading), *figure, html(drawing.caption))


def card(*content: Any) -> Any:
    """A white card with a thin edge, white in the dark too: figures are drawn for paper."""
    look = {"p": "20px 24px", "borderRadius": "10px", "colorScheme": "light"}
    options = {"elevation": 0, "variant": "outlined", "sizing_mode": "stretch_width", "margin": (0, 0, 16, 0)}
    return pmui.Paper(*content, sx=look, **options)
