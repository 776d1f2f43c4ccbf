"""Reading a report: who asks decides which rows come back, at every call anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from workbench.access import Viewer
from workbench.errors import Refused, WorkbenchError
from workbench.publish.ledger import public_release
from workbench.publish.query import ReportQuery
from workbench.publish.reports import Report
from workbench.publish.scope import TOTAL, Scope, check_can_open
from workbench.publish.shelf import Release

WHOLE_PERIOD = "all"
EACH_YEAR = "each"


class UnknownChoice(WorkbenchError):
    """A parameter has a value that does not exist for this reader."""


@dataclass(frozen=True)
class Choices:
    """What this reader may choose: hospitals without the total, and values of `year` as text."""

    indicators: tuple[str, ...]
    hospitals: tuple[str, ...]
    years: tuple[str, ...]


@dataclass(frozen=True)
class Chosen:
    """The parameters of a view: `year` is a year, `all` (whole period) or `each` (the years apart)."""

    indicator: str | None
    hospital: str | None
    year: str

    def query(self) -> dict[str, str]:
        """The parameters as they stand in an address."""
        named = {"indicator": self.indicator, "hospital": self.hospital, "year": self.year}
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True)
class ReportView:
    """What one reader sees: the rows (columns of the cube plus `registered_by`) and where they come from."""

    report: Report
    release: Release
    scope: Scope
    chosen: Chosen
    choices: Choices
    rows: pa.Table


def read_report(
    root: Path,
    report_id: str,
    viewer: Viewer,
    params: Mapping[str, str],
    *,
    reports: Mapping[str, Report],
    registrations: pa.Table,
) -> ReportView:
    """The view of `viewer` on a report, from the newest release under `root` or the one in `params`.

    `params` has the text values `indicator`, `hospital` (CODE_AGR), `year` and `release`, all optional.
    `registrations` has the columns of `workbench.access.directory.REGISTRATIONS`.

    Raises `Refused` for an unknown report, a profile that may not open it, and a hospital outside the
    reader's scope, existing or not; `UnknownChoice` for other values that are not among the choices;
    `WorkbenchError` when nothing was published.
    """
    report = reports.get(report_id)
    if report is None:
        # The same answer as for a report that exists but is closed: a guess teaches nothing.
        raise Refused(f"this profile may not open the report {report_id}")
    scope = check_can_open(viewer, report)
    _check_names(report, params)
    release = public_release(root, report.study, _number(params.get("release")))
    with ReportQuery(release, report, scope, viewer, registrations) as query:
        choices = _choices(report, query.choices())
        chosen = _chosen(report, scope, choices, params)
        year = int(chosen.year) if chosen.year.isdecimal() else None
        rows = query.rows(
            chosen.indicator,
            chosen.hospital,
            0 if chosen.year == WHOLE_PERIOD else year,
            chosen.year == EACH_YEAR,
        )
    return ReportView(report, release, scope, chosen, choices, rows)


def _check_names(report: Report, params: Mapping[str, str]) -> None:
    for name in params:
        if name not in (*report.parameters, "release"):
            raise UnknownChoice(f"the report {report.id} has no parameter '{name}'")


def _choices(report: Report, found: pa.Table) -> Choices:
    indicators = set(found["indicator"].to_pylist())
    years = set(found["year"].to_pylist())
    # Registered years have no whole period: it would add years that someone else registered.
    period = (WHOLE_PERIOD,) if 0 in years else ()
    # A release that is not cut by year has the whole period and nothing else.
    each = () if years == {0} else (EACH_YEAR,)
    return Choices(
        tuple(indicator for indicator in report.indicators if indicator in indicators),
        tuple(sorted(set(found["hospital"].to_pylist()) - {TOTAL})),
        (*each, *period, *map(str, sorted(years - {0}))),
    )


def _chosen(report: Report, scope: Scope, choices: Choices, params: Mapping[str, str]) -> Chosen:
    """The parameters with their defaults: first indicator, every hospital, years as they read best."""
    indicator = params.get("indicator") or next(iter(choices.indicators), None)
    if indicator is not None and indicator not in choices.indicators:
        raise UnknownChoice(f"the report {report.id} has no such indicator")
    hospital = params.get("hospital") or None
    if hospital is not None and hospital not in choices.hospitals:
        raise Refused(f"this profile may not see that hospital in the report {report.id}")
    many = scope is Scope.EVERY_HOSPITAL and hospital is None
    whole = WHOLE_PERIOD in choices.years and (many or EACH_YEAR not in choices.years)
    year = params.get("year") or (WHOLE_PERIOD if whole else EACH_YEAR)
    if year not in choices.years:
        raise UnknownChoice(f"the report {report.id} has no such year")
    return Chosen(indicator, hospital, year)


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise UnknownChoice("a release is named by its number")
    return int(text)
