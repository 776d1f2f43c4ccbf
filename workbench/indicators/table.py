"""What the indicators compute and nobody outside may see yet: counts per hospital and year, not protected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

ALL_HOSPITALS = "ALL"
ALL_YEARS = 0
# Stand where the units of a whole table have no hospital, or no single year. The margin says the same, and is all
# that is shown.
NO_HOSPITAL = "-"
NO_YEAR = 9999
PARTS = ("n", "k", "rest")

_COUNTS = {"indicator": pa.string(), "hospital": pa.string(), "year": pa.int32(), "part": pa.string(),
           "stays": pa.int64(), "persons": pa.int64()}  # fmt: skip
_ADJUSTED = {"indicator": pa.string(), "hospital": pa.string(), "year": pa.int32(), "expected": pa.float64()}
_KEY = {"indicator": pa.string(), "hospital": pa.string(), "year": pa.int32()}
_AMOUNTS = {**_KEY, "person": pa.int64(), "amount": pa.float64()}
_SPREADS = {**_KEY, "n": pa.int64(), **dict.fromkeys(("mean", "q1", "median", "q3"), pa.float64())}


def _none(columns: dict[str, pa.DataType]) -> pa.Table:
    return pa.schema(list(columns.items())).empty_table()


@dataclass(frozen=True)
class IndicatorTable:
    """All counts of one study, exact; only `workbench.disclosure.protect` may turn it into something shown.

    indicators: the names, in the order in which reports show them.
    cells:      one row per hospital, year and pattern of flags that occurs: hospital, year, "<indicator>.n"
                (the stay is in the denominator), "<indicator>.k" (and in the numerator; implies .n), stays
                (>= 0).
    counts:     one row per number a report could show, margins included: indicator, hospital ("ALL" = every
                hospital), year (0 = every year), part (n, k or rest = n - k), stays, persons (distinct, so
                not additive). An indicator that is a plain count has part n only. A number without row is 0.
    adjusted:   indicator, hospital, year, expected (events expected from the case mix); margins included.
    amounts:    of the indicators that are distributions, one row per person and hospital year: indicator, hospital,
                year, person (a number that means nothing outside this table), amount (the person's units added up).
                They stand in `cells` and `counts` as plain counts of their units.
    spreads:    their exact figures: indicator, hospital, year, n (units), mean, q1, median, q3; margins included.
    amount_of:  of each of them, what is added up: two with the same name can be subtracted from one another.

    Raises ValueError when a column is missing or of another type, or a row contradicts these rules.
    """

    study: str
    indicators: tuple[str, ...]
    cells: pa.Table
    counts: pa.Table
    adjusted: pa.Table
    amounts: pa.Table = field(default_factory=lambda: _none(_AMOUNTS))
    spreads: pa.Table = field(default_factory=lambda: _none(_SPREADS))
    amount_of: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(set(self.indicators)) != len(self.indicators) or not self.indicators:
            raise ValueError("indicators must be named, each once")
        flags = {f"{name}.{part}": pa.bool_() for name in self.indicators for part in ("n", "k")}
        _check_columns("cells", self.cells, {"hospital": pa.string(), "year": pa.int32(), **flags, "stays": pa.int64()})
        _check_columns("counts", self.counts, _COUNTS)
        _check_columns("adjusted", self.adjusted, _ADJUSTED)
        self._check_cells()
        self._check_counts()
        self._check_adjusted()
        self._check_amounts()

    def _check_cells(self) -> None:
        cells = self.cells
        _refuse("cells: negative stays", pc.less(cells["stays"], 0))
        _refuse("cells: ALL is a margin, not a hospital", pc.equal(cells["hospital"], ALL_HOSPITALS))
        _refuse("cells: year must be a calendar year", pc.less_equal(cells["year"], ALL_YEARS))
        for name in self.indicators:
            lone = pc.and_not(cells[f"{name}.k"], cells[f"{name}.n"])
            _refuse(f"cells: {name}.k without {name}.n", lone)
        _check_unique("cells", cells, [name for name in cells.column_names if name != "stays"])

    def _check_counts(self) -> None:
        counts = self.counts
        _refuse("counts: negative stays", pc.less(counts["stays"], 0))
        _refuse("counts: more persons than stays", pc.greater(counts["persons"], counts["stays"]))
        # Stays without a person, or the other way round, would make the person rule blind.
        unequal = pc.not_equal(pc.greater(counts["persons"], 0), pc.greater(counts["stays"], 0))
        _refuse("counts: stays without persons or persons without stays", unequal)
        _refuse("counts: unknown part", pc.invert(pc.is_in(counts["part"], pa.array(PARTS))))
        _refuse("counts: unknown indicator", pc.invert(pc.is_in(counts["indicator"], pa.array(self.indicators))))
        _check_unique("counts", counts, ["indicator", "hospital", "year", "part"])

    def _check_adjusted(self) -> None:
        adjusted = self.adjusted
        unknown = pc.invert(pc.is_in(adjusted["indicator"], pa.array(self.indicators)))
        _refuse("adjusted: unknown indicator", unknown)
        finite = pc.and_(pc.is_finite(adjusted["expected"]), pc.greater_equal(adjusted["expected"], 0.0))
        _refuse("adjusted: expected must be a finite number from 0", pc.invert(finite))
        _check_unique("adjusted", adjusted, ["indicator", "hospital", "year"])

    def _check_amounts(self) -> None:
        _check_columns("amounts", self.amounts, _AMOUNTS)
        _check_columns("spreads", self.spreads, _SPREADS)
        for label, rows in (("amounts", self.amounts), ("spreads", self.spreads)):
            names = pa.array([name for name in self.indicators if name in self.amount_of], pa.string())
            named = pc.is_in(rows["indicator"], names)
            _refuse(f"{label}: unknown indicator, or one that does not say what it adds up", pc.invert(named))
        _refuse("amounts: an amount that is no number", pc.invert(pc.is_finite(self.amounts["amount"])))
        _check_unique("amounts", self.amounts, ["indicator", "hospital", "year", "person"])
        _check_unique("spreads", self.spreads, ["indicator", "hospital", "year"])


def _check_columns(label: str, table: pa.Table, wanted: dict[str, pa.DataType]) -> None:
    found = dict(zip(table.column_names, table.schema.types, strict=True))
    if found != wanted or len(table.column_names) != len(wanted):
        raise ValueError(f"{label}: columns must be {wanted}, found {found}")
    for name in wanted:
        if table[name].null_count:
            raise ValueError(f"{label}: nulls in {name}")


def _refuse(what: str, wrong: pa.ChunkedArray) -> None:
    if pc.any(wrong).as_py():
        raise ValueError(what)


def _check_unique(label: str, table: pa.Table, key: list[str]) -> None:
    if table.group_by(key).aggregate([]).num_rows != table.num_rows:
        raise ValueError(f"{label}: the same {', '.join(key[:4])} twice")
