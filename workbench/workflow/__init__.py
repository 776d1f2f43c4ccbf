"""The way of a study from draft to destruction: a table of the catalogue, and the events that the state keeps."""

from workbench.workflow.act import SUBMIT, act, allowed, check_can_act, may_be_written, state_of
from workbench.workflow.shelves import authorised_draft, draft_of, is_authorised, shelf_of
from workbench.workflow.table import Command, Stage, Workflow, load_workflow

__all__ = [
    "SUBMIT",
    "Command",
    "Stage",
    "Workflow",
    "act",
    "allowed",
    "authorised_draft",
    "check_can_act",
    "draft_of",
    "is_authorised",
    "load_workflow",
    "may_be_written",
    "shelf_of",
    "state_of",
]
