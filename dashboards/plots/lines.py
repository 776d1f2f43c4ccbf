"""Many hospitals over the years: one thin line each, named by the pointer, and the total in front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bokeh.models import ColumnDataSource, FactorRange

from dashboards.labels import Measure
from dashboards.plots.look import POINT, TOTAL, hover, legend_below, plain_figure
from dashboards.plots.picture import Picture
from dashboards.plots.values import VALUE, columns, number_axis, value_end
from dashboards.shown import Row
from dashboards.texts import Texts


def lines_by_year(series: Mapping[str, Sequence[Row]], total: Sequence[Row], measure: Measure, t: Texts) -> Picture:
    """`series` has the rows of each name in the order of the years; withheld years break the line."""
    value = VALUE[measure]
    rows = [row for one in series.values() for row in one]
    beside = total if measure is not Measure.COUNT else ()

    def fill(it: _Lines) -> None:
        it.made.x_range.factors = sorted({str(row["year"]) for row in rows})
        it.made.y_range.end = value_end([*rows, *beside], value)
        number_axis(it.made.yaxis, it.made.y_range.end, measure, t, rows[0].get("unit", ""))
        it.lines.data = {
            "xs": [[str(row["year"]) for row in one] for one in series.values()],
            "ys": [columns(one, value, t)["value"] for one in series.values()],
        }
        names = [name for name, one in series.items() for _ in one]
        it.dots.data = {"year": [str(row["year"]) for row in rows], "name": names, **columns(rows, value, t)}
        if beside:
            it.total.data = {"x": [str(row["year"]) for row in beside], "y": columns(beside, value, t)["value"]}

    return Picture(("lines", bool(beside)), lambda: _Lines(bool(beside), t), fill)


class _Lines:
    """A line for each name, a dot for each year of it, and the total."""

    def __init__(self, compared: bool, t: Texts) -> None:
        self.made = made = plain_figure(t, height=420, x_range=FactorRange())
        self.lines = ColumnDataSource({"xs": [], "ys": []})
        made.multi_line("xs", "ys", source=self.lines, color=POINT, line_alpha=0.45, line_width=1.5)
        self.dots = ColumnDataSource({"year": [], "name": [], **columns([], "n", t)})
        hover(made, made.scatter("year", "value", source=self.dots, color=POINT, size=7), "name", "words")
        if compared:
            self.total = ColumnDataSource({"x": [], "y": []})
            line = made.line("x", "y", source=self.total, color=TOTAL, line_width=3, line_dash="dashed")
            legend_below(made, {t("hospital.all"): [line]})
