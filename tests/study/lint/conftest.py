"""The real catalogue: rules rest on its fields, parties and facts."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.catalog.load import read_catalog
from workbench.catalog.model import Catalog


@pytest.fixture(scope="session")
def root(repo_root: Path) -> Path:
    """The catalogue folder."""
    return repo_root / "catalog"


@pytest.fixture(scope="session")
def catalog(root: Path) -> Catalog:
    """The catalogue, read once."""
    return read_catalog(root)[0]
