"""Which variables to tell less exactly so that few records stand in too small classes, with the least detail lost.

Going up a ladder only joins classes, so what is safe stays safe further up. The search first climbs greedily, then
looks at every combination that would lose less than the best found: a safe one lowers that bound, an unsafe one rules
out all that tell more. It ends with the best of all, or after a number of measurements with a bound it says is open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

Node = tuple[int, ...]  # a level per variable
Below = Callable[[Node], int]  # records in too small classes


@dataclass(frozen=True)
class Found:
    """The generalisation that loses least; `best` says that no other loses less.

    levels: per variable; below: records still in too small classes, which are left out; loss: mean share of detail
    lost over the variables; tried: (loss, records below) of everything measured. None safe: levels is the last step
    of every ladder and `safe` is false.
    """

    variables: tuple[str, ...]
    levels: Node
    below: int
    loss: float
    safe: bool
    best: bool
    tried: Mapping[Node, int]


def search(lost: Mapping[str, Sequence[float]], below: Below, allowed: int, budget: int) -> Found:
    """The node with the least loss that has at most `allowed` records in too small classes.

    lost: per variable the share of detail lost at each level, not falling; below(node): measured at most `budget`
    times, and once more for the top.
    """
    names = tuple(lost)
    ladders = [tuple(lost[name]) for name in names]
    tried: dict[Node, int] = {}

    def loss(node: Node) -> float:
        return sum(ladder[level] for ladder, level in zip(ladders, node, strict=True)) / max(len(ladders), 1)

    def safe(node: Node) -> bool:
        if node not in tried:
            tried[node] = below(node)
        return tried[node] <= allowed

    top = tuple(len(ladder) - 1 for ladder in ladders)
    if not safe(top):
        return Found(names, top, tried[top], loss(top), False, True, tried)
    found = _descend(_climb(top, loss, safe, tried, budget), loss, safe, tried, budget)
    open_ = sorted(
        (node for node in product(*(range(len(ladder)) for ladder in ladders)) if loss(node) < loss(found) - 1e-12),
        key=lambda node: (-loss(node), node),
    )
    unsafe = [node for node, count in tried.items() if count > allowed]
    finished = True
    for node in open_:
        if loss(node) >= loss(found) - 1e-12 or any(_tells_more(node, other) for other in unsafe):
            continue
        if len(tried) > budget:
            finished = False
            break
        if safe(node):
            found = node
        else:
            unsafe.append(node)
    return Found(names, found, tried[found], loss(found), True, finished, tried)


def _tells_more(node: Node, other: Node) -> bool:
    """Whether a node is at most as high as the other on every ladder."""
    return all(one <= two for one, two in zip(node, other, strict=True))


def _climb(
    top: Node, loss: Callable[[Node], float], safe: Callable[[Node], bool], tried: dict[Node, int], budget: int
) -> Node:
    """Up from the exact values, each time by the step that saves most records for the detail it costs."""
    node = tuple(0 for _ in top)
    while not safe(node):
        steps = [(*node[:at], level + 1, *node[at + 1 :]) for at, level in enumerate(node) if level < top[at]]
        if not steps or len(tried) + len(steps) > budget:
            return top
        for step in steps:
            safe(step)
        here, cost = tried[node], loss(node)
        node = max(steps, key=lambda step: ((here - tried[step] + 1e-9) / (loss(step) - cost + 1e-9), step))
    return node


def _descend(
    node: Node,
    loss: Callable[[Node], float],
    safe: Callable[[Node], bool],
    tried: dict[Node, int],
    budget: int,
) -> Node:
    """Down again where a step was not needed after all, the dearest first."""
    improved = True
    while improved and len(tried) < budget:
        improved = False
        steps = [(*node[:at], level - 1, *node[at + 1 :]) for at, level in enumerate(node) if level]
        for step in sorted(steps, key=loss):
            if safe(step):
                node, improved = step, True
                break
    return node
