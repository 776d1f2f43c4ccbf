"""The two catalogues of these tests: the real one, read once, and a small one, made anew for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interchange.small import write_small
from workbench.catalog import Catalog, load_catalog


@pytest.fixture(scope="session")
def real_root(repo_root: Path) -> Path:
    return repo_root / "catalog"


@pytest.fixture(scope="session")
def real(real_root: Path) -> Catalog:
    return load_catalog(real_root)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_small(tmp_path)


@pytest.fixture
def small(root: Path) -> Catalog:
    return load_catalog(root)
