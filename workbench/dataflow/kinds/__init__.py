"""The kinds of step, by the name a study file gives them. A new kind is one class in this folder."""

from __future__ import annotations

from workbench.dataflow.kinds.add_decoys import AddDecoys
from workbench.dataflow.kinds.aggregate import Aggregate
from workbench.dataflow.kinds.approve import Approve
from workbench.dataflow.kinds.assess import AssessSmallCells
from workbench.dataflow.kinds.base import Context, Maker, Scope, Step
from workbench.dataflow.kinds.categorise import Categorise
from workbench.dataflow.kinds.consolidate import Consolidate
from workbench.dataflow.kinds.construct import Construct
from workbench.dataflow.kinds.decode import Decode
from workbench.dataflow.kinds.derive import Derive
from workbench.dataflow.kinds.drop import Drop
from workbench.dataflow.kinds.feed_back import FeedBack
from workbench.dataflow.kinds.link import Link
from workbench.dataflow.kinds.log import Log
from workbench.dataflow.kinds.moves import Destroy, GrantAccess, Send
from workbench.dataflow.kinds.protect import Protect
from workbench.dataflow.kinds.pseudonymise import Pseudonymise
from workbench.dataflow.kinds.publish import Publish
from workbench.dataflow.kinds.recode_date import RecodeDate
from workbench.dataflow.kinds.rekey import Rekey
from workbench.dataflow.kinds.select import Select
from workbench.dataflow.kinds.split import Split

KINDS: dict[str, type[Step]] = {
    "select": Select,
    "construct": Construct,
    "derive": Derive,
    "recode_date": RecodeDate,
    "categorise": Categorise,
    "pseudonymise": Pseudonymise,
    "decode": Decode,
    "rekey": Rekey,
    "split": Split,
    "send": Send,
    "consolidate": Consolidate,
    "link": Link,
    "drop": Drop,
    "aggregate": Aggregate,
    "assess_small_cells": AssessSmallCells,
    "protect": Protect,
    "grant_access": GrantAccess,
    "approve": Approve,
    "add_decoys": AddDecoys,
    "destroy": Destroy,
    "log": Log,
    "publish": Publish,
    "feed_back": FeedBack,
}

__all__ = ["KINDS", "Context", "Maker", "Scope", "Step"]
