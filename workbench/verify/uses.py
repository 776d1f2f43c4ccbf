"""For what a flow needs the tokens of its datasets: steps that join, code or group by them, and the analysis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.dataflow.graph import Flow
from workbench.dataflow.kinds import Step
from workbench.dataflow.schema import split_ref
from workbench.verify.meanings import Meanings, fresh, made_by, taken

ANALYSIS = "analysis"


def uses(flow: Flow, meanings: Meanings) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """By dataset and token: the ids of the steps that need it, and `analysis` for what is analysed.

    A column that a step only passes on is needed by whoever needs it afterwards.
    """
    needed: dict[tuple[str, str], dict[str, None]] = {}
    for one in flow.steps:
        for ref, column in _needed(one.step, flow):
            needed.setdefault((".".join(split_ref(ref)), column), {})[one.step.id] = None
    analysis = flow.study.study.analysis
    for ref in (one for one in meanings.of if analysis and split_ref(one)[0] == analysis.dataset):
        for column in meanings.of[ref]:
            needed.setdefault((ref, column), {})[ANALYSIS] = None
    for ref, one in reversed(made_by(flow).items()):
        raw = one.step.model_dump(by_alias=True)
        for column in meanings.of.get(ref, {}):
            for table, old in taken(raw, column, split_ref(ref)[1], one.step):
                if column not in fresh(raw, split_ref(ref)[1]) and old in meanings.table(table):
                    before = needed.setdefault((".".join(split_ref(table)), old), {})
                    before.update(needed.get((ref, column), {}))
    return _by_token(needed, meanings)


def lineage(flow: Flow) -> Mapping[str, tuple[str, ...]]:
    """The datasets that each dataset is made from; source tables left out."""
    found: dict[str, dict[str, None]] = {}
    for ref, one in made_by(flow).items():
        read = (split_ref(table)[0] for _, table in one.step.reads() if table not in flow.catalog.tables)
        found.setdefault(split_ref(ref)[0], {}).update(dict.fromkeys(read))
    return {name: tuple(parents) for name, parents in found.items()}


def _by_token(
    needed: Mapping[tuple[str, str], Mapping[str, None]], meanings: Meanings
) -> Mapping[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], dict[str, None]] = {}
    for (ref, column), steps in needed.items():
        for token in meanings.table(ref).get(column, frozenset()):
            found.setdefault((split_ref(ref)[0], token), {}).update(steps)
    return {key: tuple(steps) for key, steps in found.items() if steps}


def _needed(step: Step, flow: Flow) -> Iterator[tuple[str, str]]:
    """Tables and columns without which a step cannot do its work."""
    raw: Mapping[str, Any] = step.model_dump(by_alias=True)
    if step.kind == "link":
        for left, right in raw["on"].items():
            yield raw["left"], left
            yield raw["right"], right
    elif step.kind == "rekey":
        yield raw["concordance"], raw["from"]
        yield raw["concordance"], raw["to_identifier"]
        for part in flow.datasets[raw["input"]].parts if raw["input"] in flow.datasets else ():
            yield f"{raw['input']}.{part}", raw["from"]
    elif step.kind in ("pseudonymise", "decode"):
        domain = flow.study.study.domain(raw["domain"])
        if domain is not None:
            yield raw["input"], domain.of if step.kind == "pseudonymise" else raw.get("column") or domain.id
    elif step.kind == "split":
        yield from ((raw["input"], name) for name in raw["identifiers"])
    elif step.kind == "aggregate":
        yield from ((raw["input"], name) for name in raw["by"])
