"""Verify a flow, show what parties can learn, make faults in it, and compare two versions: one function each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.catalog.load import load_catalog
from workbench.catalog.model import Catalog
from workbench.catalog.study_rule import study_rules
from workbench.dataflow.graph import Flow
from workbench.errors import WorkbenchError
from workbench.indicators.check import check_indicators
from workbench.main.checks import open_study
from workbench.study.diff import Changes, diff
from workbench.study.findings import Finding, finding
from workbench.study.lint import lint
from workbench.study.printed_load import PrintedFile, load_printed
from workbench.verify import Model, exposure_report, knowledge_of, knowledge_of_printed
from workbench.verify.check import check_flow, check_model, unused
from workbench.verify.diff import ExposureChanges, diff_exposure
from workbench.verify.export import (
    MutationExport,
    VerifyExport,
    export_findings,
    export_judged,
    export_score,
)
from workbench.verify.mutate import faults, mutate

Progress = Callable[[str, float], None]
# What a printed document says of its flow; the other families compare its lists, codes and years.
FLOW_FAMILIES = frozenset(
    {"lineage", "identifiers", "separation", "minimisation", "dates", "small-cells", "conditions", "rights"}
)


@dataclass(frozen=True)
class Question:
    """Whose exposure is asked: one party, one organisation or a coalition of parties, at a step or at the end."""

    party: str | None = None
    organisation: str | None = None
    coalition: tuple[str, ...] = ()
    step: int | None = None

    @property
    def asked(self) -> bool:
        """Whether anybody is named."""
        return bool(self.party is not None or self.organisation is not None or self.coalition)


@dataclass(frozen=True)
class Amendment:
    """What changed between two versions of a study, and what that does to exposure."""

    study: Changes
    exposure: ExposureChanges

    def plain(self) -> dict[str, Any]:
        """Both as plain data, ready for JSON."""
        return {"study": self.study.model_dump(mode="json"), "exposure": self.exposure.model_dump(mode="json")}


def verify_flow(name: str, root: Path) -> VerifyExport:
    """Everything the rules find in the executable flow of a study, with what the study accepts.

    Raises `Problems` when the study cannot be compiled.
    """
    flow = open_study(name, root)
    found = check_flow(flow, study_rules(root))
    return export_judged(flow.study.study.id, found, (f"{one.rule} {one.at}" for one in unused(flow, found)))


def verify_printed(name: str, root: Path) -> VerifyExport:
    """What the linter and the exposure rules find in the flow that a document prints."""
    catalog, paper = _printed(name, root)
    rules = study_rules(root)
    document = paper.printed.document
    found = [one for one in lint(paper, catalog) if rules[one.rule].family in FLOW_FAMILIES]
    model = knowledge_of_printed(paper.printed, catalog)
    found += [finding(rules[id_], document, hit) for id_, hit in check_model(model, catalog, _printed_line)]
    return export_findings(paper.printed.study, _by_line(found))


def check_printed(name: str, root: Path) -> VerifyExport:
    """What the linter finds in a printed document."""
    catalog, paper = _printed(name, root)
    return export_findings(paper.printed.study, _by_line(lint(paper, catalog)))


def flow_exposure(
    name: str, root: Path, question: Question, printed: bool = False, repair: bool = True
) -> dict[str, Any]:
    """What parties can put together: of whom is asked, or of everybody with the smallest coalitions per target.

    Without `repair` no repairs of coalitions are sought, which takes most of the time.
    Raises `WorkbenchError` for a party, organisation or step that the flow does not have.
    """
    return exposure_of(_model(name, root, printed), question, repair)


def exposure_of(model: Model, question: Question, repair: bool = True) -> dict[str, Any]:
    """As `flow_exposure`, of a model that was made before."""
    if not question.asked:
        if question.step is not None:
            raise WorkbenchError("A step is asked of somebody. Add --party, --organisation or --coalition.")
        return exposure_report(model, repair=repair)
    members = _members(model, question)
    last = max((moment.number for moment in model.steps), default=0)
    if question.step is not None and not 0 <= question.step <= last:
        raise WorkbenchError(f"There is no step {question.step}. Give a number from 0 (before the study) to {last}.")
    exposure = model.exposure(members, question.step)
    reached = [(target, exposure.reaches(target.tokens)) for target in model.targets]
    return {
        "study": model.study,
        "coalition": sorted(members),
        "step": question.step,
        "clusters": [
            {
                "identifiers": list(one.identifiers),
                "attributes": list(one.attributes),
                "membership": list(one.membership),
                "tables": list(one.items),
            }
            for one in exposure.clusters
        ],
        "targets": [
            {
                "id": target.id,
                "label": target.label,
                "reached": how is not None,
                "certainty": how.certainty if how else None,
                "derivation": how.lines() if how else [],
            }
            for target, how in reached
        ],
    }


def mutate_flow(name: str, root: Path, progress: Progress | None = None) -> MutationExport:
    """Every single fault of the catalogue at every place of a flow, and what notices it."""
    flow = open_study(name, root)
    catalogue = faults(root)
    score = mutate(
        flow, catalogue, study_rules(root), lambda file, known: list(check_indicators(file, known)), progress
    )
    return export_score(score, {fault.id: fault.blind for fault in catalogue.values() if fault.blind})


def diff_studies(before: str, after: str, root: Path) -> Amendment:
    """What changed from one study to another, and what that does to who can learn what."""
    one, other = open_study(before, root), open_study(after, root)
    return Amendment(diff(one.study, other.study, one.catalog), diff_exposure(one, other))


def _printed(name: str, root: Path) -> tuple[Catalog, PrintedFile]:
    catalog = load_catalog(root)
    return catalog, load_printed(name, catalog, root)


def _model(name: str, root: Path, printed: bool) -> Model:
    if printed:
        catalog, paper = _printed(name, root)
        return knowledge_of_printed(paper.printed, catalog)
    flow: Flow = open_study(name, root)
    return knowledge_of(flow)


def _members(model: Model, question: Question) -> frozenset[str]:
    if question.organisation is not None:
        found = model.members(question.organisation)
        if not found:
            known = ", ".join(model.units("organisation"))
            raise WorkbenchError(f"There is no organisation '{question.organisation}'. The flow has {known}.")
        return found
    asked = frozenset(question.coalition) | frozenset({question.party} if question.party is not None else ())
    missing = sorted(asked - set(model.parties))
    if missing:
        raise WorkbenchError(f"There is no party '{missing[0]}'. The flow has {', '.join(model.parties)}.")
    return asked


def _printed_line(name: str) -> int:
    """Line of a step of a printed document, which is named after it; 1 for a party."""
    word, _, number = name.partition(" ")
    return int(number) if word == "line" and number.isdigit() else 1


def _by_line(found: Sequence[Finding]) -> list[Finding]:
    return sorted(found, key=lambda one: (one.line, one.rule, one.what))
