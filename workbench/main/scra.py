"""The small-cell risk analysis of a run: which table, whose, by which policy; who could attack it; the report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from workbench.dataflow.graph import Flow
from workbench.dataflow.schema import Column, split_ref
from workbench.disclosure.microdata import (
    Analysis,
    Attacker,
    Theory,
    WhatIf,
    adapted,
    analyse,
    microdata_policy,
    theory,
    variables,
    what_if,
)
from workbench.disclosure.microdata.report import expectation, report
from workbench.disclosure.microdata.sections import Told
from workbench.errors import WorkbenchError
from workbench.main.checks import open_study, study_names
from workbench.main.scra_tables import Assessed, Progress, opened, protect_step
from workbench.paper.blocks import Document, Picture
from workbench.paper.markdown import markdown
from workbench.paper.write import Format, save
from workbench.simulate.folder import CARD
from workbench.verify import knowledge_of
from workbench.verify.facts import ID
from workbench.verify.meanings import Meanings


def scra_of(flow: Flow) -> Assessed:
    """What the study says of its small-cell risk analysis. Raises `WorkbenchError` for a study without that step."""
    study = flow.study.study
    found = [entry for entry in flow.steps if entry.step.kind == "assess_small_cells"]
    if not found:
        raise WorkbenchError(f"Study {study.id} has no step 'assess_small_cells': there is no table to analyse.")
    entry = found[0]
    step = entry.step.model_dump()
    known = Meanings(flow).table(step["input"])
    named = variables(_columns(flow, step["input"]), known, step["quasi_identifiers"], flow.catalog)
    policy = microdata_policy(flow.catalog, step["policy"])
    return Assessed(flow, entry, policy, named, _attackers(flow, known))


def study_of(run: Path) -> str:
    """The study that was run in a folder. Raises `WorkbenchError` when it is no run."""
    try:
        return str(json.loads((run / CARD).read_text(encoding="utf-8"))["study"])
    except (OSError, ValueError, RecursionError, KeyError, TypeError) as error:
        raise WorkbenchError(
            f"{run} is neither a run folder nor a study: it has no {CARD}. Give the folder of 'workbench run', or a "
            "study of 'workbench study list' for the analysis before there are data."
        ) from error


def expected_risk(name: str, root: Path) -> tuple[Assessed, Theory]:
    """The theoretical analysis of a study: what the catalogue's marginals lead to expect, without any data."""
    asked = scra_of(open_study(name, root))
    counted = [one for one in asked.variables if one.counted]
    return asked, theory(counted, asked.flow.catalog, root, asked.policy.threshold)


def assess(
    run: Path, root: Path, data: Path | None = None, progress: Progress | None = None
) -> tuple[Assessed, Analysis]:
    """The analysis of the table that the study assesses, as its executor has it.

    A table that the run destroyed, as the study demands, is made again from the same data, in a folder that is
    deleted. Raises `WorkbenchError` when the data are gone too.
    """
    tell = progress or (lambda what, share: None)
    asked = scra_of(open_study(study_of(run), root))
    with opened(asked, run, data, tell) as (rows, after, keep):
        tell("risk", 0.6)
        step = asked.step
        # A source file has the fields that somebody asked for, not all of the catalogue.
        present = tuple(one for one in asked.variables if one.name in rows.columns)
        found = analyse(rows, present, step["person"], asked.policy, asked.attackers, asked.flow.catalog, root, keep)
        tell("report", 0.95)
        protect = protect_step(asked)
        if after is not None and protect is not None:
            done = adapted(rows, after, step["quasi_identifiers"], protect["width_as"], protect["coarsen"],
                           asked.policy.threshold, step["person"])  # fmt: skip
            found = replace(found, done=done)
    return asked, found


