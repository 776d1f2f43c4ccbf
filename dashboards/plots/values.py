"""Values of rows as a drawing needs them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.labels import Measure
from dashboards.plots.look import number_ticks
from dashboards.shown import Row
from dashboards.texts import Texts

# What is drawn of a row, and the keys of the highest point of a bar with its interval or its quartiles.
VALUE = {Measure.COUNT: "n", Measure.RATE: "rate", Measure.RATIO: "rate", Measure.SPREAD: "median"}
HIGHEST = {Measure.COUNT: ("n",), Measure.RATE: ("rate_high",), Measure.RATIO: ("rate_high",),
           Measure.SPREAD: ("median", "q3")}  # fmt: skip
_ENDS = {"median": ("q1", "q3")}


def columns(rows: Sequence[Row], value: str, t: Texts) -> dict[str, list[Any]]:
    """The rows as columns of a data source, with the words that the pointer shows."""
    low, high = _ENDS.get(value, ("rate_low", "rate_high"))
    return {
        # Not None, which a browser would draw at zero.
        "value": [_drawn(row[value]) for row in rows],
        "low": [_drawn(row.get(low)) for row in rows],
        "high": [_drawn(row.get(high)) for row in rows],
        "words": [_words(row, value, t) for row in rows],
        "mark": [t("table.withheld") if row[value] is None else "" for row in rows],
        "zero": [0.0 for _ in rows],
    }


def _drawn(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _words(row: Row, value: str, t: Texts) -> str:
    if row[value] is None:
        return t("table.withheld")
    if value == "n":
        return t.count("plot.stays", row["n"])
    if value == "median":
        known = row["q1"] is not None
        middle = t("plot.middle_half", between=t.between(t.number(row["q1"]), t.number(row["q3"]))) if known else ""
        words = t(
            "plot.median_words", median=t.number(row["median"]), unit=t(f"unit.{row['unit']}"), n=t.number(row["n"])
        )
        return f"{words}{middle}"
    interval = t.between(t.percent(row["rate_low"]), t.percent(row["rate_high"]))
    return t(
        "plot.rate_words",
        rate=t.percent(row["rate"]),
        interval=interval,
        k=t.number(row["k"]),
        n=t.number(row["n"]),
    )


def as_value(row: Row, measure: Measure, t: Texts) -> str:
    """The value of a row in words."""
    value = row[VALUE[measure]]
    return f"{t.number(value)} " + t(f"unit.{row['unit']}") if measure is Measure.SPREAD else t.percent(value)


def number_axis(axis: Any, end: float, measure: Measure, t: Texts, unit: str = "") -> None:
    """Numbers or percentages along an axis from 0 to `end`, named as in the table."""
    if measure is Measure.COUNT:
        number_ticks(axis, end, t.number)
        axis.axis_label = t("column.n")
    elif measure is Measure.SPREAD:
        number_ticks(axis, end, t.number)
        axis.axis_label = f"{t('column.median')} ({t(f'unit.{unit}')})"
    else:
        decimals = 0 if end > 0.06 else 1
        number_ticks(axis, end, lambda tick: t.percent(tick, decimals))
        axis.axis_label = t("column.rate")


def value_end(rows: Sequence[Row], *keys: str) -> float:
    """Where an axis ends that shows the numbers of `keys`: a little beyond the highest."""
    return max(1e-3, *(row[key] or 0.0 for row in rows for key in keys)) * 1.06
