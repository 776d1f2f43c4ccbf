"""The way of a study: who may do what when, against a table written by hand, and what random people try."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.access import PUBLIC, Duty, Viewer
from workbench.errors import Problems, Refused, WorkbenchError
from workbench.state import State, open_state
from workbench.study.retention import Kept
from workbench.workflow import Workflow, act, allowed, load_workflow, state_of

# By hand, from the issue and the head of the file: in this state, who can do what.
TABLE = {
    "draft": {"submit": Duty.DESIGNER},
    "in_review": {"send_back": Duty.REVIEWER, "hand_in": Duty.REVIEWER},
    "submitted": {"authorise": Duty.REVIEWER, "decline": Duty.REVIEWER},
    "authorised": {"start": Duty.DESIGNER, "amend": Duty.DESIGNER, "close": Duty.DESIGNER},
    "running": {"release": Duty.RELEASER, "amend": Duty.DESIGNER, "close": Duty.DESIGNER},
    "released": {"release": Duty.RELEASER, "amend": Duty.DESIGNER, "close": Duty.DESIGNER},
    "amended": {"submit": Duty.DESIGNER, "close": Duty.DESIGNER},
    "closed": {"destroy": Duty.OPERATOR},
    "destroyed": {},
}
TO = {
    "submit": "in_review", "send_back": "draft", "hand_in": "submitted", "authorise": "authorised", "decline": "draft",
    "start": "running", "release": "released", "amend": "amended", "close": "closed", "destroy": "destroyed",
}  # fmt: skip
OVER = (Kept("analysis", date(2024, 1, 1)), Kept("linked", date(2023, 1, 1)))
DAY = date(2024, 1, 2)


@pytest.fixture(scope="module")
def workflow(repo_root: Path) -> Workflow:
    return load_workflow(repo_root / "catalog")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = open_state(tmp_path)
    yield state
    state.close()


def someone(name: str, *duties: Duty) -> Viewer:
    return Viewer(name, duties=frozenset(duties))


ALL = {duty: someone(f"a {duty.value}", duty) for duty in Duty}


def go(workflow: Workflow, state: State, *commands: str, study: str = "s") -> None:
    """Take a study along; each command by somebody of its duty who does nothing else."""
    for command in commands:
        wanted = workflow.command(command)
        assert wanted
        who = someone(f"for {command}", wanted.duty)
        act(workflow, state, study, command, who, four_eyes=True, why="x", kept=OVER, day=DAY)


WAYS = {
    "draft": (),
    "in_review": ("submit",),
    "submitted": ("submit", "hand_in"),
    "authorised": ("submit", "hand_in", "authorise"),
    "running": ("submit", "hand_in", "authorise", "start"),
    "released": ("submit", "hand_in", "authorise", "start", "release"),
    "amended": ("submit", "hand_in", "authorise", "amend"),
    "closed": ("submit", "hand_in", "authorise", "close"),
    "destroyed": ("submit", "hand_in", "authorise", "close", "destroy"),
}


def test_the_table_by_hand_speaks_of_every_state(workflow: Workflow) -> None:
    assert set(TABLE) == set(WAYS) == {one.id for one in workflow.states}


@pytest.mark.parametrize("here", TABLE)
def test_in_each_state_each_duty_may_do_what_the_table_says(workflow: Workflow, state: State, here: str) -> None:
    go(workflow, state, *WAYS[here])
    events = state.events.of("s")
    assert state_of(workflow, events) == here
    for duty, viewer in ALL.items():
        found = {one.id for one in allowed(workflow, events, viewer, four_eyes=True, kept=OVER, day=DAY)}
        assert found == {command for command, needed in TABLE[here].items() if needed is duty}, duty
        for command in TO:
            if command not in found:
                with pytest.raises(Refused):
                    act(workflow, state, "s", command, viewer, four_eyes=True, why="x", kept=OVER, day=DAY)
    assert allowed(workflow, events, PUBLIC, four_eyes=False, kept=OVER, day=DAY) == []
    forged = Viewer(None, duties=frozenset(Duty))
    assert allowed(workflow, events, forged, four_eyes=False, kept=OVER, day=DAY) == []
    assert state.events.of("s") == events, "what was refused left nothing behind"


def test_four_eyes_hold_where_the_study_says_so(workflow: Workflow, state: State) -> None:
    both = someone("both", Duty.DESIGNER, Duty.REVIEWER, Duty.RELEASER)
    act(workflow, state, "s", "submit", both, four_eyes=True)
    with pytest.raises(Refused, match="four eyes: who gave 'submit' cannot give 'hand_in' as well"):
        act(workflow, state, "s", "hand_in", both, four_eyes=True)
    act(workflow, state, "s", "hand_in", both, four_eyes=False)
    # The last who submitted counts, not the first.
    act(workflow, state, "s", "decline", both, four_eyes=True, why="x")
    act(workflow, state, "s", "submit", someone("other", Duty.DESIGNER), four_eyes=True)
    assert act(workflow, state, "s", "hand_in", both, four_eyes=True).state == "submitted"


@pytest.mark.parametrize(
    ("kept", "day", "said"),
    [
        (OVER, date(2024, 1, 1), "analysis is kept until 2024-01-01"),
        (OVER, None, "not known"),
        ((), DAY, "not known"),
    ],
)
def test_nothing_is_destroyed_before_its_time(
    workflow: Workflow, state: State, kept: tuple[Kept, ...], day: date | None, said: str
) -> None:
    go(workflow, state, *WAYS["closed"])
    with pytest.raises(Refused, match=said):
        act(workflow, state, "s", "destroy", ALL[Duty.OPERATOR], four_eyes=True, why="shredded", kept=kept, day=day)
    done = act(workflow, state, "s", "destroy", ALL[Duty.OPERATOR], four_eyes=True, why="shredded", kept=OVER, day=DAY)
    assert (done.state, done.why) == ("destroyed", "shredded")


def test_a_decision_has_its_reason(workflow: Workflow, state: State) -> None:
    go(workflow, state, "submit", "hand_in")
    with pytest.raises(WorkbenchError, match="'authorise' needs a reason"):
        act(workflow, state, "s", "authorise", ALL[Duty.REVIEWER], four_eyes=True, why=" ")
    with pytest.raises(WorkbenchError, match=r"no command 'approve'. Known: submit"):
        act(workflow, state, "s", "approve", ALL[Duty.REVIEWER], four_eyes=True, why="x")
    act(workflow, state, "s", "authorise", ALL[Duty.REVIEWER], four_eyes=True, why="art. 2", content="a" * 64)
    last = state.events.of("s")[-1]
    assert (last.why, last.content) == ("art. 2", "a" * 64)
    assert state.audit.newest(1)[0].what == "study.authorise"


@given(
    st.lists(st.tuples(st.sampled_from(sorted(TO)), st.sampled_from(list(Duty)), st.sampled_from("ab")), max_size=25)
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_tried_the_events_are_a_way_through_the_table(
    workflow: Workflow, state: State, tried: list[tuple[str, Duty, str]]
) -> None:
    study = f"s{len(state.events.newest())}"
    here, by = "draft", dict[str, str]()
    for command, duty, name in tried:
        pairs = {"hand_in": "submit", "release": "start", "destroy": "close"}
        right = TABLE[here].get(command) is duty and by.get(pairs.get(command, "")) != name
        try:
            act(workflow, state, study, command, someone(name, duty), four_eyes=True, why="x", kept=OVER, day=DAY)
        except Refused:
            assert not right
            continue
        assert right
        here, by[command] = TO[command], name
        assert state_of(workflow, state.events.of(study)) == here
    assert state_of(workflow, state.events.of(study)) == here


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("to: submitted", "to: handed", "there is no state 'handed'"),
        ("from: [closed]", "from: [shut]", "there is no state 'shut'"),
        ("not_by: submit", "not_by: hand", "there is no command 'hand'"),
        ("  - id: closed", "  - id: draft", "'draft' stands there twice"),
        ("  - id: decline", "  - id: submit", "'submit' stands there twice"),
        ("to: destroyed", "to: closed", "no command leads to 'destroyed'"),
        ("duty: operator", "duty: emperor", "duty"),
        ("cite:", "because:", "cite"),
    ],
)
def test_a_wrong_table_says_where(repo_root: Path, tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = tmp_path / "catalog"
    folder.mkdir()
    shutil.copy(repo_root / "catalog/workflow.yaml", folder)
    text = (folder / "workflow.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "workflow.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Problems) as wrong:
        load_workflow(folder)
    assert any(said in str(one) and one.line > 1 for one in wrong.value.problems), str(wrong.value)
