"""The table of a view: numbers as the language writes them, one mark for whatever is withheld."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pandas as pd
import panel as pn

from dashboards.shown import Row, Shown
from dashboards.texts import Texts

PAGE = 15
# Each rule begins at the host, or the style sheet of the table, which is read later, would win.
CSS = """
:host .tabulator { border: 0; font-size: 14px !important; background: transparent; }
:host .tabulator .tabulator-header { background: #f4f6f8; color: #1b2733; border-bottom: 1px solid #7b8794; }
:host .tabulator .tabulator-header .tabulator-col { background: #f4f6f8; border-right: 0; }
:host .tabulator-row .tabulator-cell { border-right: 0; padding: 8px 10px; }
:host .tabulator-row { border-bottom: 1px solid #e4e8ec; min-height: 36px; }
:host .tabulator .tabulator-header .tabulator-col .tabulator-col-content { padding: 6px 10px; }
:host .tabulator .tabulator-footer { background: transparent; border-top: 0; }
:host .tabulator .tabulator-header .tabulator-col .tabulator-col-content .tabulator-col-title {
  white-space: normal; text-overflow: clip; overflow: visible; line-height: 1.25; }
"""


def grid(table: Shown, t: Texts) -> Any:
    """A Tabulator of the rows of `table`; sorts numbers as numbers although they are shown as words."""
    columns = _columns(table, t)
    frame = grid_rows(table, t)
    words = {"hospital_name", "registered_by"}
    # The mark explains itself when the pointer rests on it; every other cell is a number written by us.
    mark = f'<span title="{html.escape(t("table.withheld.why"))}">{html.escape(t("table.withheld"))}</span>'
    numbers = [key for key in columns if key not in words]
    frame[numbers] = frame[numbers].replace({t("table.withheld"): mark})
    decimal, thousand = t.separators()
    number = {"sorter": "number", "sorterParams": {"decimalSeparator": decimal, "thousandSeparator": thousand,
                                                   "alignEmptyValues": "bottom"}}  # fmt: skip
    return pn.widgets.Tabulator(
        frame,
        show_index=False,
        disabled=True,
        selectable=False,
        pagination="local" if len(frame) > PAGE else None,
        page_size=PAGE,
        layout="fit_columns",
        sizing_mode="stretch_width",
        formatters={key: {"type": "html"} for key in numbers},
        titles={key: t(f"column.{key}") for key in columns},
        text_align={key: "left" if key in words else "right" for key in columns},
        header_align={key: "left" if key in words else "right" for key in columns},
        header_tooltips={key: t(f"column.{key}.help") for key in columns},
        configuration={
            "columnDefaults": {"headerWordWrap": True, "resizable": False},
            "columns": [
                {"field": key, **_WIDTHS.get(key, _NARROW), **({} if key in words else number)} for key in columns
            ],
            "locale": t.lang,
            "langs": {t.lang: {"pagination": {key: t(f"pagination.{key}") for key in _PAGINATION}}},
        },
        stylesheets=[CSS],
        margin=(8, 0, 0, 0),
    )


# Wide enough for what stands in them; a narrow screen scrolls sideways.
_NARROW = {"minWidth": 90}
_WIDTHS = {
    "year": {"minWidth": 110},
    "hospital_name": {"minWidth": 225, "widthGrow": 2.4},
    "registered_by": {"minWidth": 140, "widthGrow": 1.6},
    "rate": {"minWidth": 105},
    "rate_low": {"minWidth": 135},
    "ratio": {"minWidth": 125},
    "ratio_low": {"minWidth": 130},
}
_PAGINATION = ("first", "first_title", "last", "last_title", "prev", "prev_title", "next", "next_title")


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
