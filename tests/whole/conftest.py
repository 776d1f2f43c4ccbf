"""The stroke-care study run once for all tests of the whole path."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from workbench.catalog import load_catalog
from workbench.dataflow import Flow, compile_flow
from workbench.indicators import Computed, IndicatorTable, compute_indicators
from workbench.simulate import Run, run_flow
from workbench.study import load_study
from workbench.synth import generate

PERSONS = 100_000
SEED = 7


@dataclass(frozen=True)
class Whole:
    """A finished run and its indicators."""

    flow: Flow
    data: Path
    run: Run
    computed: Computed

    @property
    def table(self) -> IndicatorTable:
        assert self.computed.table is not None
        return self.computed.table

    @property
    def answer_key(self) -> Path:
        return self.data / "answer_key"


@pytest.fixture(scope="session")
def whole(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("whole")
    root = repo_root / "catalog"
    generate(folder / "data", PERSONS, SEED, "stroke-care", root)
    catalog = load_catalog(root)
    flow = compile_flow(load_study("stroke-care", catalog, root), catalog)
    run = run_flow(flow, folder / "data", folder / "run")
    return Whole(flow, folder / "data", run, compute_indicators(flow, run))
