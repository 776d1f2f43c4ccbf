"""Values of rows as a drawing needs them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.labels import Measure
from dashboards.plots.look import number_ticks
from dashboards.shown import Row
from dashboards.texts import Texts

# The key of the highest point of a bar with its interval.
HIGHEST = {Measure.COUNT: "n", Measure.RATE: "rate_high", Measure.RATIO: "rate_high"}


def columns(rows: Sequence[Row], value: str, t: Texts) -> dict[str, list[Any]]:
    """The rows as columns of a data source, with the words that the pointer shows."""
    return {
        # Not None, which a browser would draw at zero.
        "value": [_drawn(row[value]) for row in rows],
        "low": [_drawn(row.get("rate_low")) for row in rows],
        "high": [_drawn(row.get("rate_high")) for row in rows],
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
    interval = t.between(t.percent(row["rate_low"]), t.percent(row["rate_high"]))
    return t(
        "plot.rate_words",
        rate=t.percent(row["rate"]),
        interval=interval,
        k=t.number(row["k"]),
        n=t.number(row["n"]),
    )


def number_axis(axis: Any, end: float, measure: Measure, t: Texts) -> None:
    """Numbers or percentages along an axis from 0 to `end`, named as in the table."""
    if measure is Measure.COUNT:
        number_ticks(axis, end, t.number)
        axis.axis_label = t("column.n")
    else:
        decimals = 0 if end > 0.06 else 1
        number_ticks(axis, end, lambda tick: t.percent(tick, decimals))
        axis.axis_label = t("column.rate")


def value_end(rows: Sequence[Row], key: str) -> float:
    """Where an axis ends that shows the numbers of `key`: a little beyond the highest."""
    return max(1e-3, *(row[key] or 0.0 for row in rows)) * 1.06
