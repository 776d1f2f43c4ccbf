"""feed_back: results return to those who delivered the data."""

from __future__ import annotations

from typing import ClassVar, Literal

from workbench.dataflow.kinds.base import Scope
from workbench.dataflow.kinds.moves import Delivery
from workbench.dataflow.schema import Part, find


class FeedBack(Delivery):
    """For what one can learn the same as `send`.

    `own` is the column by which a receiver that stands for many (all hospitals) reads only its own rows.
    """

    kind: Literal["feed_back"]
    icon: ClassVar[str] = "↩"
    meaning: ClassVar[str] = "results return to who delivered data; each reads its own rows only where that is said"
    own: str | None = None

    def infer(self, scope: Scope) -> dict[str, Part]:
        dataset = scope.datasets.get(self.dataset)
        for name, part in (dataset.parts if dataset and self.own else {}).items():
            if part and find(part, self.own or "") is None:
                what = f"{self.dataset}.{name} has no column '{self.own}'"
                why = "whose a row is would not be known"
                scope.find(("own",), what, why, "drop the part, or choose a column that all parts have")
        return {}

    def remarks(self) -> str | None:
        return f"each receiver reads the rows of its own {self.own}" if self.own else None
