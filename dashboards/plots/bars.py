"""Bars with 95% intervals: hospitals under one another, or the years side by side."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from bokeh.models import ColumnDataSource, FactorRange, LabelSet, Whisker
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
    say_in_legend,
)
from dashboards.plots.picture import Picture
from dashboards.plots.values import HIGHEST, VALUE, as_value, columns, number_axis, value_end
from dashboards.shown import Row
from dashboards.texts import Texts

LONGEST = 26  # letters of a line beside a bar: a longer name leaves a phone no room for the bars


def by_name(rows: Sequence[Row], names: Sequence[str], total: Row | None, measure: Measure, t: Texts) -> Picture:
    """One bar for each row, largest on top, withheld ones below; the total is a dashed line."""
    value = VALUE[measure]
    pairs = sorted(zip(rows, names, strict=True), key=lambda pair: (pair[0][value] is not None, pair[0][value] or 0))
    ordered, labels = [row for row, _ in pairs], ["\n".join(wrap(name, LONGEST)) for _, name in pairs]
    each = 26 + 16 * max(label.count("\n") for label in labels)
    line = total if total is not None and measure is not Measure.COUNT and total[value] is not None else None

    def fill(it: _Names) -> None:
        it.made.height = max(190, each * len(labels) + 120)
        it.made.y_range.factors = labels
        it.made.x_range.end = value_end(rows, *HIGHEST[measure])
        number_axis(it.made.xaxis, it.made.x_range.end, measure, t, rows[0].get("unit", ""))
        it.source.data = {"name": labels, **columns(ordered, value, t)}
        if line is not None:
            # Half a place beyond the first and last bar: the line runs through all of them.
            it.line.data = {"x": [line[value]] * 2, "y": [(labels[0], -0.5), (labels[-1], 0.5)]}
            say_in_legend(it.legend, t("plot.total", value=as_value(line, measure, t)))

    interval, dashed = measure is not Measure.COUNT, line is not None
    return Picture(("names", interval, dashed), lambda: _Names(interval, dashed, t), fill)


class _Names:
    """Bars under one another."""

    def __init__(self, interval: bool, dashed: bool, t: Texts) -> None:
        self.made = made = plain_figure(t, y_range=FactorRange())
        made.ygrid.grid_line_color = None
        self.source = source = ColumnDataSource({"name": [], **columns([], "n", t)})
        bars = made.hbar(y="name", right="value", height=0.62, source=source, color=BAR, line_color=None)
        hover(made, bars, "name", "words")
        _interval(made, source, "name", "width", interval)
        _withheld(made, source, x="zero", y="name")
        if dashed:
            self.line = ColumnDataSource({"x": [], "y": []})
            line = made.line("x", "y", source=self.line, color=TOTAL, line_dash="dashed", line_width=2)
            self.legend = legend_below(made, {"": [line]})


def by_year(rows: Sequence[Row], total: Sequence[Row], measure: Measure, t: Texts) -> Picture:
    """The years of one hospital (or of the total) as bars, with the total of each year as a marker."""
    value = VALUE[measure]
    drawn = rows or total
    years = [str(row["year"]) for row in drawn]
    compared = bool(rows and total and measure is not Measure.COUNT)

    def fill(it: _Years) -> None:
        it.made.x_range.factors = years
        it.made.y_range.end = value_end([*drawn, *(total if compared else ())], *HIGHEST[measure])
        number_axis(it.made.yaxis, it.made.y_range.end, measure, t, drawn[0].get("unit", ""))
        it.source.data = {"name": years, **columns(drawn, value, t)}
        if compared:
            it.beside.data = {"name": [str(row["year"]) for row in total], **columns(total, value, t)}
            say_in_legend(it.legend, str(rows[0]["hospital_name"]), t("hospital.all"))

    interval = measure is not Measure.COUNT
    return Picture(("years", interval, compared), lambda: _Years(interval, compared, t), fill)


class _Years:
    """Bars side by side."""

    def __init__(self, interval: bool, compared: bool, t: Texts) -> None:
        self.made = made = plain_figure(t, height=380, x_range=FactorRange())
        made.xgrid.grid_line_color = None
        empty = {"name": [], **columns([], "n", t)}
        self.source = source = ColumnDataSource(dict(empty))
        bars = made.vbar(x="name", top="value", width=0.45, source=source, color=BAR, line_color=None)
        hover(made, bars, "name", "words")
        _interval(made, source, "name", "height", interval)
        _withheld(made, source, x="name", y="zero")
        if compared:
            self.beside = beside = ColumnDataSource(dict(empty))
            line = made.line("name", "value", source=beside, color=TOTAL, line_dash="dashed", line_width=2)
            marks = made.scatter("name", "value", source=beside, marker="diamond", size=14, color=TOTAL,
                                 line_color="white")  # fmt: skip
            hover(made, marks, "name", "words")
            self.legend = legend_below(made, {"own": [bars], "all": [line, marks]})


def _interval(made: figure, source: ColumnDataSource, base: str, dimension: str, there: bool) -> None:
    if not there:
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
