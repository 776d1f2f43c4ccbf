"""The table of a report: its order, its pages, and what is written in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.labels import Measure
from dashboards.pages.grid import PAGE, Order, grid
from dashboards.shown import Shown
from dashboards.texts import texts
from tests.dashboards.browsing import Browser, person
from tests.dashboards.portal import Portal

KEYS = ("indicator", "hospital", "hospital_name", "year", "n", "withheld")
T = texts("en")
numbers = st.lists(st.none() | st.integers(0, 10**7), min_size=1, max_size=60)


def table(sizes: list[int | None], name: str = "Hospital {}") -> Shown:
    rows: list[dict[str, Any]] = [
        {"indicator": "deliveries", "hospital": str(900 + place), "hospital_name": name.format(place), "year": 2018,
         "n": size, "withheld": size is None}
        for place, size in enumerate(sizes)
    ]  # fmt: skip
    return Shown(Measure.COUNT, KEYS, tuple(rows))


def written(html: str) -> list[list[str]]:
    body = html[html.index("<tbody>") : html.index("</tbody>")]
    return [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in body.split("</tr>")[:-1]]


@given(numbers, st.booleans())
def test_numbers_stand_in_order_and_what_is_withheld_after_them(sizes: list[int | None], down: bool) -> None:
    rows = Order("n", down).rows(table(sizes))
    found = [row["n"] for row in rows]
    known = [size for size in sizes if size is not None]
    assert found == [*sorted(known, reverse=down), *[None] * (len(sizes) - len(known))]
    assert sorted(row["hospital"] for row in rows) == sorted(row["hospital"] for row in table(sizes).rows)


@given(numbers)
def test_the_pages_hold_every_row_once(sizes: list[int | None]) -> None:
    pages = [written(grid(table(sizes), Order(first=first), T)) for first in range(0, len(sizes), PAGE)]
    assert [row[0] for page in pages for row in page] == [f"Hospital {place}" for place in range(len(sizes))]
    assert all(len(page) <= PAGE for page in pages)


def test_a_column_goes_up_then_down_and_then_back() -> None:
    up = Order().sorted_by("n")
    down = up.sorted_by("n")
    assert [up, down, down.sorted_by("n")] == [Order("n"), Order("n", True), Order()]
    assert Order("n", True, 30).sorted_by("year") == Order("year"), "from its first row"
    assert 'aria-sort="descending"' in grid(table([1, 2]), down, T)


@pytest.mark.parametrize("order", [Order("nothing"), Order("rate_low", True), Order(first=9_999), Order("n", first=16)])
def test_what_the_table_does_not_have_is_not_asked_of_it(order: Order) -> None:
    assert len(written(grid(table([3, 1, 2]), order, T))) == 3


def test_names_are_text() -> None:
    html = grid(table([1], "<b>{}</b>&"), Order(), T)
    assert "<b>" not in html
    assert "&lt;b&gt;0&lt;/b&gt;&amp;" in html


@pytest.mark.slow
def test_a_reader_sorts_and_turns_the_page_as_long_as_they_may(browser: Browser, portal: Portal) -> None:
    with person(browser, portal) as reader:
        reader.come_in("mia.janssens")
        reader.open("/report?id=stroke-hospitals&indicator=deliveries&year=each")
        page = reader.page
        page.get_by_role("button", name="Stays").press("Enter")
        page.locator("th[aria-sort=ascending]").wait_for()
        seen = [int(row[2].replace(",", "")) for row in reader.rows()]
        assert seen == sorted(seen) and len(seen) == PAGE
        page.get_by_role("button", name="Next page").press("Enter")
        page.get_by_text("Rows 16").wait_for()
        after = [int(row[2].replace(",", "")) for row in reader.rows()]
        assert after == sorted(after) and after[0] >= seen[-1]
        portal.house.logins.close_all("mia.janssens")
        page.get_by_role("button", name="First page").press("Enter")
        page.locator("h1", has_text="You are logged out").wait_for()
        assert page.locator("table.grid").count() == 0
