"""How times are spread: how many patients in every class of ten minutes, with the median and the limits that count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from bokeh.models import ColumnDataSource, Label
from bokeh.plotting import figure

from dashboards.plots.look import BAR, BAR_LINE, FONT, INK, TOTAL, hover, legend_below, number_ticks, plain_figure
from dashboards.texts import Texts

WIDTH = 10  # minutes of a class
MOST = 0.99  # of the patients are drawn apart; the others stand together in the last class


def times(patients: Mapping[float, int], limits: Sequence[float], t: Texts) -> figure:
    """`patients` has the number with each time in minutes; a share is drawn of those below each limit."""
    minutes = np.repeat(sorted(patients), [patients[key] for key in sorted(patients)]).astype(float)
    end = float(np.ceil((max(np.quantile(minutes, MOST), *limits) + 1) / WIDTH) * WIDTH)
    edges = np.append(np.arange(0, end, WIDTH), max(end, minutes.max() + 1))
    counts, _ = np.histogram(minutes, edges)
    last = len(counts) - 1
    starts = edges[:-1]
    words = [
        t("plot.times_words", number=t.number(int(count)),
          minutes=t.between(t.number(start), t.number(start + WIDTH - 1)) if place < last else f"{t.number(start)}+")
        for place, (start, count) in enumerate(zip(starts, counts, strict=True))
    ]  # fmt: skip
    made = plain_figure(t, height=380, x_axis_label=t("plot.minutes"), y_axis_label=t("plot.patients"))
    made.xgrid.grid_line_color = None
    made.x_range.start, made.x_range.end = 0, starts[-1] + WIDTH
    top = float(counts.max()) * 1.25
    made.y_range.start, made.y_range.end = 0, top
    source = ColumnDataSource({"left": starts + 0.6, "right": starts + WIDTH - 0.6, "top": counts, "words": words})
    bars = made.quad(left="left", right="right", top="top", bottom=0, source=source, color=BAR, line_color=None)
    hover(made, bars, "words")
    number_ticks(made.xaxis, starts[-1] + WIDTH, t.number)
    number_ticks(made.yaxis, top, t.number)
    for limit in limits:
        share = t.percent(float((minutes < limit).mean()), 0)
        made.line([limit, limit], [0, top * 0.86], color=INK, line_width=1.5)
        made.add_layout(
            Label(x=limit, y=top * 0.9, text=t("plot.below", share=share, limit=t.number(limit)), x_offset=-4,
                  text_align="right", text_color=INK, text_font=FONT, text_font_size="12px")
        )  # fmt: skip
    median = float(np.median(minutes))
    line = made.line([median, median], [0, top * 0.8], color=TOTAL, line_width=2.5, line_dash="dashed")
    legend_below(made, {t("plot.median", value=t.number(median)): [line], t("plot.patients"): [bars]})
    bars.glyph.line_color = BAR_LINE
    return made
