"""The steps in which a study is written, and the sections of the file that each of them holds."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.catalog.source import Loc

STEPS: Mapping[str, tuple[str, ...]] = {
    "purpose": ("id", "title", "document", "applicant", "purpose", "legal_basis", "period"),
    "population": ("population",),
    "variables": ("variables",),
    "flow": ("parties", "domains", "flow", "datasets", "hosting", "targets"),
    "indicators": ("indicators", "analysis"),
    "small_cells": ("scra",),
    "retention": ("retention", "recipients", "reports"),
    "review": ("conditions", "rights", "accepted", "errata"),
}
FIRST = next(iter(STEPS))
_STEP_OF = {section: step for step, sections in STEPS.items() for section in sections}


def step_of(at: Loc | None) -> str:
    """The step at which a place of the file is written; what has no place is looked at in the last one."""
    return _STEP_OF.get(str(at[0]), "review") if at else "review"
