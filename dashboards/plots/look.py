"""One look for all drawings: colours that colour-blind readers tell apart, and shapes beside colours."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bokeh.core.properties import value
from bokeh.models import FixedTicker, HoverTool, Legend, LegendItem, Range1d, SaveTool
from bokeh.plotting import figure

from dashboards.texts import Texts

# From the palette of Okabe and Ito, darkened where needed for contrast on white.
BAR = "#7fb2cc"
POINT = "#2f7aa3"
BAR_LINE = "#0b3c52"
TOTAL = "#b5480a"
OUTSIDE = "#b5480a"
QUIET = "#9aa5b1"
INK = "#1b2733"
LINES = "#d5dde3"
FONT = "Roboto"
FONT_VALUE = value(FONT)  # for glyphs, where a bare text would name a column


def plain_figure(t: Texts, **options: Any) -> figure:
    """An empty figure that fills its card; the only tool in sight saves the picture.

    Whoever draws says where the axes end. A range that follows the data would keep, in the browser, the end that it was
    first given.
    """
    for name in ("x_range", "y_range"):
        options.setdefault(name, Range1d(0, 1))
    made = figure(
        sizing_mode="stretch_width",
        tools=[SaveTool(description=t("plot.save"))],
        toolbar_location="above",
        outline_line_color=None,
        background_fill_color=None,
        border_fill_color=None,
        min_border_right=24,
        **options,
    )
    made.toolbar.logo = None
    for axis in made.axis:
        axis.axis_line_color = LINES
        axis.major_tick_line_color = LINES
        axis.minor_tick_line_color = None
        axis.major_label_text_color = INK
        axis.major_label_text_font_size = "13px"
        axis.major_label_text_font = FONT
        axis.axis_label_text_font = FONT
        axis.axis_label_text_font_style = "normal"
        axis.axis_label_text_font_size = "13px"
        axis.axis_label_text_color = INK
    made.grid.grid_line_color = LINES
    return made


def number_ticks(axis: Any, end: float, write: Callable[[float], str]) -> None:
    """About five round ticks from 0 to `end`, written as the language of the page writes numbers.

    The figures have no zoom, so fixed ticks fit; Bokeh's own formatter knows the decimal point only.
    """
    step = next(step for step in _steps(end) if end / step <= 6.5)
    ticks = [number * step for number in range(int(end / step + 1e-9) + 1)]
    if isinstance(axis.ticker, FixedTicker):
        axis.ticker.ticks = ticks
    else:
        axis.ticker = FixedTicker(ticks=ticks)
    axis.major_label_overrides = {tick: write(tick) for tick in ticks}


def _steps(end: float) -> Iterator[float]:
    """1, 2 and 5 times the powers of ten, from far below `end` upwards."""
    power = 10.0 ** math.floor(math.log10(end) - 2)
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def legend_below(made: figure, entries: Mapping[str, Sequence[Any]]) -> Legend:
    """A legend under the drawing, where it covers nothing: words -> what is drawn with them.

    Bokeh's own `legend_label` searches the whole figure for each entry, which takes longer than drawing.
    """
    items = [LegendItem(label=value(words), renderers=list(drawn)) for words, drawn in entries.items()]
    legend = Legend(
        items=items,
        orientation="horizontal",
        border_line_color=None,
        background_fill_alpha=0,
        label_text_font=FONT,
        label_text_font_size="13px",
        label_text_color=INK,
        ncols=2,
        location="left",
        margin=0,
    )
    made.add_layout(legend, "below")
    return legend


def say_in_legend(legend: Legend, *words: str) -> None:
    """Write other words at the entries of a legend."""
    for item, one in zip(legend.items, words, strict=True):
        item.label = value(one)


def hover(made: figure, renderer: Any, *columns: str) -> None:
    """Show ready-made words of the data source under the pointer; nothing is evaluated in the browser."""
    tool = HoverTool(renderers=[renderer], tooltips=[("", f"@{column}") for column in columns], visible=False)
    made.add_tools(tool)
