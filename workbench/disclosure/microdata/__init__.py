"""Small-cell risk analysis of person-level data: who could be recognised, by whom, and what it costs to prevent."""

from workbench.disclosure.microdata.analysis import adapted, analyse, theory
from workbench.disclosure.microdata.policy import MicrodataPolicy, microdata_policy
from workbench.disclosure.microdata.results import Analysis, Attacker, Theory
from workbench.disclosure.microdata.roles import Variable, variables
from workbench.disclosure.microdata.uniques import minimal_uniques
from workbench.disclosure.microdata.what_if import WhatIf, what_if

__all__ = [
    "Analysis",
    "Attacker",
    "MicrodataPolicy",
    "Theory",
    "Variable",
    "WhatIf",
    "adapted",
    "analyse",
    "microdata_policy",
    "minimal_uniques",
    "theory",
    "variables",
    "what_if",
]
