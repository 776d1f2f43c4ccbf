"""Pages of the dashboards in a notebook: what a reader does changes them, and a builder writes the study's file."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.notebooks.desks import desk_in
from workbench import notebook
from workbench.errors import Problems, WorkbenchError
from workbench.notebook.desk import Desk

STUDY = "stroke-selfreg-2020"
FIELD = "selfreg.STROKE_2020.DeurNaaldTijd"


@pytest.fixture(scope="module")
def desk(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    made = desk_in(tmp_path_factory.mktemp("home"), repo_root)
    for other in set(made.studies) - {STUDY}:  # pages open every study there is, and one is enough to see them live
        shutil.rmtree(made.root / "studies" / other)
    return made


def act(part: Any, name: str, value: str = "", on: bool = False) -> None:
    """What the browser would say."""
    part.page.live._handle_msg({"act": name, "value": value, "on": on})


def test_the_player_goes_from_step_to_step_and_follows_the_file(desk: Desk) -> None:
    part = desk.viewer(STUDY)
    for step in ("2", "3"):
        act(part, "step", step)
        assert f"Step {step} of" in part.page.live.regions["now"]
    assert not part.page.live.portal, "links would lead out of the notebook, and the address is that of the notebook"
    with pytest.raises(WorkbenchError, match="nowhere"):
        desk.viewer("nowhere")
    study = desk.studies[STUDY]
    title = study.flow.study.study.title.en
    before = study.text
    study.edit(title, "Another title altogether")
    assert "Another title altogether" in desk.viewer(STUDY).page.live.frame
    study.write(before)


def test_what_is_changed_in_the_builder_is_in_the_file_and_what_a_cell_wrote_is_in_the_builder(desk: Desk) -> None:
    study = desk.new_study("live", desk.studies[STUDY].text.replace(f"id: {STUDY}", "id: live"))
    assert study.fine
    part = desk.builder("live")
    assert part.page.judgement.clean, "a draft in a notebook is checked at once: no server comes back to it"
    act(part, "put:/parties/0", "nobody")
    assert "nobody" in desk.studies["live"].text == part.text
    assert not part.page.judgement.clean and "nobody" in part.page.live.regions["findings"]
    assert not desk.studies["live"].findings.fine, "a cell sees it"
    act(part, "undo")
    assert part.page.judgement.clean and desk.studies["live"].findings.fine
    desk.studies["live"].edit("id: live", "id: live-too")
    act(part, "put:/title/en", "Typed in the builder")
    assert "id: live-too" in desk.studies["live"].text and "Typed in the builder" in desk.studies["live"].text


@pytest.mark.slow  # opens the whole catalogue
def test_the_cart_of_the_catalogue_goes_into_the_builder(desk: Desk) -> None:
    catalogue = desk.catalogue()
    act(catalogue, "put", FIELD, on=True)
    desk.new_study("mine")
    builder = desk.builder("mine")
    act(builder, "cart")
    assert f"ref: {FIELD}" in desk.studies["mine"].text
    act(catalogue, "empty")


def test_nothing_is_handed_in_from_a_notebook(desk: Desk) -> None:
    part = desk.builder(STUDY)
    act(part, "give", "submit")
    assert "portal" in part.page.live.regions["told"]
    assert not part.page.locked and part.page.state.events.of(part.page.id) == []


def test_the_reader_is_a_designer_without_a_right_to_figures(desk: Desk) -> None:
    viewer = desk.viewer(STUDY).page.room.viewer()
    assert {duty.value for duty in viewer.duties} == {"designer"} and not viewer.grants
    assert not desk.viewer(STUDY).page.room.house.reports


def test_the_builder_never_changes_the_catalogue_itself(repo_root: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(repo_root)
        real = notebook.start()
    with pytest.raises(WorkbenchError, match="copy=True"):
        real.builder(STUDY)


def test_a_study_that_is_begun_is_no_line_in_a_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.new_study("begun", "id: begun\n")
    assert "must be there" in desk.builder("begun").page.live.regions["findings"]
    assert caplog.text == ""


def test_a_file_that_is_no_study_is_said_to_be_none(desk: Desk) -> None:
    desk.new_study("list", "- a\n- b\n")
    with pytest.raises(Problems, match="no study"):
        desk.builder("list")
