"""The desk at which a draft is written: saved at every change, undone, and shared with who writes at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dashboards.builder.desk import Desk, may_open, may_see, title_of
from dashboards.builder.titles import called
from dashboards.pages.builder_draft import drawn
from workbench.access import PUBLIC, Duty, Viewer, load_directory
from workbench.catalog.load import load_catalog
from workbench.catalog.study_rule import study_rules
from workbench.drafts.edits import Add, Drop, Put
from workbench.drafts.judge import judge
from workbench.drafts.starts import empty, template_text
from workbench.drafts.writing import edited, read
from workbench.state import State, open_state


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = open_state(tmp_path)
    yield state
    state.close()


@pytest.fixture
def draft(state: State) -> str:
    return state.drafts.create("mia.janssens", "Mine", empty("mine", 2020)).id


def test_every_change_is_a_revision_and_undo_is_one_too(state: State, draft: str) -> None:
    desk = Desk(state.drafts, draft, "mia.janssens")
    desk.edit(Put(("title", "nl"), "Eén"))
    desk.edit(Put(("title", "nl"), "Twee"))
    assert state.drafts.get(draft).title == "Twee", "the list calls it as it is called now"
    desk.undo()
    assert (desk.data["title"]["nl"], desk.history.undo, desk.history.redo) == ("Eén", 1, 3)
    desk.undo()
    desk.redo()
    desk.redo()
    assert desk.data["title"]["nl"] == "Twee"
    assert [one.number for one in state.drafts.history(draft)] == list(range(1, 8))
    again = Desk(state.drafts, draft, "mia.janssens")
    assert (again.history.undo, again.history.redo) == (desk.history.undo, desk.history.redo), "undo outlives the tab"
    desk.edit(Put(("title", "nl"), "Twee"))
    assert desk.revision.number == 7, "what changes nothing is not saved"


def test_a_change_made_at_the_same_time_is_made_again_on_the_newest_text(state: State, draft: str) -> None:
    mia, jef = Desk(state.drafts, draft, "mia.janssens"), Desk(state.drafts, draft, "jef.wouters")
    assert mia.edit(Add(("parties",), "hospitals"))
    assert jef.edit(Put(("title", "fr"), "Deux"))
    assert jef.merged == "mia.janssens"
    now = read(state.drafts.read(draft).text)
    assert (now["parties"], now["title"]["fr"]) == (["hospitals"], "Deux")
    assert mia.edit(Drop(("parties", 0))), "hers comes on top of his"
    assert jef.edit(Put(("parties", 0), "ima")) is False, "what he wants to change is gone"
    assert read(state.drafts.read(draft).text)["parties"] == []
    assert jef.data["parties"] == [], "he sees it"


def test_who_may_see_a_draft(state: State, draft: str, repo_root: Path) -> None:
    directory = load_directory(repo_root / "catalog")
    people = {login: directory.viewer(login) for login in directory.people}
    seeing = {login for login, one in people.items() if one and may_open(state.drafts, draft, one, directory)}
    assert seeing == {"mia.janssens", "jef.wouters", "nora.willems"}
    elsewhere = Viewer("else", organisation="university", duties=frozenset({Duty.DESIGNER}))
    assert not may_see(state.drafts.get(draft), elsewhere, directory)
    assert not may_open(state.drafts, draft, PUBLIC, directory)
    assert not may_open(state.drafts, "no such draft", people["mia.janssens"] or PUBLIC, directory)


def test_a_draft_is_called_by_its_first_title() -> None:
    assert title_of({"title": {"nl": " ", "fr": "Deux"}, "id": "x"}) == "Deux"
    assert title_of({"id": "x"}) == "x"
    assert title_of([]) == "?"


@pytest.mark.parametrize(
    "form", ["title: {nl: Een, fr: 'Un: deux', en: ' '}\n", "title:\n  nl: Een\n\n  fr: 'Un: deux'\n  en: ' '\n"]
)
@pytest.mark.parametrize("after", ["", "purpose:\n  nl: Nee\n  fr: Non\n"])
def test_a_list_calls_a_draft_in_the_language_of_its_reader(tmp_path: Path, form: str, after: str) -> None:
    state = open_state(tmp_path)
    one = state.drafts.create("mia", "Een", f"id: x\n{form}{after}")
    assert [called(state.drafts, one, lang) for lang in ("nl", "fr", "en")] == ["Een", "Un: deux", "Een"]
    state.drafts.append(one.id, f"id: x\n{form.replace('deux', 'trois')}{after}", "mia", 1, "Een")
    assert called(state.drafts, state.drafts.get(one.id), "fr") == "Un: trois"
    for text in ("id: x\n", "", "title: [\n", "title: plain\n"):
        assert called(state.drafts, state.drafts.create("mia", "Een", text), "fr") == "Een"


def test_words_of_a_draft_are_only_words_in_its_drawing(repo_root: Path) -> None:
    """Drawings were made of files that we wrote; a draft is written by anybody."""
    root = repo_root / "catalog"
    catalog, rules = load_catalog(root), study_rules(root)
    text = template_text(root, "stroke-selfreg-2020")
    for evil in ('x" URL="javascript:alert(1)" y="', "<script>alert(1)</script>", '</td><a href="javascript:x">x</a>'):
        for at in (("title", "en"), ("flow", 3, "label", "en"), ("flow", 3, "number")):
            svg = drawn(judge(edited(text, Put(at, evil)), catalog, rules), "en")
            tags = {
                one.tag.rpartition("}")[2] for one in ElementTree.fromstring(svg).iter() if isinstance(one.tag, str)
            }
            assert tags <= {"svg", "g", "title", "text", "path", "polygon", "polyline", "ellipse"}, (evil, at)
