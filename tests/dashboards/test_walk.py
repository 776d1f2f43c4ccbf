"""The walk of docs/walk.md, from three fields to what a hospital reads of them."""

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


@pytest.mark.slow
def test_a_newcomer_finds_fields_assembles_a_study_repairs_runs_and_releases_it_and_a_hospital_reads_it(
    browser: Browser, portal: Portal, repo_root: Path, tmp_path: Path
) -> None:
    with person(browser, portal) as visitor:

        def become(login: str) -> None:
            visitor.page.context.clear_cookies()
            visitor.come_in(login)

        number = walk.walk(visitor.page, portal.address, become, "jef.wouters", "mia.janssens", persons=2_000)
        rows = visitor.rows()
    assert rows and not any("902" in cell for row in rows for cell in row)
    file = tmp_path / "walk.yaml"
    file.write_text(portal.house.open_state.drafts.read(number).text, encoding="utf-8")
    found = check_study(str(file), repo_root / "catalog")
    assert found.fine and found.counts["steps"] == 3
    kept = portal.house.releases / f"draft-{number}" / "study-0001.yaml"
    assert kept.read_text(encoding="utf-8") == file.read_text(encoding="utf-8"), "what was published, letter by letter"
    assert [one.command for one in portal.house.open_state.events.of(number)] == [
        "submit", "hand_in", "authorise", "start", "release"
    ]  # fmt: skip


def test_every_picture_of_the_page_is_there_and_every_step_of_the_page_is_walked(repo_root: Path) -> None:
    page = (repo_root / "docs" / "walk.md").read_text(encoding="utf-8")
    made = {path.name for path in (repo_root / "docs" / "images").glob("walk-*.png")}
    assert made and all(f"(images/{name})" in page for name in made)
    assert page.count("(images/walk-") == len(made)
