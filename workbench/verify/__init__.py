"""Who can learn what: the closure of what parties hold, with a derivation for every claim."""

from workbench.verify.coalitions import Coalitions, coalitions, minimal_coalitions
from workbench.verify.explain import Derivation
from workbench.verify.exposure import Cluster, Exposure
from workbench.verify.facts import Holding, Item, Key, Target
from workbench.verify.model import Model
from workbench.verify.of_flow import knowledge_of
from workbench.verify.of_printed import knowledge_of_printed
from workbench.verify.repairs import Repair, repairs
from workbench.verify.report import exposure_report

__all__ = [
    "Cluster",
    "Coalitions",
    "Derivation",
    "Exposure",
    "Holding",
    "Item",
    "Key",
    "Model",
    "Repair",
    "Target",
    "coalitions",
    "exposure_report",
    "knowledge_of",
    "knowledge_of_printed",
    "minimal_coalitions",
    "repairs",
]
