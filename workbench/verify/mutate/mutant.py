"""A mutant: a study with one fault, and the base from which faults are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from workbench.dataflow.graph import Flow, FlowStep
from workbench.verify.mutate.data import Data
from workbench.verify.rules.story import Story


@dataclass(frozen=True)
class Mutant:
    """A study, as data, with one fault; `where` is the place in the study, `what` the mistake in words."""

    fault: str
    where: str
    what: str
    data: Data


class Base:
    """A sound study, from which faults are made: its data, its flow and what the flow tells."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.story = Story(flow)
        self.data: Data = flow.study.source.data

    def steps(self, *kinds: str) -> Iterator[tuple[FlowStep, dict[str, Any]]]:
        """Steps of these kinds, all of them when none is named, each with its words as they stand in the file."""
        for entry in self.flow.steps:
            if not kinds or entry.step.kind in kinds:
                yield entry, self.data["flow"][entry.number]

    def before(self, number: int) -> dict[str, frozenset[str]]:
        """What each party holds when step `number` begins."""
        earlier = [entry for entry in self.flow.steps if entry.number < number]
        return dict(earlier[-1].holdings) if earlier else {}


Make = Callable[[Base], Iterator[Mutant]]
MAKERS: dict[str, Make] = {}


def fault(id_: str) -> Callable[[Make], Make]:
    """Register what makes the mutants of a fault. Raises `ValueError` when two functions claim one id."""

    def register(make: Make) -> Make:
        if id_ in MAKERS:
            raise ValueError(f"two functions make fault '{id_}'")
        MAKERS[id_] = make
        return make

    return register
