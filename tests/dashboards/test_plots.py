"""The limits of the funnel against the definition, and drawings that show what the rows say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from bokeh.models import Label, Legend, Scatter, Whisker
from bokeh.plotting import figure
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboards.labels import Measure
from dashboards.plots.bars import by_name, by_year
from dashboards.plots.caterpillar import caterpillar
from dashboards.plots.funnel import funnel, outside, points
from dashboards.plots.limits import ALARM, ALERT, poisson_limits
from dashboards.plots.lines import lines_by_year
from dashboards.plots.survival import survival
from dashboards.plots.times import times
from dashboards.texts import texts

T = texts("en")


def row(hospital: str, year: int | None = 2018, **values: Any) -> dict[str, Any]:
    base = {
        "indicator": "mortality30", "indicator_name": "Mortality", "hospital": hospital, "hospital_name": hospital,
        "year": year, "n": 100, "k": 10, "rate": 0.1, "rate_low": 0.05, "rate_high": 0.18,
        "expected": 10.0, "ratio": 1.0, "ratio_low": 0.5, "ratio_high": 1.8, "withheld": False,
    }  # fmt: skip
    return base | values


WITHHELD = dict.fromkeys(("k", "rate", "rate_low", "rate_high", "expected", "ratio", "ratio_low", "ratio_high"))


def poisson_cdf(count: int, mean: float) -> float:
    """P(X <= count), summed term by term."""
    return math.fsum(math.exp(i * math.log(mean) - mean - math.lgamma(i + 1)) for i in range(count + 1))


@given(mean=st.floats(0.5, 150.0), coverage=st.sampled_from([ALERT, ALARM]), count=st.integers(0, 250))
def test_a_count_is_outside_exactly_when_its_tail_is_too_small(mean: float, coverage: float, count: int) -> None:
    low, high = (float(limit[0]) for limit in poisson_limits(np.array([mean]), coverage))
    tail = (1 - coverage) / 2
    above = 1 - poisson_cdf(count - 1, mean) if count else 1.0
    below = poisson_cdf(count, mean)
    assume(min(abs(above - tail), abs(below - tail)) > 1e-9)  # on the line itself rounding decides
    assert (count / mean > high) == (above < tail)
    assert (count / mean < low) == (below < tail)


def test_limits_close_in_on_the_normal_ones_for_large_numbers() -> None:
    mean = np.array([50_000.0])
    for coverage, z in ((ALERT, 1.959964), (ALARM, 3.090232)):
        low, high = poisson_limits(mean, coverage)
        width = z / math.sqrt(50_000)
        assert high[0] == pytest.approx(1 + width, abs=2e-4)
        assert low[0] == pytest.approx(1 - width, abs=2e-4)


def test_the_outer_limits_enclose_the_inner_ones() -> None:
    grid = np.linspace(0.2, 300, 500)
    (low95, high95), (low998, high998) = poisson_limits(grid, ALERT), poisson_limits(grid, ALARM)
    assert (low998 <= low95).all() and (high998 >= high95).all()


def test_points_beyond_the_outer_limits_are_named() -> None:
    rows = [row("a"), row("b", expected=40.0, ratio=2.2, k=88), row("c", **WITHHELD), row("ALL")]
    dots = points(rows)
    assert [dot["hospital"] for dot in dots] == ["a", "b"], "neither what is withheld nor the total is a point"
    assert [dot["hospital"] for dot in outside(dots)] == ["b"]
    made = funnel(dots, ["a", "b"], T).figure()
    markers = {glyph.marker: glyph for glyph in made.select(Scatter)}
    assert set(markers) == {"circle", "diamond"}, "another shape, not only another colour"


def column(made: figure, name: str) -> list[Any]:
    return next(list(r.data_source.data[name]) for r in made.renderers if name in r.data_source.data)


def test_bars_are_sorted_and_withheld_ones_are_not_drawn_at_zero() -> None:
    rows = [row("low", rate=0.1), row("high", rate=0.3, rate_high=0.4), row("hidden", withheld=True, **WITHHELD)]
    made = by_name(rows, ["low", "high", "hidden"], row("ALL", rate=0.2), Measure.RATE, T).figure()
    assert made.y_range.factors == ["hidden", "low", "high"], "from the bottom: withheld, then rising"
    values = column(made, "value")
    assert math.isnan(values[0]) and values[1:] == [0.1, 0.3]
    assert column(made, "mark") == ["withheld", "", ""]
    assert made.x_range.end > 0.4, "the whole interval is in sight"
    assert made.select_one(Whisker).dimension == "width"
    assert made.select_one(Legend).items[0].label.value == "All hospitals: 20.0\u202f%"


def test_years_stand_beside_the_total_of_the_same_year() -> None:
    own = [row("a", year, rate=0.1 * n) for n, year in enumerate((2017, 2018), 1)]
    total = [row("ALL", year, rate=0.3) for year in (2017, 2018)]
    made = by_year(own, total, Measure.RATE, T).figure()
    assert made.x_range.factors == ["2017", "2018"]
    assert made.select_one(Whisker).dimension == "height"
    assert [item.label.value for item in made.select_one(Legend).items] == ["a", "All hospitals"]
    assert not list(by_year([], total, Measure.RATE, T).figure().select(Legend)), "one series needs no legend"


def test_counts_have_neither_interval_nor_total() -> None:
    made = by_name([row("a"), row("b", n=50)], ["a", "b"], row("ALL", n=150), Measure.COUNT, T).figure()
    assert not list(made.select(Whisker)) and not list(made.select(Legend))
    assert column(made, "value") == [50.0, 100.0]
    assert column(made, "words") == ["50 stays", "100 stays"]


def test_a_withheld_year_breaks_the_line() -> None:
    series = {"a": [row("a", 2017), row("a", 2018, **WITHHELD), row("a", 2019)]}
    made = lines_by_year(series, [row("ALL", year) for year in (2017, 2018, 2019)], Measure.RATE, T).figure()
    lines = next(r.data_source.data["ys"] for r in made.renderers if "ys" in r.data_source.data)
    assert math.isnan(lines[0][1])


@pytest.mark.parametrize(("measure", "highest"), [(Measure.RATE, 0.8), (Measure.COUNT, 200.0)])
def test_all_that_is_drawn_is_in_sight(measure: Measure, highest: float) -> None:
    rows = [row("a", year, n=200, rate=0.8, rate_high=0.85) for year in (2017, 2018)]
    total = [row("ALL", year, n=9_000, rate=0.7, rate_high=0.75) for year in (2017, 2018)]
    for axis in (
        by_year(rows, [] if measure is Measure.COUNT else total, measure, T).figure().y_range,
        lines_by_year({"a": rows, "b": rows}, total, measure, T).figure().y_range,
        by_name(rows, ["a 2017", "a 2018"], None, measure, T).figure().x_range,
    ):
        assert axis.start == 0
        assert highest < axis.end < 1.3 * highest


@pytest.mark.parametrize(
    ("lang", "end", "ticks"),
    [
        ("en", 0.30, ["0%", "5%", "10%", "15%", "20%", "25%", "30%"]),
        ("nl", 0.021, ["0,0%", "0,5%", "1,0%", "1,5%", "2,0%"]),
    ],
)
def test_ticks_are_round_and_written_in_the_language(lang: str, end: float, ticks: list[str]) -> None:
    made = by_year([], [row("ALL", rate_high=end / 1.06)], Measure.RATE, texts(lang)).figure()
    written = [label.replace("\u202f", "") for label in made.yaxis[0].major_label_overrides.values()]
    assert written == ticks


def test_the_caterpillar_rises_and_marks_who_surely_differs() -> None:
    rows = [
        row("a", ratio=1.6, ratio_low=1.1, ratio_high=2.3),
        row("b", ratio=0.5, ratio_low=0.2, ratio_high=0.9),
        row("c", ratio=1.2, ratio_low=0.8, ratio_high=1.7),
    ]
    made = caterpillar(rows, ["a", "b", "c"], T)
    assert made.y_range.factors == ["b", "c", "a"], "from the bottom: rising"
    shown = {glyph.glyph.marker: list(glyph.data_source.data["name"]) for glyph in made.renderers}
    assert shown == {"circle": ["c"], "diamond": ["b", "a"]}, "another shape, not only another colour"
    assert {whisker.dimension for whisker in made.select(Whisker)} == {"width"} and made.x_range.end > 2.3


def test_times_are_counted_in_classes_of_ten_minutes_and_limits_are_not_included() -> None:
    made = times({9: 2, 29: 3, 30: 4, 65: 1}, [30, 60], T)
    source = next(r.data_source for r in made.renderers if "top" in r.data_source.data)
    assert list(source.data["top"]) == [2, 0, 3, 4, 0, 0, 1]
    assert source.data["words"][2].startswith("20") and source.data["words"][2].endswith(": 3")
    labels = sorted(one.text for one in made.select(Label))
    assert labels == ["50\u202f% below 30 min", "90\u202f% below 60 min"]
    assert made.select_one(Legend).items[0].label.value == "median: 30 minutes"


@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
def test_pictures_speak_the_language_of_the_reader(lang: str) -> None:
    t = texts(lang)
    axes = [times({20: 5}, [30], t).xaxis[0].axis_label, caterpillar([row("a")], ["a"], t).xaxis[0].axis_label]
    assert axes == [t("plot.minutes"), t("plot.ratio")] and "plot." not in " ".join(axes)


CURVES = {"a": [(0.5, 0.9), (5.0, 0.8)], "b": [(1.0, 0.7), (5.0, 0.5)]}
AT_RISK = {"a": {0: 40, 5: 12}, "b": {0: 20, 5: 3}}


def test_a_survival_curve_falls_from_everybody_alive_and_shows_who_is_left_below() -> None:
    made = survival(CURVES, AT_RISK, T)
    steps = [one for one in made.renderers if type(one.glyph).__name__ == "Step"]
    assert [list(one.data_source.data["y"]) for one in steps] == [[1.0, 0.9, 0.8], [1.0, 0.7, 0.5]]
    assert len({(str(one.glyph.line_color), str(one.glyph.line_dash)) for one in steps}) == 2
    written = [list(one.data_source.data["text"]) for one in made.renderers if "text" in one.data_source.data]
    assert written[1:] == [["40", "12"], ["20", "3"]]
    assert len({survival(CURVES, AT_RISK, t).yaxis[0].axis_label for t in (texts("nl"), texts("fr"), texts("en"))}) == 3
    with pytest.raises(ValueError, match="5 curves"):
        survival({str(n): CURVES["a"] for n in range(5)}, {str(n): AT_RISK["a"] for n in range(5)}, T)


def test_medians_have_their_quartiles_as_the_thin_line() -> None:
    def spread(hospital: str, **values: Any) -> dict[str, Any]:
        base = {"mean": 70.0, "q1": 40.0, "median": 60.0, "q3": 95.0, "unit": "minutes"}
        return row(hospital) | base | values

    rows = [spread("a"), spread("b", median=80.0, q1=None, q3=None), spread("c", q1=None, median=None, q3=None)]
    made = by_name(rows, ["a", "b", "c"], spread("ALL", median=62.0), Measure.SPREAD, T).figure()
    assert column(made, "name") == ["c", "a", "b"]
    assert column(made, "mark") == ["withheld", "", ""]
    assert column(made, "words")[1:] == [
        "median 60 minutes, of 100; the middle half 40\u2009–\u200995",
        "median 80 minutes, of 100",
    ]
    (whisker,) = made.select(Whisker)
    assert [whisker.source.data[end][1] for end in ("low", "high")] == [40.0, 95.0]
    assert made.x_range.end >= 95.0
    assert made.xaxis[0].axis_label == "Median (minutes)"
    (legend,) = made.select(Legend)
    assert legend.items[0].label.value == "All hospitals: 62 minutes"


def test_bars_of_counts_are_measured_by_what_is_drawn() -> None:
    """The number of all hospitals together is not drawn, and beside it the bars of one could not be seen."""
    own, total = [row("A", n=90)], [row("ALL", n=90_000)]
    assert by_year(own, total, Measure.COUNT, T).figure().y_range.end < 200
    assert by_year([], total, Measure.COUNT, T).figure().y_range.end > 90_000


def test_a_long_name_takes_two_lines_and_stays_whole() -> None:
    long = "Centre hospitalier universitaire de la Vallée"
    made = by_name([row(long), row("B")], [long, "B"], None, Measure.RATE, T).figure()
    found = {label.replace("\n", " "): label for label in made.y_range.factors}
    assert set(found) == {long, "B"} and all(len(line) <= 26 for line in found[long].split("\n"))
