"""What a step knows while columns are inferred: the datasets before it, and the findings made there."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.catalog.model import Catalog, FieldType
from workbench.catalog.source import Loc
from workbench.dataflow.schema import Column, Dataset, Part, find, split_ref
from workbench.study.model import Study


class Scope:
    """The datasets known at a step, and the findings made there.

    `deciding` are the origins of columns by which the step chooses, finds or groups rows (see `decide`); `equal` names,
    for a key field of a table that is looked up, the field that it equals and that is read in its place.
    """

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
        self.deciding: set[str] = set()
        self.equal: dict[str, str] = {}

    def decide(self, *columns: Column) -> None:
        """Note that these columns decide which rows a step makes, or which of them belong together."""
        self.deciding.update(*(column.origin for column in columns))

    def find(self, loc: Loc, what: str, why: str, todo: str) -> None:
        """Note a problem at `loc` of the step."""
        self.found.append((loc, what, why, todo))

    def part(self, ref: str, loc: Loc) -> Part:
        """Columns of a part (`linked.stay`) or of a source table (`ima.HEALTH`).

        Empty when unknown; a finding is made of a missing part, not of what the graph itself reports.
        """
        if ref in self.catalog.tables:
            table = self.catalog.tables[ref]
            fields = ((f"{ref}.{field.name}", field) for field in table.fields)
            return tuple(Column.of_field(place, field, self.catalog) for place, field in fields)
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

    def named_column(
        self, name: str, kind: FieldType, origin: frozenset[str], loc: Loc, existing: Column | None = None
    ) -> Column:
        """The column that a step computes under `name`, of type `kind`, from the source fields `origin`.

        What it means stands in catalog/derived.yaml; a field that is recoded in place (`existing`) keeps its own
        meaning. With a finding where there is neither, or where the entry says another type.
        """
        entry = self.catalog.derived.get(name)
        if entry is not None:
            if entry.type != kind:
                why = f"its entry in catalog/derived.yaml says {entry.type}"
                self.find(loc, f"'{name}' becomes a {kind}", why, "correct one of the two")
            return Column.of_derived(entry, origin, self.catalog)
        if existing is not None:
            return Column(name, kind, "payload", existing.sensitive, origin, existing.codes)
        what, why = f"'{name}' has no entry in catalog/derived.yaml", "a reader must find what it means"
        self.find(loc, what, why, "add it there")
        return Column.unclear(name)

    def policy(self, name: str) -> None:
        """A finding when the disclosure policy that a step names does not exist."""
        if name not in self.catalog.policies:
            what, why = f"policy '{name}' does not exist", "no file under catalog/policies has this id"
            self.find(("policy",), what, why, "correct the name")
