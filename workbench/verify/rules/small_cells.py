"""Small cells: the analysis is done, by whom and when it should be, on what is handed out, and its result is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.dataflow.graph import FlowStep
from workbench.dataflow.schema import Column, split_ref
from workbench.verify.rules.registry import FlowHit, rule
from workbench.verify.rules.story import Delivery, Story

ASSESS = "assess_small_cells"


def assessments(story: Story) -> tuple[FlowStep, ...]:
    """Steps that assess small cells."""
    return tuple(entry for entry in story.flow.steps if entry.step.kind == ASSESS)


def accesses(story: Story) -> tuple[Delivery, ...]:
    """Deliveries of data about persons to researchers."""
    return tuple(
        one for one in story.deliveries if story.kind(one.receiver) == "researcher" and weighs(story, one.dataset)
    )


def weighs(story: Story, name: str) -> bool:
    """Whether a dataset says something of persons: a table of identifiers alone has no cells."""
    return any(
        (one.sensitive or one.role == "quasi_identifier") and not one.aggregate for _, one in story.columns(name)
    )


@rule("scra-undeclared")
def scra_undeclared(story: Story) -> Iterator[FlowHit]:
    """Researchers get data about persons and the study provides for no analysis of small cells."""
    found = accesses(story)
    if story.study.scra is None and found:
        what = f"{found[0].receiver} gets '{found[0].dataset}' and the study names no analysis of small cells"
        yield FlowHit(story.step_line(found[0].step), what, at=found[0].receiver)


@rule("scra-missing")
def scra_missing(story: Story) -> Iterator[FlowHit]:
    """The analysis that the study provides for is no step, or another's, or follows another policy."""
    scra = story.study.scra
    if scra is None:
        return
    done = assessments(story)
    if not done:
        yield FlowHit(story.line("scra"), "no step analyses small cells", at="scra")
    for entry in done:
        policy = entry.step.model_dump().get("policy")
        if entry.step.actor != scra.executor:
            what = f"{entry.step.actor} analyses small cells where the study names {scra.executor}"
            yield FlowHit(story.step_line(entry, "actor"), what, at=entry.step.id)
        if policy != scra.policy:
            what = f"step '{entry.step.id}' follows policy {policy} where the study names {scra.policy}"
            yield FlowHit(story.step_line(entry), what, at=entry.step.id)


@rule("access-before-scra")
def access_before_scra(story: Story) -> Iterator[FlowHit]:
    """Data that reach a researcher along a way on which nobody has analysed small cells yet."""
    if story.study.scra is None:
        return
    for delivery in accesses(story):
        seen = {
            split_ref(ref)[0]
            for entry in assessments(story)
            if entry.number < delivery.number
            for _, ref in entry.step.reads()
        }
        missed = _unassessed(story, delivery.dataset, seen)
        if missed:
            what = f"{delivery.receiver} gets '{delivery.dataset}' and nobody has analysed '{missed}' before"
            yield FlowHit(story.step_line(delivery.step), what, at=f"{delivery.receiver}:{delivery.dataset}")


def _unassessed(story: Story, name: str, seen: set[str]) -> str:
    """The dataset nearest to the sources by which the way to `name` passes round every analysis; empty when none."""
    if name in seen:
        return ""
    weighing = [one for one in sorted(story.parents.get(name, ())) if one in story.flow.datasets and weighs(story, one)]
    tables = [one for one in story.parents.get(name, ()) if one in story.catalog.tables]
    if tables or not weighing:
        return name
    return next((missed for one in weighing if (missed := _unassessed(story, one, seen))), "")


