"""Runs of the small studies on synthetic data, and SQL to look into what they leave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tests.study.conftest import CATALOG
from workbench.catalog import Catalog
from workbench.dataflow import compile_flow
from workbench.dataflow.graph import Flow
from workbench.simulate import Run, run_flow
from workbench.study import load_study
from workbench.synth import generate
from workbench.synth.sources import tables_for

PERSONS = 20_000


@dataclass(frozen=True)
class Ran:
    """A finished run, its flow, and the data it ran on."""

    flow: Flow
    run: Run
    data: Path

    def held(self) -> dict[str, set[str]]:
        """Datasets in every vault at the end."""
        vaults = self.run.folder / "vaults"
        return {one.name: {d.name for d in one.iterdir() if not d.name.startswith(".")} for one in vaults.iterdir()}

    def table(self, party: str, ref: str) -> str:
        """A part in a vault, as a table of SQL."""
        return f"'{self.run.part(party, ref)}'"

    def source(self, name: str) -> str:
        """A source table or table of the answer key, as a table of SQL."""
        (path,) = self.data.rglob(f"{name}.parquet")
        return f"'{path}'"

    def files(self, *parties: str) -> list[Path]:
        """Every table in the vaults of these parties."""
        return [path for party in parties for path in (self.run.folder / "vaults" / party).rglob("*.parquet")]

    def keys(self) -> set[str]:
        """Names of the keys that are left in any vault."""
        return {path.name for path in (self.run.folder / "vaults").rglob("*.key")}

    def delivered(self, party: str) -> set[str]:
        """Every dataset the party was ever given."""
        return {name for one in self.run.ledger.entries if party in one.receivers for name in one.delivered}


def flow_of(name: str, catalog: Catalog) -> Flow:
    return compile_flow(load_study(name, catalog, CATALOG), catalog)


def data_for(flow: Flow, out: Path, seed: int, persons: int = PERSONS) -> Path:
    """Synthetic data with what the study asks for."""
    refs = {use.ref for use in flow.study.study.variables} | {flow.study.study.population.unit}
    tables = tables_for(refs)
    generate(out, persons=persons, seed=seed, enrich="stroke-care", catalog_root=CATALOG, tables=tables)
    return out


def run(flow: Flow, data: Path, out: Path) -> Ran:
    return Ran(flow, run_flow(flow, data, out), data)


def sql(query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as engine:
        return engine.execute(query).fetchall()


def columns(path: Path) -> dict[str, str]:
    return {name: kind for name, kind, *_ in sql(f"DESCRIBE SELECT * FROM '{path}'")}
