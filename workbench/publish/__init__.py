"""Releases and the reports read from them; the only way in is a `SafeTable`, the only way out a role."""

from workbench.publish.own import keep_own, own_files
from workbench.publish.reports import Collection, Report, load_collections
from workbench.publish.scope import SCOPES, TOTAL, Scope, can_open, check_can_open, is_sponsor
from workbench.publish.shelf import (
    DamagedRelease,
    Release,
    classes_of,
    list_releases,
    publishing,
    read_release,
    release_numbers,
)
from workbench.publish.view import (
    EACH_YEAR,
    WHOLE_PERIOD,
    Choices,
    Chosen,
    ReportView,
    UnknownChoice,
    read_report,
)
from workbench.publish.write import COLUMNS, write_release

__all__ = [
    "COLUMNS",
    "EACH_YEAR",
    "SCOPES",
    "TOTAL",
    "WHOLE_PERIOD",
    "Choices",
    "Chosen",
    "Collection",
    "DamagedRelease",
    "Release",
    "Report",
    "ReportView",
    "Scope",
    "UnknownChoice",
    "can_open",
    "check_can_open",
    "classes_of",
    "is_sponsor",
    "keep_own",
    "list_releases",
    "load_collections",
    "own_files",
    "publishing",
    "read_release",
    "read_report",
    "release_numbers",
    "write_release",
]
