"""The catalogue and its rules, read once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from workbench.catalog.load import load_catalog
from workbench.catalog.model import Catalog
from workbench.catalog.study_rule import StudyRule, study_rules


@pytest.fixture(scope="session")
def catalog(repo_root: Path) -> Catalog:
    return load_catalog(repo_root / "catalog")


@pytest.fixture(scope="session")
def rules(repo_root: Path) -> Mapping[str, StudyRule]:
    return study_rules(repo_root / "catalog")
