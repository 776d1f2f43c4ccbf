"""A figure that becomes another is that other in every value, and where it cannot be it stays as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from bokeh.core.json_encoder import serialize_json
from bokeh.document import Document
from bokeh.models import DataRange1d, Legend
from bokeh.plotting import figure
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dashboards.labels import Measure
from dashboards.plots.again import become
from dashboards.plots.bars import by_name, by_year
from dashboards.plots.funnel import funnel
from dashboards.plots.lines import lines_by_year
from dashboards.texts import texts
from tests.dashboards.test_plots import WITHHELD, row

T = texts("en")


def written(made: figure) -> Any:
    """The figure as it goes to a browser, the parts numbered by where they stand."""
    document = Document()
    document.add_root(made)
    text = serialize_json(document.to_json())
    document.remove_root(made)
    seen: dict[str, str] = {}
    return json.loads(re.sub(r'"p\d+"', lambda found: seen.setdefault(found[0], f'"#{len(seen)}"'), text))


def bars(rates: list[float | None], total: float = 0.2) -> figure:
    rows = [
        row(f"h{n}", **(WITHHELD | {"withheld": True} if rate is None else {"rate": rate}))
        for n, rate in enumerate(rates)
    ]
    return by_name(rows, [f"h{n}" for n in range(len(rows))], row("ALL", rate=total), Measure.RATE, T)


RATES = st.lists(st.none() | st.floats(0.01, 0.9), min_size=1, max_size=5)


@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate])  # a figure is slow to make
@given(before=RATES, after=RATES)
def test_bars_become_other_bars(before: list[float | None], after: list[float | None]) -> None:
    shown = bars(before, 0.1)
    whole = shown.renderers[0]
    assert become(shown, bars(after, 0.3))
    assert shown.renderers[0] is whole, "the same part, which the browser has already"
    assert written(shown) == written(bars(after, 0.3))


def years(*, total: bool) -> figure:
    rows = [row("a", year, rate=0.1) for year in (2017, 2018)]
    return by_year(rows, [row("ALL", year) for year in (2017, 2018)] if total else [], Measure.RATE, T)


def points(*ratios: float) -> figure:
    rows = [row(f"h{n}", ratio=ratio, expected=40.0 + n) for n, ratio in enumerate(ratios)]
    return funnel(rows, [str(one["hospital"]) for one in rows], T)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda: bars([0.1]), lambda: years(total=True)),
        (lambda: years(total=True), lambda: years(total=False)),
        (lambda: points(1.0, 1.1), lambda: points(1.0, 2.9)),
        (lambda: points(1.0, 1.1), lambda: lines_by_year({"a": [row("a", 2017)]}, [], Measure.RATE, T)),
    ],
)
def test_a_figure_of_another_build_is_refused_and_nothing_changes(
    one: Callable[[], figure], other: Callable[[], figure]
) -> None:
    shown = one()
    before = written(shown)
    assert not become(shown, other())
    assert written(shown) == before


def test_what_the_page_said_of_a_figure_stays() -> None:
    shown = bars([0.1, 0.2])
    shown.margin = 7
    assert become(shown, bars([0.3, 0.4, 0.5]))
    assert shown.margin == 7 and list(shown.y_range.factors) == ["h0", "h1", "h2"]


def test_numbers_and_legend_of_a_funnel_follow() -> None:
    shown = points(1.0, 1.02, 0.98)
    assert become(shown, points(1.01, 1.0, 1.03))
    assert written(shown) == written(points(1.01, 1.0, 1.03))
    assert len(shown.select_one(Legend).items) == 3


def test_no_axis_follows_the_data() -> None:
    """What failed once: such a range keeps in the browser the end that it was first given, and bars were cut off."""
    lines = lines_by_year({"a": [row("a", 2017)]}, [row("ALL", 2017)], Measure.RATE, T)
    for made in (bars([0.1]), years(total=True), points(1.0, 1.1), lines):
        assert not list(made.select(DataRange1d))
