"""How many rows and persons of synthetic data a study's population has, for its request."""

from __future__ import annotations

import tempfile
from pathlib import Path

import ibis.expr.types as ir

from workbench.dataflow.graph import Flow
from workbench.dataflow.population import selected_units
from workbench.documents.dossier import ESTIMATE, Estimate
from workbench.errors import WorkbenchError
from workbench.main.checks import open_study
from workbench.simulate import EngineSettings
from workbench.simulate.backends import open_session, translated
from workbench.simulate.context import VaultContext
from workbench.simulate.vault import Vault
from workbench.synth import Manifest

HEADER = "# Made by `workbench study size {study} --data DIR --write`: what synthetic data of no real person count.\n"
MADE_BY = "make such data with `workbench synth --for {study} --out DIR` without --enrich"


def population_size(name: str, data: Path, root: Path) -> tuple[Flow, Estimate]:
    """The population of a study counted in a data folder.

    Raises `WorkbenchError` for a folder without data, or with more of what the study looks for than is sourced.
    """
    flow = open_study(name, root)
    try:
        made = Manifest.read(data)
    except (OSError, ValueError, TypeError) as error:
        todo = MADE_BY.format(study=name)
        raise WorkbenchError(f"{data} holds no finished data of 'workbench synth': {todo}.") from error
    if made.enrich:
        todo = MADE_BY.format(study=name)
        raise WorkbenchError(
            f"{data} has more of what {made.enrich} looks for than is sourced, so it says nothing of sizes: {todo}."
        )
    rows, persons, local = _counted(flow, data)
    found = Estimate(
        rows=rows, persons=persons, per_hospital=local, of=made.persons, seed=made.seed, version=made.version
    )
    return flow, found


def write_size(flow: Flow, found: Estimate) -> Path:
    """Keep the count beside the study, where its documents find it."""
    path = flow.study.path.with_name(ESTIMATE)
    lines = [f"{key}: {_plain(value)}" for key, value in found.model_dump(exclude_none=True).items()]
    path.write_text(HEADER.format(study=flow.study.study.id) + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


def _counted(flow: Flow, data: Path) -> tuple[int, int | None, bool]:
    """Rows of the unit, different persons among them, and whether a person counts once in each hospital."""
    unit = flow.catalog.tables[flow.study.study.population.unit]
    person, local = _person(flow)
    with tempfile.TemporaryDirectory(prefix="size-") as folder:
        vault = Vault(Path(folder), unit.provider)
        sources = data / "parties"
        others = [path for path in sources.iterdir() if path.name != unit.provider]
        session = open_session([vault.folder, sources / unit.provider, *others], EngineSettings())
        try:
            with translated():
                context = VaultContext(flow.study.study, flow.catalog, vault, sources, session)
                rows = context.keep(selected_units(context, person))
                known = [name for name in person if name in rows.columns]
                found = int(rows.count().execute()), _different(rows, known) if known == list(person) else None
        finally:
            session.close()
    return *found, local and found[1] is not None


def _different(rows: ir.Table, columns: list[str]) -> int | None:
    return int(rows.select(*columns).distinct().count().execute()) if columns else None


def _person(flow: Flow) -> tuple[tuple[str, ...], bool]:
    """Fields of the unit that tell its persons apart: a number of the person, with the hospital where it gives it."""
    catalog = flow.catalog
    unit = catalog.tables[flow.study.study.population.unit]
    named = {field.name: catalog.identifier_of_field(f"{unit.ref}.{field.name}") for field in unit.fields}
    known = catalog.knowledge.identifiers
    persons = [name for name, one in named.items() if one and known[one].identifies == "person"]
    if not persons:
        return (), False
    wide = [name for name in persons if known[str(named[name])].issuer != "hospitals"]
    if wide:
        return (wide[0],), False
    hospital = [name for name, one in named.items() if one and known[one].identifies == "hospital"]
    return (*hospital[:1], persons[0]), True
