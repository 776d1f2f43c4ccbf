"""Fixtures of the portal tests: one portal over one release for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboards.portal import Portal, with_release


@pytest.fixture(scope="session")
def portal(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with one release; tests only read from it."""
    with with_release(repo_root, tmp_path_factory.mktemp("portal")) as portal:
        yield portal
