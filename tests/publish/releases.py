"""A small indicator table whose every number can be recognised, and the release made from it.

Six hospitals, three years. The stays of hospital number i lie between i x 100,000 and (i + 1) x 100,000,
so a number on the wire tells whose it is. One hospital has a small cell, so something is withheld.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path

import duckdb
import pyarrow as pa

from workbench.disclosure import load_policy, protect
from workbench.disclosure.release import SafeTable
from workbench.indicators.table import IndicatorTable

STUDY = "stroke-care"
HOSPITALS = ("901", "902", "903", "904", "905", "906")
YEARS = (2017, 2018, 2019)
INDICATORS = ("deliveries", "ivt", "no_antibiotics", "anticoagulants", "mortality30", "mortality90")
SMALL = ("905", 2018)  # three thrombolyses here
# What holds of a stay, and its share of the stays of a hospital year (in thousandths).
PATTERNS: tuple[tuple[frozenset[str], int], ...] = (
    (frozenset({"ivt.n", "ivt.k", "no_antibiotics.n", "no_antibiotics.k"}), 101),
    (frozenset({"ivt.n", "no_antibiotics.n", "anticoagulants.n", "anticoagulants.k"}), 233),
    (frozenset({"ivt.n", "anticoagulants.n", "no_antibiotics.n", "no_antibiotics.k"}), 307),
    (frozenset({"ivt.n", "mortality30.k", "mortality90.k"}), 89),
    (frozenset({"mortality90.k"}), 71),
    (frozenset(), 199),
)
ALWAYS = frozenset({"deliveries.n", "mortality30.n", "mortality90.n"})


def stays(hospital: str, year: int, pattern: int) -> int:
    """Stays of a pattern: in the hundred thousands of the hospital, different for each year and pattern."""
    if (hospital, year) == SMALL and pattern == 0:
        return 3
    size = 100_000 * (int(hospital) - 900) + 13_007 * (year - 2016)
    share = PATTERNS[pattern][1]
    if (hospital, year) == SMALL and pattern == len(PATTERNS) - 1:
        share += PATTERNS[0][1]  # the hospital keeps its size
    return size * share // 1000 + 7 * pattern


@cache
def indicator_table() -> IndicatorTable:
    """The table that disclosure control is given."""
    flags = [f"{name}.{part}" for name in INDICATORS for part in ("n", "k")]
    rows = [
        {
            "hospital": hospital,
            "year": year,
            **{flag: flag in PATTERNS[number][0] | ALWAYS for flag in flags},
            "stays": stays(hospital, year, number),
        }
        for hospital, year, number in product(HOSPITALS, YEARS, range(len(PATTERNS)))
    ]
    types = {
        "hospital": pa.string(),
        "year": pa.int32(),
        **dict.fromkeys(flags, pa.bool_()),
        "stays": pa.int64(),
    }
    cells = pa.Table.from_pylist(rows, schema=pa.schema(list(types.items())))
    counts = _counts(cells)
    return IndicatorTable(STUDY, INDICATORS, cells, counts, _adjusted(counts))


def _counts(cells: pa.Table) -> pa.Table:
    parts = {"n": '"{0}.n"', "k": '"{0}.k"', "rest": '"{0}.n" AND NOT "{0}.k"'}
    selects = [
        f"""SELECT '{name}' AS indicator, coalesce(hospital, 'ALL') AS hospital, coalesce(year, 0)::INT AS year,
            '{part}' AS part, coalesce(sum(stays) FILTER ({rule.format(name)}), 0)::BIGINT AS stays
            FROM cells GROUP BY CUBE (hospital, year)"""
        for name in INDICATORS
        for part, rule in parts.items()
        if name != "deliveries" or part == "n"
    ]
    union = " UNION ALL ".join(selects)
    return duckdb.sql(f"SELECT *, stays AS persons FROM ({union}) ORDER BY ALL").to_arrow_table()


def _adjusted(counts: pa.Table) -> pa.Table:
    return duckdb.sql(
        """SELECT indicator, hospital, year, 0.1::DOUBLE * stays AS expected FROM counts
           WHERE indicator LIKE 'mortality%' AND part = 'n' ORDER BY ALL"""
    ).to_arrow_table()


@cache
def safe_table(repo_root: Path) -> SafeTable:
    """The table after disclosure control, by its only door."""
    policy = load_policy(repo_root / "catalog" / "policies" / "small-cells.yaml")
    return protect(indicator_table(), policy).safe
