"""A released result taken along as files: what a given reader may see of it, and a line of it in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.access import PUBLIC
from workbench.catalog import load_catalog
from workbench.catalog.base import Label
from workbench.catalog.model import Catalog, Table
from workbench.errors import WorkbenchError
from workbench.interchange.released import (
    Released,
    ReleasedFacts,
    ReleasedFormat,
    ReleasedTable,
    check_place,
    export_released,
    released_facts,
)
from workbench.main.audits import beside, tell
from workbench.main.people import directory_of, viewer_of
from workbench.publish import TOTAL, Scope, load_collections
from workbench.publish.tables import ReaderTable, read_tables
from workbench.study import load_study

BY_PERSON = (Scope.OWN_REGISTRATIONS, Scope.EVERY_REGISTRATION)


def export_release(
    releases: Path, study: str, number: int | None, login: str | None, lang: str,
    format: ReleasedFormat, out: Path, root: Path,
) -> Released:  # fmt: skip
    """Write what `login` (None: the public) may see of a release, and tell the audit log before anything is written.

    Names of indicators and hospitals stand in `lang`. Raises `Refused` when no report of the study is open to the
    reader, and `WorkbenchError` for an unknown log-in and for a release that cannot be read.
    """
    catalog = load_catalog(root)
    known = load_study(study, catalog, root).study
    check_place(format, out)
    directory = directory_of(beside(releases), root)
    viewer = PUBLIC if login is None else viewer_of(directory, login)
    collection = load_collections(root).get(study)
    if collection is None:
        raise WorkbenchError(f"{study} has no reports. Give it a file under {root.name}/reports.")
    reports = {report.id: report for report in collection.reports}
    release, tables = read_tables(
        releases, study, viewer, number, reports=reports, registrations=directory.registrations()
    )
    facts = released_facts(root)
    sources = sorted({use.ref.partition(".")[0] for use in known.variables})
    released = Released(
        study, release.number, release.created, release.content, release.run_id, known.title,
        collection.description, known.applicant.organisation, viewer.person or "", sources,
        [_table(one, f"{study}-release-{release.number}", facts, catalog, lang) for one in tables],
    )  # fmt: skip
    tell(releases, viewer.person, "report.exported", study, format=format, release=str(release.number))
    export_released(released, format, out, catalog, root)
    return released


def _table(one: ReaderTable, source: str, facts: ReleasedFacts, catalog: Catalog, lang: str) -> ReleasedTable:
    fields = [field for field in facts.columns if field.name != "registered_by" or one.scope in BY_PERSON]
    table = Table(
        table=one.report.id, source=source, label=one.report.label, grain=facts.grain, keys=(), provider="release",
        note=one.report.description.en, cite=one.report.cite, fields=tuple(fields),
    )  # fmt: skip
    names = [field.name for field in fields]
    rows = [_row(row, names, facts.all_hospitals, catalog, lang) for row in one.rows.to_pylist()]
    return ReleasedTable(table, one.scope.value, rows)


def _row(row: Mapping[str, Any], names: list[str], every: Label, catalog: Catalog, lang: str) -> dict[str, Any]:
    """The row with names beside the codes, and nothing that is not a column of the pages."""
    known = catalog.indicators.get(row["indicator"])
    spread = known is not None and known.type == "distribution"
    told = {
        **row,
        "indicator_name": known.label[lang] if known else row["indicator"],
        "hospital_name": (every if row["hospital"] == TOTAL else _hospital(row["hospital"], catalog))[lang],
        "year": row["year"] or None,
        "unit": known.unit if known and spread else None,
    }
    return {name: told[name] for name in names}


def _hospital(code: str, catalog: Catalog) -> Label:
    codes = catalog.codes.get("hospitals")
    found = next((one.label for one in codes.entries if one.code == code), None) if codes else None
    return found or Label(nl=code, fr=code, en=code)
