"""Which reports exist: `catalog/reports/*.yaml` -> `Report`, each with a level and its parameters.

The file of a study that is not in the catalogue lies beside its releases (workbench/publish/own.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from workbench.access import Level
from workbench.catalog.base import Cite, Entry, Label, Text
from workbench.catalog.source import SourceFile, read_source, validate
from workbench.errors import Problem, Problems

OWN = "collection.yaml"  # in the folder of a study on the shelf
Parameter = Literal["indicator", "year", "hospital"]


class Report(Entry):
    """A report over the releases of one study.

    `level` says how its rows are cut and so who may read it; `parameters` are those a reader chooses,
    in the order of the page.
    """

    id: Text
    level: Annotated[Level, BeforeValidator(lambda value: Level(value))]
    label: Label
    description: Label
    indicators: tuple[Text, ...]
    parameters: tuple[Parameter, ...]
    cite: Cite
    study: Text = ""


class Collection(Entry):
    """The reports of one data collection, as one file lists them."""

    study: Text
    label: Label
    description: Label
    cite: Cite
    reports: tuple[Report, ...]


def load_collections(catalog_root: Path, releases: Path | None = None) -> Mapping[str, Collection]:
    """Study id -> collection, from every file of `catalog_root/reports` and, with `releases`, those on that shelf.

    Raises `Problems` with all problems at once; report ids are unique over all files.
    """
    collections: dict[str, Collection] = {}
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    paths = sorted((catalog_root / "reports").glob("*.yaml"))
    for path in [*paths, *(sorted(releases.glob(f"*/{OWN}")) if releases else ())]:
        source = read_source(path, catalog_root.parent)
        found = validate(Collection, source.data, source) if not source.problems else None
        if found is not None:
            _check(found, source, seen)
            reports = tuple(report.model_copy(update={"study": found.study}) for report in found.reports)
            collections[found.study] = found.model_copy(update={"reports": reports})
        problems += source.problems
    if problems:
        raise Problems(problems)
    return collections


def _check(collection: Collection, source: SourceFile, seen: dict[str, str]) -> None:
    for number, report in enumerate(collection.reports):
        at: tuple[Any, ...] = ("reports", number)
        if report.id in seen:
            source.problems.append(
                source.problem(at, f"report '{report.id}' exists already", f"see {seen[report.id]}", "rename it")
            )
        seen[report.id] = f"{source.name}:{source.line(at)}"
        if not report.indicators:
            source.problems.append(
                source.problem((*at, "indicators"), "no indicator", "the report would be empty", "name one")
            )
        if report.study not in ("", collection.study):
            source.problems.append(
                source.problem((*at, "study"), f"study '{report.study}'", "the file is another's", "remove it")
            )
