"""Figures of a release that stay in memory: what one reader gave or got is not there for another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from workbench.access import Directory, Viewer
from workbench.disclosure.release import SafeTable
from workbench.publish import Release, Report, Scope, write_release
from workbench.publish.query import _KEPT, ReportQuery, _figures


@pytest.fixture
def query(own_release: Release, reports: Mapping[str, Report], directory: Directory) -> Any:
    def make(login: str, report: str, scope: Scope, registrations: pa.Table | None = None) -> ReportQuery:
        viewer = directory.viewer(login)
        assert isinstance(viewer, Viewer)
        given = directory.registrations() if registrations is None else registrations
        return ReportQuery(own_release, reports[report], scope, viewer, given)

    return make


def cells(query: ReportQuery) -> set[tuple[str, int]]:
    found = query.rows(None, None, None, False).to_pylist()
    return {(row["hospital"], row["year"]) for row in found}


def test_readers_at_the_same_moment_keep_to_their_own_registrations(query: Any, directory: Directory) -> None:
    report, scope = "stroke-deliveries", Scope.OWN_REGISTRATIONS
    nobody = directory.registrations().slice(0, 0)
    with query("els.maes", report, scope) as els, query("kobe.jacobs", report, scope, nobody) as kobe:
        assert cells(els) == {("901", 2017), ("901", 2018)}
        assert cells(kobe) == set(), "the registrations that another reader came with do not count"
        assert cells(els) == {("901", 2017), ("901", 2018)}


def test_figures_that_are_kept_can_read_no_file(own_release: Release) -> None:
    figures = _figures(own_release.cube, own_release.content)
    for statement in (
        f"SELECT * FROM read_parquet('{own_release.cube}')",
        f"COPY release TO '{own_release.folder / 'out.csv'}'",
        "SET enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            figures.execute(statement)


def test_few_releases_are_kept_and_an_open_reading_outlives_its_own(
    query: Any, safe: SafeTable, tmp_path: Path
) -> None:
    with query("mia.janssens", "stroke-hospitals", Scope.EVERY_HOSPITAL) as reading:
        before = cells(reading)
        for number in range(_KEPT):
            other = write_release(safe, f"run-{number}", tmp_path / "others")
            _figures(other.cube, other.content)
        assert _figures.cache_info().currsize == _KEPT
        assert cells(reading) == before
