"""The card with the map of a view: provinces and arrondissements by the hospitals in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from dashboards.areas import Grid, can_be_mapped
from dashboards.labels import Measure
from dashboards.markup import Html, tag
from dashboards.pages.drawings import period
from dashboards.pages.room import Room
from dashboards.plots.tiles import tile_map
from dashboards.shown import Shown
from dashboards.texts import Texts
from workbench.publish import EACH_YEAR, ReportView


def area_map(room: Room, view: ReportView, table: Shown) -> Html | None:
    """The map of a view; None where it has no area: one hospital, one row a year, or numbers that have no sum."""
    if view.chosen.year == EACH_YEAR or not can_be_mapped(table.rows, table.measure):
        return None
    t, labels = room.t, room.house.labels
    areas = room.house.areas
    title = t("map.title", indicator=table.rows[0]["indicator_name"], period=period(view, t))
    figures = []
    for grid in get_args(Grid):
        sums = areas.sums(table.rows, table.measure, grid)
        drawing = tile_map(areas, sums, grid, _writer(table.measure, t), lambda code: labels.hospital(code, t.lang), t)
        figures.append(
            tag("figure", tag("figcaption", t(f"map.{grid}")), drawing, role="group", aria_label=t(f"map.{grid}"))
        )
    text = t("map.text") if table.measure is not Measure.RATIO else t("map.text_ratio")
    body = tag("div", tag("h2", title), tag("div", *figures, class_="maps"), tag("p", text, class_="caption"))
    return body


def _writer(measure: Measure, t: Texts) -> Callable[[float], str]:
    if measure is Measure.RATE:
        return t.percent
    return lambda value: t.number(value, 2 if measure is Measure.RATIO else 0)
