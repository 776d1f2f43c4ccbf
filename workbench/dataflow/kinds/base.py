"""What every kind of step offers: its meaning for columns, for holdings, and as one executable expression."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Protocol

import ibis.expr.types as ir
from pydantic import ConfigDict

from workbench.catalog.model import Catalog
from workbench.catalog.source import Loc
from workbench.dataflow.kinds.scope import Scope
from workbench.dataflow.names import PartRef
from workbench.dataflow.schema import Dataset, Part, split_ref
from workbench.study.model import StepSpec, Study

__all__ = ["Context", "Maker", "Scope", "Step", "take"]


class Context(Protocol):
    """What a step may touch while it runs: the tables its actor holds, and nothing else."""

    study: Study
    catalog: Catalog

    def source(self, ref: str) -> ir.Table:
        """A source table of the actor. Raises `Refused` when it is another party's."""

    def part(self, ref: str) -> ir.Table:
        """A part of a dataset in the actor's vault. Raises `Refused` when the actor does not hold it."""

    def parts(self, dataset: str) -> Mapping[str, ir.Table]:
        """All parts of a dataset in the actor's vault. Raises `Refused` when the actor does not hold it."""

    def concordance(self, identifiers: ir.Table, column: str, domain: str) -> ir.Table:
        """Distinct identifiers beside their pseudonym; `Refused` unless the actor issues the domain."""

    def identifiers(self, pseudonyms: ir.Table, column: str, domain: str) -> ir.Table:
        """Distinct pseudonyms of a reversible domain beside the identifiers behind them; `Refused` without its key.

        Columns: `column`, and the identifier under the name that the domain is `of`, as a 64-bit integer.
        """

    def numbered(self, rows: ir.Table, name: str, step: str) -> ir.Table:
        """The rows with a column `name`: the numbers from 1 on, in an order that tells nothing of the rows.

        Computed once, and the same for the same rows, step and seed of the run.
        """

    def keep(self, rows: ir.Table) -> ir.Table:
        """The same rows, computed once: for what a step uses several times."""

    def threshold(self, policy: str) -> int:
        """Smallest number of persons a cell may show under that policy."""


def take(context: Context, ref: str) -> ir.Table:
    """The rows behind a reference: a source table of the actor, or a part of a dataset it holds."""
    return context.source(ref) if ref in context.catalog.tables else context.part(ref)


class Step(StepSpec):
    """Base of the kinds. `icon` stands in the drawing; `meaning` is its one line of documentation."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    icon: ClassVar[str]
    meaning: ClassVar[str]

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        """References this step reads (datasets, parts, source tables) with their place in the step."""
        return ()

    def scans(self, study: Study) -> tuple[str, ...]:
        """References whose rows the engine goes over in this step."""
        return tuple(ref for _, ref in self.reads())

    def infer(self, scope: Scope) -> dict[str, Part]:
        """Columns of every part this step makes, by `dataset.part`."""
        return {}

    def express(self, context: Context) -> dict[str, ir.Table]:
        """The expression of every part this step makes; the same keys and columns as `infer`."""
        return {}

    def output_names(self) -> tuple[str, ...]:
        """The datasets or parts this step makes; empty for kinds that make nothing."""
        return ()

    def protects(self, datasets: Mapping[str, Dataset]) -> bool:
        """Whether in what this step makes no class of persons, or cell, is too small to be shown."""
        return False

    def uses_keys(self) -> tuple[str, ...]:
        """Pseudonym domains whose key the step needs."""
        return ()

    def delivers(self) -> tuple[str, tuple[str, ...]] | None:
        """Dataset and receivers, for kinds that move data."""
        return None

    def destroys(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Datasets and pseudonym keys that end with this step."""
        return (), ()

    def remarks(self) -> str | None:
        """What the ledger must say of this step beside who did it: a purpose, who approved; None when nothing."""
        return None


class Maker(Step):
    """A step that makes a dataset or one part of it."""

    output: PartRef

    @abstractmethod
    def infer(self, scope: Scope) -> dict[str, Part]:
        """See `Step.infer`."""

    def output_names(self) -> tuple[str, ...]:
        return (self.output,)

    def output_ref(self, part: str | None = None) -> str:
        """`dataset.part` of this step's output."""
        name, own = split_ref(self.output)
        return f"{name}.{part or own}"
