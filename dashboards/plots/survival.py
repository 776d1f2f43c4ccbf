"""Survival curves of a few groups, with the number of patients still at risk written below each year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bokeh.models import FixedTicker
from bokeh.plotting import figure

from dashboards.plots.look import FONT_VALUE, INK, POINT, QUIET, TOTAL, legend_below, plain_figure
from dashboards.texts import Texts

# Each group has a colour and a dash of its own, so that it is told apart without colour too.
STYLES = ((POINT, "solid"), (TOTAL, "dashed"), (INK, "dotted"), (QUIET, "dashdot"))
ROW = 0.075  # height of a row of numbers, in survival
Curve = Sequence[tuple[float, float]]


def survival(curves: Mapping[str, Curve], at_risk: Mapping[str, Mapping[int, int]], t: Texts) -> figure:
    """`curves` has (years, survival) of each group, falling in steps; `at_risk` the patients at the start of a year.

    The end of a curve is where its last point stands. Raises ValueError for more groups than there are styles.
    """
    if len(curves) > len(STYLES):
        raise ValueError(f"{len(curves)} curves in one picture cannot be told apart; show {len(STYLES)} at most")
    years = sorted({year for numbers in at_risk.values() for year in numbers})
    made = plain_figure(t, height=420, x_range=(-0.6, max(years) + 0.3), y_range=(-ROW * (len(curves) + 1.4), 1.02))
    made.xaxis.axis_label, made.yaxis.axis_label = t("plot.survival_years"), t("plot.survival_axis")
    made.xaxis.ticker = FixedTicker(ticks=years)
    shares = [0, 0.2, 0.4, 0.6, 0.8, 1]
    made.yaxis.ticker = FixedTicker(ticks=shares)
    made.yaxis.major_label_overrides = {share: f"{t.number(round(100 * share))} %" for share in shares}
    font = {"text_font": FONT_VALUE, "text_font_size": "12px", "text_baseline": "middle"}
    made.text([0], [-ROW], text=[t("plot.survival_at_risk")], text_color=INK, x_offset=-6, **font)
    drawn = {}
    for place, ((name, curve), (colour, dash)) in enumerate(zip(curves.items(), STYLES, strict=False)):
        x, y = [0.0, *(one[0] for one in curve)], [1.0, *(one[1] for one in curve)]
        drawn[name] = [made.step(x, y, mode="after", line_color=colour, line_dash=dash, line_width=2.5)]
        numbers = [at_risk[name].get(year, 0) for year in years]
        height = [-ROW * (place + 2)] * len(years)
        made.text(
            years, height, text=[t.number(number) for number in numbers], text_color=colour, text_align="center", **font
        )
    legend_below(made, drawn)
    return made
