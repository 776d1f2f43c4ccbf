"""What of a drawing is there at a step: not yet, now, still, or no longer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from dashboards.flows.opened import OpenedStudy
from workbench.dataflow import FlowStep
from workbench.dataflow.ids import element_id

Kind = Literal["dataset", "step", "party"]


@dataclass(frozen=True)
class Part:
    """A part of a drawing that can be chosen: a party, a dataset in it, or the delivery of a step."""

    id: str
    kind: Kind
    party: str
    name: str = ""


def parts(study: OpenedStudy) -> Mapping[str, Part]:
    """Every part of the drawing by its id."""
    found = [Part(element_id("party", party), "party", party) for party in study.picture.holders]
    found += [
        Part(element_id("dataset", party, name), "dataset", party, name)
        for party, names in study.picture.holders.items()
        for name in names
    ]
    found += [Part(one.id, "step", one.step.step.actor, one.step.step.id) for one in study.picture.deliveries]
    return {part.id: part for part in found}


def step_at(study: OpenedStudy, number: int) -> FlowStep | None:
    """The step of a number counted from 1; None for 0, which is before the study."""
    return study.flow.steps[number - 1] if 0 < number <= len(study.flow.steps) else None


def held(study: OpenedStudy, number: int, party: str) -> frozenset[str]:
    """Datasets a party holds when a step is done."""
    step = step_at(study, number)
    return step.holdings.get(party, frozenset()) if step else frozenset()


def marks(study: OpenedStudy, number: int, chosen: str = "") -> dict[str, str]:
    """Classes of the parts of the drawing at a step, by id."""
    found: dict[str, list[str]] = {}
    for id_, name in _states(study, number):
        found.setdefault(id_, []).append(name)
    if chosen:
        found.setdefault(chosen, []).append("chosen")
    return {id_: " ".join(names) for id_, names in found.items()}


def _states(study: OpenedStudy, number: int) -> Iterator[tuple[str, str]]:
    now = step_at(study, number)
    for party, names in study.picture.holders.items():
        had = _ever(study, number, party)
        for name in names:
            id_ = element_id("dataset", party, name)
            if name not in had:
                yield id_, "later"
            elif name not in held(study, number, party):
                yield id_, "gone"
            elif now and name in held(study, number, party) - held(study, number - 1, party):
                yield id_, "now"
        for making in study.picture.makings(party):
            if any(entry.number + 1 > number for entry in making.steps):
                yield element_id("made", party, making.source or "", making.target), "later"
    for delivery in study.picture.deliveries:
        place = delivery.step.number + 1
        if place >= number and (place > number or number):
            yield delivery.id, "later" if place > number else "now"
    if now and now.step.actor in study.picture.holders:
        yield element_id("party", now.step.actor), "acting"


def _ever(study: OpenedStudy, number: int, party: str) -> frozenset[str]:
    """Datasets a party has held up to a step."""
    return frozenset[str]().union(*(step.holdings.get(party, frozenset()) for step in study.flow.steps[:number]))
