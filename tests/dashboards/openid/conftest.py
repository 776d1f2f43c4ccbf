"""A portal and a provider that it sends people to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.web.openid.provider import Provider
from dashboards.web.openid.settings import Settings
from tests.dashboards.openid.there import CLIENT, SECRET, There, ours, provider
from tests.dashboards.portal import Portal, running
from workbench.state import Subject


@pytest.fixture(scope="module")
def pair(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Portal, There]]:
    root = tmp_path_factory.mktemp("openid")
    with provider() as there:
        known = Provider(Settings(there.issuer, CLIENT, "Paspoort & Co", SECRET))
        with running(root / "releases", root / "state", repo_root / "catalog", provider=known) as portal:
            portal.house.open_state.subjects.link(Subject(there.issuer, "subject-7", "mia.janssens"), "test")
            yield portal, there


@pytest.fixture
def site(pair: tuple[Portal, There]) -> tuple[Portal, There]:
    """Both as they were, with nothing kept of the test before."""
    portal, there = pair
    fresh = There(there.port, keys=there.keys[:1])
    for name, value in vars(fresh).items():
        setattr(there, name, value)
    ours(portal)._kept.clear()
    ours(portal).settings = Settings(there.issuer, CLIENT, "Paspoort & Co", SECRET)
    for one in portal.server._tornado.settings["throttles"]:
        one.give_back("127.0.0.1")
    return portal, there
