"""An extract checked and, when nothing is wrong, loaded; and the report that a hospital's data manager reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from workbench.catalog import Catalog, load_catalog
from workbench.errors import WorkbenchError
from workbench.interchange.delivery import Fault, Report, check_delivery, load_delivery
from workbench.main import terminal
from workbench.main.checks import open_study
from workbench.main.runs import read_by


def check(
    file: Path,
    table: str,
    year: int | None,
    load: Path | None,
    root: Path,
    progress: Callable[[str, float], None] | None = None,
    study: str | None = None,
) -> tuple[Report, Path | None]:
    """The report on an extract, and where it was loaded: only with `load`, and only when nothing is wrong in it.

    With `study` the extract must have the columns that this study asks of the table, and its keys, and no others.
    """
    catalog = asked_of(table, study, root) if study else load_catalog(root)

    def rows(count: int, share: float) -> None:
        if progress:
            progress(f"{count:,} rows", share)

    report = check_delivery(file, table, catalog, year, root, rows)
    loaded = load_delivery(report, catalog, load, year, root) if load and report.fine else None
    return report, loaded


def asked_of(ref: str, study: str, root: Path) -> Catalog:
    """The catalogue with of table `ref` only the fields that a study asks for, and the keys.

    Raises `WorkbenchError` when the study asks for nothing of that table.
    """
    flow = open_study(study, root)
    table, read = flow.catalog.tables.get(ref), read_by(flow)
    if table is None:
        return flow.catalog  # the check says that there is no such table
    asked = {field.name for field in table.fields if f"{ref}.{field.name}" in read}
    if not asked:
        raise WorkbenchError(f"{study} asks for no field of {ref}. Give the table that the extract is of.")
    fields = tuple(field for field in table.fields if field.name in asked or field.name in table.keys)
    return replace(flow.catalog, tables={**flow.catalog.tables, ref: table.model_copy(update={"fields": fields})})


def show(report: Report, loaded: Path | None, asked: bool) -> None:
    """Print the report: each kind of fault once, the most frequent first."""
    ordered = sorted(report.faults, key=lambda one: (one.severity != "error", -one.count))
    if ordered:
        columns = ("column", "rows", "what is wrong", "first places", "what to do")
        terminal.show_table(f"{report.path.name} as {report.table}", columns, [_row(one, report) for one in ordered])
    errors = sum(one.severity == "error" for one in ordered)
    kinds = f"{terminal.count(errors, 'kind')} of error, {terminal.count(len(ordered) - errors, 'kind')} of warning"
    terminal.out.print(f"{terminal.count(report.rows, 'row')} checked: {kinds if ordered else 'nothing is wrong'}.")
    if loaded:
        terminal.out.print(f"loaded: {loaded}", markup=False)
    elif asked:
        terminal.out.print("Nothing was loaded.")


def _row(fault: Fault, report: Report) -> tuple[str, str, str, str, str]:
    places = ", ".join(f"{line} ({value})" if value else str(line) for line, value in fault.places)
    more = ", ..." if fault.count > len(fault.places) else ""
    unit = "row" if report.form == "parquet" else "line"
    mark = "" if fault.severity == "error" else "warning: "
    return (
        fault.field or "(whole row)",
        f"{fault.count:,}",
        f"{mark}{fault.what}: {fault.why}",
        f"{unit} {places}{more}",
        fault.todo,
    )


def receive_command(inbox: Path, table: str, load: Path | None, root: Path, as_json: bool) -> int:
    """Check, and with `load` take over, the files of all accounts; prints one line each. Returns the exit code."""
    from workbench.interchange.selfreg import receive, selfreg_facts

    catalog = load_catalog(root)
    found = receive(inbox, selfreg_facts(table, catalog, root), catalog, load)
    refused = [one for one in found if not one.taken]
    if as_json:
        files = [
            {"account": one.account, "file": one.name, "rows": one.rows, "problems": [str(p) for p in one.problems]}
            for one in found
        ]
        terminal.show_json({"taken": len(found) - len(refused), "refused": len(refused), "files": files})
        return 1 if refused else 0
    for one in refused:
        for problem in one.problems:
            terminal.out.print(str(problem), markup=False)
    rows = sum(one.rows for one in found if one.taken)
    taken = f"{terminal.count(len(found) - len(refused), 'file')} in order with {terminal.count(rows, 'row')}"
    terminal.out.print(f"{taken}, {len(refused)} refused.", markup=False)
    return 1 if refused else 0
