""" "What if I merge these classes?": records saved and detail lost, before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis.expr.types as ir

from workbench.catalog.card import Card
from workbench.catalog.model import Catalog
from workbench.disclosure.microdata import measure
from workbench.disclosure.microdata.analysis import ladders_of
from workbench.disclosure.microdata.generalise import losses, told
from workbench.disclosure.microdata.measure import Classes
from workbench.disclosure.microdata.results import counted
from workbench.disclosure.microdata.roles import Variable
from workbench.errors import WorkbenchError


@dataclass(frozen=True)
class WhatIf:
    """Classes as they are and as they would be; `lost` is the share of detail lost per merged variable."""

    merged: Mapping[str, str]
    before: Classes
    after: Classes
    lost: Mapping[str, float]

    @property
    def saved(self) -> int:
        """Records that would no longer stand in too small classes."""
        return self.before.below - self.after.below

    def _repr_html_(self) -> str:
        """For a notebook: one row per measure."""
        rows = (
            ("records in too small classes", f"{self.before.below:,}", f"{self.after.below:,}"),
            ("records of one person alone", f"{self.before.uniques:,}", f"{self.after.uniques:,}"),
            ("smallest class (k)", f"{self.before.k:,}", f"{self.after.k:,}"),
            ("classes", f"{self.before.classes:,}", f"{self.after.classes:,}"),
            *((f"detail lost in {name}", "", f"{share:.0%}") for name, share in self.lost.items()),
        )
        title = ", ".join(f"{name} → {step}" for name, step in self.merged.items())
        return Card(f"{title}: {self.saved:,} records saved", (), ("", "now", "merged"), rows).html()


def what_if(
    rows: ir.Table,
    variables: Sequence[Variable],
    merged: Mapping[str, str],
    threshold: int,
    catalog: Catalog,
    person: str | None = None,
) -> WhatIf:
    """The classes when the variables of `merged` are told at a step of their ladder (`A1_YEAR_BIRTH`: `five`).

    Raises `WorkbenchError` for a variable without a ladder, or a step that its ladder does not have.
    """
    ladders = {one.column: one for one in ladders_of(variables, catalog)}
    for name in merged:
        if name not in ladders:
            known = ", ".join(f"{one} ({', '.join(s.id for s in it.source.steps)})" for one, it in ladders.items())
            raise WorkbenchError(
                f"'{name}' cannot be merged: it is counted in no class, or has no ladder. Give {known}."
            )
    levels = {name: ladders[name].level(step) for name, step in merged.items()}
    chosen = [ladders[name] for name in merged]
    lost = losses(rows, chosen, catalog)
    names = counted(variables)
    before = measure.classes(rows, names, threshold, person)
    after = measure.classes(told(rows, chosen, levels, catalog), names, threshold, person)
    return WhatIf(dict(merged), before, after, {name: lost[name][levels[name]] for name in merged})
