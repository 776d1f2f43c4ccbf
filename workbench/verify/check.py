"""Check a flow by all rules: findings, those that the study accepts, and rules that need what parties can learn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from workbench.catalog.model import Catalog
from workbench.catalog.study_rule import StudyRule
from workbench.dataflow.graph import Flow
from workbench.errors import WorkbenchError
from workbench.study.accepted import Accepted
from workbench.study.findings import Finding, finding
from workbench.verify.model import Model
from workbench.verify.of_flow import knowledge_of
from workbench.verify.rules import EXPOSURE_RULES, FLOW_RULES, FlowHit, Story
from workbench.verify.rules.reach import Reach


@dataclass(frozen=True)
class Judged:
    """A finding about `at`, and the entry by which the study accepts it, if it does."""

    finding: Finding
    at: str
    accepted: Accepted | None = None

    @property
    def open(self) -> bool:
        """Whether it is an error that the study does not accept."""
        return self.finding.severity == "error" and self.accepted is None

    def __str__(self) -> str:
        reason = f" Accepted: {self.accepted.reason.en}" if self.accepted else ""
        return f"{self.finding.severity}: {self.finding}{reason}"


def check_flow(
    flow: Flow, rules: Mapping[str, StudyRule], model: Callable[[Flow], Model] = knowledge_of
) -> tuple[Judged, ...]:
    """Everything the rules find in a flow, errors first, each with what the study says about it.

    Raises `WorkbenchError` when a rule of the catalogue has no check, or a check no rule.
    """
    checked(rules)
    story = Story(flow)
    found = [judge(flow, rules[id_], hit) for id_, check in FLOW_RULES.items() for hit in check(story)]
    shown = check_model(model(flow), flow.catalog, _line_of(flow))
    return ordered([*found, *(judge(flow, rules[id_], hit) for id_, hit in shown)])


def check_model(model: Model, catalog: Catalog, line_of: Callable[[str], int]) -> Iterator[tuple[str, FlowHit]]:
    """Rule and hit of everything that parties can put together and should not."""
    reach = Reach(model, catalog, line_of)
    for id_, check in EXPOSURE_RULES.items():
        for hit in check(reach):
            yield id_, hit


def checked(rules: Mapping[str, StudyRule]) -> None:
    """That rules of flows and checks are one to one. Raises `WorkbenchError` with what is missing."""
    written = {rule.id for rule in rules.values() if rule.reads == "flow"}
    built = set(FLOW_RULES) | set(EXPOSURE_RULES)
    if written != built:
        missing = ", ".join(sorted(written ^ built))
        raise WorkbenchError(f"Rules and checks of flows are not one to one: {missing}. Correct catalog/rules.")


def judge(flow: Flow, rule: StudyRule, hit: FlowHit) -> Judged:
    """A hit as a finding in the study's file, beside the study's word on it."""
    accepted = next((one for one in flow.study.study.accepted if (one.rule, one.at) == (rule.id, hit.at)), None)
    return Judged(finding(rule, flow.study.source.name, hit), hit.at, accepted)


def ordered(found: Collection[Judged]) -> tuple[Judged, ...]:
    """Open errors first, then by severity and place; each finding once."""
    ranks = {"error": 0, "warning": 1, "note": 2}
    return tuple(
        sorted(set(found), key=lambda one: (not one.open, ranks[one.finding.severity], one.finding.line, str(one)))
    )


def unused(flow: Flow, found: Collection[Judged]) -> tuple[Accepted, ...]:
    """Acceptances of the study that no finding answers to any more."""
    met = {one.accepted for one in found}
    return tuple(one for one in flow.study.study.accepted if one not in met)


def _line_of(flow: Flow) -> Callable[[str], int]:
    """Line of a step, target or party of the study by its name; line 1 of what has none."""
    study, source = flow.study.study, flow.study.source
    places: dict[str, int] = {}
    for number, target in enumerate(study.targets):
        places.setdefault(target.id, source.line(("targets", number)))
    for number, step in enumerate(study.flow):
        places.setdefault(step.id, source.line(("flow", number)))
    for number, party in enumerate(study.parties):
        places.setdefault(party, source.line(("parties", number)))
    return lambda name: places.get(name, source.line(("flow",)))
