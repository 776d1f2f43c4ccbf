"""Checks of a study against the catalogue: references resolve, every variable has a reason and a use."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from workbench.catalog.base import Cite
from workbench.catalog.model import Catalog
from workbench.catalog.source import Loc, SourceFile
from workbench.errors import Problem
from workbench.study.model import StepSpec, Study
from workbench.study.population import check_population


def check_study(study: Study, source: SourceFile, catalog: Catalog) -> list[Problem]:
    """All problems of the study file that need no dataflow; the flow's own checks follow in `dataflow`."""
    check = _Check(study, catalog)
    check.names_are_unique()
    check.parties_exist()
    check.references_resolve()
    check.what_satisfies_conditions_exists()
    check.targets_are_tokens()
    check.every_variable_has_a_reason()
    check.documents_exist()
    found = [*check.found, *check_population(study, catalog)]
    return [source.problem(loc, *words) for loc, *words in found if not source.left_out(loc)]


class _Check:
    def __init__(self, study: Study, catalog: Catalog) -> None:
        self.study = study
        self.catalog = catalog
        self.found: list[tuple[Loc, str, str, str]] = []

    def say(self, loc: Loc, what: str, why: str, todo: str) -> None:
        self.found.append((loc, what, why, todo))

    def names_are_unique(self) -> None:
        study = self.study
        named: dict[Loc, tuple[str, ...]] = {
            ("parties",): study.parties,
            ("population", "criteria"): tuple(criterion.id for criterion in study.population.criteria),
            ("flow",): tuple(step.id for step in study.flow),
            ("domains",): tuple(domain.id for domain in study.domains),
            ("variables",): tuple(use.ref for use in study.variables),
            ("targets",): tuple(target.id for target in study.targets),
            ("conditions",): tuple(condition.id for condition in study.conditions),
            ("errata",): tuple(erratum.id for erratum in study.errata),
        }
        for at, ids in named.items():
            for number, name in enumerate(ids):
                if name and name in ids[:number]:
                    what = f"'{name}' stands twice under '{at[-1]}'"
                    self.say((*at, number), what, "each entry needs a name of its own", "rename or remove one")

    def parties_exist(self) -> None:
        study = self.study
        for number, party in enumerate(study.parties):
            if party not in self.catalog.parties:
                why, todo = "catalog/parties.yaml does not list it", "correct the name or add the party there"
                self.say(("parties", number), f"party '{party}' is unknown", why, todo)
        for number, step in enumerate(study.flow):
            self._party(step.actor, ("flow", number, "actor"), "the actor")
            for place, name in enumerate(_receivers(step)):
                self._party(name, ("flow", number, "to", place), "the receiver")
        for number, domain in enumerate(study.domains):
            self._party(domain.issuer, ("domains", number, "issuer"), "the issuer")
            if domain.key_holder:
                self._party(domain.key_holder, ("domains", number, "key_holder"), "the key holder")
        if study.scra:
            self._party(study.scra.executor, ("scra", "executor"), "the executor of the small-cell analysis")
            if study.scra.report_to:
                self._party(study.scra.report_to, ("scra", "report_to"), "the receiver of its result")
        if study.analysis:
            self._party(study.analysis.party, ("analysis", "party"), "the analysing party")
        for number, hosting in enumerate(study.hosting):
            self._party(hosting.of, ("hosting", number, "of"), "the hosted party")
            if hosting.host not in self.catalog.parties:  # a host takes no part in the flow
                why, todo = "catalog/parties.yaml does not list it", "correct the name or add the party there"
                self.say(("hosting", number, "host"), f"the host '{hosting.host}' is unknown", why, todo)
        for number, recipient in enumerate(study.recipients):
            self._party(recipient.party, ("recipients", number, "party"), "the recipient")

    def _party(self, name: str, loc: Loc, what: str) -> None:
        if name not in self.study.parties and self.study.parties:
            why, todo = (
                f"'parties' lists {', '.join(self.study.parties)}",
                "correct the name or add the party",
            )
            self.say(loc, f"{what} '{name}' is no party of the study", why, todo)

    def references_resolve(self) -> None:
        study = self.study
        for number, use in enumerate(study.variables):
            if self.catalog.field(use.ref) is None:
                what = f"field '{use.ref}' does not exist"
                hint = self.catalog.hint(use.ref)
                self.say(("variables", number, "ref"), what, "no table of the catalogue has it", hint)
        if study.scra and study.scra.policy not in self.catalog.policies:
            what = f"policy '{study.scra.policy}' does not exist"
            self.say(("scra", "policy"), what, "no file under catalog/policies has this id", "correct the name")
        if study.period.from_year > study.period.to_year:
            why = f"{study.period.from_year} is after {study.period.to_year}"
            self.say(("period",), "the period ends before it begins", why, "swap the years")

    def what_satisfies_conditions_exists(self) -> None:
        study = self.study
        steps = {step.id for step in study.flow}
        for number, condition in enumerate(study.conditions):
            for place, one in enumerate(condition.satisfied_by):
                at: Loc = ("conditions", number, "satisfied_by", place)
                if (one.step is None) == (one.setting is None):
                    why = "one thing satisfies or it does not"
                    self.say(at, f"condition '{condition.id}' names no one thing", why, "give 'step' or 'setting'")
                elif one.step is not None and one.step not in steps:
                    what, why = f"step '{one.step}' does not exist", f"it is to satisfy condition '{condition.id}'"
                    self.say((*at, "step"), what, why, "correct the name, or add the step")
                elif one.setting is not None and not getattr(study, one.setting.partition(".")[0], None):
                    what = f"the study has no setting '{one.setting}'"
                    why, todo = f"it is to satisfy condition '{condition.id}'", "name a key of the study file"
                    self.say((*at, "setting"), what, why, todo)

    def targets_are_tokens(self) -> None:
        for number, target in enumerate(self.study.targets):
            for place, token in enumerate(target.of):
                kind, _, name = token.partition(":")
                if kind not in ("id", "attr", "cohort") or not name:
                    why = "a target is made of id:<identifier>, attr:<attribute> and cohort:<study>"
                    self.say(("targets", number, "of", place), f"'{token}' is no token", why, "write one of these")

    def every_variable_has_a_reason(self) -> None:
        for number, use in enumerate(self.study.variables):
            if not use.used_by:
                why, todo = (
                    "a variable without a use is not necessary",
                    "name its indicator or step, or drop it",
                )
                self.say(("variables", number, "used_by"), f"{use.ref} is used by nothing", why, todo)
        # A key field that several tables of a source repeat (STAYNUM, CODE_AGR) is one variable.
        asked = {_variable(use.ref) for use in self.study.variables}
        for number, step in enumerate(self.study.flow):
            for loc, ref in _source_columns(step, self.catalog):
                if _variable(ref) not in asked and self.catalog.field(ref) is not None:
                    why, todo = "every variable needs a reason", "add it under 'variables' with a motivation"
                    self.say(("flow", number, *loc), f"{ref} is delivered but not motivated", why, todo)

    def documents_exist(self) -> None:
        named = [(loc, cite.document) for loc, cite in _cites(self.study, ())]
        for loc, document in [(("document",), self.study.document), *named]:
            if document not in self.catalog.documents:
                why, todo = "catalog/documents.yaml does not list it", "correct the id"
                self.say(loc, f"document '{document}' is unknown", why, todo)


