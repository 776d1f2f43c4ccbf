"""The catalogue, and the models of the real studies, read once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.catalog import Catalog, load_catalog
from workbench.dataflow import Flow, compile_flow
from workbench.study import load_study
from workbench.study.printed_load import load_printed
from workbench.verify import Model, knowledge_of, knowledge_of_printed


@pytest.fixture(scope="session")
def catalog(repo_root: Path) -> Catalog:
    return load_catalog(repo_root / "catalog")


@pytest.fixture(scope="session")
def flow_of(repo_root: Path, catalog: Catalog) -> Callable[[str], Flow]:
    known: dict[str, Flow] = {}

    def read(study: str) -> Flow:
        if study not in known:
            known[study] = compile_flow(load_study(study, catalog, repo_root / "catalog"), catalog)
        return known[study]

    return read


@pytest.fixture(scope="session")
def stroke(flow_of: Callable[[str], Flow]) -> Model:
    return knowledge_of(flow_of("stroke-care"))


@pytest.fixture(scope="session")
def breast(flow_of: Callable[[str], Flow]) -> Model:
    return knowledge_of(flow_of("breast-clinics"))


@pytest.fixture(scope="session")
def printed_model(repo_root: Path, catalog: Catalog) -> Callable[[str], Model]:
    known: dict[str, Model] = {}

    def read(study: str) -> Model:
        if study not in known:
            known[study] = knowledge_of_printed(load_printed(study, catalog, repo_root / "catalog").printed, catalog)
        return known[study]

    return read
