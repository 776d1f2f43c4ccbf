"""Fixtures of the publication tests: a protected table, a release of it, the reports and the people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.publish.releases import safe_table
from workbench.access import Directory, load_directory
from workbench.disclosure.release import SafeTable
from workbench.publish import Release, Report, load_collections, write_release


@pytest.fixture(scope="session")
def safe(repo_root: Path) -> SafeTable:
    return safe_table(repo_root)


@pytest.fixture(scope="session")
def shelf(safe: SafeTable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one release; only to be read."""
    root = tmp_path_factory.mktemp("releases")
    write_release(safe, "run-1", root)
    return root


@pytest.fixture
def own_release(safe: SafeTable, tmp_path: Path) -> Release:
    """A release that a test may damage."""
    return write_release(safe, "run-1", tmp_path / "releases")


@pytest.fixture(scope="session")
def directory(repo_root: Path) -> Directory:
    return load_directory(repo_root / "catalog")


@pytest.fixture(scope="session")
def reports(repo_root: Path) -> Mapping[str, Report]:
    collections = load_collections(repo_root / "catalog")
    return {report.id: report for one in collections.values() for report in one.reports}
