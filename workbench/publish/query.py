"""The query over a release: the role filter is part of the SQL, every value is a bound parameter.

The figures of a release stand in a database of their own in memory, which can read no file, so not even a flaw in this
file could reach another table. To open one takes longer than to ask it, so those of the last few releases are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from workbench.access import Viewer
from workbench.publish.reports import Report
from workbench.publish.scope import TOTAL, Scope
from workbench.publish.shelf import Release

# Each scope is the SELECT that lets its rows through; nothing else adds rows.
_BY_HOSPITAL = "SELECT cube.*, NULL::VARCHAR AS registered_by FROM cube"
_BY_PERSON = """SELECT cube.*, r.name AS registered_by FROM cube JOIN registrations AS r
  ON r.collection = $study AND r.hospital = cube.hospital AND r.year = cube.year"""
_ROWS: Mapping[Scope, str] = {
    Scope.TOTALS: f"{_BY_HOSPITAL} WHERE cube.hospital = $total",
    Scope.OWN_HOSPITAL: f"{_BY_HOSPITAL} WHERE cube.hospital IN ($own, $total)",
    Scope.EVERY_HOSPITAL: _BY_HOSPITAL,
    Scope.OWN_REGISTRATIONS: f"{_BY_PERSON} AND r.person = $person",
    Scope.EVERY_REGISTRATION: _BY_PERSON,
}
_SQL = """
WITH cube AS (SELECT * FROM release WHERE list_contains($indicators, indicator)),
     allowed AS ({rows})
{select}
"""
_SELECT_ROWS = """
SELECT * FROM allowed
WHERE ($indicator IS NULL OR indicator = $indicator)
  AND ($hospital IS NULL OR hospital IN ($hospital, $total))
  AND ($year IS NULL OR year = $year)
  AND ($each = FALSE OR year <> 0)
ORDER BY list_position($indicators, indicator), hospital = $total, hospital, year = 0, year, registered_by
"""
_SELECT_CHOICES = "SELECT DISTINCT indicator, hospital, year FROM allowed"
_KEPT = 4  # releases whose figures stay in memory


class ReportQuery:
    """Runs the queries of one reader on one report of one release; use as a context manager."""

    def __init__(self, release: Release, report: Report, scope: Scope, viewer: Viewer, registrations: pa.Table) -> None:
        self._rows = _ROWS[scope]
        self._bound: dict[str, Any] = {
            "indicators": list(report.indicators),
            "study": report.study,
            "total": TOTAL,
            "own": viewer.hospital,
            "person": viewer.person,
        }
        # A cursor of its own: what one reader registers is not there for another.
        self._connection = _figures(release.cube, release.content).cursor()
        if "registrations" in self._rows:
            self._connection.register("registrations", registrations)

    def __enter__(self) -> ReportQuery:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def choices(self) -> pa.Table:
        """Distinct (indicator, hospital, year) that this reader may see at all."""
        return self._run(_SELECT_CHOICES, {})

    def rows(self, indicator: str | None, hospital: str | None, year: int | None, each: bool) -> pa.Table:
        """The rows of the parameters; a hospital keeps the total beside it, `each` drops the period row."""
        return self._run(_SELECT_ROWS, {"indicator": indicator, "hospital": hospital, "year": year, "each": each})

    def _run(self, select: str, chosen: Mapping[str, Any]) -> pa.Table:
        sql = _SQL.format(rows=self._rows, select=select)
        bound = {**self._bound, **chosen}
        used = {name: value for name, value in bound.items() if f"${name}" in sql}
        return self._connection.execute(sql, used).to_arrow_table()


@lru_cache(maxsize=_KEPT)
def _figures(cube: Path, content: str) -> duckdb.DuckDBPyConnection:
    """The database with the rows of one release as `release`; it ends with the last cursor after it is pushed out.

    Whoever asks has just checked that the file is what was published and that its release is public; `content` is the
    hash of that, so that figures which were kept are never those of another file.
    """
    connection = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
    connection.execute("CREATE TABLE release AS SELECT * FROM read_parquet(?)", [cube.as_posix()])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
