"""A picture that is filled with other numbers is the other picture in every value."""

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
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from dashboards.labels import Measure
from dashboards.plots.bars import by_name, by_year
from dashboards.plots.funnel import _placed, funnel
from dashboards.plots.lines import lines_by_year
from dashboards.plots.picture import Picture
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


def bars(rates: list[float | None], measure: Measure = Measure.RATE) -> Picture:
    rows = [
        row(f"h{n}", **(WITHHELD | {"withheld": True} if rate is None else {"rate": rate}))
        for n, rate in enumerate(rates)
    ]
    return by_name(rows, [f"h{n}" for n in range(len(rows))], row("ALL", rate=0.2), measure, T)


def years(rates: list[float | None], *, total: bool = True) -> Picture:
    rows = [row("a", 2011 + n, **(WITHHELD if rate is None else {"rate": rate})) for n, rate in enumerate(rates)]
    return by_year(rows, [row("ALL", one["year"]) for one in rows] if total else [], Measure.RATE, T)


def lines(rates: list[float | None], *, total: bool = True) -> Picture:
    rows = [row("a", 2011 + n, **(WITHHELD if rate is None else {"rate": rate})) for n, rate in enumerate(rates)]
    beside = [row("ALL", one["year"]) for one in rows] if total else []
    return lines_by_year({"a": rows, "b": rows[:2]}, beside, Measure.RATE, T)


def points(rates: list[float | None]) -> Picture:
    rows = [row(f"h{n}", ratio=3 * (rate or 1), expected=40.0 + n) for n, rate in enumerate(rates)]
    return funnel(rows, [str(one["hospital"]) for one in rows], T)


RATES = st.lists(st.none() | st.floats(0.01, 0.9), min_size=1, max_size=5)


@pytest.mark.parametrize("draw", [bars, years, lines, points])
@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])  # a figure is slow to make
@given(before=RATES, after=RATES)
@example(before=[0.9, 0.3, 0.1, 0.2, 0.5], after=[0.33])
def test_a_picture_of_another_view_is_filled_with_it(
    draw: Callable[[list[float | None]], Picture], before: list[float | None], after: list[float | None]
) -> None:
    old, new = draw(before), draw(after)
    assert old.kind == new.kind
    parts = old.build()
    old.fill(parts)
    whole = parts.made.renderers[0]
    new.fill(parts)
    assert parts.made.renderers[0] is whole, "the same part, which the browser has already"
    assert written(parts.made) == written(new.figure())


def test_pictures_of_other_parts_are_of_other_kinds() -> None:
    rates: list[float | None] = [0.1, 0.2]
    kinds = [
        bars(rates).kind, bars(rates, Measure.COUNT).kind, years(rates).kind, years(rates, total=False).kind,
        lines(rates).kind, lines(rates, total=False).kind, points(rates).kind,
    ]  # fmt: skip
    assert len(set(kinds)) == len(kinds)


def test_what_the_page_said_of_a_figure_stays() -> None:
    parts = bars([0.1, 0.2]).build()
    parts.made.margin = 7
    bars([0.3, 0.4, 0.5]).fill(parts)
    assert parts.made.margin == 7 and list(parts.made.y_range.factors) == ["h0", "h1", "h2"]


def test_the_legend_of_a_funnel_names_what_is_there() -> None:
    inside, both = points([0.33, 0.34]).figure(), points([0.33, 0.9]).figure()
    found = [[item.label.value for item in made.select_one(Legend).items] for made in (inside, both)]
    shared = [T("plot.alarm"), T("plot.alert"), T("plot.inside")]
    assert found == [shared, [*shared, T("plot.outside")]]


@given(
    st.lists(
        st.tuples(st.floats(1, 90), st.floats(0.1, 3), st.integers(2, 40)),
        min_size=1,
        max_size=25,
    )
)
def test_names_in_a_funnel_lie_over_no_other_name_and_over_no_point(spots: list[tuple[float, float, int]]) -> None:
    """By the widths that are reckoned, drawn once more from what is sent."""
    rows = [row(str(n), expected=expected, ratio=ratio) for n, (expected, ratio, _) in enumerate(spots)]
    pairs = [(one, "x" * length) for one, (*_, length) in zip(rows, spots, strict=True)]
    top, ceiling = 100.0, 3.3
    data = _placed(pairs, rows, top, ceiling)
    boxes = []
    for x, y, name, right, up, align in zip(*data.values(), strict=True):
        wide = len(name) * 12 * 0.56
        left = x / top * 560 + right - {"left": 0, "center": wide / 2, "right": wide}[align]
        middle = y / ceiling * 300 + up
        boxes.append((left, left + wide, middle - 6, middle + 6))
    dots = [(one["expected"] / top * 560, one["ratio"] / ceiling * 300) for one in rows]
    for n, (left, right, low, high) in enumerate(boxes):
        assert left >= 0 and right <= 560, "nothing is cut off"
        assert not any(left < x < right and low < y < high for x, y in dots)
        for other in boxes[:n]:
            assert right <= other[0] or other[1] <= left or high <= other[2] or other[3] <= low


def test_a_point_alone_is_named() -> None:
    lonely = row("a", expected=50.0, ratio=2.0)
    assert _placed([(lonely, "Hospital of the Far West")], [lonely], 100.0, 3.0)["name"] == ["Hospital of the Far West"]


def test_no_axis_follows_the_data() -> None:
    """What failed once: such a range keeps in the browser the end that it was first given, and bars were cut off."""
    for draw in (bars, years, lines, points):
        assert not list(draw([0.1]).figure().select(DataRange1d))