@rule("linked-after-scra")
def linked_after_scra(story: Story) -> Iterator[FlowHit]:
    """Researchers link, by themselves, what was not analysed together."""
    seen = {split_ref(ref)[0] for entry in assessments(story) for _, ref in entry.step.reads()}
    for entry in story.flow.steps:
        if entry.step.kind != "link" or story.kind(entry.step.actor) != "researcher":
            continue
        joined = {split_ref(ref)[0] for _, ref in entry.step.reads() if split_ref(ref)[0] in story.flow.datasets}
        weighing = sorted(name for name in joined if weighs(story, name))
        after = {name for name in seen if set(entry.makes) & ({name} | story.ancestors.get(name, frozenset()))}
        if len(weighing) > 1 and not after:
            what = f"{entry.step.actor} links {' and '.join(weighing)}, which nobody has analysed together"
            yield FlowHit(story.step_line(entry), what, at=entry.step.id)


@rule("unprotected-access")
def unprotected_access(story: Story) -> Iterator[FlowHit]:
    """Researchers get data as they were before small cells were mended, though a step mends them."""
    mended = [entry for entry in story.flow.steps if entry.step.kind == "protect"]
    for delivery in accesses(story) if mended else ():
        if not story.dataset(delivery.dataset).protected:
            what = f"{delivery.receiver} gets '{delivery.dataset}', in which no small cell was mended"
            yield FlowHit(story.step_line(delivery.step), what, at=f"{delivery.receiver}:{delivery.dataset}")


@rule("scra-unmended")
def scra_unmended(story: Story) -> Iterator[FlowHit]:
    """Small cells are counted on data, and no step does anything about those that are found."""
    if not any(entry.step.kind == "protect" for entry in story.flow.steps):
        for entry in assessments(story):
            what = f"step '{entry.step.id}' counts small cells and no step mends them"
            yield FlowHit(story.step_line(entry), what, at=entry.step.id)


@rule("scra-not-reported")
def scra_not_reported(story: Story) -> Iterator[FlowHit]:
    """The result of the analysis does not reach who asked for it."""
    scra = story.study.scra
    if scra is None or scra.report_to is None:
        return
    for entry in assessments(story):
        if not any(one.dataset in entry.makes and one.receiver == scra.report_to for one in story.deliveries):
            what = f"the result of '{entry.step.id}' is not sent to {scra.report_to}"
            yield FlowHit(story.step_line(entry), what, at=entry.step.id)


@rule("scra-reported-late")
def scra_reported_late(story: Story) -> Iterator[FlowHit]:
    """Researchers have access before the result of the analysis is told."""
    scra = story.study.scra
    results = {name for entry in assessments(story) for name in entry.makes}
    told = [
        one.number for one in story.deliveries if one.dataset in results and scra and one.receiver == scra.report_to
    ]
    found = [one for one in accesses(story) if told and one.number < min(told)]
    if found:
        what = f"{found[0].receiver} gets '{found[0].dataset}' before the result of the analysis is told"
        yield FlowHit(story.step_line(found[0].step), what, at=found[0].step.step.id)


@rule("scra-misses-trait")
def scra_misses_trait(story: Story) -> Iterator[FlowHit]:
    """A trait by which persons can be recognised, handed out and left out of the analysis."""
    for entry in assessments(story):
        words: dict[str, Any] = entry.step.model_dump()
        name, part = split_ref(words["input"])
        for column in story.dataset(name).parts.get(part, ()):
            if _recognisable(story, column) and column.name not in words["quasi_identifiers"]:
                what = f"step '{entry.step.id}' leaves out {column.name}"
                yield FlowHit(story.step_line(entry), what, at=f"{entry.step.id}.{column.name}")


def _recognisable(story: Story, column: Column) -> bool:
    """Whether persons are recognised by a column: the catalogue says so of it, or of what it says."""
    known = story.catalog.knowledge
    named = known.attributes_of(f"derived.{column.name}")
    facts = named or tuple(fact for ref in sorted(column.origin) for fact in known.attributes_of(ref))
    told = any(known.attributes[fact].quasi for fact in facts)
    # Of a value made from several fields the catalogue knows the fields, not the value.
    return column.role == "quasi_identifier" or (told and (bool(named) or len(column.origin) == 1))
