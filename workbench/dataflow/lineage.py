"""Declared lineage: which columns a step of the flow may make each of its columns from, and which may decide its rows.

It follows from the study file alone, by inferring the step from columns that carry their own place as their origin.
A run sets beside it what was really computed (`workbench.simulate.lineage`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from workbench.dataflow.graph import Flow
from workbench.dataflow.kinds import Scope, Step
from workbench.dataflow.schema import Dataset

Places = frozenset[str]  # `dataset.part.column`, `source.TABLE.FIELD`, or `domain:NAME` for what a key makes


@dataclass(frozen=True)
class Declared:
    """What a step says of itself.

    values: by made part (`dataset.part`) and column, the places its values are made from; decides: places by which
    rows are chosen, found, grouped or told apart, and which no column needs to be made from; equal: for the key of a
    table that is looked up, the key that is read in its place.
    """

    values: Mapping[str, Mapping[str, Places]]
    decides: Places
    equal: Mapping[str, str]

    def of(self, ref: str, column: str) -> Places:
        """Places from which a column of a made part may be computed."""
        places = self.values.get(ref, {}).get(column, frozenset())
        return places | {self.equal[place] for place in places if place in self.equal}


def declared(flow: Flow, step: Step) -> Declared:
    """The lineage that the study declares for one step, one step deep."""
    scope = Scope(flow.study.study, flow.catalog, {name: _placed(dataset) for name, dataset in flow.datasets.items()})
    made = step.infer(scope)
    values = {ref: {column.name: column.origin for column in part} for ref, part in made.items()}
    return Declared(values, frozenset(scope.deciding), scope.equal)


def _placed(dataset: Dataset) -> Dataset:
    """The same dataset, each of its columns made from nothing but itself."""
    parts = {
        name: tuple(replace(one, origin=frozenset({f"{dataset.name}.{name}.{one.name}"})) for one in part)
        for name, part in dataset.parts.items()
    }
    return replace(dataset, parts=parts)
