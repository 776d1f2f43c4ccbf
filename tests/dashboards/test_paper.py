"""The same figure on paper: what the page shows stands in the file, and what is not known is refused."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from bokeh.models import BoxAnnotation
from bokeh.plotting import figure

from dashboards.labels import Measure
from dashboards.plots.bars import by_name, by_year
from dashboards.plots.caterpillar import caterpillar
from dashboards.plots.funnel import funnel
from dashboards.plots.lines import lines_by_year
from dashboards.plots.paper import on_paper
from dashboards.plots.survival import survival
from dashboards.plots.times import times
from dashboards.plots.trend import trend
from dashboards.texts import Texts, texts
from tests.dashboards.test_plots import AT_RISK, CURVES, WITHHELD, row

ROWS = [row("a", ratio=0.6, ratio_low=0.3, ratio_high=0.9), row("b", expected=40.0, ratio=2.2, k=88)]
YEARS = [(2017, 0.2, 0.1, 0.3), (2018, None, None, None), (2019, 0.25, 0.2, 0.32)]
PICTURES: dict[str, tuple[Callable[[Texts], figure], tuple[str, ...]]] = {
    "funnel": (lambda t: funnel(ROWS, ["Aa", "Bb"], t).figure(), ("Bb", "plot.expected", "plot.alarm")),
    "caterpillar": (lambda t: caterpillar(ROWS, ["Aa", "Bb"], t), ("Aa", "Bb", "plot.ratio")),
    "trend": (lambda t: trend(YEARS, 0.22, "axis", lambda one: f"{one:.2f}!", t), ("2018", "axis", "plot.each_year")),
    "survival": (lambda t: survival(CURVES, AT_RISK, t), ("plot.survival_at_risk", "plot.survival_years")),
    "times": (lambda t: times({20: 5, 45: 3}, [30], t), ("plot.minutes", "plot.patients")),
    "bars": (
        lambda t: by_name([row("a"), row("b", **WITHHELD)], ["Aa", "Bb"], None, Measure.RATE, t).figure(),
        ("Aa", "Bb"),
    ),
    "years": (lambda t: by_year([row("a")], [row("ALL")], Measure.RATE, t).figure(), ("2018", "hospital.all")),
    "lines": (
        lambda t: lines_by_year({"Aa": [row("a", y) for y in (2017, 2018)]}, [], Measure.RATE, t).figure(),
        ("2017",),
    ),
}


@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
@pytest.mark.parametrize("name", PICTURES)
def test_words_of_the_page_are_text_on_paper_in_every_language(name: str, lang: str) -> None:
    make, words = PICTURES[name]
    t = texts(lang)
    svg = on_paper(make(t), "svg", "Title & more").decode("utf-8")
    written = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert "Title &amp; more" in written
    for word in words:
        assert (t(word) if "." in word else word) in [one.replace("&#x27;", "'") for one in written], written


def test_points_stand_where_their_numbers_say() -> None:
    """Two values of a trend: the heights on paper have the distances of the numbers."""
    svg = on_paper(trend([(2017, 0.1, None, None), (2018, 0.4, None, None), (2019, 0.2, None, None)], None, "",
                         str, texts("en")), "svg").decode("utf-8")  # fmt: skip
    heights = [
        float(y) for y in re.findall(r'<use xlink:href="#[^"]*" x="[\d.]+" y="([\d.]+)" style="fill: #2f7aa3', svg)
    ]
    assert len(heights) == 4, "three years, and the sign in the legend"
    assert (heights[0] - heights[1]) / (heights[2] - heights[1]) == pytest.approx(0.3 / 0.2, rel=1e-3)


def test_pdf_and_png_are_made_and_the_same_figure_gives_the_same_file() -> None:
    made = funnel(ROWS, ["Aa", "Bb"], texts("en")).figure()
    assert on_paper(made, "pdf").startswith(b"%PDF") and on_paper(made, "png").startswith(b"\x89PNG")
    assert on_paper(made, "pdf") == on_paper(made, "pdf")
    with pytest.raises(ValueError, match="svg, pdf, png, not gif"):
        on_paper(made, "gif")


def test_what_paper_does_not_know_is_an_error_and_not_left_out() -> None:
    made = funnel(ROWS, ["Aa", "Bb"], texts("en")).figure()
    made.add_layout(BoxAnnotation(left=1, right=2))
    with pytest.raises(ValueError, match="BoxAnnotation cannot be drawn on paper"):
        on_paper(made, "svg")
    wedges = figure()
    wedges.wedge([1], [1], 1, 0, 1)
    with pytest.raises(ValueError, match="Wedge cannot be drawn on paper"):
        on_paper(wedges, "svg")
