"""What goes out of the workbench and comes back: exports of the catalogue, edited workbooks, MZG files."""

from workbench.interchange.apply import apply_changes, patch_of
from workbench.interchange.changes import Change, Changes
from workbench.interchange.excel_read import read_excel_changes
from workbench.interchange.export import FORMATS, Format, export_catalog
from workbench.interchange.flat import json_schema

__all__ = [
    "FORMATS",
    "Change",
    "Changes",
    "Format",
    "apply_changes",
    "export_catalog",
    "json_schema",
    "patch_of",
    "read_excel_changes",
]
