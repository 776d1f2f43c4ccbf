"""The events of a study: in order, and one at a time."""

from __future__ import annotations

import threading

import pytest

from tests.state.test_drafts import together
from workbench.errors import Refused
from workbench.state import State


def test_events_are_kept_in_order_and_told_to_the_log(state: State) -> None:
    state.events.add("stroke", "submit", "submitted", "mia", after=0, content="a" * 64)
    state.events.add("stroke", "authorise", "authorised", "nora", after=1, why="two conditions")
    state.events.add("breast", "submit", "submitted", "jef", after=0)
    assert [(one.number, one.command, one.state, one.by, one.why) for one in state.events.of("stroke")] == [
        (1, "submit", "submitted", "mia", ""),
        (2, "authorise", "authorised", "nora", "two conditions"),
    ]
    assert {study: one.state for study, one in state.events.newest().items()} == {
        "stroke": "authorised",
        "breast": "submitted",
    }
    assert [(one.who, one.what, one.about) for one in state.audit.entries()] == [
        ("mia", "study.submit", "stroke"),
        ("nora", "study.authorise", "stroke"),
        ("jef", "study.submit", "breast"),
    ]


@pytest.mark.parametrize("after", [0, 2, 5])
def test_a_decision_on_an_old_state_is_refused(state: State, after: int) -> None:
    state.events.add("stroke", "submit", "submitted", "mia", after=0)
    with pytest.raises(Refused, match="somebody else acted on stroke"):
        state.events.add("stroke", "authorise", "authorised", "nora", after=after)
    assert len(state.events.of("stroke")) == 1 and len(list(state.audit.entries())) == 1


def test_of_two_decisions_at_once_one_counts(state: State) -> None:
    state.events.add("stroke", "submit", "submitted", "mia", after=0)
    refused, start = list[Refused](), threading.Barrier(6)

    def decide(command: str) -> None:
        start.wait()
        try:
            state.events.add("stroke", command, command, "nora", after=1)
        except Refused as error:
            refused.append(error)

    together([lambda name=name: decide(name) for name in ("yes", "no") * 3])  # type: ignore[misc]
    assert len(refused) == 5 and len(state.events.of("stroke")) == 2
    assert state.audit.verify() is None
