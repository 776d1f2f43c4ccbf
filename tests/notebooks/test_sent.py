"""Studies between a notebook and the portal: what is sent is a version in the state, and nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench import notebook
from workbench.access import Register, load_directory, seed
from workbench.errors import Problems, Refused, WorkbenchError
from workbench.notebook.desk import HOME, Desk
from workbench.state import State, open_state
from workbench.workflow import act, load_workflow

STUDY = "stroke-selfreg-2020"
MIA, JEF, AN = "mia.janssens", "jef.wouters", "an.peeters"  # two designers of one institute; no designer


@pytest.fixture
def desk(repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(repo_root / "notebooks")
    monkeypatch.setenv(HOME, str(tmp_path / "home"))
    made = notebook.start(copy=True)
    made.portal = tmp_path / "state"
    return made


@pytest.fixture
def state(desk: Desk) -> State:
    opened = open_state(Path(desk.portal))
    seed(opened, load_directory(desk.root))
    return opened


def test_what_is_sent_is_a_draft_and_sent_again_its_next_version(desk: Desk, state: State) -> None:
    study = desk.studies[STUDY]
    first = study.text
    desk.send(STUDY, MIA)
    (draft,) = state.drafts.list(MIA)
    study.edit(f"id: {STUDY}", "id: renamed")
    assert "version 2" in desk.send(STUDY, MIA).text()
    assert "nothing new" in desk.send(STUDY, MIA).text()
    assert [(one.text, one.by) for one in state.drafts.history(draft.id)] == [(first, MIA), (study.text, MIA)]
    assert "renamed" in desk.drafts(JEF).text(), "of the same institute, so the page shows it as well"
    again = notebook.start(copy=True)  # a new kernel
    again.portal = desk.portal
    again.send(STUDY, MIA)
    assert state.drafts.get(draft.id).number == 3
    desk.send(STUDY, MIA, draft="new")
    assert len(state.drafts.list(MIA)) == 2


def test_a_version_that_somebody_saved_in_between_is_not_overwritten(desk: Desk, state: State) -> None:
    desk.send(STUDY, MIA)
    (draft,) = state.drafts.list(MIA)
    theirs = desk.studies[STUDY].text.replace(f"id: {STUDY}", "id: theirs")
    state.drafts.append(draft.id, theirs, JEF, 1)
    desk.studies[STUDY].edit(f"id: {STUDY}", "id: mine")
    with pytest.raises(WorkbenchError, match=r"jef\.wouters saved version 2 .* after version 1\. Nothing was sent"):
        desk.send(STUDY, MIA)
    assert state.drafts.read(draft.id).text == theirs
    assert desk.take(draft.id, MIA).fine and desk.studies["theirs"].text == theirs
    desk.studies["theirs"].edit("id: theirs", "id: ours")
    desk.send("theirs", MIA)
    assert state.drafts.read(draft.id).number == 3
    desk.new_study("other", desk.studies["theirs"].text)
    with pytest.raises(WorkbenchError, match="after which version"):
        desk.send("other", MIA, draft=draft.id)
    with pytest.raises(WorkbenchError, match="Nothing was sent"):
        desk.send("other", MIA, draft=draft.id, after=2)
    desk.studies["other"].edit("id: ours", "id: others")
    desk.send("other", MIA, draft=draft.id, after=3)
    assert state.drafts.read(draft.id).number == 4


def test_a_draft_under_review_stays_as_it_is(desk: Desk, state: State) -> None:
    desk.send(STUDY, MIA)
    (draft,) = state.drafts.list(MIA)
    viewer = Register(state, load_directory(desk.root)).viewer(MIA)
    assert viewer is not None
    act(load_workflow(desk.root), state, draft.id, "submit", viewer, four_eyes=True, content="x")
    desk.studies[STUDY].edit(f"id: {STUDY}", "id: late")
    with pytest.raises(Refused, match="was submitted"):
        desk.send(STUDY, MIA)
    assert state.drafts.get(draft.id).number == 1


def test_who_may_not_and_what_is_not_there_is_said(desk: Desk, state: State) -> None:
    with pytest.raises(Refused, match=r"no designer.*mia\.janssens"):
        desk.send(STUDY, AN)
    with pytest.raises(WorkbenchError, match=r"Nobody logs in as 'x'.*mia\.janssens"):
        desk.drafts("x")
    with pytest.raises(Refused, match="no draft 'x'"):
        desk.take("x", MIA)
    desk.new_study("list", "- a\n")
    with pytest.raises(Problems, match="no study"):
        desk.send("list", MIA)
    desk.portal = desk.home / "nowhere"
    with pytest.raises(WorkbenchError, match="no portal"):
        desk.send(STUDY, MIA)
    assert not Path(desk.portal).exists() and state.drafts.list() == []
