"""Drafts: nothing typed is lost, whoever saves at the same time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.state import Conflict, State, open_state


def test_every_version_is_kept(state: State) -> None:
    draft = state.drafts.create("mia", "Stroke", "id: stroke\n")
    second = state.drafts.append(draft.id, "id: stroke-care\n", "mia", expected=1, title="Stroke care")
    third = state.drafts.append(draft.id, "id: stroke-care\npurpose: {}\n", "jef", expected=2)
    assert [one.text for one in state.drafts.history(draft.id)] == ["id: stroke\n", second.text, third.text]
    found = state.drafts.get(draft.id)
    assert (found.number, found.title, found.owner, found.changed_by) == (3, "Stroke care", "mia", "jef")
    assert state.drafts.read(draft.id) == third
    assert state.drafts.read(draft.id, 1).text == "id: stroke\n"
    assert found.created.tzinfo is not None and found.changed == third.at


def test_two_editors_get_both_texts(state: State) -> None:
    draft = state.drafts.create("mia", "Stroke", "one")
    theirs = state.drafts.append(draft.id, "two of mia", "mia", expected=1)
    with pytest.raises(Conflict, match="mia saved version 2 of this draft while you worked on 1") as conflict:
        state.drafts.append(draft.id, "two of jef", "jef", expected=1)
    found = conflict.value
    assert found.base is not None and found.base.text == "one"
    assert (found.theirs, found.mine) == (theirs, "two of jef")
    assert state.drafts.read(draft.id).text == "two of mia"
    merged = state.drafts.append(draft.id, "both", "jef", expected=found.theirs.number)
    assert merged.number == 3


@pytest.mark.parametrize("expected", [0, 2, 7, -1])
def test_a_number_that_was_never_last_is_a_conflict(state: State, expected: int) -> None:
    draft = state.drafts.create("mia", "Stroke", "one")
    with pytest.raises(Conflict, match="worked on another"):
        state.drafts.append(draft.id, "two", "mia", expected=expected)


def test_the_same_text_makes_no_version(state: State) -> None:
    draft = state.drafts.create("mia", "Stroke", "one")
    assert state.drafts.append(draft.id, "one", "jef", expected=1, title="Beroerte").number == 1
    found = state.drafts.get(draft.id)
    assert (found.number, found.changed_by, found.title) == (1, "mia", "Beroerte")


def test_of_many_at_once_one_is_saved(state: State) -> None:
    """Eight people save on the same version at the same moment: one wins, seven are told, none is lost."""
    draft = state.drafts.create("mia", "Stroke", "start")
    saved, told, start = list[str](), list[str](), threading.Barrier(8)

    def save(text: str) -> None:
        start.wait()
        try:
            saved.append(state.drafts.append(draft.id, text, text, expected=1).text)
        except Conflict as conflict:
            told.append(conflict.mine)

    together([lambda text=f"by {number}": save(text) for number in range(8)])  # type: ignore[misc]
    assert len(saved) == 1 and sorted(saved + told) == [f"by {number}" for number in range(8)]
    assert [one.text for one in state.drafts.history(draft.id)] == ["start", *saved]


def together(acts: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def test_lists_show_the_newest_first_and_the_bin_apart(state: State) -> None:
    first, second = (state.drafts.create("mia", title, title) for title in ("A", "B"))
    other = state.drafts.create("jef", "C", "C")
    state.drafts.append(first.id, "more", "mia", expected=1)
    assert [one.title for one in state.drafts.list("mia")] == ["A", "B"]
    state.drafts.throw_away(first.id)
    assert [one.id for one in state.drafts.list()] == [other.id, second.id]
    assert [one.id for one in state.drafts.list("mia", binned=True)] == [first.id]
    state.drafts.take_back(first.id)
    assert state.drafts.read(first.id).text == "more"
    assert state.drafts.list(binned=True) == []


def test_comments_are_resolved_and_opened_again(state: State) -> None:
    draft = state.drafts.create("mia", "Stroke", "one")
    first = state.drafts.comment(draft.id, "population", " Why adults only? ", "nora")
    second = state.drafts.comment(draft.id, "flow", "Fine", "nora")
    assert [(one.section, one.text, one.resolved_by) for one in state.drafts.comments(draft.id)] == [
        ("population", "Why adults only?", None),
        ("flow", "Fine", None),
    ]
    assert state.drafts.resolve(first.id, "mia").resolved_by == "mia"
    assert state.drafts.resolve(first.id, "nora", resolved=False).resolved_at is None
    assert state.drafts.comments(draft.id)[1] == second


@pytest.mark.parametrize(
    "wrong",
    [
        lambda drafts, id_: drafts.read("none"),
        lambda drafts, id_: drafts.append("none", "x", "mia", expected=1),
        lambda drafts, id_: drafts.read(id_, 9),
        lambda drafts, id_: drafts.comment(id_, "flow", "  ", "mia"),
        lambda drafts, id_: drafts.comment("none", "flow", "x", "mia"),
        lambda drafts, id_: drafts.resolve(77, "mia"),
        lambda drafts, id_: drafts.throw_away("none"),
        lambda drafts, id_: drafts.create("mia", "x", "a\x00b"),
        lambda drafts, id_: drafts.create("mia", "x", "x" * 5_000_001),
    ],
)
def test_what_cannot_be_is_said(state: State, wrong: Callable[..., object]) -> None:
    draft = state.drafts.create("mia", "Stroke", "one")
    with pytest.raises(WorkbenchError):
        wrong(state.drafts, draft.id)
    assert state.drafts.read(draft.id).number == 1


TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))


@given(st.lists(st.tuples(st.booleans(), TEXTS), max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_history_is_what_was_saved(state: State, saves: list[tuple[bool, str]]) -> None:
    """Whatever is saved, on the newest version or an older one, the history holds each success once, in order."""
    draft = state.drafts.create("mia", "x", "")
    kept = [""]
    for fresh, text in saves:
        expected = len(kept) if fresh else len(kept) - 1
        try:
            state.drafts.append(draft.id, text, "mia", expected=expected)
        except Conflict:
            assert not fresh
            continue
        assert fresh
        if text != kept[-1]:
            kept.append(text)
    assert [one.text for one in state.drafts.history(draft.id)] == kept


_WRITER = """
import sys
from workbench.state import open_state
state = open_state(sys.argv[1])
draft = state.drafts.create("mia", "x", "0")
print(draft.id, flush=True)
for number in range(1, 100_000):
    state.drafts.append(draft.id, str(number), "mia", expected=number)
    print(number, flush=True)
"""


def test_a_killed_writer_loses_nothing_it_was_told_is_saved(url: str) -> None:
    """kill -9 in the middle of saving: every version that was reported is there, in order, and one can go on."""
    open_state(url).close()
    with subprocess.Popen([sys.executable, "-c", _WRITER, url], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        draft = writer.stdout.readline().strip()
        reported = [int(writer.stdout.readline()) for _ in range(20)]
        os.kill(writer.pid, signal.SIGKILL)
        reported += [int(line) for line in writer.stdout.read().splitlines() if line]
    state = open_state(url)
    try:
        texts = [one.text for one in state.drafts.history(draft)]
        assert texts == [str(number) for number in range(len(texts))]
        assert len(texts) - 1 - reported[-1] in (0, 1), "what was reported is kept, and at most one more"
        assert state.drafts.append(draft, "after", "mia", expected=len(texts)).number == len(texts) + 1
    finally:
        state.close()
