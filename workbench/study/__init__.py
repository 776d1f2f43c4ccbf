"""One study file over one catalogue: purpose, population, variables with reasons, flow, safeguards."""

from workbench.study.load import StudyFile, load_study, read_study
from workbench.study.model import Criterion, Domain, Erratum, Population, StepSpec, Study, VariableUse

__all__ = [
    "Criterion",
    "Domain",
    "Erratum",
    "Population",
    "StepSpec",
    "Study",
    "StudyFile",
    "VariableUse",
    "load_study",
    "read_study",
]
