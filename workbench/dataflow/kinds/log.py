"""log: that, and how, datasets were processed is written down for who supervises."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field as Spec

from workbench.catalog.base import Label
from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Step
from workbench.dataflow.names import DatasetName


class Log(Step):
    """Nothing of the datasets changes; the ledger keeps what is logged of their processing."""

    kind: Literal["log"]
    icon: ClassVar[str] = "¶"
    meaning: ClassVar[str] = "the processing of datasets is written down for who supervises it"
    datasets: tuple[DatasetName, ...] = Spec(min_length=1)
    what: Label

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return tuple((("datasets", number), name) for number, name in enumerate(self.datasets))

    def remarks(self) -> str:
        return self.what.en
