"""Whether steps stand in an order in which they can run: nothing is read before it is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from workbench.catalog.source import Loc
from workbench.dataflow.schema import split_ref

Finding = tuple[int, Loc, str, str, str]


class Need(NamedTuple):
    """What one step of the flow reads and makes; `reads` are (place in the step, dataset)."""

    number: int
    id: str
    reads: tuple[tuple[Loc, str], ...]
    outputs: tuple[str, ...]


def check_order(steps: Sequence[Need], unclear: frozenset[str], all_named: bool = True) -> Iterator[Finding]:
    """A step that reads what no step or only a later step makes.

    Nothing is said of `unclear` names, nor, unless `all_named`, of datasets that no step seems to make: the
    step without a valid name may be the one.
    """
    makers: dict[str, list[int]] = {}
    for step in steps:
        for name in dict.fromkeys(split_ref(output)[0] for output in step.outputs if output):
            makers.setdefault(name, []).append(step.number)
    names = {step.number: step.id for step in steps}
    needs = {step.number: {split_ref(ref)[0] for _, ref in step.reads} for step in steps}
    for step in steps:
        for loc, ref in step.reads:
            name = split_ref(ref)[0]
            if not name or name in unclear:
                continue
            if name not in makers:
                if all_named:
                    what, why = f"dataset '{name}' does not exist", "no step makes it"
                    yield step.number, loc, what, why, "correct the name, or add the step that makes it"
                continue
            maker = min(makers[name])
            if maker < step.number:
                continue
            if step.number in _before(maker, needs, makers):
                what = f"it needs '{name}', which is made from its own result"
                why = f"'{names[maker]}' and this step wait for each other: a cycle"
                yield step.number, loc, what, why, "break the circle"
            else:
                why = f"'{names[maker]}' makes it later"
                yield step.number, loc, f"it needs '{name}' too early", why, "move one of the two steps"


def _before(number: int, needs: Mapping[int, set[str]], makers: Mapping[str, Sequence[int]]) -> frozenset[int]:
    """All steps that must run before `number`."""
    seen: set[int] = set()
    todo = [number]
    while todo:
        for name in needs.get(todo.pop(), set()):
            for maker in set(makers.get(name, ())) - seen:
                seen.add(maker)
                todo.append(maker)
    return frozenset(seen)
