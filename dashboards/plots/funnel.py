"""Funnel plot of observed/expected against the expected number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, LabelSet, Span
from bokeh.plotting import figure

from dashboards.plots.limits import ALARM, ALERT, poisson_limits
from dashboards.plots.look import (
    BAR_LINE,
    FONT_VALUE,
    INK,
    OUTSIDE,
    POINT,
    QUIET,
    hover,
    legend_below,
    number_ticks,
    plain_figure,
)
from dashboards.shown import Row
from dashboards.texts import Texts
from workbench.publish import TOTAL


def points(rows: Sequence[Row]) -> list[Row]:
    """The rows that a funnel shows: those of one hospital with a ratio that is not withheld."""
    return [row for row in rows if row["hospital"] != TOTAL and row["ratio"] is not None and row["expected"] > 0]


def outside(rows: Sequence[Row], coverage: float = ALARM) -> list[Row]:
    """The points beyond the limits of a coverage."""
    if not rows:
        return []
    low, high = poisson_limits(np.array([row["expected"] for row in rows], dtype=np.float64), coverage)
    return [row for row, least, most in zip(rows, low, high, strict=True) if not least <= row["ratio"] <= most]


def funnel(rows: Sequence[Row], names: Sequence[str], t: Texts) -> figure:
    """Points with 95% and 99.8% limits; points beyond the outer limits have another shape and a name."""
    top = max(row["expected"] for row in rows) * 1.15
    beyond = [id(row) for row in outside(rows)]
    made = plain_figure(t, height=430, x_axis_label=t("plot.expected"), y_axis_label=t("plot.ratio"), x_range=(0, top))
    made.yaxis.axis_label_standoff = 10
    grid = np.linspace(top / 150, top, 150)
    ceiling = max(2.0, *(row["ratio"] * 1.1 for row in rows))
    legend: dict[str, list[Any]] = {}
    for coverage, style, words in ((ALARM, "solid", "plot.alarm"), (ALERT, "dashed", "plot.alert")):
        low, high = poisson_limits(grid, coverage)
        for line in (low, np.where(high <= ceiling * 1.5, high, np.nan)):
            drawn = made.line(grid, line, line_dash=style, color=QUIET, line_width=1.5)
            legend.setdefault(t(words), []).append(drawn)
    made.add_layout(Span(location=1.0, dimension="width", line_color=INK, line_width=1))
    for inside in (True, False):
        some = [(row, name) for row, name in zip(rows, names, strict=True) if (id(row) not in beyond) == inside]
        if some:
            legend[t("plot.inside" if inside else "plot.outside")] = [_draw(made, some, inside, t)]
    made.y_range.start, made.y_range.end = 0, ceiling
    number_ticks(made.yaxis, ceiling, lambda tick: t.number(tick, 1))
    number_ticks(made.xaxis, top, t.number)
    legend_below(made, legend)
    return made


def _draw(made: figure, some: Sequence[tuple[Row, str]], inside: bool, t: Texts) -> Any:
    source = ColumnDataSource(_columns(some, t))
    dots = made.scatter(
        "expected",
        "ratio",
        source=source,
        size=10 if inside else 14,
        marker="circle" if inside else "diamond",
        color=POINT if inside else OUTSIDE,
        line_color=BAR_LINE if inside else INK,
    )
    hover(made, dots, "name", "words")
    if not inside or len(some) <= 3:
        # Neighbours get their names on either side, so that two close points stay readable.
        ordered = sorted(some, key=lambda pair: pair[0]["expected"])
        made.add_layout(_names(ordered[::2], left=False))
        if len(ordered) > 1:
            made.add_layout(_names(ordered[1::2], left=True))
    return dots


def _names(some: Sequence[tuple[Row, str]], left: bool) -> LabelSet:
    source = ColumnDataSource(
        {
            "expected": [row["expected"] for row, _ in some],
            "ratio": [row["ratio"] for row, _ in some],
            "name": [name for _, name in some],
        }
    )
    return LabelSet(
        x="expected", y="ratio", text="name", source=source, x_offset=-10 if left else 10, y_offset=4,
        text_align="right" if left else "left", text_font_size="12px", text_font=FONT_VALUE, text_color=INK,
    )  # fmt: skip


def _columns(some: Sequence[tuple[Row, str]], t: Texts) -> dict[str, list[Any]]:
    return {
        "expected": [row["expected"] for row, _ in some],
        "ratio": [row["ratio"] for row, _ in some],
        "name": [name for _, name in some],
        "words": [
            t(
                "plot.funnel_words",
                ratio=t.number(row["ratio"], 2),
                observed=t.number(row["k"]),
                expected=t.number(row["expected"], 1),
            )
            for row, _ in some
        ],
    }
