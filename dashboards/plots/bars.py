"""Bars with 95% intervals: hospitals under one another, or the years side by side."""

from __future__ import annotations

from collections.abc import Sequence

from bokeh.models import ColumnDataSource, LabelSet, Whisker
from bokeh.plotting import figure

from dashboards.labels import Measure
from dashboards.plots.look import (
    BAR,
    BAR_LINE,
    FONT_VALUE,
    INK,
    TOTAL,
    hover,
    legend_below,
    plain_figure,
)
from dashboards.plots.values import HIGHEST, VALUE, as_value, columns, number_axis, value_end
from dashboards.shown import Row
from dashboards.texts import Texts


def by_name(rows: Sequence[Row], names: Sequence[str], total: Row | None, measure: Measure, t: Texts) -> figure:
    """One bar for each row, largest on top, withheld ones below; the total is a dashed line."""
    value = VALUE[measure]
    pairs = sorted(zip(rows, names, strict=True), key=lambda pair: (pair[0][value] is not None, pair[0][value] or 0))
    labels = [name for _, name in pairs]
    made = plain_figure(t, height=max(190, 26 * len(labels) + 120), y_range=labels)
    made.ygrid.grid_line_color = None
    made.x_range.start, made.x_range.end = 0, value_end(rows, *HIGHEST[measure])
    number_axis(made.xaxis, made.x_range.end, measure, t, rows[0].get("unit", ""))
    source = ColumnDataSource({"name": labels, **columns([row for row, _ in pairs], value, t)})
    bars = made.hbar(y="name", right="value", height=0.62, source=source, color=BAR, line_color=None)
    hover(made, bars, "name", "words")
    _interval(made, source, "name", "width", measure)
    _withheld(made, source, x="zero", y="name")
    if total is not None and measure is not Measure.COUNT and total[value] is not None:
        # Half a place beyond the first and last bar: the line runs through all of them.
        ends = [(labels[0], -0.5), (labels[-1], 0.5)]
        line = made.line([total[value]] * 2, ends, color=TOTAL, line_dash="dashed", line_width=2)
        legend_below(made, {t("plot.total", value=as_value(total, measure, t)): [line]})
    return made


def by_year(rows: Sequence[Row], total: Sequence[Row], measure: Measure, t: Texts) -> figure:
    """The years of one hospital (or of the total) as bars, with the total of each year as a marker."""
    value = VALUE[measure]
    years = [str(row["year"]) for row in (rows or total)]
    made = plain_figure(t, height=380, x_range=years)
    made.xgrid.grid_line_color = None
    drawn = rows or total
    made.y_range.start, made.y_range.end = 0, value_end([*rows, *total], *HIGHEST[measure])
    number_axis(made.yaxis, made.y_range.end, measure, t, drawn[0].get("unit", ""))
    source = ColumnDataSource({"name": years, **columns(drawn, value, t)})
    bars = made.vbar(x="name", top="value", width=0.45, source=source, color=BAR, line_color=None)
    hover(made, bars, "name", "words")
    _interval(made, source, "name", "height", measure)
    _withheld(made, source, x="name", y="zero")
    if rows and total and measure is not Measure.COUNT:
        beside = ColumnDataSource({"name": [str(row["year"]) for row in total], **columns(total, value, t)})
        line = made.line("name", "value", source=beside, color=TOTAL, line_dash="dashed", line_width=2)
        marks = made.scatter("name", "value", source=beside, marker="diamond", size=14, color=TOTAL, line_color="white")
        hover(made, marks, "name", "words")
        legend_below(made, {str(rows[0]["hospital_name"]): [bars], t("hospital.all"): [line, marks]})
    return made


def _interval(made: figure, source: ColumnDataSource, base: str, dimension: str, measure: Measure) -> None:
    if measure is Measure.COUNT:
        return
    whisker = Whisker(source=source, base=base, upper="high", lower="low", dimension=dimension,
                      line_color=BAR_LINE, line_width=1.5, level="annotation")  # fmt: skip
    for head in (whisker.upper_head, whisker.lower_head):
        head.size = 7
        head.line_color = BAR_LINE
    made.add_layout(whisker)


def _withheld(made: figure, source: ColumnDataSource, x: str, y: str) -> None:
    """Write the mark where a bar would begin."""
    upright = y == "zero"
    made.add_layout(
        LabelSet(x=x, y=y, text="mark", source=source,
                 x_offset=0 if upright else 6, y_offset=6 if upright else 0,
                 text_align="center" if upright else "left", text_baseline="bottom" if upright else "middle",
                 text_font_size="12px", text_font=FONT_VALUE, text_font_style="italic", text_color=INK)
    )  # fmt: skip
