"""One step being read for what it does with columns: its words, and the places they name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.dataflow.graph import Flow, FlowStep
from workbench.dataflow.schema import split_ref
from workbench.verify.rules.columns import NOTHING, Place, Traces


class Reading:
    """One step being read: its words, and how it names columns of what it reads and makes."""

    def __init__(self, entry: FlowStep, flow: Flow, traces: Traces) -> None:
        self.entry = entry
        self.words: Mapping[str, Any] = entry.step.model_dump(by_alias=True)
        self.number = entry.number
        self.flow = flow
        self.traces = traces

    def place(self, ref: str, column: str) -> Place:
        """A column of `dataset`, `dataset.part` or a source table."""
        if ref in self.flow.catalog.tables:
            return (ref, "", column)
        name, part = split_ref(ref)
        return (name, part, column)

    def parts(self, dataset: str) -> tuple[str, ...]:
        """Names of the parts of a dataset; none when no step makes it."""
        found = self.flow.datasets.get(dataset)
        return tuple(found.parts) if found else ()

    def looks_at(self, place: Place) -> None:
        """The step decides something by the value: a key, a filter, the input of a formula."""
        self.traces.looked_at.setdefault(place, []).append(self.number)

    def copies(self, new: Place, *old: Place) -> None:
        """The value is the same as before."""
        self.traces.made_at.setdefault(new, self.number)
        self.traces.copied[new] = self.traces.copied.get(new, NOTHING) | frozenset(old)

    def computes(self, new: Place, *old: Place) -> None:
        """The value is made from others, or here, from none."""
        self.traces.made_at.setdefault(new, self.number)
        self.traces.computed[new] = self.traces.computed.get(new, NOTHING) | frozenset(old)

    def carries(self, old: str, new: str, part: str, column: str) -> None:
        """The column passes on from one dataset to the next."""
        self.copies((new, part, column), (old, part, column))
