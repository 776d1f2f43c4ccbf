"""publish: everybody may read a dataset from now on."""

from __future__ import annotations

from typing import ClassVar, Literal

from workbench.catalog.base import Text
from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Scope, Step
from workbench.dataflow.names import DatasetName
from workbench.dataflow.schema import Part

PUBLIC = "public"  # the party that everybody is part of; no study needs to list it


class Publish(Step):
    """The party `public` holds the dataset; nothing takes it back. Only what is about no person may go there."""

    kind: Literal["publish"]
    icon: ClassVar[str] = "☼"
    meaning: ClassVar[str] = "everybody may read a dataset; only aggregates, or data that were protected before"
    dataset: DatasetName
    where: Text

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return ((("dataset",), self.dataset),)

    def delivers(self) -> tuple[str, tuple[str, ...]]:
        return self.dataset, (PUBLIC,)

    def remarks(self) -> str:
        return f"published: {self.where}"

    def infer(self, scope: Scope) -> dict[str, Part]:
        dataset = scope.datasets.get(self.dataset)
        if dataset is not None and not (dataset.aggregate or dataset.protected):
            why = "it is neither an aggregate nor protected, so persons would stand there for all to see"
            scope.find(("dataset",), f"'{self.dataset}' may not be published", why, "aggregate or protect it first")
        return {}
