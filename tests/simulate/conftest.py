"""The stroke-care flow over the tiny data folder, run once for the whole session."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.simulate.tiny import World, world, write_data
from workbench.catalog import Catalog, load_catalog
from workbench.dataflow import Flow, compile_flow
from workbench.simulate import Now, Run, Vault, run_flow
from workbench.study import load_study


@pytest.fixture(scope="session")
def catalog_root(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, so that the tests here and the processes they start read one catalogue, also while it is edited."""
    return Path(shutil.copytree(repo_root / "catalog", tmp_path_factory.mktemp("files") / "catalog"))


@pytest.fixture(scope="session")
def catalog(catalog_root: Path) -> Catalog:
    return load_catalog(catalog_root)


@pytest.fixture(scope="session")
def flow(catalog_root: Path, catalog: Catalog) -> Flow:
    return compile_flow(load_study("stroke-care", catalog, catalog_root), catalog)


@pytest.fixture(scope="session")
def made() -> World:
    return world()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog, made: World) -> Path:
    return write_data(tmp_path_factory.mktemp("tiny") / "data", catalog, made)


class Watched:
    """A finished run, and what every vault held before each of its steps."""

    def __init__(self, flow: Flow, data: Path, out: Path) -> None:
        self.held: list[dict[str, frozenset[str]]] = []
        self.keys: list[dict[str, frozenset[str]]] = []
        self._vaults = out / "vaults"
        self._parties = flow.study.study.parties
        self.run: Run = run_flow(flow, data, out, progress=self._look)

    def _look(self, now: Now) -> None:
        if not now.begins:
            return
        vaults = {party: Vault(self._vaults, party) for party in self._parties}
        self.held.append({party: vault.datasets() for party, vault in vaults.items()})
        self.keys.append(
            {
                party: frozenset(path.stem for path in vault.folder.glob(".keys/*.key"))
                for party, vault in vaults.items()
            }
        )


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory, flow: Flow, data: Path) -> Watched:
    return Watched(flow, data, tmp_path_factory.mktemp("run") / "out")


@pytest.fixture(scope="session")
def run(watched: Watched) -> Run:
    return watched.run
