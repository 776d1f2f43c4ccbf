"""Whole tables of a release for one reader: every row that the pages would give, by the same filter and at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from workbench.access import Viewer
from workbench.errors import Refused
from workbench.publish.ledger import public_release
from workbench.publish.query import ReportQuery
from workbench.publish.reports import Report
from workbench.publish.scope import Scope, can_open, check_can_open
from workbench.publish.shelf import Release


@dataclass(frozen=True)
class ReaderTable:
    """One report as its reader may see it: the rows have the columns of the cube plus `registered_by`."""

    report: Report
    scope: Scope
    rows: pa.Table


def read_tables(
    root: Path,
    study: str,
    viewer: Viewer,
    number: int | None,
    *,
    reports: Mapping[str, Report],
    registrations: pa.Table,
) -> tuple[Release, tuple[ReaderTable, ...]]:
    """Every report of `study` that `viewer` may open, whole, from release `number` (the newest when None).

    Raises `Refused` when no report of the study is open to the reader, and `WorkbenchError` for a release that waits
    for a signature or was withdrawn: what the pages do not show does not leave as a file either.
    """
    release = public_release(root, study, number)
    open_ = [report for report in reports.values() if report.study == study and can_open(viewer, report)]
    if not open_:
        raise Refused(f"no report of {study} is open to {viewer.person or 'the public'}")
    found = []
    for report in open_:
        scope = check_can_open(viewer, report)
        with ReportQuery(release, report, scope, viewer, registrations) as query:
            found.append(ReaderTable(report, scope, query.rows(None, None, None, False)))
    return release, tuple(found)
