"""The catalogue in the formats that others read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, get_args

from workbench.catalog.model import Catalog
from workbench.errors import Problem, WorkbenchError
from workbench.interchange.datapackage import package_files
from workbench.interchange.facts import CATALOG
from workbench.interchange.flat import catalog_json, variables_csv

Format = Literal["json", "csv", "datapackage", "healthdcat", "xlsx"]
FORMATS: tuple[Format, ...] = get_args(Format)


def export_catalog(catalog: Catalog, format: Format, out: Path, root: Path = CATALOG) -> list[Problem]:
    """Write the catalogue to `out`: a file, or a folder for `datapackage`; returns warnings.

    json: the whole catalogue, see `json_schema`. csv: every variable one row. datapackage: Frictionless, a
    Table Schema per table. healthdcat: HealthDCAT-AP in Turtle, a dataset per source; what it needs beyond
    the catalogue is read from `root/interchange`, and a source that is not described there is a warning.
    xlsx: a workbook to edit, see `read_excel_changes`. A file is complete or not there. Raises `Problems`.
    """
    if format not in FORMATS:
        raise WorkbenchError(f"'{format}' is no format of the catalogue. Use one of {', '.join(FORMATS)}.")
    if format == "datapackage":
        described, *files = package_files(catalog)
        if (out / described[0]).exists():
            (out / described[0]).unlink()
        for path, text in (*files, described):  # what describes the others comes last: without it they are no package
            write_text(out / path, text)
        return []
    if format == "xlsx":
        # Imported here, as below: the command line starts faster without libraries it does not need.
        from workbench.interchange.excel_write import write_workbook

        write_complete(out, lambda part: write_workbook(catalog, part))
        return []
    if format == "healthdcat":
        from workbench.interchange.healthdcat import catalog_graph
        from workbench.interchange.healthdcat_facts import read_healthdcat

        graph, warnings = catalog_graph(catalog, read_healthdcat(root))
        write_text(out, graph.serialize(format="turtle"))
        return warnings
    write_text(out, catalog_json(catalog) if format == "json" else variables_csv(catalog))
    return []


def write_text(path: Path, text: str) -> None:
    """Write a text as `write_complete` does."""
    write_complete(path, lambda part: part.write_text(text, encoding="utf-8", newline=""))


def write_folder(out: Path, files: Mapping[str, str]) -> None:
    """Write texts as the files of `out`, which may be there and empty: all of them, or no folder."""
    part = out.with_name(f".part-{out.name}")
    shutil.rmtree(part, ignore_errors=True)
    try:
        for name, text in files.items():
            write_text(part / name, text)
        if out.exists():
            out.rmdir()
        part.replace(out)
    except OSError as error:
        raise WorkbenchError(f"{out} cannot be written: {error.strerror}. Choose another place.") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write_complete(path: Path, write: Callable[[Path], object]) -> None:
    """Writes beside `path` first, so that nobody ever reads half a file."""
    part = path.with_name(f".part-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(part)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise WorkbenchError(f"{path} cannot be written: {error.strerror}. Choose another place.") from None
