"""The table of a view: numbers as the language writes them, one mark for whatever is withheld.

It is plain HTML of the server: a grid that a script builds took longer in the browser than all drawings together, and
axe found fault with it (decision 0031).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboards.markup import Html, icon, tag
from dashboards.shown import Row, Shown
from dashboards.texts import Texts
from workbench.publish import TOTAL

PAGE = 15  # rows
SORT, TURN = "sort", "turn"  # what a reader does with the table
_WORDS = frozenset({"hospital_name", "registered_by"})
_SORTED = {False: "ascending", True: "descending"}


@dataclass(frozen=True)
class Order:
    """By which column the rows stand, and the first row that is seen; without a key they stand as they were read."""

    key: str = ""
    down: bool = False
    first: int = 0

    def sorted_by(self, key: str) -> Order:
        """A column asked again is turned round, and the third time left alone."""
        if key != self.key:
            return Order(key)
        return Order() if self.down else Order(key, True)

    def rows(self, table: Shown) -> Sequence[Row]:
        """All rows of a table in this order; those without a number are last, whichever way it goes."""
        if self.key not in table.keys:
            return table.rows
        known = [row for row in table.rows if row[self.key] is not None]
        known.sort(key=lambda row: _comparable(row[self.key]), reverse=self.down)
        return [*known, *(row for row in table.rows if row[self.key] is None)]


def grid(table: Shown, order: Order, t: Texts) -> Html:
    """The table with a button at the head of each column, and below it the way to more rows than are seen."""
    columns = _columns(table, t)
    rows = order.rows(table)
    first = order.first if order.first < len(rows) else 0
    head = tag("tr", *(_head(key, order, t) for key in columns))
    body = [_row(row, columns, t) for row in rows[first : first + PAGE]]
    drawn = tag("table", tag("thead", head), tag("tbody", *body), class_="grid")
    turn = [_pages(first, len(rows), t)] if len(rows) > PAGE else []
    return tag("div", tag("div", drawn, id="grid", class_="wide", data_scroll=True), *turn)


def _head(key: str, order: Order, t: Texts) -> Html:
    state = _SORTED[order.down] if key == order.key else None
    # The arrow has its place also where there is none, or a column would grow when it is sorted.
    button = tag(
        "button", tag("span", t(f"column.{key}")), tag("span", class_=f"arrow {state or ''}", aria_hidden="true"),
        type="button", id=f"sort-{key}", title=t(f"column.{key}.help"), data_do=SORT, data_value=key,
    )  # fmt: skip
    return tag("th", button, scope="col", aria_sort=state, class_=_class(key))


def _row(row: Row, columns: dict[str, Callable[[Row], str]], t: Texts) -> Html:
    cells = []
    for place, (key, write) in enumerate(columns.items()):
        if place == 0:
            cells.append(tag("th", write(row), scope="row", class_=_class(key)))
        else:
            why = t("table.withheld.why") if row[key] is None and key != "year" else None
            cells.append(tag("td", write(row), class_=_class(key), title=why))
    return tag("tr", *cells, class_="total" if row["hospital"] == TOTAL else None)


def _class(key: str) -> str | None:
    return None if key in _WORDS else "number"


def _pages(first: int, number: int, t: Texts) -> Html:
    """Buttons to other rows, and which are seen."""
    last = (number - 1) // PAGE * PAGE
    ways = {"first": 0, "prev": first - PAGE, "next": first + PAGE, "last": last}
    icons = {"first": "first", "prev": "back", "next": "on", "last": "last"}
    buttons = [
        tag("button", icon(icons[way]), type="button", id=f"turn-{way}", aria_label=t(f"pagination.{way}"),
            title=t(f"pagination.{way}"), data_do=TURN, data_value=str(to),
            aria_disabled=None if 0 <= to <= last and to != first else "true")
        for way, to in ways.items()
    ]  # fmt: skip
    seen = t("pagination.rows", rows=t.between(str(first + 1), str(min(first + PAGE, number))), number=t.number(number))
    middle = tag("span", seen, role="status")
    return tag("nav", *buttons[:2], middle, *buttons[2:], class_="turn", aria_label=t("report.table"))


def grid_rows(table: Shown, t: Texts) -> pd.DataFrame:
    """The cells of the table as they are written."""
    return pd.DataFrame({key: [write(row) for row in table.rows] for key, write in _columns(table, t).items()})


def _columns(table: Shown, t: Texts) -> dict[str, Callable[[Row], str]]:
    """Column key -> how its cell is written, in the order of the page."""

    def number(key: str, decimals: int = 0) -> Callable[[Row], str]:
        return lambda row: _or_withheld(row[key], lambda value: t.number(value, decimals), t)

    def interval(low: str, high: str, write: Callable[[float], str]) -> Callable[[Row], str]:
        return lambda row: _or_withheld(row[low], lambda value: t.between(write(value), write(row[high])), t)

    def percent(value: float) -> str:
        return t.percent(value)

    def ratio(value: float) -> str:
        return t.number(value, 2)

    known: dict[str, Callable[[Row], str]] = {
        "hospital_name": lambda row: str(row["hospital_name"]),
        "registered_by": lambda row: str(row["registered_by"]),
        "year": lambda row: str(row["year"] or t("year.all")),
        "n": number("n"),
        "k": number("k"),
        "rate": lambda row: _or_withheld(row["rate"], percent, t),
        "rate_low": interval("rate_low", "rate_high", percent),
        "expected": number("expected", 1),
        "ratio": number("ratio", 2),
        "ratio_low": interval("ratio_low", "ratio_high", ratio),
        "mean": number("mean", 1),
        "q1": number("q1", 1),
        "median": number("median", 1),
        "q3": number("q3", 1),
    }
    return {key: write for key, write in known.items() if key in table.keys}


def _or_withheld(value: Any, write: Callable[[Any], str], t: Texts) -> str:
    return t("table.withheld") if value is None else write(value)


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