def _receivers(step: StepSpec) -> tuple[str, ...]:
    given = (step.model_extra or {}).get("to")
    return tuple(str(name) for name in given) if isinstance(given, list) else ()


def _variable(ref: str) -> tuple[str, str]:
    return ref.partition(".")[0], ref.rpartition(".")[2]


def _source_columns(step: StepSpec, catalog: Catalog) -> Iterator[tuple[Loc, str]]:
    """Fields of source tables that a step takes into a dataset, with their place in the step."""
    extra = step.model_extra or {}
    if step.kind == "select":
        for part, body in _mapping(extra.get("parts")).items():
            for name, ref in _mapping(_mapping(body).get("columns")).items():
                yield ("parts", part, "columns", name), str(ref)
    elif step.kind == "link":
        for name, ref in _mapping(extra.get("columns")).items():
            side, _, field = str(ref).partition(".")
            table = extra.get(side) if side in {"left", "right"} else None
            if table in catalog.tables:
                yield ("columns", name), f"{table}.{field}"
    elif step.kind == "construct":
        entry = catalog.derived.get(str(extra.get("variable")))
        yield from ((("variable",), ref) for ref in (entry.inputs if entry else ()))
    elif step.kind == "add_decoys":
        yield ("column",), f"{extra.get('from')}.{extra.get('column')}"


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _cites(entry: BaseModel, at: Loc) -> Iterator[tuple[Loc, Cite]]:
    """Every citation below an entry, with the place of its document."""
    for name in type(entry).model_fields:
        value = getattr(entry, name, None)
        for loc, one in enumerate(value) if isinstance(value, tuple) else ((None, value),):
            place = (*at, name) if loc is None else (*at, name, loc)
            if isinstance(one, Cite):
                yield (*place, "document"), one
            elif isinstance(one, BaseModel):
                yield from _cites(one, place)
