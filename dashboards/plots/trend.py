"""Trend: an indicator year by year with its 95% intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bokeh.models import ColumnDataSource, Whisker
from bokeh.plotting import figure

from dashboards.plots.look import BAR_LINE, POINT, TOTAL, hover, legend_below, number_ticks, plain_figure
from dashboards.texts import Texts

# year, value, and the ends of its interval where it has one; no value where it is withheld or nobody was there
Point = tuple[int, float | None, float | None, float | None]


def trend(points: Sequence[Point], whole: float | None, axis: str, write: Callable[[float], str], t: Texts) -> figure:
    """`points` in the order of the years; a year without a value breaks the line. whole: the value of all years."""
    made = plain_figure(t, height=380, x_range=[str(year) for year, *_ in points], y_axis_label=axis)
    made.xgrid.grid_line_color = None
    there = [number for _, *numbers in points for number in numbers if number is not None]
    made.y_range.start, made.y_range.end = 0, max([*there, whole or 0, 1e-9]) * 1.12
    number_ticks(made.yaxis, made.y_range.end, write)
    nan = float("nan")
    source = ColumnDataSource(
        {
            "year": [str(year) for year, *_ in points],
            "value": [nan if value is None else value for _, value, *_ in points],
            "low": [nan if low is None else low for *_, low, _ in points],
            "high": [nan if high is None else high for *_, high in points],
            "words": [_words(point, write, t) for point in points],
        }
    )
    whisker = Whisker(source=source, base="year", lower="low", upper="high", line_color=BAR_LINE, line_width=2)
    for head in (whisker.upper_head, whisker.lower_head):
        head.size, head.line_color = 7, BAR_LINE
    made.add_layout(whisker)
    line = made.line("year", "value", source=source, color=POINT, line_width=2)
    dots = made.scatter("year", "value", source=source, size=10, color=POINT, line_color=BAR_LINE)
    hover(made, dots, "year", "words")
    legend = {t("plot.each_year"): [dots, line]}
    if whole is not None and len(points) > 1:
        ends = [(str(points[0][0]), -0.4), (str(points[-1][0]), 0.4)]
        all_years = made.line(ends, [whole, whole], color=TOTAL, line_width=2, line_dash="dashed")
        legend[t("plot.all_years", value=write(whole))] = [all_years]
    legend_below(made, legend)
    return made


def _words(point: Point, write: Callable[[float], str], t: Texts) -> str:
    _, value, low, high = point
    if value is None:
        return t("table.withheld")
    return write(value) if low is None or high is None else f"{write(value)} ({t.between(write(low), write(high))})"
