"""Caterpillar: observed/expected of every hospital with its 95% interval, from low to high."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bokeh.models import ColumnDataSource, Span, Whisker
from bokeh.plotting import figure

from dashboards.plots.look import BAR_LINE, INK, OUTSIDE, POINT, hover, legend_below, number_ticks, plain_figure
from dashboards.shown import Row
from dashboards.texts import Texts


def caterpillar(rows: Sequence[Row], names: Sequence[str], t: Texts) -> figure:
    """`rows` have a ratio with its interval (see `funnel.points`); who is surely above or below 1 has another shape."""
    ordered = sorted(zip(rows, names, strict=True), key=lambda pair: (pair[0]["ratio"], pair[1]))
    labels = [name for _, name in ordered]
    made = plain_figure(t, height=max(220, 24 * len(labels) + 130), y_range=labels, x_axis_label=t("plot.ratio"))
    made.ygrid.grid_line_color = None
    end = max(2.0, *(row["ratio_high"] for row, _ in ordered)) * 1.04
    made.x_range.start, made.x_range.end = 0, end
    number_ticks(made.xaxis, end, lambda tick: t.number(tick, 1))
    made.add_layout(Span(location=1.0, dimension="height", line_color=INK, line_width=1))
    legend: dict[str, list[Any]] = {}
    for sure in (False, True):
        some = [(row, name) for row, name in ordered if _sure(row) == sure]
        if some:
            legend[t("plot.differs" if sure else "plot.alike")] = [_draw(made, some, sure, t)]
    legend_below(made, legend)
    return made


def _sure(row: Row) -> bool:
    return bool(row["ratio_low"] > 1 or row["ratio_high"] < 1)


def _draw(made: figure, some: Sequence[tuple[Row, str]], sure: bool, t: Texts) -> Any:
    source = ColumnDataSource(
        {
            "name": [name for _, name in some],
            "ratio": [row["ratio"] for row, _ in some],
            "low": [row["ratio_low"] for row, _ in some],
            "high": [row["ratio_high"] for row, _ in some],
            "words": [_words(row, t) for row, _ in some],
        }
    )
    whisker = Whisker(source=source, base="name", lower="low", upper="high", dimension="width",
                      line_color=OUTSIDE if sure else BAR_LINE, line_width=2)  # fmt: skip
    for head in (whisker.upper_head, whisker.lower_head):
        head.size = 0
    made.add_layout(whisker)
    dots = made.scatter(
        "ratio", "name", source=source, size=12 if sure else 9, marker="diamond" if sure else "circle",
        color=OUTSIDE if sure else POINT, line_color=INK if sure else BAR_LINE,
    )  # fmt: skip
    hover(made, dots, "name", "words")
    return dots


def _words(row: Row, t: Texts) -> str:
    between = t.between(t.number(row["ratio_low"], 2), t.number(row["ratio_high"], 2))
    return f"{t.number(row['ratio'], 2)} ({between})"
