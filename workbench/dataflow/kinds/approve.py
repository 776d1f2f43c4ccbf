"""approve: several persons of the actor release a dataset together (four eyes)."""

from __future__ import annotations

from typing import ClassVar, Literal

from workbench.catalog.base import Label
from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Scope, Step
from workbench.dataflow.names import DatasetName
from workbench.dataflow.schema import Part


class Approve(Step):
    """Nothing of the dataset changes; the ledger keeps how many persons approved it, and why."""

    kind: Literal["approve"]
    icon: ClassVar[str] = "✓"
    meaning: ClassVar[str] = "so many different persons of the actor look at a dataset and release it (four eyes)"
    dataset: DatasetName
    persons: int = 2
    purpose: Label

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return ((("dataset",), self.dataset),)

    def infer(self, scope: Scope) -> dict[str, Part]:
        if self.persons < 2:
            why = "who made a dataset does not see his own mistake"
            scope.find(("persons",), f"{self.persons} person is no four eyes", why, "ask for at least two")
        return {}

    def remarks(self) -> str:
        return f"approved by {self.persons} different persons of {self.actor}: {self.purpose.en}"