def merge(run: Path, root: Path, merged: Mapping[str, str], data: Path | None = None) -> WhatIf:
    """What merging classes would save, and cost, in the table that the study assesses."""
    asked = scra_of(open_study(study_of(run), root))
    with opened(asked, run, data, lambda what, share: None) as (rows, _, _keep):
        threshold, person = asked.policy.threshold, asked.step["person"]
        return what_if(rows, asked.variables, merged, threshold, asked.flow.catalog, person)


def write_reports(asked: Assessed, found: Analysis | Theory, out: Path, lang: str, form: Format = "html") -> Path:
    """The report as `scra.LANG.FORM` in the folder `out`, and beside a page as text with its pictures."""
    if isinstance(found, Theory):
        document = expectation(_told(asked), asked.variables, asked.policy, found, lang)
    else:
        document = report(_told(asked), found, lang)
    if form == "html":
        _text(document, out, lang)
    return save(document, form, out / f"scra.{lang}.{form}")


def _text(document: Document, out: Path, lang: str) -> None:
    pictures = out / f"scra.{lang}"
    pictures.mkdir(parents=True, exist_ok=True)
    for block in document.blocks:
        if isinstance(block, Picture):
            (pictures / f"{block.name}.svg").write_bytes(block.svg())
    (out / f"scra.{lang}.md").write_text(markdown(document, pictures.name), encoding="utf-8")


def _told(asked: Assessed) -> Told:
    study, parties = asked.flow.study.study, asked.flow.catalog.parties
    protect = protect_step(asked)
    return Told(
        study=study.id,
        title=study.title,
        document=study.document,
        line=asked.entry.step.cite.line,
        dataset=asked.step["input"],
        executor=asked.entry.step.actor,
        report_to=study.scra.report_to if study.scra else None,
        parties={party: parties[party].label for party in study.parties if party in parties},
        adaptation=asked.flow.step(protect["id"]).step.label if protect else None,
    )


def _columns(flow: Flow, ref: str) -> tuple[Column, ...]:
    table = flow.catalog.tables.get(ref)
    if table is not None:
        return tuple(Column.of_field(f"{ref}.{field.name}", field, flow.catalog) for field in table.fields)
    dataset, part = split_ref(ref)
    return flow.datasets[dataset].parts[part]


def _attackers(flow: Flow, known: Mapping[str, frozenset[str]]) -> tuple[Attacker, ...]:
    """Parties by what they know of persons in the table from their own sources, before the study and beside it."""
    model = knowledge_of(flow).before
    found: dict[tuple[tuple[str, ...], tuple[str, ...], bool], list[str]] = {}
    for party in flow.study.study.parties:
        if party not in model.parties:
            continue
        best: tuple[tuple[str, ...], tuple[str, ...], bool] = ((), (), False)
        for cluster in model.exposure({party}).clusters:
            if not cluster.identifiers:
                continue  # facts of nobody in particular
            facts = tuple(
                c for c, t in known.items() if t and t <= cluster.tokens and not any(o.startswith(ID) for o in t)
            )
            holds = tuple(c for c, t in known.items() if t and t <= cluster.tokens and any(o.startswith(ID) for o in t))
            enumerable = [flow.catalog.knowledge.identifiers.get(one) for one in cluster.identifiers]
            best = max(best, (facts, holds, any(one and one.enumerable for one in enumerable)), key=lambda b: len(b[0]))
        if best[0]:
            found.setdefault(best, []).append(party)
    return tuple(Attacker(tuple(parties), *what) for what, parties in found.items())


def is_study(name: str, root: Path) -> bool:
    """Whether a name is a study of the catalogue."""
    return name in study_names(root)


def plain_expectation(asked: Assessed, found: Theory) -> dict[str, Any]:
    """The theoretical analysis as plain data."""
    whole = found.whole
    return {
        "study": asked.flow.study.study.id,
        "table": asked.step["input"],
        "covered": list(found.frame.covered),
        "missing": list(found.frame.missing),
        "expected": asdict(whole) if whole else None,
    }
