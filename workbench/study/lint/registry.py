"""The rules that read printed documents, by id; their words stand in `catalog/rules`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workbench.study.findings import Hit
from workbench.study.lint.known import Known
from workbench.study.printed import Printed

Rule = Callable[[Printed, Known], Iterator[Hit]]
RULES: dict[str, Rule] = {}


def rule(id_: str) -> Callable[[Rule], Rule]:
    """Register a function as the rule of that id. Raises `ValueError` when two functions claim one id."""

    def register(function: Rule) -> Rule:
        if id_ in RULES:
            raise ValueError(f"rule '{id_}' is registered twice")
        RULES[id_] = function
        return function

    return register
