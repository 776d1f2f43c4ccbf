"""Fixtures that every area of the suite may use; an area's own fixtures stand in its own conftest."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from scripts import browser

# No test may depend on how fast a machine is, so generated examples have no deadline.
settings.register_profile("house", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The repository's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium; fails, never skips, where there is none."""
    path = browser.find()
    assert path, browser.HOW
    return path
