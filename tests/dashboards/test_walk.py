"""The walk of docs/walk.md, as far as it needs no synthetic people: from three fields to a study handed in."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from scripts import walk
from tests.dashboards.browsing import person
from tests.dashboards.portal import Portal
from workbench.main.checks import check_study

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:reference already known"),
]


def test_a_newcomer_finds_fields_assembles_a_study_and_repairs_it(
    browser: Browser, portal: Portal, repo_root: Path, tmp_path: Path
) -> None:
    with person(browser, portal) as newcomer:
        newcomer.log_in("jef.wouters")
        walk.find_three_fields(newcomer.page, portal.address)
        walk.begin_with_them(newcomer.page, portal.address)
        walk.repair_its_findings(newcomer.page)
        walk.hand_it_in(newcomer.page)
    newest = portal.house.open_state.drafts.list("jef.wouters")[0]
    file = tmp_path / "walk.yaml"
    file.write_text(portal.house.open_state.drafts.read(newest.id).text, encoding="utf-8")
    found = check_study(str(file), repo_root / "catalog")
    assert found.fine and found.counts["steps"] == 4


def test_every_picture_of_the_page_is_there_and_every_step_of_the_page_is_walked(repo_root: Path) -> None:
    page = (repo_root / "docs" / "walk.md").read_text(encoding="utf-8")
    made = {path.name for path in (repo_root / "docs" / "images").glob("walk-*.png")}
    assert made and all(f"(images/{name})" in page for name in made)
    assert page.count("(images/walk-") == len(made)
