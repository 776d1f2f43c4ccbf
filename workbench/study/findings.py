"""What a rule finds in a document or a flow, ready to be read by the person who can mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.catalog.study_rule import RuleSeverity, StudyRule


@dataclass(frozen=True)
class Hit:
    """What a rule function yields: the place and what is wrong there.

    `why` and `repair` replace the words of the rule where this place allows to say more. `lines` are the other
    places that the finding rests on; `derivation` is the chain of joins that leads to it, one sentence each.
    """

    line: int
    what: str
    why: str = ""
    repair: str = ""
    lines: tuple[int, ...] = ()
    derivation: tuple[str, ...] = ()


@dataclass(frozen=True, order=True)
class Finding:
    """A hit with the rule that found it and the file where it stands.

    `line` is a line of `file`: of the document's text for printed documents, of `study.yaml` for flows.
    """

    file: str
    line: int
    rule: str
    severity: RuleSeverity
    what: str
    why: str
    repair: str
    derivation: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: [{self.rule}] {self.what}. {self.why}. {self.repair}."


def finding(rule: StudyRule, file: str, hit: Hit) -> Finding:
    """The hit of a rule as a finding, in the words of the rule where the hit has none of its own."""
    why, repair = hit.why or rule.reason.en, hit.repair or rule.repair.en
    return Finding(
        file=file,
        line=hit.line,
        rule=rule.id,
        severity=rule.severity,
        what=_bare(hit.what),
        why=_bare(why),
        repair=_bare(repair),
        derivation=hit.derivation,
        lines=hit.lines,
    )


def counted(findings: list[Finding]) -> Mapping[str, int]:
    """Findings per rule, in the order of the rules' names."""
    rules = sorted({found.rule for found in findings})
    return {rule: sum(found.rule == rule for found in findings) for rule in rules}


def _bare(text: str) -> str:
    return text.strip().rstrip(".")
