"""What disclosure control protects: counts, and amounts with their figures, of the indicators that reports name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from workbench.catalog.indicator import Indicator
from workbench.indicators.amounts import amounts, spreads
from workbench.indicators.flags import Flags
from workbench.indicators.measures import Result
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS, NO_HOSPITAL, NO_YEAR, IndicatorTable
from workbench.indicators.tallies import SCOPES, Cell, cell_of, known_in, per_cell
from workbench.simulate.backends import Session
from workbench.study.model import Unit

RELEASED = ("proportion", "count", "distribution")


def release_table(
    study: str,
    made: Sequence[Flags],
    units: Mapping[str, Unit],
    results: Sequence[Result],
    session: Session,
    released: Collection[str] | None = None,
) -> IndicatorTable | None:
    """Proportions, counts and distributions, cut as finely as all of them can be; None where there are none.

    Every indicator that `released` names is in it. Where nothing is named, those that can be cut the finest are: one
    table has one cut, and a coarser indicator would take the hospitals or the years from all others.
    """
    able = [one for flags in made for one in flags.definitions if one.type in RELEASED]
    named = [one for one in able if released is None or one.id in released]
    cuts = [_cut(units[one.of]) for one in named]
    cut = max(cuts, default=_WHOLE) if released is None else tuple(map(all, zip(*cuts, strict=True)))
    kept = {one.id for one in named if released is not None or _cut(units[one.of]) == cut}
    chosen = [(flags, tuple(one for one in flags.definitions if one.id in kept)) for flags in made]
    chosen = [(_as_cut(flags, cut), definitions) for flags, definitions in chosen if definitions]
    names = tuple(one.id for _, definitions in chosen for one in definitions)
    if not names:
        return None
    expected = [
        {"indicator": one.indicator, "hospital": one.cell.hospital, "year": one.cell.year, "expected": one.expected}
        for one in results
        if one.statistic == "ratio" and one.indicator in names and not one.cell.stratum and _in_cut(one.cell, cut)
    ]
    spread = {one.id: one for _, definitions in chosen for one in definitions if one.type == "distribution"}
    return IndicatorTable(
        study=study,
        indicators=names,
        cells=_cells(chosen, names, session),
        counts=_counts(chosen, units, session),
        adjusted=pa.Table.from_pylist(expected, schema=_ADJUSTED),
        amounts=amounts(chosen, units, session),
        spreads=spreads(spread, [one for one in results if _in_cut(one.cell, cut)]),
        amount_of={name: repr(one.value.amount) for name, one in spread.items() if one.value},
    )


_KEYS = [("indicator", pa.string()), ("hospital", pa.string()), ("year", pa.int32())]
_ADJUSTED = pa.schema([*_KEYS, ("expected", pa.float64())])
_COUNTS = pa.schema([*_KEYS, ("part", pa.string()), ("stays", pa.int64()), ("persons", pa.int64())])


_WHOLE = (False, False)


def _cut(unit: Unit) -> tuple[bool, bool]:
    """Whether units can be told apart by hospital, and by year: a class of years cannot be split again."""
    return unit.hospital is not None, unit.year is not None and unit.year_width is None


def _as_cut(flags: Flags, cut: tuple[bool, ...]) -> Flags:
    """The units with one and the same hospital, or year, where the table is not cut by it."""
    by_hospital, by_year = cut
    same: dict[str, ir.Value] = {} if by_hospital else {"hospital": ibis.literal(NO_HOSPITAL)}
    same |= {} if by_year else {"year": ibis.literal(NO_YEAR, "int32")}
    return replace(flags, rows=flags.rows.mutate(**same)) if same else flags


def _in_cut(cell: Cell, cut: tuple[bool, ...]) -> bool:
    """Whether a result belongs to the table: a year of its own may be known of some units of a class of years."""
    by_hospital, by_year = cut
    return (by_hospital or cell.hospital == ALL_HOSPITALS) and (by_year or cell.year == ALL_YEARS)


def _cells(chosen: Sequence[tuple[Flags, tuple[Indicator, ...]]], names: Sequence[str], session: Session) -> pa.Table:
    """Patterns of flags; a unit of one kind is in no denominator of another kind.

    Units in no denominator are left out: a year of which nothing is counted would be a class of its own.
    """
    marks = [f"{name}.{part}" for name in names for part in ("n", "k")]
    tables = []
    for flags, definitions in chosen:
        own = [f"{one.id}.n" for one in definitions] + [f"{one.id}.k" for one in definitions if one.numerator]
        counted = flags.rows.filter(reduce(or_, (flags.rows[f"{one.id}.n"] for one in definitions)))
        grouped = counted.group_by(["hospital", "year", *own]).aggregate(stays=counted.count().cast("int64"))
        found = session.arrow(grouped.order_by(["hospital", "year", *own]))
        none = pa.array([False] * found.num_rows, pa.bool_())
        columns = {name: found[name] if name in own else none for name in marks}
        keys = {"hospital": found["hospital"], "year": found["year"].cast(pa.int32())}
        tables.append(pa.table({**keys, **columns, "stays": found["stays"]}))
    return tables[0] if len(tables) == 1 else pa.concat_tables(tables).group_by(["hospital", "year", *marks]).aggregate(
        [("stays", "sum")]
    ).rename_columns(["hospital", "year", *marks, "stays"])  # fmt: skip


def _counts(
    chosen: Sequence[tuple[Flags, tuple[Indicator, ...]]], units: Mapping[str, Unit], session: Session
) -> pa.Table:
    """Units and distinct persons behind every number a report can show; without a pseudonym each unit is a person."""
    found: list[dict[str, object]] = []
    for flags, definitions in chosen:
        for by in SCOPES:
            for row in session.arrow(_parts_per_cell(flags, definitions, by, units)).to_pylist():
                cell = cell_of(row, by, "")
                for one in definitions:
                    for part in _PARTS if one.numerator else ("n",):
                        if stays := row[f"{one.id} {part} stays"]:
                            keys = {"indicator": one.id, "hospital": cell.hospital, "year": cell.year, "part": part}
                            found.append({**keys, "stays": stays, "persons": row[f"{one.id} {part} persons"]})
    found.sort(key=lambda row: tuple(str(row[key]) for key in ("indicator", "hospital", "year", "part")))
    return pa.Table.from_pylist(found, schema=_COUNTS)


_PARTS = ("n", "k", "rest")


def _parts_per_cell(
    flags: Flags, definitions: Sequence[Indicator], by: Sequence[str], units: Mapping[str, Unit]
) -> ir.Table:
    """Units and persons of every part of every indicator, per cell of `by`.

    First one row per person and cell, then one per cell: counting distinct persons directly would keep a set of them
    for every part of every indicator.
    """
    rows = known_in(flags.rows, by)
    parts: dict[str, ir.Value] = {}
    for one in definitions:
        inside = rows[f"{one.id}.n"]
        parts[f"{one.id} n"] = inside
        if one.numerator:
            parts[f"{one.id} k"] = rows[f"{one.id}.k"]
            parts[f"{one.id} rest"] = inside & ~rows[f"{one.id}.k"]
    sums = {f"{name} stays": flag.cast("int64").sum() for name, flag in parts.items()}
    known = bool(units[definitions[0].of].person)
    if known:
        rows = rows.group_by([*by, "person"]).aggregate(**sums)
        sums = {name: rows[name].sum() for name in sums}
    cells = {name: total.cast("int64") for name, total in sums.items()}
    for name in parts:
        many = rows[f"{name} stays"] > 0 if known else parts[name]
        if known:
            many = many & rows["person"].notnull()
        cells[f"{name} persons"] = many.cast("int64").sum().cast("int64")
    return per_cell(rows, by, cells)
