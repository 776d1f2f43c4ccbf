"""The stroke-care study and its flow, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.catalog import Catalog, load_catalog
from workbench.dataflow import Flow, compile_flow
from workbench.study import load_study


@pytest.fixture(scope="session")
def catalog(repo_root: Path) -> Catalog:
    return load_catalog(repo_root / "catalog")


@pytest.fixture(scope="session")
def flow(repo_root: Path, catalog: Catalog) -> Flow:
    return compile_flow(load_study("stroke-care", catalog, repo_root / "catalog"), catalog)
