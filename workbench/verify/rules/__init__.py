"""The rules of flows; importing this registers every one of them."""

from workbench.verify.rules import (
    conditions,
    dates,
    exposure,
    fates,
    identifiers,
    keys,
    lineage,
    minimisation,
    population,
    purposes,
    results,
    rights,
    separation,
    small_cells,
)
from workbench.verify.rules.registry import EXPOSURE_RULES, FLOW_RULES, FlowHit
from workbench.verify.rules.story import Story

FAMILIES = (
    conditions,
    dates,
    exposure,
    fates,
    identifiers,
    keys,
    lineage,
    minimisation,
    population,
    purposes,
    results,
    rights,
    separation,
    small_cells,
)

__all__ = ["EXPOSURE_RULES", "FAMILIES", "FLOW_RULES", "FlowHit", "Story"]
