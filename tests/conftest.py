"""Fixtures that every area of the suite may use; an area's own fixtures stand in its own conftest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser
from xdist.scheduler import LoadScopeScheduling

from scripts import browser

# No test may depend on how fast a machine is, so generated examples have no deadline.
settings.register_profile("house", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent
SHARE = ("tests/synth/", "tests/simulate/", "tests/whole/")  # the tests of each read the same generated data
SPREAD = (  # long tests that share little
    "tests/dashboards/test_browser.py",
    "tests/disclosure/test_audit_against_enumeration.py",
    "tests/house/test_linters.py",
)
FIRST = (*SHARE, "tests/main/", "tests/notebooks/", "tests/publish/", "tests/dashboards/")  # long ones, by folder


LISTED = {"attack": "security.md", "fault": "operations.md"}  # marks, and the page whose tests get them


@pytest.hookimpl(tryfirst=True)  # before pytest looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what the pages list; and the long tests first, so that at the end no worker waits for the other (with
    --no-loadscope-reorder).
    """
    for mark, page in LISTED.items():
        listed = set(re.findall(r"tests/[\w/]+\.py::\w+", (ROOT / "docs" / page).read_text(encoding="utf-8")))
        for item in items:
            if item.nodeid.partition("[")[0] in listed:
                item.add_marker(mark)
    items.sort(key=lambda item: next((n for n, one in enumerate(FIRST) if item.nodeid.startswith(one)), len(FIRST)))


class Together(LoadScopeScheduling):
    """Tests that share what is expensive to make run on one worker, or both workers would make it.

    Not by xdist's own groups: with this pytest they are silently no groups at all.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(SPREAD):
            return nodeid
        folder = next((folder for folder in SHARE if nodeid.startswith(folder)), None)
        return folder or nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


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


@pytest.fixture(scope="session", name="browser")
def _browser(chromium: str) -> Iterator[Browser]:
    """That Chromium, driven by Playwright: one for all, as Playwright runs once in a process."""
    from tests.dashboards.browsing import browse  # pages are read where a browser is asked for

    with browse(chromium) as started:
        yield started
