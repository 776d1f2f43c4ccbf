"""Checks of indicator definitions against the study that asks for them and the flow's analysis dataset."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.catalog.indicator import Rule
from workbench.catalog.model import Catalog
from workbench.dataflow.graph import read_flow
from workbench.errors import Problem
from workbench.indicators.rules import parse_rule
from workbench.study.load import StudyFile


def check_indicators(file: StudyFile, catalog: Catalog) -> Iterator[Problem]:
    """Every indicator exists, its rules can be computed, and the analysis dataset has what they read."""
    study = file.study
    flow, _ = read_flow(file, catalog)
    if study.indicators and (study.analysis is None or study.scra is None) and not file.left_out(("analysis",)):
        missing = "analysis" if study.analysis is None else "scra"
        what, why = f"the study has indicators and no '{missing}'", "both say where and how results are released"
        yield file.problem(("indicators",), what, why, f"add '{missing}', or leave out the indicators")
    dataset = flow.datasets.get(study.analysis.dataset) if study.analysis else None
    available = (
        {f"{part}.{column.name}" for part, columns in dataset.parts.items() for column in columns} if dataset else set()
    )
    for number, name in enumerate(study.indicators):
        definition = catalog.indicators.get(name)
        if definition is None:
            known = ", ".join(catalog.indicators)
            yield file.problem(
                ("indicators", number),
                f"indicator '{name}' does not exist",
                f"catalog/indicators has {known}",
                "correct the name or add its file",
            )
            continue
        place = catalog.places[f"indicator:{name}"]
        for rule in [*definition.population, *([definition.numerator] if definition.numerator else [])]:
            for what, why, todo in _rule(rule, name, study.id, available, catalog):
                yield Problem(place.file, place.line, what, why, todo)


def _rule(rule: Rule, name: str, study: str, available: set[str], catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    parsed, trouble = parse_rule(rule.rule)
    if parsed is None:
        yield f"rule '{rule.id}' of indicator '{name}' cannot be computed", trouble, "correct the rule"
        return
    for column in parsed.reads():
        if available and column not in available:
            yield (
                f"rule '{rule.id}' of '{name}' reads {column}",
                f"the analysis dataset of {study} does not have it",
                "add it to the flow or change the rule",
            )
    for codes, groups in parsed.lists():
        if codes not in catalog.codes:
            yield (
                f"rule '{rule.id}' of '{name}' names code list '{codes}'",
                "catalog/codes has no such file",
                "correct the name",
            )
            continue
        known = {str(entry.attributes.get("group")) for entry in catalog.codes[codes].entries}
        for group in groups:
            if group not in known:
                yield (
                    f"rule '{rule.id}' of '{name}' names group '{group}'",
                    f"'{codes}' has the groups {', '.join(sorted(known))}",
                    "correct the name",
                )
