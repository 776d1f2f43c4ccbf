"""Would the audit of all that was published have seen it? The second table is put to it, beside the first."""

from __future__ import annotations

import csv
import io

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from workbench.disclosure import SmallCellPolicy, protect
from workbench.disclosure.told import told_of
from workbench.errors import Refused
from workbench.indicators.table import ALL_HOSPITALS, PARTS, IndicatorTable
from workbench.training.differencing import Told

NAME = "outcome"
_CELLS = f"""SELECT hospital, year, true AS "{NAME}.n", outcome AS "{NAME}.k", count(*) AS stays
    FROM stays GROUP BY ALL ORDER BY ALL"""
_COUNTS = f"""SELECT '{NAME}' AS indicator, coalesce(hospital, '{ALL_HOSPITALS}') AS hospital,
    coalesce(year, 0)::INTEGER AS year, part, count(*) AS stays, count(DISTINCT person) AS persons
    FROM (SELECT *, unnest(['n', CASE WHEN outcome THEN 'k' ELSE 'rest' END]) AS part FROM stays)
    GROUP BY part, CUBE (hospital, year) ORDER BY ALL"""


def audited(stays: pa.Table, found: Told, policy: SmallCellPolicy) -> str:
    """What the audit does about the line of the second table that tells; empty when it lets it be printed.

    The first table is taken as out: of it only the line of that year, which is what a reader subtracts from.
    """
    stays = stays.filter(pc.equal(stays["group"], found.group))  # each group is a table of its own
    whole = _table(stays)
    first = told_of(whole).published(1, _line(found))
    rest = stays.filter(pc.not_equal(stays["hospital"], found.hospital))
    try:
        protect(whole, policy, earlier=(first,))
    except Refused as refused:  # hospitals know more than a reader does, and the audit asks what they could work out
        return f"the first table already would have been refused: {refused}"
    try:
        rows = protect(_table(rest), policy, earlier=(first,)).safe.rows
    except Refused as refused:
        return f"the second table is refused: {refused}"
    here = pc.and_(pc.equal(rows["hospital"], ALL_HOSPITALS), pc.equal(rows["year"], found.year))
    if any(row["n"] is not None and row["k"] is not None for row in rows.filter(here).to_pylist()):
        return ""
    return f"the line of {found.year} is withheld from the second table, because the first is out"


def _line(found: Told) -> str:
    """The published line of the first table."""
    out, (n, k) = io.StringIO(), found.first
    csv.writer(out).writerows(
        [("indicator", "hospital", "year", *PARTS), (NAME, ALL_HOSPITALS, found.year, n, k, n - k)]
    )
    return out.getvalue()


def _table(stays: pa.Table) -> IndicatorTable:
    """The stays as an indicator is counted: cells, and every total over hospitals and years."""
    with duckdb.connect() as con:
        con.register("stays", stays)
        cells, counts = (con.execute(sql).to_arrow_table() for sql in (_CELLS, _COUNTS))
    fields = [("indicator", pa.string()), ("hospital", pa.string()), ("year", pa.int32()), ("expected", pa.float64())]
    return IndicatorTable("workshop", (NAME,), cells, counts, pa.schema(fields).empty_table())
