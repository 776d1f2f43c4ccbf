"""Many hospitals over the years: one thin line each, named by the pointer, and the total in front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from dashboards.labels import Measure
from dashboards.plots.look import POINT, TOTAL, hover, legend_below, plain_figure
from dashboards.plots.values import VALUE, columns, number_axis, value_end
from dashboards.shown import Row
from dashboards.texts import Texts


def lines_by_year(series: Mapping[str, Sequence[Row]], total: Sequence[Row], measure: Measure, t: Texts) -> figure:
    """`series` has the rows of each name in the order of the years; withheld years break the line."""
    value = VALUE[measure]
    rows = [row for one in series.values() for row in one]
    made = plain_figure(t, height=420, x_range=sorted({str(row["year"]) for row in rows}))
    beside = total if measure is not Measure.COUNT else ()
    made.y_range.start, made.y_range.end = 0, value_end([*rows, *beside], value)
    number_axis(made.yaxis, made.y_range.end, measure, t, rows[0].get("unit", ""))
    drawn = {name: columns(one, value, t)["value"] for name, one in series.items()}
    years = [[str(row["year"]) for row in one] for one in series.values()]
    made.multi_line(years, list(drawn.values()), color=POINT, line_alpha=0.45, line_width=1.5)
    names = [name for name, one in series.items() for _ in one]
    source = ColumnDataSource({"year": [str(row["year"]) for row in rows], "name": names, **columns(rows, value, t)})
    hover(made, made.scatter("year", "value", source=source, color=POINT, size=7), "name", "words")
    if beside:
        line = made.line(
            [str(row["year"]) for row in beside],
            columns(beside, value, t)["value"],
            color=TOTAL,
            line_width=3,
            line_dash="dashed",
        )
        legend_below(made, {t("hospital.all"): [line]})
    return made
