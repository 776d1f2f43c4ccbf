"""A released result as others read it: CSV and Excel of its tables, a Frictionless data package, HealthDCAT-AP.

What comes in has passed the role filter of its reader already; nothing here opens a release.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from workbench import __version__
from workbench.catalog.base import Cite, Entry, Label
from workbench.catalog.model import Catalog, Field, Table
from workbench.errors import WorkbenchError
from workbench.interchange.datapackage import field_schema, resource
from workbench.interchange.export import write_complete, write_folder
from workbench.interchange.facts import CATALOG, read_facts
from workbench.interchange.flat import csv_text

ReleasedFormat = Literal["datapackage", "csv", "xlsx", "healthdcat"]
RELEASED_FORMATS: tuple[ReleasedFormat, ...] = get_args(ReleasedFormat)
FOLDERS = ("csv", "datapackage")
SYNTHETIC = "All figures come from synthetic persons: no real patient is in them."
EMPTY = (
    "An empty cell is a number that the row does not have or, where the column withheld is true, one that is withheld."
)


class ReleasedFacts(Entry):
    """What `catalog/interchange/released.yaml` says: the columns of a released table."""

    grain: str
    public_way: Label
    closed_way: Label
    all_hospitals: Label
    cite: Cite
    columns: tuple[Field, ...]


@dataclass(frozen=True)
class ReleasedTable:
    """A table and its rows: plain values by column, None where there is none; `scope` says whose rows they are."""

    table: Table
    scope: str
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Released:
    """A release for one reader. `reader` is a log-in, or empty for the public; `sources` are those the study reads."""

    study: str
    number: int
    created: str
    content: str
    run_id: str
    title: Label
    description: Label
    publisher: str
    reader: str
    sources: Sequence[str]
    tables: Sequence[ReleasedTable]

    @property
    def id(self) -> str:
        """The name of this release among those of all studies."""
        return f"{self.study}-release-{self.number}"

    def about(self) -> list[str]:
        """What a person who holds the files must know, a sentence each."""
        whose = f"as {self.reader} may see it" if self.reader else "as everybody may see it"
        return [
            f"{self.title.en}: release {self.number}, made {self.created}, {whose}.",
            *(f"{one.table.table}: {one.scope}." for one in self.tables),
            EMPTY,
            f"Content {self.content}, run {self.run_id}. Study Workbench {__version__}.",
            SYNTHETIC,
        ]


def released_facts(root: Path = CATALOG) -> ReleasedFacts:
    """The columns of released tables. Raises `Problems`."""
    return read_facts(root, "released.yaml", ReleasedFacts)


def check_place(format: ReleasedFormat, out: Path) -> None:
    """Raises `WorkbenchError` for a folder with something in it: tables of another reader would stay beside these."""
    if format in FOLDERS and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WorkbenchError(f"{out} is not empty. Give a new folder with --out.")


def export_released(released: Released, format: ReleasedFormat, out: Path, catalog: Catalog, root: Path) -> None:
    """Write `released` to `out`: a file for xlsx and healthdcat, a new folder for csv and datapackage.

    Raises `WorkbenchError` when `out` is not such a place.
    """
    check_place(format, out)
    if format in FOLDERS:
        files = {f"{one.table.table}.csv": _csv(one) for one in released.tables}
        if format == "datapackage":
            files["datapackage.json"] = _package(released, files, catalog)
        write_folder(out, files)
        return
    write_complete(out, _writer(released, format, catalog, root))


def _writer(released: Released, format: ReleasedFormat, catalog: Catalog, root: Path) -> Callable[[Path], object]:
    # Imported here: the command line starts faster without libraries it does not need.
    if format == "xlsx":
        from workbench.interchange.released_excel import workbook

        return lambda part: workbook(released).save(part)
    from workbench.interchange.released_healthdcat import released_graph

    graph = released_graph(released, catalog, root)
    return lambda part: part.write_text(graph.serialize(format="turtle"), encoding="utf-8")


def _csv(one: ReleasedTable) -> str:
    names = [field.name for field in one.table.fields]
    return csv_text(names, ({name: _cell(row[name]) for name in names} for row in one.rows))


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _package(released: Released, files: Mapping[str, str], catalog: Catalog) -> str:
    resources = []
    for one in released.tables:
        name = f"{one.table.table}.csv"
        raw = files[name].encode("utf-8")
        schema = {"fields": [field_schema(field, catalog) for field in one.table.fields], "missingValues": [""]}
        told: dict[str, Any] = {
            "description": f"{one.table.note} {one.scope}. {EMPTY}",
            "labels": one.table.label.model_dump(),
        }
        told |= {"bytes": len(raw), "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}"}
        resources.append(resource(one.table.table.lower(), name, one.table.label.en, schema, **told))
    package = {
        "profile": "tabular-data-package",
        "name": released.id,
        "title": f"{released.title.en}: release {released.number}",
        "description": " ".join(released.about()),
        "version": str(released.number),
        "created": released.created,
        "contributors": [{"title": released.publisher, "role": "publisher"}],
        "release": {
            "study": released.study, "number": released.number, "content": released.content, "run_id": released.run_id,
        },
        "reader": released.reader or "public",
        "resources": resources,
    }  # fmt: skip
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"
