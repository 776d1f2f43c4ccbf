"""Edits of a study file: what they mean as data, and that the text says exactly that, whatever the file looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.catalog.source import Loc
from workbench.drafts.edits import Add, Drop, Edit, Move, NoSuchPlace, Put, apply, at
from workbench.drafts.history import History
from workbench.drafts.writing import edited, read, same

# The two long ones take as long as the others together: `make test-slow` asks them.
STUDIES = (
    "ima-microdata",
    "intego",
    "stroke-care",
    "stroke-selfreg-2020",
    "stroke-selfreg-2022",
    *(pytest.param(one, marks=pytest.mark.slow) for one in ("breast-clinics", "operating-theatre")),
)
SMALL = """# A file as people write it.
id: one   # its name
title: {nl: "a", fr: b, en: c}  # three languages
parties: [x, y]
flow:
  # the first
  - id: first
    label: {nl: a, fr: b, en: c}
    to: [x]
  # the second
  - id: second
    parts:
      stay: {from: [a.B], columns: {X: a.B.C}}   # beside
variables: []
note: >
  Folded
  text.
"""
TITLE = SMALL.splitlines()[2]


@pytest.mark.parametrize(
    ("edit", "gone", "come"),
    [
        (Put(("id",), "two"), ["id: one   # its name"], ["id: two   # its name"]),
        (Put(("title", "fr"), "d: e"), [TITLE], [TITLE.replace("fr: b", 'fr: "d: e"')]),
        (Put(("flow", 1, "id"), "last"), ["  - id: second"], ["  - id: last"]),
        (Put(("parties", 1), "z"), ["parties: [x, y]"], ["parties: [x, z]"]),
        (Put(("purpose",), "why"), [], ["purpose: why"]),
        (Put(("flow", 0, "encrypted"), True), [], ["    encrypted: true"]),
        (Add(("parties",), "z"), ["parties: [x, y]"], ["parties: [x, y, z]"]),
        (Add(("variables",), {"ref": "a"}), ["variables: []"], ["variables: [{ref: a}]"]),
        (Add(("flow",), {"id": "third"}), [], ["  - {id: third}"]),
        (Drop(("flow", 0)), ["  # the first", "  - id: first", "    label: {nl: a, fr: b, en: c}", "    to: [x]"], []),
        (Drop(("note",)), ["note: >", "  Folded", "  text."], []),
        (Move(("flow",), 1, 0), [], []),
    ],
)  # fmt: skip
def test_only_what_is_edited_changes_in_the_text(edit: Edit, gone: list[str], come: list[str]) -> None:
    after = edited(SMALL, edit)
    assert yaml.safe_load(after) == apply(yaml.safe_load(SMALL), edit)
    old, new = SMALL.splitlines(), after.splitlines()
    lost = [line for line in old if line not in new]
    assert [line for line in lost if line not in gone] == []
    assert [line for line in new if line not in old] == come


@pytest.mark.parametrize(
    "edit",
    [Put(("flow", 5, "id"), "x"), Drop(("flow", 2)), Move(("flow",), 0, 2), Add(("id",), 1), Put(("id", "x"), 1)],
)
def test_a_place_that_is_not_there_is_refused(edit: Edit) -> None:
    with pytest.raises(NoSuchPlace):
        edited(SMALL, edit)


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12) | st.sampled_from(
    ["yes", "1", "~", "2020-01-01", "a: b", "# no", "- x", "'", "<img src=x onerror=alert(1)>", "", " x", "a\nb"]
)
VALUES = st.recursive(
    TEXTS | st.integers(-5, 3000) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS.filter(str.strip), inner, max_size=3),
    max_leaves=6,
)


def places(data: Any, here: Loc = ()) -> list[Loc]:
    found = [here] if here else []
    for step, below in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        found += places(below, (*here, step))
    return found


@st.composite
def an_edit(draw: st.DrawFn, data: Any) -> Edit:
    where = places(data)
    lists = [one for one in where if isinstance(at(data, one), list)]
    kind = draw(st.sampled_from(["put", "drop", "new", "add", "move"]))
    if kind in ("add", "move") and lists:
        place = draw(st.sampled_from(lists))
        length = len(at(data, place))
        if kind == "add":
            return Add(place, draw(VALUES), draw(st.none() | st.integers(0, length)))
        if length:
            return Move(place, draw(st.integers(0, length - 1)), draw(st.integers(0, length - 1)))
    if kind == "drop" and len(where) > 1:
        return Drop(draw(st.sampled_from(where)))
    if kind == "new" or not where:
        return Put((draw(TEXTS.filter(str.strip)),), draw(VALUES))
    return Put(draw(st.sampled_from(where)), draw(VALUES))


@settings(max_examples=60, suppress_health_check=[HealthCheck.data_too_large])
@given(draws=st.data())
def test_any_edits_mean_the_same_in_the_text_and_undo_brings_every_text_back(draws: st.DataObject) -> None:
    """The oracle is `apply`, which knows no text, read back by PyYAML's own loader."""
    text, revisions = SMALL, [SMALL]
    history = History.of([(1, SMALL)])
    for _ in range(draws.draw(st.integers(1, 6))):
        data = read(text)
        edit = draws.draw(an_edit(data))
        text = edited(text, edit)
        assert same(read(text), apply(data, edit)), (edit, text)
        if text != revisions[-1]:
            revisions.append(text)
            history.add(len(revisions), text)
    steps = 0
    while history.undo is not None:
        revisions.append(revisions[history.undo - 1])
        history.add(len(revisions), revisions[-1])
        steps += 1
    assert revisions[-1] == SMALL
    for _ in range(steps):
        assert history.redo is not None
        revisions.append(revisions[history.redo - 1])
        history.add(len(revisions), revisions[-1])
    assert revisions[-1] == text


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_of_the_catalogue_keeps_its_comments_through_an_edit(study: str, repo_root: Path) -> None:
    before = (repo_root / "catalog" / "studies" / study / "study.yaml").read_text(encoding="utf-8")
    after = edited(before, Put(("flow", 0, "label", "en"), "something else"))
    after = edited(after, Put(("variables", 0, "motivation", "nl"), "Waarom: daarom."))
    wanted = yaml.safe_load(before)
    wanted["flow"][0]["label"]["en"] = "something else"
    wanted["variables"][0]["motivation"]["nl"] = "Waarom: daarom."
    assert yaml.safe_load(after) == wanted
    changed = [line for line in before.splitlines() if line not in after.splitlines()]
    assert len(changed) <= 2, changed
