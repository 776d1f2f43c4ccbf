"""The way of a study from draft to destruction: a table of the catalogue, and the events that the state keeps."""

from workbench.workflow.act import act, allowed, check_can_act, state_of
from workbench.workflow.table import Command, Stage, Workflow, load_workflow

__all__ = [
    "Command",
    "Stage",
    "Workflow",
    "act",
    "allowed",
    "check_can_act",
    "load_workflow",
    "state_of",
]
