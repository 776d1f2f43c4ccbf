"""The rows a report shows: counts with the withheld ones blank, and figures made of shown counts only."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv

from workbench.disclosure.amounts.told import FIGURES
from workbench.disclosure.figures import exact_ratio, wilson
from workbench.disclosure.rows import Bools, Floats
from workbench.disclosure.system import System
from workbench.disclosure.told import Told
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS, NO_HOSPITAL, NO_YEAR, PARTS, IndicatorTable

COUNTS = ("indicator", "hospital", "year", *PARTS)


Spread = Mapping[tuple[str, str, int], Mapping[str, float | None]]  # indicator, hospital, year -> figures of amounts


def shown_rows(table: IndicatorTable, told: Told, system: System, hidden: Bools, spread: Spread) -> pa.Table:
    """One row per indicator, hospital and year, totals first; null where a number is in `hidden`.

    spread: the figures of amounts that are shown.
    """
    visible = {
        tuple(key[:4]): None if hidden[number] else int(system.values[number])
        for key, number in zip(system.shown, system.number.tolist(), strict=True)
        if not key.release
    }
    keys = [
        (name, hospital, year)
        for name in told.indicators
        for hospital in (ALL_HOSPITALS, *told.hospitals)
        for year in (ALL_YEARS, *told.years)
    ]
    counts = {part: [visible.get((*key, part)) for key in keys] for part in PARTS}
    withheld = [
        any(visible.get((*key, part), 0) is None for part in PARTS)
        or (key[0] in table.amount_of and None in spread.get(key, {"mean": None}).values())
        for key in keys
    ]
    n, k = (np.array(counts[part], dtype=float) for part in ("n", "k"))
    whole = np.array(
        [None not in (counts["n"][row], counts["k"][row], counts["rest"][row]) for row in range(len(keys))]
    )
    rate, rate_low, rate_high = wilson(np.where(whole, k, np.nan), np.where(whole, n, np.nan))
    given = {(row["indicator"], row["hospital"], row["year"]): row["expected"] for row in table.adjusted.to_pylist()}
    expected = np.where(whole, np.array([given.get(key, np.nan) for key in keys], dtype=float), np.nan)
    ratio, ratio_low, ratio_high = exact_ratio(np.where(whole, k, np.nan), expected)
    figures = {
        "rate": rate, "rate_low": rate_low, "rate_high": rate_high,
        "expected": expected, "ratio": ratio, "ratio_low": ratio_low, "ratio_high": ratio_high,
        **{name: np.array([spread.get(key, {}).get(name) for key in keys], dtype=float) for name in FIGURES},
    }  # fmt: skip
    return pa.table(
        {
            "indicator": pa.array([key[0] for key in keys], pa.string()),
            "hospital": pa.array([key[1] for key in keys], pa.string()),
            "year": pa.array([key[2] for key in keys], pa.int32()),
            **{part: pa.array(counts[part], pa.int64()) for part in PARTS},
            **{name: _nullable(values) for name, values in figures.items()},
            "withheld": pa.array(withheld, pa.bool_()),
        }
    )


def readable(rows: pa.Table) -> pa.Table:
    """The rows without those that say what a margin says, for a table that is not cut by hospital or by year."""
    repeated = pc.or_(pc.equal(rows["hospital"], NO_HOSPITAL), pc.equal(rows["year"], NO_YEAR))
    return rows.filter(pc.invert(repeated))


def published_text(rows: pa.Table) -> str:
    """The counts as CSV in one fixed order: the text that is hashed and re-checked."""
    text = io.BytesIO()
    ordered = rows.sort_by([(name, "ascending") for name in COUNTS[:3]])
    csv.write_csv(ordered.select(COUNTS), text, csv.WriteOptions(quoting_style="needed"))
    return text.getvalue().decode()


def _nullable(values: Floats) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))
