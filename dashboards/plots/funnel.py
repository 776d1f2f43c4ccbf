"""Funnel plot of observed/expected against the expected number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

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
from dashboards.plots.picture import Picture
from dashboards.shown import Row
from dashboards.texts import Texts
from workbench.publish import TOTAL

Pair = tuple[Row, str]
_LIMITS = {ALARM: ("solid", "plot.alarm"), ALERT: ("dashed", "plot.alert")}
_LOOK = {"color": QUIET, "line_width": 1.5}
_FEW = 3  # points inside the limits that get their names too
# Pixels: the plot as it is at least on a screen, a letter, half a point; and where a name may stand, best first.
_WIDE, _HIGH, _LETTER, _DOT = 560, 300, 12, 8
_PLACES = (("left", 10, 0), ("right", -10, 0), ("center", 0, 16), ("center", 0, -16))


def points(rows: Sequence[Row]) -> list[Row]:
    """The rows that a funnel shows: those of one hospital with a ratio that is not withheld."""
    return [row for row in rows if row["hospital"] != TOTAL and row["ratio"] is not None and row["expected"] > 0]


def outside(rows: Sequence[Row], coverage: float = ALARM) -> list[Row]:
    """The points beyond the limits of a coverage."""
    if not rows:
        return []
    low, high = poisson_limits(np.array([row["expected"] for row in rows], dtype=np.float64), coverage)
    return [row for row, least, most in zip(rows, low, high, strict=True) if not least <= row["ratio"] <= most]


def funnel(rows: Sequence[Row], names: Sequence[str], t: Texts) -> Picture:
    """Points with 95% and 99.8% limits; points beyond the outer limits have another shape and a name."""
    beyond = {id(row) for row in outside(rows)}
    pairs = list(zip(rows, names, strict=True))
    parted = [pair for pair in pairs if id(pair[0]) not in beyond], [pair for pair in pairs if id(pair[0]) in beyond]
    named = parted[1] if len(parted[0]) > _FEW else pairs

    def fill(it: _Funnel) -> None:
        top = max(row["expected"] for row in rows) * 1.15
        ceiling = max(2.0, *(row["ratio"] * 1.1 for row in rows))
        it.made.x_range.end, it.made.y_range.end = top, ceiling
        number_ticks(it.made.yaxis, ceiling, lambda tick: t.number(tick, 1))
        number_ticks(it.made.xaxis, top, t.number)
        grid = np.linspace(top / 150, top, 150)
        limits = {coverage: poisson_limits(grid, coverage) for coverage in _LIMITS}
        it.limits.data = {"expected": grid.tolist()} | {
            f"{side}{coverage}": np.where(side == "low" or line <= ceiling * 1.5, line, np.nan).tolist()
            for coverage, both in limits.items()
            for side, line in zip(("low", "high"), both, strict=True)
        }
        for source, some in zip(it.dots, parted, strict=True):
            source.data = _columns(some, t)
        it.names.data = _placed(named, rows, top, ceiling)
        # An entry that stands for no point is left out.
        drawn = (True, True, *map(bool, parted))
        it.legend.items = [entry for entry, there in zip(it.entries, drawn, strict=True) if there]

    return Picture(("funnel",), lambda: _Funnel(t), fill)


class _Funnel:
    """Limits, points inside and outside of them, and names beside some."""

    def __init__(self, t: Texts) -> None:
        self.made = made = plain_figure(t, height=430, x_axis_label=t("plot.expected"), y_axis_label=t("plot.ratio"))
        made.yaxis.axis_label_standoff = 10
        legend: dict[str, list[Any]] = {}
        self.limits = ColumnDataSource({"expected": [], **{f"{s}{c}": [] for s in ("low", "high") for c in _LIMITS}})
        for coverage, (style, words) in _LIMITS.items():
            legend[t(words)] = [
                made.line(
                    "expected", f"{side}{coverage}", source=self.limits, line_dash=style, color=QUIET, line_width=1.5
                )
                for side in ("low", "high")
            ]
        made.add_layout(Span(location=1.0, dimension="width", line_color=INK, line_width=1))
        self.dots = ColumnDataSource(_columns([], t)), ColumnDataSource(_columns([], t))
        for source, inside in zip(self.dots, (True, False), strict=True):
            legend[t("plot.inside" if inside else "plot.outside")] = [_draw(made, source, inside)]
        self.names = ColumnDataSource(_placed([], [], 1, 1))
        made.add_layout(
            LabelSet(
                x="expected", y="ratio", text="name", x_offset="right", y_offset="up", text_align="align",
                text_baseline="middle", source=self.names, text_font_size=f"{_LETTER}px", text_font=FONT_VALUE,
                text_color=INK,
            )
        )  # fmt: skip
        self.legend = legend_below(made, legend)
        self.entries = list(self.legend.items)


def _draw(made: figure, source: ColumnDataSource, inside: bool) -> Any:
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
    return dots


def _placed(some: Sequence[Pair], rows: Sequence[Row], top: float, ceiling: float) -> dict[str, list[Any]]:
    """The names that can be read, each beside its point; those farthest from 1 are placed first.

    A name that would lie over another, over a point or over the line at 1 is left out: the pointer and the text below
    tell it. Widths are reckoned, since only the browser can measure them.
    """
    found: dict[str, list[Any]] = {key: [] for key in ("expected", "ratio", "name", "right", "up", "align")}

    def at(row: Row) -> tuple[float, float]:
        return row["expected"] / top * _WIDE, row["ratio"] / ceiling * _HIGH

    taken = [_Box(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in map(at, rows)]
    taken.append(_Box(0, _HIGH / ceiling, _WIDE, _HIGH / ceiling))
    for row, name in sorted(some, key=lambda pair: -abs(pair[0]["ratio"] - 1)):
        x, y = at(row)
        wide = len(name) * _LETTER * 0.56
        for align, right, up in _PLACES:
            left = x + right - {"left": 0.0, "center": wide / 2, "right": wide}[align]
            box = _Box(left, y + up - _LETTER / 2, left + wide, y + up + _LETTER / 2)
            if left >= 0 and box.right <= _WIDE and not any(map(box.meets, taken)):
                taken.append(box)
                for key, one in zip(found, (row["expected"], row["ratio"], name, right, up, align), strict=True):
                    found[key].append(one)
                break
    return found


class _Box(NamedTuple):
    """A rectangle on the screen."""

    left: float
    low: float
    right: float
    high: float

    def meets(self, other: _Box) -> bool:
        return self.left < other.right and other.left < self.right and self.low < other.high and other.low < self.high


def _columns(some: Sequence[Pair], t: Texts) -> dict[str, list[Any]]:
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
