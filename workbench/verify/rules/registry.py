"""Rules of flows by the id that `catalog/rules` gives them: one function each.

A rule reads the story of a flow, or, where it is about what parties can put together, a model of their knowledge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from workbench.study.findings import Hit
from workbench.verify.rules.reach import Reach
from workbench.verify.rules.story import Story


@dataclass(frozen=True)
class FlowHit(Hit):
    """A hit in a flow; `at` names the step, party, dataset or column it is about, for a study to accept it by."""

    at: str = ""


Check = Callable[[Story], Iterator[FlowHit]]
ExposureCheck = Callable[[Reach], Iterator[FlowHit]]
FLOW_RULES: dict[str, Check] = {}
EXPOSURE_RULES: dict[str, ExposureCheck] = {}
C = TypeVar("C")


def rule(id_: str) -> Callable[[Check], Check]:
    """Register a rule on the story of a flow. Raises `ValueError` when two functions claim one id."""
    return _register(FLOW_RULES, id_)


def exposure_rule(id_: str) -> Callable[[ExposureCheck], ExposureCheck]:
    """Register a rule on what parties can learn. Raises `ValueError` when two functions claim one id."""
    return _register(EXPOSURE_RULES, id_)


def _register(rules: dict[str, C], id_: str) -> Callable[[C], C]:
    def register(check: C) -> C:
        if id_ in FLOW_RULES or id_ in EXPOSURE_RULES:
            raise ValueError(f"two functions claim rule '{id_}'")
        rules[id_] = check
        return check

    return register
