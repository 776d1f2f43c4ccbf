"""The kinds of step, by the name a study file gives them. A new kind is one class in this folder."""

from __future__ import annotations

from workbench.dataflow.kinds.assess import AssessSmallCells
from workbench.dataflow.kinds.base import Context, Maker, Scope, Step
from workbench.dataflow.kinds.consolidate import Consolidate
from workbench.dataflow.kinds.derive import Derive
from workbench.dataflow.kinds.link import Link
from workbench.dataflow.kinds.moves import Destroy, GrantAccess, Send
from workbench.dataflow.kinds.protect import Protect
from workbench.dataflow.kinds.pseudonymise import Pseudonymise
from workbench.dataflow.kinds.rekey import Rekey
from workbench.dataflow.kinds.select import Select

KINDS: dict[str, type[Step]] = {
    "select": Select,
    "consolidate": Consolidate,
    "pseudonymise": Pseudonymise,
    "link": Link,
    "rekey": Rekey,
    "derive": Derive,
    "send": Send,
    "grant_access": GrantAccess,
    "destroy": Destroy,
    "assess_small_cells": AssessSmallCells,
    "protect": Protect,
}

__all__ = ["KINDS", "Context", "Maker", "Scope", "Step"]
