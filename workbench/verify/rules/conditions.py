"""Conditions of the committee: each has a step or a setting of the study that satisfies it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.verify.rules.registry import FlowHit, rule
from workbench.verify.rules.story import Story

SAFEGUARDS = ("approve", "log", "add_decoys")
KEYS = ("id", "dataset", "party")


@rule("condition-unmet")
def condition_unmet(story: Story) -> Iterator[FlowHit]:
    """A condition that names nothing, or a step or setting that the study does not have."""
    steps = {entry.step.id for entry in story.flow.steps}
    for number, condition in enumerate(story.study.conditions):
        line = story.line("conditions", number)
        if not condition.satisfied_by:
            yield FlowHit(line, f"nothing satisfies condition '{condition.id}'", at=condition.id)
        for one in condition.satisfied_by:
            if one.step is not None and one.step not in steps:
                what = f"condition '{condition.id}' rests on step '{one.step}', which is not there"
                yield FlowHit(line, what, at=f"{condition.id}:{one.step}")
            if one.setting is not None and not _setting(story.study, one.setting.split(".")):
                what = f"condition '{condition.id}' rests on '{one.setting}', which the study does not give"
                yield FlowHit(line, what, at=f"{condition.id}:{one.setting}")


def _setting(value: Any, path: list[str]) -> Any:
    """The value at a path of the study (`scra.report_to`, `retention.linked`); an entry of a list by its own name."""
    for step in path:
        if isinstance(value, tuple):
            value = next((one for one in value if any(getattr(one, key, None) == step for key in KEYS)), None)
        else:
            value = getattr(value, step, None)
        if value is None:
            return None
    return value


@rule("safeguard-unclaimed")
def safeguard_unclaimed(story: Story) -> Iterator[FlowHit]:
    """A safeguard that no condition rests on: nobody would notice it going."""
    claimed = {one.step for condition in story.study.conditions for one in condition.satisfied_by}
    for entry in story.flow.steps:
        if entry.step.kind in SAFEGUARDS and entry.step.id not in claimed:
            what = f"no condition rests on step '{entry.step.id}' ({entry.step.kind})"
            yield FlowHit(story.step_line(entry), what, at=entry.step.id)


@rule("no-conditions")
def no_conditions(story: Story) -> Iterator[FlowHit]:
    """A study of which nobody has written down what the committee asked."""
    if not story.study.conditions:
        yield FlowHit(story.line("id"), "the study lists no condition of its authorisation", at="conditions")
