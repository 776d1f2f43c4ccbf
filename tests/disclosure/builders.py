"""Synthetic indicator tables for the tests of disclosure control; no person behind any of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa

from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS, PARTS, IndicatorTable

Cell = tuple[str, int, frozenset[str]]  # hospital, year, names of the flags that are set


def table_of(
    indicators: tuple[str, ...],
    stays: Mapping[Cell, int],
    *,
    plain: Iterable[str] = (),
    persons: Mapping[tuple[str, str, int, str], int] | None = None,
    adjusted: Iterable[tuple[str, str, int, float]] = (),
) -> IndicatorTable:
    """The indicator table of these cells; each stay another person, unless `persons` says otherwise."""
    hospitals = sorted({hospital for hospital, _, _ in stays})
    years = sorted({year for _, year, _ in stays})
    flags = [f"{name}.{part}" for name in indicators for part in ("n", "k")]
    kept = [(cell, count) for cell, count in stays.items() if count]
    cells = pa.table(
        {
            "hospital": pa.array([cell[0] for cell, _ in kept], pa.string()),
            "year": pa.array([cell[1] for cell, _ in kept], pa.int32()),
            **{flag: pa.array([flag in cell[2] for cell, _ in kept], pa.bool_()) for flag in flags},
            "stays": pa.array([count for _, count in kept], pa.int64()),
        }
    )
    rows = []
    for name in indicators:
        for part in PARTS if name not in set(plain) else ("n",):
            for hospital in [ALL_HOSPITALS, *hospitals]:
                for year in [ALL_YEARS, *years]:
                    total = sum(
                        count
                        for (h, y, on), count in stays.items()
                        if hospital in (ALL_HOSPITALS, h) and year in (ALL_YEARS, y) and holds(on, name, part)
                    )
                    people = (persons or {}).get((name, hospital, year, part), total)
                    rows.append((name, hospital, year, part, total, people))
    return IndicatorTable("tiny", indicators, cells, counts_of(rows), adjusted_of(adjusted))


def holds(on: frozenset[str], name: str, part: str) -> bool:
    """Whether a stay with these flags counts in this part of the indicator."""
    n, k = f"{name}.n" in on, f"{name}.k" in on
    return {"n": n, "k": k, "rest": n and not k}[part]


def counts_of(rows: Iterable[tuple[str, str, int, str, int, int]]) -> pa.Table:
    """The counts table of rows (indicator, hospital, year, part, stays, persons)."""
    columns = list(zip(*rows, strict=True)) or [[]] * 6
    names = ("indicator", "hospital", "year", "part", "stays", "persons")
    types = (pa.string(), pa.string(), pa.int32(), pa.string(), pa.int64(), pa.int64())
    arrays = (pa.array(list(column), kind) for column, kind in zip(columns, types, strict=True))
    return pa.table(dict(zip(names, arrays, strict=True)))


def adjusted_of(rows: Iterable[tuple[str, str, int, float]]) -> pa.Table:
    """The adjusted table of rows (indicator, hospital, year, expected)."""
    columns = list(zip(*rows, strict=True)) or [[]] * 4
    types = (pa.string(), pa.string(), pa.int32(), pa.float64())
    arrays = (pa.array(list(column), kind) for column, kind in zip(columns, types, strict=True))
    return pa.table(dict(zip(("indicator", "hospital", "year", "expected"), arrays, strict=True)))


STROKE = ("deliveries", "ivt", "no_antibiotics", "anticoagulants", "mortality30", "mortality90")


def stroke_table(seed: int, hospitals: int = 12, years: int = 3, mean: float = 60.0) -> IndicatorTable:
    """A table of the demo's shape: six nested indicators, stays per hospital-year negative binomial."""
    random = np.random.default_rng(seed)
    size = random.negative_binomial(3, 3 / (3 + mean), size=hospitals)
    stays: dict[Cell, int] = {}
    for place in range(hospitals):
        for year in range(2015, 2015 + years):
            for on in (_stay(random) for _ in range(random.poisson(size[place]))):
                cell = (f"{100 + place}", year, on)
                stays[cell] = stays.get(cell, 0) + 1
            stays.setdefault((f"{100 + place}", year, frozenset({"deliveries.n"})), 0)
    base = table_of(STROKE, stays, plain=("deliveries",))
    expected = [
        (row["indicator"], row["hospital"], row["year"], 0.15 * row["stays"])
        for row in base.counts.to_pylist()
        if row["indicator"].startswith("mortality") and row["part"] == "n"
    ]
    return IndicatorTable(base.study, STROKE, base.cells, base.counts, adjusted_of(expected))


def _stay(random: np.random.Generator) -> frozenset[str]:
    ischaemic, fibrillation = random.random() < 0.8, random.random() < 0.3
    infection, early = random.random() < 0.15, random.random() < 0.12
    late = early or random.random() < 0.06
    on = {"deliveries.n", "mortality30.n", "mortality90.n"}
    on |= {"mortality30.k"} if early else set()
    on |= {"mortality90.k"} if late else set()
    if ischaemic:
        on |= {"ivt.n", "ivt.k"} if random.random() < 0.18 else {"ivt.n"}
    if ischaemic and fibrillation and not early:
        on |= {"anticoagulants.n", "anticoagulants.k"} if random.random() < 0.7 else {"anticoagulants.n"}
    if not infection:
        on |= {"no_antibiotics.n", "no_antibiotics.k"} if random.random() < 0.85 else {"no_antibiotics.n"}
    return frozenset(on)


def hospitals(*kept: tuple[int, int], year: int = 2015) -> dict[Cell, int]:
    """Indicator "a" in one year: k and rest of hospital h0, h1, ..."""
    stays: dict[Cell, int] = {}
    for place, (k, rest) in enumerate(kept):
        stays[f"h{place}", year, frozenset({"a.n", "a.k"})] = k
        stays[f"h{place}", year, frozenset({"a.n"})] = rest
    return stays
