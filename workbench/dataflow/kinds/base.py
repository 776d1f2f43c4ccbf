"""What every kind of step offers: its meaning for columns, for holdings, and as one executable expression."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Protocol

import ibis.expr.types as ir
from pydantic import ConfigDict

from workbench.catalog.model import Catalog
from workbench.catalog.source import Loc
from workbench.dataflow.names import PartRef
from workbench.dataflow.schema import Column, Dataset, Part, find, split_ref
from workbench.study.model import StepSpec, Study


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

    def keep(self, rows: ir.Table) -> ir.Table:
        """The same rows, computed once: for what a step uses several times."""

    def threshold(self, policy: str) -> int:
        """Smallest number of persons a cell may show under that policy."""


def take(context: Context, ref: str) -> ir.Table:
    """The rows behind a reference: a source table of the actor, or a part of a dataset it holds."""
    return context.source(ref) if ref in context.catalog.tables else context.part(ref)


class Scope:
    """The datasets known at a step, and the findings made there."""

    def __init__(
        self,
        study: Study,
        catalog: Catalog,
        datasets: Mapping[str, Dataset],
    ) -> None:
        self.study = study
        self.catalog = catalog
        self.datasets = datasets
        self.found: list[tuple[Loc, str, str, str]] = []

    def find(self, loc: Loc, what: str, why: str, todo: str) -> None:
        """Note a problem at `loc` of the step."""
        self.found.append((loc, what, why, todo))

    def part(self, ref: str, loc: Loc) -> Part:
        """Columns of a part (`linked.stay`) or of a source table (`ima.HEALTH`).

        Empty when unknown; a finding is made of a missing part, not of what the graph itself reports.
        """
        if ref in self.catalog.tables:
            table = self.catalog.tables[ref]
            return tuple(Column.of_field(f"{ref}.{field.name}", field) for field in table.fields)
        name, part = split_ref(ref)
        dataset = self.datasets.get(name)
        if dataset is None:
            return ()  # reported once by the graph, which knows every dataset of the flow
        if part not in dataset.parts:
            self.find(
                loc,
                f"dataset '{name}' has no part '{part}'",
                f"its parts are {', '.join(dataset.parts)}",
                "correct the reference",
            )
            return ()
        return dataset.parts[part]

    def column(self, part: Part, name: str, loc: Loc, where: str) -> Column:
        """A column of a part; with a finding, an unclear one when it is missing from a known part."""
        column = find(part, name)
        if column is not None:
            return column
        if part:
            official = self.catalog.official(name)
            hint = f"use {official}" if official != name else f"choose from {', '.join(c.name for c in part)}"
            what = f"column '{name}' does not exist in {where}"
            self.find(loc, what, "nothing before this step makes it", hint)
        return Column.unclear(name)

    def policy(self, name: str) -> None:
        """A finding when the disclosure policy that a step names does not exist."""
        if name not in self.catalog.policies:
            what, why = f"policy '{name}' does not exist", "no file under catalog/policies has this id"
            self.find(("policy",), what, why, "correct the name")


class Step(StepSpec):
    """Base of the kinds. `icon` stands in the drawing; `meaning` is its one line of documentation."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    icon: ClassVar[str]
    meaning: ClassVar[str]

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        """References this step reads (datasets, parts, source tables) with their place in the step."""
        return ()

    def infer(self, scope: Scope) -> dict[str, Part]:
        """Columns of every part this step makes, by `dataset.part`."""
        return {}

    def express(self, context: Context) -> dict[str, ir.Table]:
        """The expression of every part this step makes; the same keys and columns as `infer`."""
        return {}

    def output_name(self) -> str | None:
        """The dataset or part this step makes; None for kinds that make nothing."""
        return None

    def uses_keys(self) -> tuple[str, ...]:
        """Pseudonym domains whose key the step needs."""
        return ()

    def delivers(self) -> tuple[str, tuple[str, ...]] | None:
        """Dataset and receivers, for kinds that move data."""
        return None

    def destroys(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Datasets and pseudonym keys that end with this step."""
        return (), ()


class Maker(Step):
    """A step that makes a dataset or one part of it."""

    output: PartRef

    @abstractmethod
    def infer(self, scope: Scope) -> dict[str, Part]:
        """See `Step.infer`."""

    def output_name(self) -> str | None:
        return self.output

    def output_ref(self, part: str | None = None) -> str:
        """`dataset.part` of this step's output."""
        name, own = split_ref(self.output)
        return f"{name}.{part or own}"
