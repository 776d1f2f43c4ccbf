"""What checks and mutations of flows give as JSON; each model documents its own by `model_json_schema()`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field as Spec

from workbench.catalog.base import Cite, Entry, Label
from workbench.catalog.study_rule import RuleSeverity
from workbench.study.findings import Finding
from workbench.verify.check import Judged
from workbench.verify.mutate.run import Caught, Score


class AcceptedExport(Entry):
    """The study's own word on a finding that stays."""

    reason: Label
    cite: Cite


class FindingExport(Entry):
    """A finding; `accepted` when the study gives a reason why it stays."""

    rule: str
    severity: RuleSeverity
    file: str
    line: int
    at: str = Spec(description="the step, party, dataset or column it is about; empty for a printed document")
    what: str
    why: str
    repair: str
    derivation: tuple[str, ...] = Spec(description="the chain of joins that leads there, one sentence each")
    lines: tuple[int, ...] = Spec(description="other places the finding rests on")
    accepted: AcceptedExport | None


class VerifyExport(Entry):
    """`workbench flow verify --format json`, and `workbench study check --printed --format json`."""

    study: str
    printed: bool
    fine: bool = Spec(description="whether no error stands that the study does not accept")
    counts: dict[str, int] = Spec(description="findings per rule")
    findings: tuple[FindingExport, ...]
    unused: tuple[str, ...] = Spec(description="acceptances of the study that no finding answers to: `rule at`")


class MutantExport(Entry):
    """A fault made at one place, and what noticed it."""

    fault: str
    where: str
    what: str
    stage: Literal["check", "rule", "exposure"] | None = Spec(description="null when nothing noticed it")
    by: tuple[str, ...] = Spec(description="rules that noticed it, or `check` for a problem of the study file")
    said: str


class MutationExport(Entry):
    """`workbench flow mutate --format json`."""

    study: str
    made: int
    caught: int
    share: float
    mutants: tuple[MutantExport, ...]
    blind: dict[str, str] = Spec(description="by fault: why some of its cases cannot be seen")


def export_judged(study: str, found: Iterable[Judged], unused: Iterable[str] = ()) -> VerifyExport:
    """Findings of a flow as data."""
    findings = tuple(_finding(one.finding, one) for one in found)
    return _verified(study, False, findings, tuple(unused))


def export_findings(study: str, found: Iterable[Finding]) -> VerifyExport:
    """Findings of a printed document as data."""
    return _verified(study, True, tuple(_finding(one, None) for one in found), ())


def export_score(score: Score, blind: dict[str, str]) -> MutationExport:
    """The mutants of a study as data."""
    mutants = tuple(_mutant(one) for one in score.results)
    met = {one.mutant.fault for one in score.survivors}
    return MutationExport(
        study=score.study,
        made=len(score.results),
        caught=score.caught,
        share=round(score.share, 4),
        mutants=mutants,
        blind={fault: why for fault, why in blind.items() if fault in met},
    )


def _verified(study: str, printed: bool, findings: tuple[FindingExport, ...], unused: tuple[str, ...]) -> VerifyExport:
    rules = sorted({one.rule for one in findings})
    return VerifyExport(
        study=study,
        printed=printed,
        fine=not any(one.severity == "error" and one.accepted is None for one in findings),
        counts={rule: sum(one.rule == rule for one in findings) for rule in rules},
        findings=findings,
        unused=unused,
    )


def _finding(found: Finding, judged: Judged | None) -> FindingExport:
    accepted = judged.accepted if judged else None
    return FindingExport(
        rule=found.rule,
        severity=found.severity,
        file=found.file,
        line=found.line,
        at=judged.at if judged else "",
        what=found.what,
        why=found.why,
        repair=found.repair,
        derivation=found.derivation,
        lines=found.lines,
        accepted=AcceptedExport(reason=accepted.reason, cite=accepted.cite) if accepted else None,
    )


def _mutant(one: Caught) -> MutantExport:
    made = one.mutant
    return MutantExport(fault=made.fault, where=made.where, what=made.what, stage=one.stage, by=one.by, said=one.said)
